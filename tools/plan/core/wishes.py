"""Wishes as named parts of the core problem: each returns the problem with one more rule, and all combine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from tools.errors import BadRequest, NoPlan
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import BP, Array, CoreProblem, Limit, Mask
from tools.plan.core.search import CorePlan, solve_core

STEPS = 14
TIGHTEST = 1e4


def restricted(p: CoreProblem, assets: Collection[int]) -> CoreProblem:
    """Leave assets alone: neither sold nor bought."""
    return no_sell(no_buy(p, assets), assets)


def no_sell(p: CoreProblem, assets: Collection[int]) -> CoreProblem:
    """Sell nothing of these assets."""
    return locked(p, np.isin(p.lots.asset, list(assets)))


def no_buy(p: CoreProblem, assets: Collection[int]) -> CoreProblem:
    """Buy nothing of these assets."""
    kept = np.isin(p.buys.asset, list(assets))
    return replace(p, buys=replace(p.buys, most=np.where(kept, 0.0, p.buys.most)))


def locked(p: CoreProblem, lots: Mask) -> CoreProblem:
    """Keep these lots."""
    return replace(p, lots=replace(p.lots, most=np.where(lots, 0.0, p.lots.most)))


def long_term_only(p: CoreProblem) -> CoreProblem:
    """Realize no short-term gain."""
    return locked(p, p.lots.short & p.lots.taxable & (p.lots.gain_rate > 0))


def wait_for_long_term(p: CoreProblem, days_to_long: Array, within: int) -> CoreProblem:
    """Keep short-term gains that turn long-term within so many days.

    Args:
        p: The problem.
        days_to_long: Of each lot, the days until a sale would be long-term; zero or less when it is.
        within: How long the person will wait.
    """
    soon = (days_to_long > 0) & (days_to_long <= within)
    return locked(p, soon & p.lots.short & p.lots.taxable & (p.lots.gain_rate > 0))


def gain_most(p: CoreProblem, most: float) -> CoreProblem:
    """Let the plan's own sales realize at most this net gain, in weights of the portfolio."""
    return _limited(p, "net gain", p.lots.gain_rate * p.lots.taxable, np.zeros(len(p.buys.most)), most)


def tax_most(p: CoreProblem, most: float) -> CoreProblem:
    """Let the plan's tax exceed that of doing nothing by at most this, in weights."""
    return replace(p, tax_most=most if p.tax_most is None else min(most, p.tax_most))


def turnover_most(p: CoreProblem, most: float) -> CoreProblem:
    """Let sales and purchases together be at most twice this: turnover, in weights."""
    return _limited(p, "turnover", np.ones(len(p.lots.value)), np.ones(len(p.buys.most)), 2 * most)


def cash_target(p: CoreProblem, account: int, weight: float, tax_too: bool = False) -> CoreProblem:
    """Let an account end with this cash; with ``tax_too`` the plan's own tax is kept there as well."""
    target = p.cash_target.copy()
    target[account] = weight
    return replace(p, cash_target=target, set_aside=account if tax_too else p.set_aside)


def _limited(p: CoreProblem, name: str, sell: Array, buy: Array, most: float) -> CoreProblem:
    return replace(p, limits=(*p.limits, Limit(name, sell, buy, most)))


@dataclass(frozen=True, slots=True)
class Tracked:
    """A plan within a tracking error; ``bound_bp`` holds for every plan that keeps it, at the problem's own cost."""

    plan: CorePlan
    error_frac: float
    cost_bp: float
    bound_bp: float
    gamma: float

    @property
    def gap_bp(self) -> float:
        """How much better another plan within the tracking error could be at most."""
        return max(0.0, self.cost_bp - self.bound_bp)


def tracking_error_most(p: CoreProblem, most: float) -> Tracked:
    """Return the best plan with at most this annual tracking error: variance is priced up until it holds.

    Raises:
        BadRequest: The limit is not above zero, or variance has no price to raise.
        NoPlan: No plan comes that close to target.
    """
    if most <= 0 or p.gamma <= 0:
        raise BadRequest("A tracking error must be above zero, and variance must have a price.", "Give a larger limit.")
    low, high = p.gamma, p.gamma
    found = _at(p, p.gamma, most)
    while found.error_frac > most:
        low, high = high, high * 10
        if high > TIGHTEST * p.gamma:
            raise NoPlan(
                "No set of trades comes that close to target.", f"Allow at least {found.error_frac:.2%} a year."
            )
        found = _at(p, high, most)
    for _ in range(STEPS if high > p.gamma else 0):
        middle = float(np.sqrt(low * high))
        trial = _at(p, middle, most)
        if trial.error_frac > most:
            low = middle
        else:
            high, found = middle, trial
    return found


def _at(p: CoreProblem, gamma: float, most: float) -> Tracked:
    plan = solve_core(replace(p, gamma=gamma))
    error = float(np.sqrt(max(plan.cost.risk_bp, 0.0) / BP / gamma))
    own = cost_of(p, plan.sell, plan.buy).total_bp
    return Tracked(plan, error, own, plan.bound_bp - BP * (gamma - p.gamma) * most**2, gamma)
