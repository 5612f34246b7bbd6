"""One year's limits as float arrays, and the schedules that read them. The first axis is the filing status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.model import FilingStatus
from tools.money import as_float
from tools.tax.law import Law

Floats = NDArray[np.float64]
Statuses = NDArray[np.intp]

STATUSES = tuple(FilingStatus)
"""Filing statuses in the order of the arrays."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Limits of one year; ``rate_steps[k]`` is how much the rate rises at ``edges[status, k]``.

    ``over_28`` is where the first rate above that of collectibles begins.
    """

    rate_steps: Floats
    edges: Floats
    gain_rates: Floats
    zero_up_to: Floats
    fifteen_up_to: Floats
    standard: Floats
    addition: Floats
    over_28: Floats
    collectibles_rate: float
    amt_rates: Floats
    exemption: Floats
    exemption_over: Floats
    exemption_rate: float
    upper_over: Floats
    niit_over: Floats
    niit_rate: float
    loss_limit: Floats


def _column(amounts: Mapping[FilingStatus, Decimal]) -> Floats:
    return np.array([as_float(amounts[status]) for status in STATUSES])


def _rates(rates: tuple[Decimal, ...]) -> Floats:
    return np.array([as_float(rate) for rate in rates])


def _first_over(law: Law) -> Floats:
    at = next(n for n, rate in enumerate(law.ordinary.rates_frac) if rate > law.long_term_gains.collectibles_rate_frac)
    return np.array([as_float(law.ordinary.over_usd[status][at]) for status in STATUSES])


@lru_cache
def tables_of(law: Law) -> Tables:
    """Lay one year's limits out as arrays."""
    return Tables(
        rate_steps=np.diff(_rates(law.ordinary.rates_frac), prepend=0.0),
        edges=np.array([[as_float(edge) for edge in law.ordinary.over_usd[status]] for status in STATUSES]),
        gain_rates=_rates(law.long_term_gains.rates_frac),
        zero_up_to=_column(law.long_term_gains.zero_rate_up_to_usd),
        fifteen_up_to=_column(law.long_term_gains.fifteen_rate_up_to_usd),
        standard=_column(law.standard_deduction.amount_usd),
        addition=_column(law.standard_deduction.addition_usd),
        over_28=_first_over(law),
        collectibles_rate=as_float(law.long_term_gains.collectibles_rate_frac),
        amt_rates=_rates(law.amt.rates_frac),
        exemption=_column(law.amt.exemption_usd),
        exemption_over=_column(law.amt.phaseout_over_usd),
        exemption_rate=as_float(law.amt.exemption_phaseout_rate_frac),
        upper_over=_column(law.amt.upper_rate_over_usd),
        niit_over=_column(law.niit.over_usd),
        niit_rate=as_float(law.niit.rate_frac),
        loss_limit=_column(law.capital_loss.limit_usd),
    )


def on_schedule(income: Floats, status: Statuses, tables: Tables) -> Floats:
    """Return the tax by the rate schedule (Tax Computation Worksheet), as if all income were ordinary."""
    steps = zip(tables.rate_steps, tables.edges.T, strict=True)
    tax = np.zeros_like(income)
    for step, edge in steps:
        tax += step * np.maximum(income - edge[status], 0)
    return tax


def on_gains(
    floor: Floats, preferential: Floats, status: Statuses, tables: Tables, below: Floats | None = None
) -> Floats:
    """Return the tax on preferential income stacked on ``floor`` dollars of other taxable income (0, 15 and 20 %).

    ``below`` is what stands under the 15 % bracket where that is less than ``floor``: part of a 28 % gain is not taxed
    there (Schedule D Tax Worksheet lines 21 and 29).
    """
    zero, fifteen, twenty = (float(rate) for rate in tables.gain_rates)
    at_zero = np.clip(tables.zero_up_to[status] - floor, 0, preferential)
    under = (floor if below is None else below) + at_zero
    at_fifteen = np.clip(tables.fifteen_up_to[status] - under, 0, preferential - at_zero)
    return zero * at_zero + fifteen * at_fifteen + twenty * (preferential - at_zero - at_fifteen)
