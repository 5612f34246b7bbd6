"""Which rows belong to one account, over all files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from tools.brokers.base import AccountRow
from tools.household.told import AccountTold, Told
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
    """Accounts in the order in which they are first seen.

    Args:
        told: What the person said of accounts; it decides over what the files leave open or contradict.
    """

    def __init__(self, told: Told | None = None) -> None:
        """Begin with no account."""
        self._told = told or Told()
        self._names: list[list[str]] = []
        self._types: list[set[AccountType]] = []
        self._owners: list[dict[str, str]] = []
        self._places: dict[str, int] = {}

    def take(self, row: AccountRow) -> str:
        """Return the id of the row's account, new or known, and remember what the row says of it."""
        place = self._places.get(row.account)
        if place is None:
            place = self._places[row.account] = self._place_of(row.account)
            self._names[place].append(row.account)
        if row.account_type is not AccountType.UNKNOWN:
            self._types[place].add(row.account_type)
        if row.owner:
            self._owners[place].setdefault(row.owner.casefold(), row.owner)
        return f"acct-{place + 1}"

    def _place_of(self, label: str) -> int:
        for place, names in enumerate(self._names):
            if any(self._are_same(name, label) for name in names):
                return place
        self._names.append([])
        self._types.append(set())
        self._owners.append({})
        return len(self._names) - 1

    def _are_same(self, first: str, second: str) -> bool:
        said = self._told.are_same(first, second)
        return same_account(first, second) if said is None else said

    def id_of(self, label: str) -> str:
        """Return the id of the account that a label names, the label itself when no row bears it."""
        place = self._places.get(label)
        return label if place is None else f"acct-{place + 1}"

    def names_of(self, account_id: str) -> tuple[str, ...]:
        """Return every label that the files give an account."""
        return tuple(self._names[int(account_id.removeprefix("acct-")) - 1])

    def said_of(self, account_id: str) -> AccountTold:
        """Return what the person said of an account, by any of its labels."""
        said = [self._told.account(name) for name in self.names_of(account_id)]
        kind = next((one.type for one in reversed(said) if one.type), None)
        return AccountTold(said[0].account, kind, next((one.owner for one in reversed(said) if one.owner), None))

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts; a type or owner that rows contradict stays unknown until the person tells it."""
        found = []
        for n, (names, types, owners) in enumerate(zip(self._names, self._types, self._owners, strict=True), start=1):
            said = self.said_of(f"acct-{n}")
            kind, owner = said.type or _only(types) or AccountType.UNKNOWN, said.owner or _only(owners.values())
            found.append(Account(f"acct-{n}", max(names, key=len), kind, owner))
        return tuple(found)

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem for each account whose rows disagree; owners are not named, models read problems."""
        found = []
        for n, (types, owners) in enumerate(zip(self._types, self._owners, strict=True), start=1):
            said = self.said_of(f"acct-{n}")
            if len(types) > 1 and said.type is None:
                seen = ", ".join(sorted(one.value for one in types))
                found.append(_disagreement(n, f"Rows of this account give different types: {seen}."))
            if len(owners) > 1 and said.owner is None:
                found.append(_disagreement(n, "Rows of this account name different owners."))
        return tuple(found)


def _only(found: Iterable[_Thing]) -> _Thing | None:
    kept = list(found)
    return kept[0] if len(kept) == 1 else None


def _disagreement(number: int, what: str) -> Problem:
    return Problem(f"acct-{number}", f"{what} It is taken as unknown.", "Say which one is right.")
