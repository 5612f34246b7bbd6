"""The frontier of tax and cost against risk: the core solved for many prices of variance, each from the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.plan.core.bound import lower_bound
from tools.plan.core.form import Form, form_of
from tools.plan.core.interior import minimise
from tools.plan.core.netted_tax import regimes
from tools.plan.core.plan_cost import Cost, cost_of
from tools.plan.core.problem import BP, Array, CoreProblem
from tools.plan.core.search import best_sides, solve_core
from tools.plan.core.tail import tail_of
from tools.plan.core.trades import trades_of

PENALTY = 50.0
ROUGH = 1e-7
"""A thousandth of a bp is enough for a chart."""


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
    tail, choice = tail_of(problem, regime, PENALTY), core.choice
    found: list[FrontierPoint] = []
    middle = int(np.argmin(np.abs(np.log(scales))))
    for part in (range(middle, -1, -1), range(middle + 1, points)):
        sides = choice
        for n in part:
            scaled = _scaled(form, float(scales[n]))
            best: FrontierPoint | None = None
            for _ in range(2):
                point = minimise(scaled.restricted(sides), tail, ROUGH)
                bound = lower_bound(scaled, tail, point.prices)
                at = replace(problem, gamma=problem.gamma * float(scales[n]))
                sell, buy = trades_of(at, scaled.restricted(sides), point.amount)
                cost = cost_of(at, sell, buy)
                gap = max(0.0, cost.total_bp - BP * bound.cost)
                if best is None or cost.total_bp < best.cost.total_bp:
                    risk = float(np.sqrt(max(cost.risk_bp, 0.0) / BP / at.gamma)) if at.gamma else 0.0
                    best = FrontierPoint(at.gamma, risk, cost, gap, sell, buy)
                if gap < 0.1:
                    break
                sides = best_sides(scaled, bound)
            assert best is not None
            found.append(best)
    return tuple(sorted(found, key=lambda one: one.gamma))


def _scaled(form: Form, scale: float) -> Form:
    return replace(form, quad=form.quad * scale, factor=form.factor * np.sqrt(scale))
