"""Branch and bound over tax regimes and sides of identical groups: the best plan of the core problem, with its proof.

In each node trades are found with the sides fixed; their prices say which side of each group is better at them, and
prove a bound for the node. When sides repeat and a gap remains, the hull of all sides is solved and one group is split.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from tools.errors import NoPlan
from tools.plan.core.bound import Bound, Bounds
from tools.plan.core.carried import carried_over, gain_ranges
from tools.plan.core.certificate import Certificate, Leaf
from tools.plan.core.form import Form, form_of, free_form
from tools.plan.core.interior import minimise
from tools.plan.core.iterates import Point, Prices
from tools.plan.core.netted_tax import Regime, regimes
from tools.plan.core.plan_cost import Cost, cost_of, rule_breaks
from tools.plan.core.problem import BP, Array, CoreProblem, Mask
from tools.plan.core.sides import Sides
from tools.plan.core.sifting import minimise_sifted
from tools.plan.core.tail import Tail, broken, tail_of
from tools.plan.core.trades import trades_of

GAP_BP = 8e-4
TIE = 1e-9
SKETCH, FIRST_ROUNDS = 1, 2
"""How often sides follow prices in a regime before its hull is solved: the first one has no plan to beat yet."""
LARGE = 3_000
"""Forms with more columns are solved with few of them open at first, and their sides follow prices once."""
GLIMPSE = 1e-4
"""With less than this left to gain, in cost, the prices are good enough to choose sides."""
SMALL_PART = 0.3
"""A bound that misses the best plan by ten times what is left to gain will not close its node."""
WIDE = 0.1
"""With more than this left to gain, in cost, a bound is not worth the time it takes."""
ENDED = 1e-8
"""A program with less left to gain has been solved to its end, not left early."""
PENALTIES = (50.0, 5e3, 5e5)
KEPT = 1e-6
"""A rule broken by less than this weight is a matter of the solver's precision."""
BROKEN = 1e-4
"""A rule broken by more than this at the highest penalty cannot be kept; such a node costs more than any plan."""


