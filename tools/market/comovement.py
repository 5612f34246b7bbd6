"""How closely two securities moved: the correlation of their daily returns over closes that both have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np

from tools.market.changes import splits_between
from tools.market.prices import Price

LEAST_RETURNS = 60
"""Fewer days than a quarter of a year say too little."""
_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Comovement:
    """A correlation from -1 to 1, and over how many daily returns up to which day."""

    correlation_frac: Decimal
    returns_count: int
    until: date


def comovement(one: Sequence[Price], other: Sequence[Price]) -> Comovement | None:
    """Correlate the returns between days that both series have; None for too few of them, or one that never moves.

    Splits of the table are taken out; dividends are not, which changes a correlation of daily returns little.
    """
    first, second = ({price.day: price for price in series} for series in (one, other))
    days = sorted(first.keys() & second.keys())
    if len(days) <= LEAST_RETURNS:
        return None
    both = np.array([_returns(first, days), _returns(second, days)])
    if (both.std(axis=1) < 1e-9).any():
        return None
    found = Decimal(str(float(np.corrcoef(both)[0, 1]))).quantize(_STEP)
    return Comovement(found, len(days) - 1, days[-1])


def _returns(prices: Mapping[date, Price], days: Sequence[date]) -> list[float]:
    found = []
    for before, after in pairwise(days):
        ratio = prices[after].price_usd / prices[before].price_usd
        for split in splits_between(prices[after].symbol, before, after):
            ratio *= split.ratio
        found.append(float(ratio.ln()))
    return found
