"""What the files leave open and only the person can tell: cost and date of lots, which labels are one account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tools.household.told import LotKey, Told, tell_same
from tools.model import Account, AccountType, Household, Lot
from tools.money import ZERO

_ENDING = re.compile(r"…(?P<digits>[0-9]{3,4})( #[0-9]+)?$")
_NUMBERED = re.compile(r" #[0-9]+$")


@dataclass(frozen=True, slots=True)
class LotAsk:
    """A lot that a file leaves open; ``missing`` names ``basis``, ``acquired`` or both."""

    lot: Lot
    key: LotKey
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameAsk:
    """Accounts whose labels may name one: two, or all files of a broker that name none."""

    accounts: tuple[Account, ...]


def lot_asks(household: Household, keys: Mapping[str, LotKey], told: Told) -> tuple[LotAsk, ...]:
    """Return the open lots of taxable accounts, the most valuable first.

    A sheltered account pays no tax on a sale, and one of unknown type is asked for its type first. What the person does
    not know either is not asked again.
    """
    found = []
    for lot in household.lots:
        if household.account_by_id[lot.account_id].type is not AccountType.TAXABLE or lot.id not in keys:
            continue
        key = keys[lot.id]
        open_points = {"basis": lot.basis_usd is None, "acquired": lot.acquired is None and not lot.inherited}
        given_up = told.lot(key).given_up
        missing = tuple(name for name, is_open in open_points.items() if is_open and name not in given_up)
        if missing:
            found.append(LotAsk(lot, key, missing))
    return tuple(sorted(found, key=lambda ask: (-_worth(household, ask.lot), ask.lot.symbol)))


def _worth(household: Household, lot: Lot) -> Decimal:
    value = household.value_of(lot)
    return ZERO if value is None else value


def same_asks(accounts: tuple[Account, ...], told: Told) -> tuple[SameAsk, ...]:
    """Return groups of accounts that may be one: their numbers or names fit, and nobody has said yet."""
    found: list[SameAsk] = []
    asked: set[str] = set()
    for n, one in enumerate(accounts):
        others = [other for other in accounts[n + 1 :] if _open(one, other, told)]
        alike = [other for other in others if _numbered_alike(one, other)]
        if alike and one.id not in asked:
            found.append(SameAsk((one, *alike)))
            asked |= {other.id for other in alike}
        found += [SameAsk((one, other)) for other in others if other not in alike]
    return tuple(found)


def owner_asks(household: Household, told: Told) -> tuple[str, ...]:
    """Return the accounts whose owner decides something and is not known; nothing is asked of a single account.

    A purchase counts against a loss when it is the person's own or their spouse's, so only a household of several
    accounts, one of them taxable, has anything to decide. It is asked once.
    """
    accounts = household.accounts
    if any(one.owner for one in told.accounts) or len(accounts) < 2:
        return ()
    if all(account.type is not AccountType.TAXABLE for account in accounts):
        return ()
    return tuple(one.id for one in accounts if one.owner is None)


def tell_group(told: Told, ask: SameAsk, same: bool) -> Told:
    """Record the answer for every pair of the group."""
    for one, other in combinations(ask.accounts, 2):
        told = tell_same(told, one.name, other.name, same)
    return told


def _open(one: Account, other: Account, told: Told) -> bool:
    return told.are_same(one.name, other.name) is None and may_be_same(one.name, other.name)


def _numbered_alike(one: Account, other: Account) -> bool:
    return "…" not in one.name + other.name and _words(one.name.casefold()) == _words(other.name.casefold())


def may_be_same(first: str, second: str) -> bool:
    """Tell whether two labels may name one account: one number ends like the other, or one label lacks the number.

    ``…123`` and ``Main …4123`` may be one, ``Individual`` and ``Individual …4567`` too, and two files of one broker
    that name no account (``Robinhood account`` and ``Robinhood account #2``).
    """
    one, other = first.casefold(), second.casefold()
    ending, others_ending = _ENDING.search(one), _ENDING.search(other)
    if ending and others_ending:
        digits, others = ending["digits"], others_ending["digits"]
        alike = digits.endswith(others) or others.endswith(digits)
        return alike and (len(digits) != len(others) or _words(one) != _words(other))
    return bool(_words(one)) and _words(one) == _words(other)


def _words(label: str) -> str:
    return _NUMBERED.sub("", _ENDING.sub("", label)).strip()
