"""Looks at parts of the search: what prices prove of them, and which plans they lead to."""

from __future__ import annotations

import numpy as np

from tools.plan.core.bound import Bound
from tools.plan.core.carried import carried_over
from tools.plan.core.certificate import Leaf
from tools.plan.core.choices import best_sides, losses_sold, pick
from tools.plan.core.iterates import Point, Prices
from tools.plan.core.node import Best, Node
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import BP, Array, CoreProblem, Mask
from tools.plan.core.programs import PENALTIES, Programs
from tools.plan.core.tail import Tail
from tools.plan.core.trades import trades_of

GLIMPSE = 1e-4
"""With less than this left to gain, in cost, the prices are good enough to choose sides."""
ENDED = 1e-8
"""A program with less left to gain has been solved to its end, not left early."""
KEPT = 1e-6
"""A rule broken by less than this weight is a matter of the solver's precision."""


class Looks:
    """The best plan so far, the leaves of its proof, and the ways to improve either in one node."""

    def __init__(self, problem: CoreProblem, gap: float) -> None:
        self.problem, self.gap, self.programs = problem, gap, Programs(problem)
        self.form = self.programs.form
        self.best: Best | None = None
        self.choice = losses_sold(self.programs.sides)
        self.leaves: list[Leaf] = []
        self.known: dict[tuple[str, int, bytes], Point] = {}

    @property
    def cutoff(self) -> float:
        """Cost that a node must beat to matter."""
        return self.programs.cutoff

    def foreseen(self, node: Node, tail: Tail) -> bool:
        """Try the best plan's prices in this regime; True when they close it."""
        if self.best is None:
            return False
        node.tried = self.best
        prices = carried_over(self.best.prices, self.best.tail, tail, self.programs.ranges)
        if prices is None:
            return node.next is None and self.glimpse(node, tail)
        bound = self.prove(node, tail, prices)
        if node.next is None:
            node.next = best_sides(self.form, bound)
        if node.bound < self.cutoff:
            return False
        self.close(node)
        return True

    def glimpse(self, node: Node, tail: Tail) -> bool:
        """Solve without the wash-sale rule: its prices say where to begin, and often close the node at once."""
        point = self.programs.solve(self.programs.relaxed, tail, node, None, GLIMPSE)
        bound = self.prove(node, tail, point.prices)
        node.next = best_sides(self.form, bound)
        if node.bound < self.cutoff:
            return False
        self.close(node)
        return True

    def by_prices(self, node: Node, tail: Tail, rounds: int, chosen: Array | None = None) -> bool:
        """Fix sides, solve, and change them as prices say until they repeat; True once the node is closed."""
        first = self.choice if node.next is None else node.next
        score = np.where(first, 1.0, 0.0) if chosen is None else chosen
        choice = pick(self.form, np.where(node.allowed, score, -1.0))
        for _ in range(rounds):
            if choice.tobytes() in node.seen:
                break
            node.seen.add(choice.tobytes())
            key = (node.regime.name, node.penalty, choice.tobytes())
            point = self.known.get(key) or self.programs.solve(self.form.restricted(choice), tail, node, choice)
            bound = self.prove(node, tail, point.prices)
            if key not in self.known:
                self.offer(node, choice, point, tail)
            if point.gap < ENDED:
                self.known[key] = point
            if node.bound >= self.cutoff:
                self.close(node)
                return True
            choice = node.next = best_sides(self.form, bound)
        return False

    def trim(self, node: Node, tail: Tail) -> None:
        """Leave out the sides that cost too much at the node's best prices, whatever the other groups do."""
        if self.best is None or node.proof is None:
            return
        bound = self.programs.bounds.at(tail, node.proof, node.allowed)
        cost = bound.cost + bound.side_cost - bound.group_cost[self.form.group]
        kept = node.allowed & (cost < self.cutoff)
        out = node.allowed & ~kept
        if bound.cost < self.cutoff and out.any():
            regime, penalty = node.regime.name, PENALTIES[node.penalty]
            self.leaves.append(Leaf(regime, node.allowed, node.proof, penalty, float(cost[out].min()), kept))
            node.allowed = kept

    def prove(self, node: Node, tail: Tail, prices: Prices) -> Bound:
        """Return the bound that prices prove for a node, and keep the best for it."""
        bound = self.programs.bound(node, tail, prices)
        node.guide = bound.unit_cost
        if bound.cost > node.bound:
            node.bound, node.proof = bound.cost, prices
        return bound

    def offer(self, node: Node, choice: Mask, point: Point, tail: Tail) -> None:
        """Keep a plan that is legal and better than the best so far."""
        sell, buy = trades_of(self.problem, self.form.restricted(choice), point.amount)
        cost = cost_of(self.problem, sell, buy)
        if self.best is not None and cost.total_bp >= self.best.cost.total_bp:
            return
        if max(rule_breaks(self.problem, sell, buy).values(), default=0.0) <= KEPT:
            self.best = Best(sell, buy, cost, node.regime.name, point.prices, tail)
            self.choice = choice
            self.programs.cutoff = cost.total_bp / BP - self.gap / 2

    def close(self, node: Node) -> None:
        """End a node: what it cannot beat, its prices prove."""
        self.leaves.append(Leaf(node.regime.name, node.allowed, node.proof, PENALTIES[node.penalty], node.bound))
