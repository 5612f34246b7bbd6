"""The convex programs of one search: what they share is worked out once, and each ends once it has told enough."""

from __future__ import annotations

import numpy as np

from tools.plan.core.bound import Bound, Bounds
from tools.plan.core.carried import gain_ranges
from tools.plan.core.form import Form, form_of, free_form
from tools.plan.core.interior import minimise
from tools.plan.core.iterates import Point, Prices
from tools.plan.core.node import Node
from tools.plan.core.problem import Array, CoreProblem, Mask
from tools.plan.core.sifting import minimise_sifted
from tools.plan.core.tail import Tail, tail_of

LARGE = 3_000
"""Forms with more columns are solved with few of them open at first, and their sides follow prices once."""
SMALL_PART = 0.3
"""A bound that misses the best plan by ten times what is left to gain will not close its node."""
WIDE = 0.1
"""With more than this left to gain, in cost, a bound is not worth the time it takes."""
SURE, CLEARLY = 1e-3, 20.0
"""With less than this left to gain, other sides that save so many times as much are better for certain."""
PENALTIES = (50.0, 5e3, 5e5)


class Programs:
    """All programs of one problem; ``solves`` counts them, and ``ran`` names the regimes they were of."""

    def __init__(self, problem: CoreProblem) -> None:
        self.problem = problem
        self.form, self.sides = form_of(problem)
        self.bounds, self.relaxed = Bounds(self.form), free_form(problem)
        self.ranges = gain_ranges(self.relaxed)
        self.large = len(self.form.item) > LARGE
        self.solves, self.ran = 0, set[str]()
        self.cutoff = np.inf
        self._tails: dict[tuple[str, int], Tail] = {}
        self._last: tuple[Prices, Tail, Mask, Bound] | None = None

    def tail(self, node: Node) -> Tail:
        """Return the rows of a node's regime at its penalty."""
        key = (node.regime.name, node.penalty)
        if key not in self._tails:
            self._tails[key] = tail_of(self.problem, node.regime, PENALTIES[node.penalty])
        return self._tails[key]

    def bound(self, node: Node, tail: Tail, prices: Prices) -> Bound:
        """Return the bound of a node's sides, worked out once for the prices asked for last."""
        if self._last is not None:
            last, of, allowed, bound = self._last
            if last is prices and of is tail and allowed is node.allowed:
                return bound
        bound = self.bounds.at(tail, prices, node.allowed)
        self._last = (prices, tail, node.allowed, bound)
        return bound

    def solve(self, form: Form, tail: Tail, node: Node, choice: Mask | None, least: float = 0.0) -> Point:
        """Minimise; leave early when the bound closes the node or other sides than ``choice`` are clearly better.

        ``least`` is what may be left to gain, in cost.
        """
        self.solves += 1
        self.ran.add(node.regime.name)

        def enough(prices: Prices, total: float) -> bool:
            return total <= WIDE and self._enough(self.bound(node, tail, prices), total, choice, least)

        if not self.large or node.guide is None or form is self.relaxed:
            return minimise(form, tail, stop=enough)
        columns = (node.allowed if choice is None else choice)[self.form.side][self.form.copy]

        def reprice(prices: Prices) -> Array:
            return self.bound(node, tail, prices).unit_cost[columns]

        point, solves = minimise_sifted(form, tail, node.guide[columns], reprice, enough)
        self.solves += solves - 1
        return point

    def _enough(self, bound: Bound, total: float, choice: Mask | None, least: float) -> bool:
        if bound.cost >= self.cutoff or total < least:
            return True
        if choice is None:
            return bool(np.isfinite(self.cutoff)) and total < SMALL_PART * (self.cutoff - bound.cost)
        more = float(bound.side_cost[choice].sum() - bound.group_cost.sum())
        return bound.cost + more >= self.cutoff or (total <= SURE and more > CLEARLY * total)
