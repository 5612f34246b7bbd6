"""Lots of a file, what a sale of them realizes, and which losses the wash-sale rule takes.

Sources: IRC 1222 and Rev. Rul. 66-7 (more than one year, by the calendar); IRC 1091 and Reg. 1.1091-1 (thirty days
either side, shares matched in the order bought); Rev. Rul. 2008-5 (a purchase in an IRA loses the loss for good).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SHELTERED = ("roth_ira", "traditional_ira", "401k", "hsa", "529")


@dataclass(frozen=True)
class OracleLot:
    """One row of a lots file."""

    symbol: str
    account_type: str
    shares: float
    cost: float
    bought: date
    price: float


@dataclass(frozen=True)
class Sold:
    """What a sale comes to, in dollars; ``disallowed`` includes ``permanent``."""

    shares: float
    proceeds: float
    gain: float
    short: float
    long: float
    disallowed: float
    permanent: float
    clear: date | None


def read_lots(path: Path, symbol: str | None = None) -> list[OracleLot]:
    """Read the lots of a file that states cost, date and price for each."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["symbol"] != "CASH"]
    return [
        OracleLot(
            row["symbol"],
            row["account_type"],
            float(row["quantity"]),
            float(row["cost_per_share"]),
            date.fromisoformat(row["acquired"]),
            float(row["price"]),
        )
        for row in rows
        if symbol in (None, row["symbol"])
    ]


def is_long(bought: date, sold: date) -> bool:
    """More than one year: from the day after the anniversary of the purchase."""
    year, month, day = sold.year - 1, sold.month, sold.day
    last = date(year, month, 28) if (month, day) == (2, 29) else date(year, month, day)
    return bought < last


def picked(lots: Sequence[OracleLot], shares: float, method: str) -> list[tuple[OracleLot, float]]:
    """Take shares from taxable lots, in the order of a method."""
    keys = {
        "fifo": lambda lot: (lot.bought, 0.0),
        "lifo": lambda lot: (date.max - lot.bought, 0.0),
        "hifo": lambda lot: (-lot.cost, 0.0),
    }
    found, left = [], shares
    for lot in sorted((lot for lot in lots if lot.account_type == "taxable"), key=keys[method]):
        take = min(left, lot.shares)
        if take > 0:
            found.append((lot, take))
            left -= take
    return found


def sell(lots: Sequence[OracleLot], legs: Sequence[tuple[OracleLot, float]], on: date) -> Sold:
    """Work a sale out: gains by term, and losses that purchases within thirty days take."""
    window = timedelta(days=30)
    near = sorted((lot for lot in lots if abs(on - lot.bought) <= window), key=lambda lot: lot.bought)
    left = {id(lot): lot.shares - sum(n for sold, n in legs if sold is lot) for lot in near}
    short = long = disallowed = permanent = 0.0
    for lot, shares in sorted(legs, key=lambda leg: leg[0].bought):
        each = lot.price - lot.cost
        gain, washed = each * shares, 0.0
        for other in near if each < 0 else ():
            matched = min(left[id(other)], shares - washed) if other is not lot else 0.0
            left[id(other)] -= matched
            washed += matched
            permanent += -each * matched if other.account_type in SHELTERED else 0.0
        disallowed += -each * washed if each < 0 else 0.0
        counted = gain - each * washed if each < 0 else gain
        long, short = (long + counted, short) if is_long(lot.bought, on) else (long, short + counted)
    loss = any(lot.price < lot.cost for lot, _ in legs)
    blockers = [lot.bought for lot in near if left[id(lot)] or disallowed] if loss and disallowed else []
    return Sold(
        sum(n for _, n in legs),
        sum(lot.price * n for lot, n in legs),
        sum((lot.price - lot.cost) * n for lot, n in legs),
        short,
        long,
        disallowed,
        permanent,
        max(blockers) + timedelta(days=31) if blockers else None,
    )
