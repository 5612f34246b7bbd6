"""A dated price snapshot: a small CSV of symbol, price and date."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from tools.errors import FileProblem
from tools.market.securities import info
from tools.model import Household, Security


@dataclass(frozen=True, slots=True)
class Price:
    """A raw close of one share."""

    symbol: str
    price_usd: Decimal
    day: date


def read_prices(label: str, text: str) -> tuple[Price, ...]:
    """Read a snapshot.

    Raises:
        FileProblem: A row has no symbol, no positive price or no ISO date.
    """
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            price = Price(row["symbol"].strip().upper(), Decimal(row["price"]), date.fromisoformat(row["date"]))
        except (KeyError, ValueError, TypeError, AttributeError, InvalidOperation):
            price = None
        if price is None or not price.symbol or not price.price_usd.is_finite() or price.price_usd <= 0:
            raise FileProblem("A price row is broken.", "Write symbol, price and date.", f"{label}, row {number}")
        found.append(price)
    return tuple(found)


def with_prices(household: Household, prices: Iterable[Price]) -> Household:
    """Return the household with a snapshot's prices; securities not held become known, so that they can be bought."""
    securities: dict[str, Security] = dict(household.securities)
    for price in prices:
        known = securities.get(price.symbol) or _new(price.symbol)
        securities[price.symbol] = replace(known, price_usd=price.price_usd, price_date=price.day)
    return replace(household, securities=securities)


def with_newer_prices(household: Household, prices: Iterable[Price]) -> Household:
    """Return the household with those prices that are not older than its own; one without a date gives way."""
    return with_prices(household, [one for one in prices if _not_older(one, household.securities.get(one.symbol))])


def _not_older(price: Price, known: Security | None) -> bool:
    return known is None or known.price_usd is None or known.price_date is None or known.price_date <= price.day


def by_symbol(prices: Iterable[Price]) -> dict[str, tuple[Price, ...]]:
    """Return the prices of each symbol, one a day, the oldest first; the last one given for a day counts."""
    found: dict[str, dict[date, Price]] = {}
    for one in prices:
        found.setdefault(one.symbol, {})[one.day] = one
    return {symbol: tuple(days[day] for day in sorted(days)) for symbol, days in found.items()}


def newest(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Return the newest price of each symbol."""
    return tuple(each[-1] for each in by_symbol(prices).values())


def _new(symbol: str) -> Security:
    general = info(symbol)
    return Security(symbol, general.name, general.asset_class) if general else Security(symbol, symbol)
