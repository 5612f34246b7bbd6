"""Why a lot is sold and the next is not, and what a wish costs: the terms of the optimum, per dollar sold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.plan.core.netted_tax import regimes
from tools.plan.core.problem import Array, CoreProblem
from tools.plan.core.search import CorePlan
from tools.plan.core.tail import tail_of


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """Dollars gained or paid by selling one dollar of a lot at the optimum; a lot is sold while ``margin`` is positive.

    ``own_risk`` and ``shared_risk`` are less of the name and less of what it has in common with others; ``cash`` the
    worth of the proceeds; ``limits`` what named limits charge; ``goals`` less of what is over its goal;
    ``tax_now`` at the year's marginal rate for its term;
    ``tax_later`` the later tax that is spared (or, for a loss, brought).
    """

    own_risk: float
    shared_risk: float
    cash: float
    limits: float
    trading: float
    tax_now: float
    tax_later: float
    goals: float = 0.0

    @property
    def margin(self) -> float:
        """What is left of a dollar sold."""
        gained = self.own_risk + self.shared_risk + self.goals + self.cash + self.tax_later
        return gained - self.limits - self.trading - self.tax_now


def sale_terms(p: CoreProblem, plan: CorePlan) -> tuple[SaleTerms, ...]:
    """Return the terms of every lot at the plan's prices."""
    lots, prices = p.lots, plan.prices
    tail = tail_of(p, next(r for r in regimes(p.tax) if r.name == plan.regime), 1.0)
    price = prices.plane @ tail.planes + prices.row @ tail.rows
    weight = p.account_weight[lots.account]
    own = 2 * p.gamma * p.idio**2 * deviation_after(p, plan)
    shared = np.sqrt(p.gamma) * p.factors @ prices.factor
    gain = lots.gain_rate * lots.taxable
    cash = -price[2 + lots.account] * (1 - p.spread[lots.asset])
    limits = np.zeros(len(gain))
    for n, limit in enumerate(p.limits):
        limits += price[2 + len(p.cash) + n] * limit.sell
    goals = np.zeros(len(gain))
    for n, goal in enumerate(p.goals):
        goals -= price[2 + len(p.cash) + len(p.limits) + n] * goal.sell
    rows = zip(
        own[lots.asset] * weight,
        shared[lots.asset] * weight,
        cash,
        limits,
        p.spread[lots.asset],
        np.where(lots.short, price[0], price[1]) * gain,
        lots.later * gain,
        goals,
        strict=True,
    )
    return tuple(SaleTerms(*map(float, row)) for row in rows)


def deviation_after(p: CoreProblem, plan: CorePlan) -> Array:
    """Return each asset's weight less its target once the plan is done."""
    size = len(p.deviation)
    sold = np.bincount(p.lots.asset, plan.sell * p.account_weight[p.lots.account], size)
    bought = np.bincount(p.buys.asset, plan.buy * p.account_weight[p.buys.account], size)
    return np.asarray(p.deviation - sold + bought)


def wish_prices(plan: CorePlan) -> dict[str, float]:
    """Return what loosening each named rule by one unit of its own saves, in units of the portfolio.

    Cash targets are rules too: a positive price is what one dollar less to be kept would save.
    """
    return {
        name: float(price if not name.startswith("cash") else -price)
        for name, price in zip(plan.rules, plan.prices.row, strict=True)
        if name and not name.startswith("regime")
    }


def at_netting_limit(plan: CorePlan, least: float = 1e-6) -> bool:
    """Tell whether the plan stops where one kind of gain or loss is used up: a regime's edge holds it."""
    return any(
        name.startswith("regime") and abs(price) > least
        for name, price in zip(plan.rules, plan.prices.row, strict=True)
    )
