"""Branch and bound over tax regimes and sides of identical groups: the best plan of the core problem, with its proof.

In each node trades are found with the sides fixed; their prices say which side of each group is better at them, and
prove a bound for the node. When sides repeat and a gap remains, the hull of all sides is solved and one group is split.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from tools.errors import NoPlan
from tools.plan.core.certificate import Certificate
from tools.plan.core.interior import minimise
from tools.plan.core.iterates import Prices
from tools.plan.core.looks import KEPT, Looks
from tools.plan.core.netted_tax import Regime, regimes
from tools.plan.core.node import Node, parts
from tools.plan.core.plan_cost import Cost
from tools.plan.core.problem import BP, Array, CoreProblem, Mask
from tools.plan.core.programs import PENALTIES
from tools.plan.core.tail import Tail, broken

GAP_BP = 8e-4
SKETCH, FIRST_ROUNDS = 1, 2
"""How often sides follow prices in a regime before its hull is solved: the first one has no plan to beat yet."""
BROKEN = 1e-4
"""A rule broken by more than this at the highest penalty cannot be kept; such a node costs more than any plan."""


@dataclass(frozen=True, slots=True)
class CorePlan:
    """The best trades found, in weights, with their exact cost and the certificate of how good they are.

    ``prices`` are those of the regime's rows, named in ``rules``; ``choice`` is the side of each group. ``solves``
    counts convex programs, ``nodes`` the parts of the search; ``gap_bp`` is what is not proven. ``unsolved`` are the
    regimes that prices of others closed.
    """

    sell: Array
    buy: Array
    cost: Cost
    bound_bp: float
    certificate: Certificate
    regime: str
    prices: Prices
    rules: tuple[str, ...]
    choice: Mask
    solves: int
    nodes: int
    unsolved: frozenset[str]

    @property
    def gap_bp(self) -> float:
        """How much better another plan could be at most."""
        return max(0.0, self.cost.total_bp - self.bound_bp)


def solve_core(problem: CoreProblem, gap_bp: float = GAP_BP, most_nodes: int = 400) -> CorePlan:
    """Return the best plan, proven to ``gap_bp`` unless ``most_nodes`` runs out first (the gap is then reported).

    Raises:
        NoPlan: The limits contradict each other; names them with the smallest relaxation found.
    """
    return _Search(problem, gap_bp / BP, most_nodes).run()


class _Search(Looks):
    def __init__(self, problem: CoreProblem, gap: float, most_nodes: int) -> None:
        super().__init__(problem, gap)
        self.most_nodes, self.nodes, self.order = most_nodes, 0, count()
        self.conflict: dict[str, float] = {}

    def run(self) -> CorePlan:
        allowed = np.ones(len(self.form.group), dtype=bool)
        heap = [Node(-np.inf, next(self.order), r, allowed, fresh=True) for r in self._in_order()]
        while heap:
            node = heapq.heappop(heap)
            if node.bound >= self.cutoff or self.nodes >= self.most_nodes:
                self.close(node)
                continue
            self.nodes += not node.fresh
            for child in self._work(node):
                heapq.heappush(heap, child)
        return self._result()

    def _in_order(self) -> list[Regime]:
        """Put the regime of doing nothing first: the optimum is often there, and its cost prunes the others."""
        start = np.array([self.problem.tax.short_start, self.problem.tax.long_start, 1.0])
        return sorted(regimes(self.problem.tax), key=lambda r: float(-np.min(r.cone @ start)))

    def _work(self, node: Node) -> list[Node]:
        """Solve a node; return what is left to look at."""
        tail = self.programs.tail(node)
        if node.fresh and self.best is None:
            node.fresh = False
            if self.glimpse(node, tail):
                return []
        elif node.tried is not self.best and self.foreseen(node, tail):
            return []
        if node.fresh:
            node.fresh = False
            return [node]
        if node.looked:
            return self._relax(node, tail)
        node.looked = True
        return [] if self.by_prices(node, tail, self._rounds()) else [node]

    def _relax(self, node: Node, tail: Tail) -> list[Node]:
        """Solve the hull of the sides left, make the plan that it suggests, and split the node."""
        self.trim(node, tail)
        alone = node.allowed.sum() == self.form.groups
        whole = self.form.restricted(node.allowed)
        hull = self.known.get((node.regime.name, node.penalty, node.allowed.tobytes())) if alone else None
        hull = hull or self.programs.solve(whole, tail, node, node.allowed if alone else None)
        if hull.gap > KEPT < max(broken(tail, hull.measure).values(), default=0.0):
            self.programs.solves += 1
            hull = minimise(whole, tail)  # left early, it cannot say whether a rule is broken or only not yet kept
        self.prove(node, tail, hull.prices)
        rest = {k: v for k, v in broken(tail, hull.measure).items() if v > KEPT}
        if node.bound >= self.cutoff:
            self.close(node)
            return []
        if max(rest.values(), default=0.0) > (KEPT if node.penalty + 1 < len(PENALTIES) else BROKEN):
            return self._stricter(node, rest)
        chosen = np.zeros(len(node.allowed))
        chosen[node.allowed] = hull.chosen
        if alone:
            self.offer(node, node.allowed, hull, tail)
        elif self.by_prices(node, tail, 1, chosen):
            return []
        self.trim(node, tail)
        if not alone and node.allowed.sum() == self.form.groups:
            return [node]
        split = parts(node, self.form, chosen, hull.mixed)
        if not split:
            self.close(node)
        return [self._part(node, allowed) for allowed in split]

    def _rounds(self) -> int:
        if self.programs.large:
            return SKETCH
        return FIRST_ROUNDS if self.best is None else SKETCH

    def _stricter(self, node: Node, rest: dict[str, float]) -> list[Node]:
        """Raise the price of broken rules; when they stay broken, the node holds no plan."""
        if node.penalty + 1 < len(PENALTIES):
            node.penalty += 1
            node.bound, node.order = -np.inf, next(self.order)
            node.seen.clear()
            return [node]
        if not self.conflict or sum(rest.values()) < sum(self.conflict.values()):
            self.conflict = rest
        self.close(node)
        return []

    def _part(self, node: Node, allowed: Mask) -> Node:
        return replace(
            node,
            order=next(self.order),
            allowed=allowed,
            fresh=False,
            looked=True,
            next=None,
            seen=set(),
        )

    def _result(self) -> CorePlan:
        if self.best is None:
            raise NoPlan(_words(self.conflict), "Loosen one of these limits.")
        bound = min((leaf.cost for leaf in self.leaves), default=-np.inf)
        bound_bp = BP * min(bound, self.best.cost.total_bp / BP)
        return CorePlan(
            sell=self.best.sell,
            buy=self.best.buy,
            cost=self.best.cost,
            bound_bp=bound_bp,
            certificate=Certificate(self.programs.sides, tuple(self.leaves), bound_bp),
            regime=self.best.regime,
            prices=self.best.prices,
            rules=self.best.tail.rule,
            choice=self.choice,
            solves=self.programs.solves,
            nodes=self.nodes,
            unsolved=frozenset(r.name for r in regimes(self.problem.tax)) - self.programs.ran,
        )


def _words(conflict: dict[str, float]) -> str:
    rules = [f"{name} (short by {amount:.4%} of the portfolio)" for name, amount in conflict.items()]
    return "No set of trades keeps all of these limits: " + ", ".join(rules) + "."