@dataclass(frozen=True, slots=True)
class CorePlan:
    """The best trades found, in weights, with their exact cost and the certificate of how good they are.

    ``prices`` are those of the regime's rows, named in ``rules``; ``choice`` is the side of each group. ``solves``
    counts convex programs, ``nodes`` the parts of the search; ``gap_bp`` is what is not proven.
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


@dataclass
class _Best:
    sell: Array
    buy: Array
    cost: Cost
    regime: str
    prices: Prices
    tail: Tail


@dataclass(order=True)
class _Node:
    bound: float
    order: int
    regime: Regime = field(compare=False)
    allowed: Mask = field(compare=False)
    proof: Prices | None = field(compare=False, default=None)
    penalty: int = field(compare=False, default=0)
    half: bool = field(compare=False, default=False)
    fresh: bool = field(compare=False, default=True)
    guide: Array | None = field(compare=False, default=None)
    tried: _Best | None = field(compare=False, default=None)
    looked: bool = field(compare=False, default=False)
    next: Mask | None = field(compare=False, default=None)
    seen: set[bytes] = field(compare=False, default_factory=set)


class _Search:
    def __init__(self, problem: CoreProblem, gap: float, most_nodes: int) -> None:
        self.problem, self.gap, self.most_nodes = problem, gap, most_nodes
        self.form, self.sides = form_of(problem)
        self.bounds, self.relaxed = Bounds(self.form), free_form(problem)
        self.ranges = gain_ranges(self.relaxed)
        self.best: _Best | None = None
        self.choice = _default(self.sides)
        self.leaves: list[Leaf] = []
        self.conflict: dict[str, float] = {}
        self.tails: dict[tuple[str, int], Tail] = {}
        self.last: tuple[Prices | None, Mask | None, Bound | None] = (None, None, None)
        self.known: dict[tuple[str, int, bytes], Point] = {}
        self.solves = self.nodes = 0
        self.order = count()
        self.large = len(self.form.item) > LARGE

    @property
    def cutoff(self) -> float:
        """Cost that a node must beat to matter."""
        return np.inf if self.best is None else self.best.cost.total_bp / BP - self.gap / 2

    def run(self) -> CorePlan:
        allowed = np.ones(len(self.form.group), dtype=bool)
        heap = [_Node(-np.inf, next(self.order), r, allowed, fresh=True) for r in self._in_order()]
        while heap:
            node = heapq.heappop(heap)
            if node.bound >= self.cutoff or self.nodes >= self.most_nodes:
                self._close(node)
                continue
            self.nodes += not node.fresh
            for child in self._work(node):
                heapq.heappush(heap, child)
        return self._result()

    def _in_order(self) -> list[Regime]:
        """Put the regime of doing nothing first: the optimum is often there, and its cost prunes the others."""
        start = np.array([self.problem.tax.short_start, self.problem.tax.long_start, 1.0])
        return sorted(regimes(self.problem.tax), key=lambda r: float(-np.min(r.cone @ start)))

    def _work(self, node: _Node) -> list[_Node]:
        """Solve a node; return what is left to look at."""
        tail = self._tail(node)
        if node.fresh:
            node.fresh = False
            if self.best is None:
                if self._glimpse(node, tail):
                    return []
            elif self._foreseen(node, tail):
                return []
            else:
                return [node]
        elif node.tried is not self.best and self._foreseen(node, tail):
            return []
        if not node.looked:
            node.looked = True
            return [] if self._by_prices(node, tail, self._rounds()) else [node]
        self._trim(node, tail)
        alone = node.allowed.sum() == self.form.groups
        whole = self.form.restricted(node.allowed)
        hull = self.known.get((node.regime.name, node.penalty, node.allowed.tobytes())) if alone else None
        hull = hull or self._solve(whole, tail, node, node.allowed if alone else None)
        if hull.gap > KEPT < max(broken(tail, hull.measure).values(), default=0.0):
            self.solves += 1
            hull = minimise(whole, tail)  # left early, it cannot say whether a rule is broken or only not yet kept
        self._prove(node, tail, hull.prices)
        rest = {k: v for k, v in broken(tail, hull.measure).items() if v > KEPT}
        if node.bound >= self.cutoff:
            self._close(node)
            return []
        if max(rest.values(), default=0.0) > (KEPT if node.penalty + 1 < len(PENALTIES) else BROKEN):
            return self._stricter(node, rest)
        chosen = np.zeros(len(node.allowed))
        chosen[node.allowed] = hull.chosen
        if alone:
            self._offer(node, node.allowed, hull, tail)
        elif self._by_prices(node, tail, 1, chosen):
            return []
        self._trim(node, tail)
        if not alone and node.allowed.sum() == self.form.groups:
            node.half = True
            return [node]
        return self._split(node, chosen, hull.mixed)

    def _tail(self, node: _Node) -> Tail:
        key = (node.regime.name, node.penalty)
        if key not in self.tails:
            self.tails[key] = tail_of(self.problem, node.regime, PENALTIES[node.penalty])
        return self.tails[key]

    def _foreseen(self, node: _Node, tail: Tail) -> bool:
        """Try the best plan's prices in this regime; True when they close it."""
        if self.best is None:
            return False
        node.tried = self.best
        prices = carried_over(self.best.prices, self.best.tail, tail, self.ranges)
        if prices is None:
            return node.next is None and self._glimpse(node, tail)
        bound = self._prove(node, tail, prices)
        if node.next is None:
            node.next = best_sides(self.form, bound)
        if node.bound < self.cutoff:
            return False
        self._close(node)
        return True

    def _glimpse(self, node: _Node, tail: Tail) -> bool:
        """Solve without the wash-sale rule: its prices say where to begin, and often close the node at once."""
        point = self._solve(self.relaxed, tail, node, None, GLIMPSE)
        bound = self._prove(node, tail, point.prices)
        node.next = best_sides(self.form, bound)
        if node.bound < self.cutoff:
            return False
        self._close(node)
        return True

    def _trim(self, node: _Node, tail: Tail) -> None:
        """Leave out the sides that cost too much at the node's best prices, whatever the other groups do."""
        if self.best is None or node.proof is None:
            return
        bound = self.bounds.at(tail, node.proof, node.allowed)
        cost = bound.cost + bound.side_cost - bound.group_cost[self.form.group]
        kept = node.allowed & (cost < self.cutoff)
        out = node.allowed & ~kept
        if bound.cost < self.cutoff and out.any():
            regime, penalty = node.regime.name, PENALTIES[node.penalty]
            self.leaves.append(Leaf(regime, node.allowed, node.proof, penalty, float(cost[out].min()), kept))
            node.allowed = kept

    def _rounds(self) -> int:
        if self.large:
            return SKETCH
        return FIRST_ROUNDS if self.best is None else SKETCH

    def _stricter(self, node: _Node, rest: dict[str, float]) -> list[_Node]:
        """Raise the price of broken rules; when they stay broken, the node holds no plan."""
        if node.penalty + 1 < len(PENALTIES):
            node.penalty += 1
            node.bound, node.order = -np.inf, next(self.order)
            node.seen.clear()
            return [node]
        if not self.conflict or sum(rest.values()) < sum(self.conflict.values()):
            self.conflict = rest
        self._close(node)
        return []

    def _by_prices(self, node: _Node, tail: Tail, rounds: int, chosen: Array | None = None) -> bool:
        """Fix sides, solve, and change them as prices say until they repeat; True once the node is closed."""
        first = self.choice if node.next is None else node.next
        score = np.where(first, 1.0, 0.0) if chosen is None else chosen
        choice = _pick(self.form, np.where(node.allowed, score, -1.0))
        for _ in range(rounds):
            if choice.tobytes() in node.seen:
                break
            node.seen.add(choice.tobytes())
            key = (node.regime.name, node.penalty, choice.tobytes())
            point = self.known.get(key) or self._solve(self.form.restricted(choice), tail, node, choice)
            bound = self._prove(node, tail, point.prices)
            if key not in self.known:
                self._offer(node, choice, point, tail)
            if point.gap < ENDED:
                self.known[key] = point
            if node.bound >= self.cutoff:
                self._close(node)
                return True
            choice = node.next = best_sides(self.form, bound)
        return False

    def _solve(self, form: Form, tail: Tail, node: _Node, choice: Mask | None, least: float = 0.0) -> Point:
        """Minimise; leave early when the bound already closes the node or other sides are clearly better."""
        self.solves += 1

        def enough(prices: Prices, total: float) -> bool:
            if total > WIDE:
                return False
            bound = self.bounds.at(tail, prices, node.allowed)
            if bound.cost >= self.cutoff or total < least:
                return True
            if choice is None:
                return self.best is not None and total < SMALL_PART * (self.cutoff - bound.cost)
            more = float(bound.side_cost[choice].sum() - bound.group_cost.sum())
            return bound.cost + more >= self.cutoff or (total <= 1e-3 and more > 20 * total)

        if not self.large or node.guide is None or form is self.relaxed:
            return minimise(form, tail, stop=enough)
        columns = (node.allowed if choice is None else choice)[self.form.side][self.form.copy]

        def reprice(prices: Prices) -> Array:
            return self._bound(node, tail, prices).unit_cost[columns]

        point, solves = minimise_sifted(form, tail, node.guide[columns], reprice, enough)
        self.solves += solves - 1
        return point

    def _bound(self, node: _Node, tail: Tail, prices: Prices) -> Bound:
        """Return the bound of a node's sides, worked out once for the prices asked for last."""
        last, allowed, bound = self.last
        if last is not prices or allowed is not node.allowed or bound is None:
            bound = self.bounds.at(tail, prices, node.allowed)
            self.last = (prices, node.allowed, bound)
        return bound

    def _prove(self, node: _Node, tail: Tail, prices: Prices) -> Bound:
        bound = self._bound(node, tail, prices)
        node.guide = bound.unit_cost
        if bound.cost > node.bound:
            node.bound, node.proof = bound.cost, prices
        return bound

    def _offer(self, node: _Node, choice: Mask, point: Point, tail: Tail) -> None:
        """Keep a plan that is legal and better than the best so far."""
        sell, buy = trades_of(self.problem, self.form.restricted(choice), point.amount)
        cost = cost_of(self.problem, sell, buy)
        if self.best is not None and cost.total_bp >= self.best.cost.total_bp:
            return
        if max(rule_breaks(self.problem, sell, buy).values(), default=0.0) <= KEPT:
            self.best = _Best(sell, buy, cost, node.regime.name, point.prices, tail)
            self.choice = choice

    def _split(self, node: _Node, chosen: Array, gained: Array) -> list[_Node]:
        """Divide a node at the group that gains most from being on several sides at once."""
        open_groups = np.bincount(self.form.group[node.allowed], minlength=self.form.groups) > 1
        if not open_groups.any():
            self._close(node)
            return []
        mixed = np.zeros(self.form.groups)
        np.add.at(mixed, self.form.group, np.where(node.allowed, np.minimum(chosen, 1 - chosen), 0.0))
        group = int(np.argmax(np.where(open_groups, gained + TIE * mixed, -1.0)))
        mine = (self.form.group == group) & node.allowed
        first = int(np.argmax(np.where(mine, chosen, -1.0)))
        with_, without = node.allowed & ~mine, node.allowed.copy()
        with_[first], without[first] = True, False
        return [
            _Node(
                node.bound,
                next(self.order),
                node.regime,
                part,
                node.proof,
                node.penalty,
                half=True,
                fresh=False,
                looked=True,
                guide=node.guide,
            )
            for part in (with_, without)
        ]

    def _close(self, node: _Node) -> None:
        self.leaves.append(Leaf(node.regime.name, node.allowed, node.proof, PENALTIES[node.penalty], node.bound))

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
            certificate=Certificate(self.sides, tuple(self.leaves), bound_bp),
            regime=self.best.regime,
            prices=self.best.prices,
            rules=self.best.tail.rule,
            choice=self.choice,
            solves=self.solves,
            nodes=self.nodes,
        )


def _words(conflict: dict[str, float]) -> str:
    rules = [f"{name} (short by {amount:.4%} of the portfolio)" for name, amount in conflict.items()]
    return "No set of trades keeps all of these limits: " + ", ".join(rules) + "."


def _default(sides: Sides) -> Mask:
    """Start from the last side of each group: its losses are sold."""
    return np.append(sides.group[1:] != sides.group[:-1], True)


def best_sides(form: Form, bound: Bound) -> Mask:
    """Return the cheapest side of each group at the bound's prices."""
    return _pick(form, -bound.side_cost)


def _pick(form: Form, score: Array) -> Mask:
    """Choose one side of each group: the highest score, the first of equals."""
    best = np.full(form.groups, -np.inf)
    np.maximum.at(best, form.group, score)
    top = score >= best[form.group]
    place = np.where(top, np.arange(len(score)), len(score))
    first = np.full(form.groups, len(score))
    np.minimum.at(first, form.group, place)
    chosen = np.zeros(len(score), dtype=bool)
    chosen[first] = True
    return chosen
