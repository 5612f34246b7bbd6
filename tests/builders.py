"""Small builders: a household written in the test, lot by lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from tools.market.securities import info
from tools.model import Account, AccountType, FilingStatus, Household, Investor, Lot, Origin, Security, Target

ON = date(2026, 11, 20)


def lot(
    symbol: str, shares: object, cost_per_share: object, acquired: str | None, account: str = "acct-1"
) -> tuple[str, str, Decimal, Decimal | None, date | None]:
    """One purchase: cost None is unknown."""
    basis = None if cost_per_share is None else Decimal(str(cost_per_share)) * Decimal(str(shares))
    day = date.fromisoformat(acquired) if acquired else None
    return account, symbol, Decimal(str(shares)), basis, day


def household(
    lots: Iterable[tuple[str, str, Decimal, Decimal | None, date | None]],
    prices: Mapping[str, object],
    *,
    cash: Mapping[str, object] | None = None,
    types: Mapping[str, AccountType] | None = None,
    classes: Mapping[str, str] | None = None,
) -> Household:
    """A household with lots numbered in the order given."""
    rows = list(lots)
    names = dict.fromkeys([row[0] for row in rows] + list(cash or {}) + list(types or {}))
    kinds = {name: (types or {}).get(name, AccountType.TAXABLE) for name in names}
    accounts = tuple(Account(name, name, kinds[name], "joint") for name in names)
    securities = {
        symbol: Security(symbol, symbol, (classes or {}).get(symbol, _class(symbol)), Decimal(str(price)), ON)
        for symbol, price in prices.items()
    }
    numbered = tuple(
        Lot(f"lot-{n}", account, symbol, shares, basis, day, Origin("file-1", n + 1))
        for n, (account, symbol, shares, basis, day) in enumerate(rows, 1)
    )
    return Household(accounts, numbered, {k: Decimal(str(v)) for k, v in (cash or {}).items()}, securities)


def _class(symbol: str) -> str:
    known = info(symbol)
    return known.asset_class if known else "us_equity"


def single(income: int = 150_000, **more: object) -> Investor:
    """A single filer in Texas with nothing realized yet."""
    return Investor(FilingStatus.SINGLE, "TX", Decimal(income), gains_known=True, **more)


def targets(**weights: float) -> tuple[Target, ...]:
    """Targets with a band of two points."""
    return tuple(Target(key, Decimal(str(weight)), Decimal("0.02")) for key, weight in weights.items())
