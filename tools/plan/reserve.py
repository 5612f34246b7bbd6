"""The tax of a plan kept in cash: what must be there at the end, and what a plan in weights makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from tools.model import Household, Investor, Trade
from tools.money import ZERO, as_float, cents, from_float
from tools.plan.core.netted_tax import tax_of
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import BP
from tools.plan.frame import Frame
from tools.plan.rooms import MORE
from tools.plan.solve import Found
from tools.tax.law import Law
from tools.tax.state_year import state_change_range
from tools.tax.year import Gains, change_range

FINE = Decimal("1e-12")


def added_tax(investor: Investor, gains: Gains, law: Law) -> Decimal:
    """Return the most that the plan's own gains add to federal and state tax; below zero where they save some."""
    state = state_change_range(investor, gains, law)
    return change_range(investor, gains, law).most_tax_usd + (state.high.extra_usd if state else ZERO)


def tax_to_keep(investor: Investor, gains: Gains, law: Law) -> Decimal:
    """Return what to keep in cash for the plan's own gains, in whole dollars up; never below zero."""
    return max(added_tax(investor, gains, law), ZERO).quantize(Decimal(1), ROUND_CEILING)


def with_reserve(frame: Frame, found: Found) -> Frame:
    """Return the frame with the tax of these amounts in what the account must keep, so that rounding leaves it."""
    seat = frame.problem.set_aside
    if seat is None:
        return frame
    tax = found.core.tax
    extra = cost_of(found.core, found.solution.sell, found.solution.buy).tax_bp / BP
    return _more(frame, seat, max(0.0, extra - tax_of(tax.short_start, tax.long_start, tax)))


def missing_cash(frame: Frame, household: Household, trades: Sequence[Trade], tax_usd: Decimal) -> Decimal:
    """Return what the orders leave short of the cash asked for and the tax; zero where nothing is to be set aside."""
    seat = frame.problem.set_aside
    if seat is None:
        return ZERO
    account = household.accounts[seat].id
    flow = sum((t.amount_usd * (1 if t.side == "sell" else -1) for t in trades if t.account_id == account), ZERO)
    spare = from_float(float(frame.problem.cash[seat] - frame.problem.cash_floor[seat]), FINE)
    return max(tax_usd - flow - cents(frame.value_usd * spare), ZERO)


def keeping_more(frame: Frame, missing_usd: Decimal) -> Frame:
    """Return the frame with somewhat more to keep than was missing."""
    seat = frame.problem.set_aside
    return frame if seat is None else _more(frame, seat, MORE * as_float(missing_usd / frame.value_usd))


def _more(frame: Frame, seat: int, weight: float) -> Frame:
    floor = frame.problem.cash_floor.copy()
    floor[seat] += weight
    return replace(frame, problem=replace(frame.problem, cash_floor=floor))
