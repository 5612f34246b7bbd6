"""Federal income tax of whole returns over arrays: stacked gains, AMT and NIIT; by schedule and before credits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tools.tax.amt import tentative
from tools.tax.law import Law
from tools.tax.netting import Netted, carry, net
from tools.tax.tables import Floats, Statuses, Tables, on_gains, on_schedule, tables_of


@dataclass(frozen=True, slots=True)
class Returns:
    """Inputs of many returns, dollars, one element a return; build with ``returns_of``.

    ``status`` holds positions in ``tables.STATUSES``. ``ordinary`` is all ordinary income before deductions, wages and
    interest included; ``investment_interest`` is the part of it that is investment income. ``short`` and ``long`` are
    the year's net gains before carryovers, losses negative; ``collectibles`` is the part of ``long`` on collectibles,
    metal funds included. Carryovers are positive losses. ``deduction`` is NaN where the standard deduction is taken,
    with ``boxes`` ticked for age and blindness; itemized amounts are allowed in full against AMT (state tax is not
    told apart). Unrecaptured section 1250 gain of real estate does not occur in a portfolio and is not here.
    """

    status: Statuses
    ordinary: Floats
    investment_interest: Floats
    qualified_dividends: Floats
    short: Floats
    long: Floats
    short_carryover: Floats
    long_carryover: Floats
    deduction: Floats
    collectibles: Floats
    boxes: Floats


@dataclass(frozen=True, slots=True)
class Liability:
    """What the returns owe and carry forward, dollars.

    ``taxable_income`` is never below zero; ``deducted`` is the loss set against other income (Schedule D line 21).
    """

    agi: Floats
    taxable_income: Floats
    deducted: Floats
    short_carryover: Floats
    long_carryover: Floats
    regular: Floats
    amt: Floats
    niit: Floats

    @property
    def total(self) -> Floats:
        """Regular tax, AMT and NIIT together."""
        return self.regular + self.amt + self.niit

    @property
    def amt_possible(self) -> NDArray[np.bool_]:
        """Where alternative minimum tax is due: exact, not a screen."""
        return self.amt > 0


def returns_of(
    *,
    status: ArrayLike,
    ordinary: ArrayLike,
    investment_interest: ArrayLike = 0.0,
    qualified_dividends: ArrayLike = 0.0,
    short: ArrayLike = 0.0,
    long: ArrayLike = 0.0,
    short_carryover: ArrayLike = 0.0,
    long_carryover: ArrayLike = 0.0,
    deduction: ArrayLike = np.nan,
    collectibles: ArrayLike = 0.0,
    boxes: ArrayLike = 0.0,
) -> Returns:
    """Bring numbers and arrays to one length; see ``Returns``."""
    amounts = (
        ordinary,
        investment_interest,
        qualified_dividends,
        short,
        long,
        short_carryover,
        long_carryover,
        deduction,
        collectibles,
        boxes,
    )
    parts = (np.atleast_1d(np.asarray(status, np.intp)), *(np.atleast_1d(np.asarray(a, np.float64)) for a in amounts))
    return Returns(*np.broadcast_arrays(*parts))


def federal(returns: Returns, law: Law) -> Liability:
    """Compute whole federal returns.

    Source: Form 1040 lines 9-16, Schedule D, Qualified Dividends and Capital Gain Tax Worksheet, Forms 6251 and 8960.
    """
    tables, status = tables_of(law), returns.status
    netted = _netted(returns, tables)
    agi = returns.ordinary + returns.qualified_dividends + netted.on_return
    itemized = ~np.isnan(returns.deduction)
    standard = tables.standard[status] + returns.boxes * tables.addition[status]
    deduction = np.where(itemized, returns.deduction, standard)
    taxable = np.maximum(agi - deduction, 0)
    stack = _stack(returns, netted, taxable, tables)
    regular = _regular(taxable, stack, status, tables)
    amt_income = agi - np.where(itemized, deduction, 0.0)  # the standard deduction is not allowed (IRC 56(b)(1)(D))
    minimum = tentative(amt_income, stack.other, stack.adjusted, status, tables, stack.below)
    carried = carry(netted, agi - deduction)
    return Liability(
        agi=agi,
        taxable_income=taxable,
        deducted=netted.allowed_loss,
        short_carryover=carried.short,
        long_carryover=carried.long,
        regular=regular,
        amt=np.maximum(minimum - regular, 0),
        niit=_niit(returns, netted, agi, tables),
    )


def _netted(returns: Returns, tables: Tables) -> Netted:
    limit = tables.loss_limit[returns.status]
    return net(returns.short, returns.long, returns.short_carryover, returns.long_carryover, limit)


@dataclass(frozen=True, slots=True)
class _Stack:
    """How taxable income is layered (Schedule D Tax Worksheet).

    ``adjusted`` is preferential income without the 28 % part (line 13), ``other`` the taxable income outside of it
    (line 14), ``below`` what is taxed by the schedule (line 21): part of a 28 %
    gain falls there while lower brackets have room.
    """

    adjusted: Floats
    other: Floats
    below: Floats


def _stack(returns: Returns, netted: Netted, taxable: Floats, tables: Tables) -> _Stack:
    whole = returns.qualified_dividends + netted.preferential
    # 28% Rate Gain Worksheet: short-term loss and long-term carryover come off the collectibles first.
    rate_28 = returns.collectibles + np.minimum(netted.net_short, 0) - returns.long_carryover
    adjusted = whole - np.clip(rate_28, 0, netted.preferential)
    other = np.maximum(taxable - adjusted, 0)
    below = np.maximum(np.maximum(taxable - whole, 0), np.minimum(other, tables.over_28[returns.status]))
    return _Stack(adjusted, other, below)


def _regular(taxable: Floats, stack: _Stack, status: Statuses, tables: Tables) -> Floats:
    """Return the smaller of stacked and wholly ordinary tax (Qualified Dividends and Schedule D Tax Worksheets)."""
    gains = np.minimum(stack.adjusted, taxable)
    at_28 = taxable - gains - stack.below
    stacked = (
        on_schedule(stack.below, status, tables)
        + on_gains(stack.other, gains, status, tables, stack.below)
        + tables.collectibles_rate * at_28
    )
    return np.minimum(stacked, on_schedule(taxable, status, tables))


def _niit(returns: Returns, netted: Netted, agi: Floats, tables: Tables) -> Floats:
    """Return 3.8 % of the smaller of investment income and AGI over the threshold (IRC 1411; Form 8960)."""
    # A net loss counts inside investment income up to the allowed 3,000 or 1,500 (Form 8960 line 5a; Reg. 1.1411-4(d)).
    invested = np.maximum(returns.investment_interest + returns.qualified_dividends + netted.on_return, 0)
    return tables.niit_rate * np.minimum(invested, np.maximum(agi - tables.niit_over[returns.status], 0))
