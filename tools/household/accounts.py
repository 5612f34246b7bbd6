"""Which rows belong to one account, over all files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from tools.brokers.base import AccountRow
from tools.model import Account, AccountType, Problem

_Thing = TypeVar("_Thing")
_ENDING = re.compile(r"…([0-9]{3,4})( #[0-9]+)?$")


def same_account(first: str, second: str) -> bool:
    """Tell whether two labels name one account: equal, or the same last digits and no contradicting words."""
    one, other = first.casefold(), second.casefold()
    if one == other:
        return True
    ends, others_end = _ENDING.search(one), _ENDING.search(other)
    if not ends or not others_end or ends[0] != others_end[0]:
        return False
    return not one[: ends.start()].strip() or not other[: others_end.start()].strip()


class AccountBook:
    """Accounts in the order in which they are first seen."""

    def __init__(self) -> None:
        """Begin with no account."""
        self._labels: list[str] = []
        self._types: list[set[AccountType]] = []
        self._owners: list[dict[str, str]] = []

    def take(self, row: AccountRow) -> str:
        """Return the id of the row's account, new or known, and remember what the row says of it."""
        place = next((n for n, label in enumerate(self._labels) if same_account(label, row.account)), None)
        if place is None:
            place = len(self._labels)
            self._labels.append(row.account)
            self._types.append(set())
            self._owners.append({})
        if len(row.account) > len(self._labels[place]):
            self._labels[place] = row.account
        if row.account_type is not AccountType.UNKNOWN:
            self._types[place].add(row.account_type)
        if row.owner:
            self._owners[place].setdefault(row.owner.casefold(), row.owner)
        return f"acct-{place + 1}"

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts; a type or owner on which rows disagree stays unknown."""
        rows = zip(self._labels, self._types, self._owners, strict=True)
        return tuple(
            Account(f"acct-{n}", label, _only(types) or AccountType.UNKNOWN, _only(owners.values()))
            for n, (label, types, owners) in enumerate(rows, start=1)
        )

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem for each account whose rows disagree; owners are not named, models read problems."""
        found = []
        for n, (types, owners) in enumerate(zip(self._types, self._owners, strict=True), start=1):
            if len(types) > 1:
                seen = ", ".join(sorted(one.value for one in types))
                found.append(_disagreement(n, f"Rows of this account give different types: {seen}."))
            if len(owners) > 1:
                found.append(_disagreement(n, "Rows of this account name different owners."))
        return tuple(found)


def _only(found: Iterable[_Thing]) -> _Thing | None:
    kept = list(found)
    return kept[0] if len(kept) == 1 else None


def _disagreement(number: int, what: str) -> Problem:
    return Problem(f"acct-{number}", f"{what} It is taken as unknown.", "Say which one is right.")
