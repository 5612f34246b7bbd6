"""The frontier of tax and cost against risk: the core solved for many prices of variance, each from the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.plan.core.bound import Bounds
from tools.plan.core.choices import best_sides
from tools.plan.core.form import Form, form_of
from tools.plan.core.interior import minimise
from tools.plan.core.iterates import Point, Prices
from tools.plan.core.netted_tax import regimes
from tools.plan.core.plan_cost import Cost, cost_of
from tools.plan.core.problem import BP, Array, CoreProblem, Mask
from tools.plan.core.search import solve_core
from tools.plan.core.sifting import minimise_sifted
from tools.plan.core.tail import Tail, tail_of
from tools.plan.core.trades import trades_of

PENALTY = 50.0
ROUGH = 1e-7
"""A thousandth of a bp is enough for a chart."""
CLOSE_BP = 0.1
"""Sides are changed where they may cost more than this."""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One plan of the frontier: the annual tracking risk it leaves, its parts in bp, and what is not proven of it.

    ``gap_bp`` covers every side of every group within the regime of the middle plan; other regimes are not looked at.
    """

    gamma: float
    risk_frac: float
    cost: Cost
    gap_bp: float
    sell: Array
    buy: Array


def frontier(problem: CoreProblem, points: int = 20, span: float = 100.0) -> tuple[FrontierPoint, ...]:
    """Return plans for prices of variance from ``gamma/span`` to ``gamma*span``, least risk last."""
    core = solve_core(problem)
    scales = np.geomspace(1 / span, span, points)
    regime = next(r for r in regimes(problem.tax) if r.name == core.regime)
    form, _ = form_of(problem)
    tail = tail_of(problem, regime, PENALTY)
    middle = int(np.argmin(np.abs(np.log(scales))))
    found: list[FrontierPoint] = []
    for part in (range(middle, -1, -1), range(middle + 1, points)):
        trace = _Trace(problem, form, tail, core.choice)
        found += [trace.point(float(scales[n])) for n in part]
    return tuple(sorted(found, key=lambda one: one.gamma))


class _Trace:
    """Follows the plan from one price of variance to the next: sides, and columns that matter, change little."""

    def __init__(self, problem: CoreProblem, form: Form, tail: Tail, sides: Mask) -> None:
        self.problem, self.form, self.tail, self.sides = problem, form, tail, sides
        self.unit_cost: Array | None = None

    def point(self, scale: float) -> FrontierPoint:
        """Return the plan at a multiple of the problem's price of variance; sides are changed once if prices ask."""
        form = replace(self.form, quad=self.form.quad * scale, factor=self.form.factor * np.sqrt(scale))
        bounds, at = Bounds(form), replace(self.problem, gamma=self.problem.gamma * scale)
        best: FrontierPoint | None = None
        for _ in range(2):
            point = self._solved(form.restricted(self.sides), bounds)
            bound = bounds.at(self.tail, point.prices)
            self.unit_cost = bound.unit_cost
            sell, buy = trades_of(at, form.restricted(self.sides), point.amount)
            cost = cost_of(at, sell, buy)
            gap = max(0.0, cost.total_bp - BP * bound.cost)
            if best is None or cost.total_bp < best.cost.total_bp:
                risk = float(np.sqrt(max(cost.risk_bp, 0.0) / BP / at.gamma)) if at.gamma else 0.0
                best = FrontierPoint(at.gamma, risk, cost, gap, sell, buy)
            if gap < CLOSE_BP:
                break
            self.sides = best_sides(form, bound)
        assert best is not None
        return best

    def _solved(self, form: Form, bounds: Bounds) -> Point:
        """Solve with the columns that the last point's prices leave open."""
        if self.unit_cost is None:
            return minimise(form, self.tail, ROUGH)
        columns = self.sides[self.form.side][self.form.copy]

        def reprice(prices: Prices) -> Array:
            return bounds.at(self.tail, prices).unit_cost[columns]

        return minimise_sifted(form, self.tail, self.unit_cost[columns], reprice, tolerance=ROUGH)[0]
