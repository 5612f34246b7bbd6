"""The best plan of a household's problem, proven: the core, and around it the funds whose likeness is unsettled.

Securities graded caution are no identical group, but a plan does not sell one at a loss and buy another. Where the
core's plan does, the problem is divided: such a family keeps its losses, or is not bought.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from tools.errors import NoPlan
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import CoreProblem, Index
from tools.plan.core.search import CorePlan, solve_core

TRADED = 1e-9
MOST_BRANCHES = 40


@dataclass(frozen=True, slots=True)
class Proven:
    """The best plan with the problem of its branch; ``bound_bp`` holds for every branch, so for every plan."""

    problem: CoreProblem
    plan: CorePlan
    bound_bp: float

    @property
    def gap_bp(self) -> float:
        """How much better another plan could be at most."""
        return max(0.0, self.plan.cost.total_bp - self.bound_bp)

    def asked_bp(self, asked: CoreProblem) -> float:
        """Return what the plan costs in the problem as it was asked, without what was priced in to solve it."""
        return cost_of(asked, self.plan.sell, self.plan.buy).total_bp


def solve_proven(problem: CoreProblem, families: Index) -> Proven:
    """Return the best plan in which no family has a loss sold and a purchase.

    Args:
        problem: The problem with its identical groups.
        families: Number of each asset's family: securities graded same or caution.

    Raises:
        NoPlan: The limits contradict each other; names them.
    """
    order = count()
    heap: list[tuple[float, int, CoreProblem, CorePlan]] = []
    first = solve_core(problem)
    heapq.heappush(heap, (first.bound_bp, next(order), problem, first))
    best: tuple[CoreProblem, CorePlan] | None = None
    refused: NoPlan | None = None
    for _ in range(MOST_BRANCHES):
        if not heap or (best is not None and heap[0][0] >= best[1].cost.total_bp):
            break
        _, _, branch, plan = heapq.heappop(heap)
        clashing = clashes(branch, families, plan)
        if not clashing.size:
            if best is None or plan.cost.total_bp < best[1].cost.total_bp:
                best = (branch, plan)
            continue
        for part in either_way(branch, families, int(clashing[0])):
            try:
                found = solve_core(part)
            except NoPlan as error:
                refused = error
                continue
            heapq.heappush(heap, (found.bound_bp, next(order), part, found))
    if best is None:
        raise refused or NoPlan("No set of trades keeps the wash-sale rule and these limits.", "Loosen a limit.")
    bound = min([best[1].bound_bp, *(row[0] for row in heap)])
    return Proven(best[0], best[1], bound)


def clashes(p: CoreProblem, families: Index, plan: CorePlan) -> Index:
    """Return the families whose losses are sold while one of the family is bought."""
    size = int(families.max()) + 1 if families.size else 0
    losses = np.bincount(families[p.lots.asset], np.where(p.lots.loss, plan.sell, 0.0), size)
    bought = np.bincount(families[p.buys.asset], plan.buy, size)
    return np.flatnonzero((losses > TRADED) & (bought > TRADED))


def either_way(p: CoreProblem, families: Index, family: int) -> tuple[CoreProblem, CoreProblem]:
    """Return the problem without the family's purchases, and without the sale of its losses."""
    lots = (families[p.lots.asset] == family) & p.lots.loss
    buys = families[p.buys.asset] == family
    unbought = replace(p, buys=replace(p.buys, most=np.where(buys, 0.0, p.buys.most)))
    return unbought, replace(p, lots=replace(p.lots, most=np.where(lots, 0.0, p.lots.most)))


def settled(p: CoreProblem, families: Index, plan: CorePlan) -> CoreProblem:
    """Let every family keep to the side that the plan is on: what it buys keeps its losses, the rest is not bought."""
    size = int(families.max()) + 1 if families.size else 0
    bought = np.bincount(families[p.buys.asset], plan.buy, size) > TRADED
    losses = np.bincount(families[p.lots.asset], np.where(p.lots.loss, plan.sell, 0.0), size) > TRADED
    kept = bought[families[p.lots.asset]] & p.lots.loss
    shut = losses[families[p.buys.asset]]
    return replace(
        p,
        lots=replace(p.lots, most=np.where(kept, 0.0, p.lots.most)),
        buys=replace(p.buys, most=np.where(shut, 0.0, p.buys.most)),
    )
