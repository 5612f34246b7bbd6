"""Whole shares, a least size and a limit on the number of orders: around the proven core, with what they cost.

An order is one account's sale or purchase of one asset, all its lots together. Orders that are too small or too many
are left out and the core solved again; what is left is rounded to shares and improved share by share. The bound stays
that of the core, so the gap says what these wishes cost at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from tools.errors import BadRequest, NoPlan
from tools.plan.core.netted_tax import regimes
from tools.plan.core.plan_cost import Cost, cost_of, rule_breaks
from tools.plan.core.problem import BP, Array, CoreProblem, Index, Limit
from tools.plan.core.search import CorePlan, solve_core
from tools.plan.core.tail import tail_of

NODES = 12
"""Parts of the search for each set of orders; the proof stays that of the first search."""
TRIES = 2_000
"""Plans looked at while whole shares are improved; the order of looking is fixed, so the result is too."""
NOTHING = 1e-9
WRONG = 1e7
"""Cost in bp per unit of weight by which rounding breaks a rule."""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """What orders must be like; sizes are weights.

    ``share`` is the weight of one share of each asset, None where shares may be fractional; an order that is made has
    at least ``least``; at most ``most`` orders. A lot may always be sold whole.
    """

    share: Array | None = None
    least: float = 0.0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """Trades that keep the rules; ``bound_bp`` is the core's, ``idle`` the cash above target left by whole shares."""

    sell: Array
    buy: Array
    cost: Cost
    bound_bp: float
    idle: Array
    orders: int
    solves: int

    @property
    def gap_bp(self) -> float:
        """What the rules cost at most, and how far from the best under them the plan can be at most."""
        return max(0.0, self.cost.total_bp - self.bound_bp)


def with_orders(problem: CoreProblem, rules: OrderRules, core: CorePlan | None = None) -> Ordered:
    """Return a plan that keeps the order rules, near the core's optimum.

    Raises:
        BadRequest: A rule has no meaning.
        NoPlan: No such set of orders keeps the other limits.
    """
    if rules.least < 0 or (rules.most is not None and rules.most < 0):
        raise BadRequest("The least order and the number of orders must not be negative.", "Give zero or more.")
    if rules.share is not None and not (rules.share > 0).all():
        raise BadRequest("A share must be worth something.", "Give the price of every asset.")
    core, solves = core or solve_core(problem), 1
    kept, plan = _Orders(problem), core
    while (drop := kept.unwanted(plan, rules)).size:
        plan, tried = _without(kept, drop, rules.least)
        solves += tried
    plan, more = _swapped(problem, kept, plan, rules)
    sell, buy = plan.sell, plan.buy
    if rules.share is not None:
        sell, buy = _in_shares(problem, plan, rules)
    idle = cash_left(problem, sell, buy)
    orders = int((_Orders(problem).sizes(sell, buy) > NOTHING).sum())
    bound = _bound_with_cash(problem, core, np.maximum(idle, _most_idle(problem, rules)))
    return Ordered(sell, buy, cost_of(problem, sell, buy), bound, idle, orders, solves + more)


def _without(kept: _Orders, drop: Index, least: float) -> tuple[CorePlan, int]:
    """Leave orders out and solve; where that leaves no plan, leave out the smallest that may go, or make one larger.

    Raises:
        NoPlan: None of this is possible.
    """
    open_, large = kept.open.copy(), kept.large.copy()
    ways = [(drop, False), *((drop[k : k + 1], False) for k in range(len(drop)))]
    ways += [(drop[k : k + 1], True) for k in reversed(range(len(drop)))] if least else []
    problem = NoPlan("No set of orders keeps these limits.", "Allow more or smaller orders.")
    for n, (some, enlarge) in enumerate(ways):
        kept.open, kept.large = open_.copy(), large.copy()
        (kept.large if enlarge else kept.open)[some] = enlarge
        try:
            return solve_core(kept.problem(least), most_nodes=NODES), n + 1
        except NoPlan as error:
            problem = error
    raise problem


def _most_idle(problem: CoreProblem, rules: OrderRules) -> Array:
    """Return the cash that whole shares may leave in an account: less than its dearest share."""
    if rules.share is None:
        return np.zeros(len(problem.cash))
    dearest = np.zeros(len(problem.cash))
    np.maximum.at(dearest, problem.lots.account, rules.share[problem.lots.asset])
    np.maximum.at(dearest, problem.buys.account, rules.share[problem.buys.asset])
    return dearest


def _bound_with_cash(problem: CoreProblem, core: CorePlan, most: Array) -> float:
    """Return the bound of all plans that end with up to ``most`` more cash than the target, as prices value it."""
    found = []
    for leaf in core.certificate.leaves:
        regime = next(r for r in regimes(problem.tax) if r.name == leaf.regime)
        cost = leaf.cost
        for name, price in zip(
            tail_of(problem, regime, leaf.penalty).rule, leaf.prices.row if leaf.prices else (), strict=True
        ):
            if name.startswith("cash of account "):
                cost -= max(0.0, price * float(most[int(name.rsplit(" ", 1)[1])]))
        found.append(cost)
    return min(BP * min(found), core.bound_bp)


class _Orders:
    """Which orders are open; lots and purchases by order."""

    def __init__(self, problem: CoreProblem) -> None:
        self.base = problem
        assets = len(problem.deviation)
        self.of_lot: Index = problem.lots.account * assets + problem.lots.asset
        self.of_buy: Index = (len(problem.cash) + problem.buys.account) * assets + problem.buys.asset
        self.open = np.ones(2 * len(problem.cash) * assets, dtype=bool)
        self.large = np.zeros(len(self.open), dtype=bool)

    def sizes(self, sell: Array, buy: Array) -> Array:
        """Return the weight of each order."""
        count = len(self.open)
        return np.asarray(np.bincount(self.of_lot, sell, count) + np.bincount(self.of_buy, buy, count))

    def unwanted(self, plan: CorePlan, rules: OrderRules) -> Index:
        """Return the orders to leave out next: the smaller half of those too small, or of those too many."""
        sizes = self.sizes(plan.sell, plan.buy)
        made = np.flatnonzero(sizes > NOTHING)
        by_size = made[np.argsort(sizes[made], kind="stable")]
        small = int((sizes[by_size] < rules.least * (1 - 1e-6)).sum())
        many = 0 if rules.most is None else max(0, len(made) - rules.most)
        return by_size[: max((small + 1) // 2, (many + 1) // 2)]

    def problem(self, least: float = 0.0) -> CoreProblem:
        """Return the problem with only the open orders, the large ones of at least ``least``."""
        lots, buys = self.base.lots, self.base.buys
        large = tuple(
            Limit(f"order {n}", -(self.of_lot == n).astype(float), -(self.of_buy == n).astype(float), -least)
            for n in np.flatnonzero(self.large)
        )
        return replace(
            self.base,
            limits=self.base.limits + large,
            lots=replace(lots, most=np.where(self.open[self.of_lot], lots.most, 0.0)),
            buys=replace(buys, most=np.where(self.open[self.of_buy], buys.most, 0.0)),
        )


def _swapped(problem: CoreProblem, kept: _Orders, plan: CorePlan, rules: OrderRules) -> tuple[CorePlan, int]:
    """Where their number is limited, try the orders left out last in place of the smallest made."""
    if rules.most is None:
        return plan, 0
    sizes = kept.sizes(plan.sell, plan.buy)
    free = kept.sizes(*_core_sizes(problem))
    shut = np.flatnonzero(~kept.open & (free > max(rules.least, NOTHING)))
    tried = 0
    for order in shut[np.argsort(-free[shut], kind="stable")][:3]:
        made = np.flatnonzero(sizes > NOTHING)
        if not made.size:
            break
        other = _Orders(problem)
        other.open, other.large = kept.open.copy(), kept.large.copy()
        other.open[order], other.open[made[np.argmin(sizes[made])]] = True, False
        try:
            found = solve_core(other.problem(rules.least), most_nodes=NODES)
        except NoPlan:
            continue
        finally:
            tried += 1
        if found.cost.total_bp < plan.cost.total_bp and not other.unwanted(found, rules).size:
            plan, kept.open, sizes = found, other.open, other.sizes(found.sell, found.buy)
    return plan, tried


def _core_sizes(problem: CoreProblem) -> tuple[Array, Array]:
    return problem.lots.most, problem.buys.most


def cash_left(p: CoreProblem, sell: Array, buy: Array) -> Array:
    """Return the cash of each account above its target once the trades are done."""
    lots, buys = p.lots, p.buys
    cash = p.cash + np.bincount(lots.account, sell * (1 - p.spread[lots.asset]), len(p.cash))
    return np.asarray(cash - np.bincount(buys.account, buy * (1 + p.spread[buys.asset]), len(p.cash)) - p.cash_target)


def _in_shares(problem: CoreProblem, plan: CorePlan, rules: OrderRules) -> tuple[Array, Array]:
    """Round to whole shares with enough cash, then improve one and two amounts at a time by single shares."""
    grid = _Grid(problem, plan, rules)
    x = grid.start()
    value = grid.value(x)
    while (better := grid.improve(x, value)) is not None:
        x, value = better
    if grid.broken(x) > NOTHING:
        raise NoPlan("No whole number of shares keeps these limits.", "Allow fractional shares, or loosen a limit.")
    return grid.trades(x)


class _Grid:
    """Amounts in whole shares of the lots and purchases that the plan uses, and what they cost."""

    def __init__(self, problem: CoreProblem, plan: CorePlan, rules: OrderRules) -> None:
        assert rules.share is not None
        self.p, self.rules, self.orders = problem, rules, _Orders(problem)
        self.lot = np.flatnonzero(plan.sell > NOTHING)
        self.pair = np.flatnonzero(plan.buy > NOTHING)
        share = np.concatenate([rules.share[problem.lots.asset[self.lot]], rules.share[problem.buys.asset[self.pair]]])
        self.wanted = np.concatenate([plan.sell[self.lot], plan.buy[self.pair]])
        self.most = np.concatenate([problem.lots.most[self.lot], problem.buys.most[self.pair]])
        self.share, self.sells = share, len(self.lot)
        self.idle = _most_idle(problem, rules)
        self.tried = 0

    def start(self) -> Array:
        """Round sells to the nearest share and purchases down; sell more, then buy less, until cash suffices."""
        sells = np.arange(len(self.wanted)) < self.sells
        shares = np.where(sells, np.round(self.wanted / self.share), np.floor(self.wanted / self.share + 1e-9))
        x = np.where(sells & (self.wanted > self.most - self.share / 2), self.most, shares * self.share)
        x = np.minimum(x, np.where(sells, self.most, np.floor(self.most / self.share + 1e-9) * self.share))
        for _ in range(10 * len(x) + 10):
            short = -cash_left(self.p, *self.trades(x))
            if short.max() <= NOTHING:
                break
            account = int(np.argmax(short))
            options = [
                n
                for n in range(len(x))
                if self._account(n) == account and self._nudged(x, n, self._cash(n)) is not None
            ]
            if not options:
                break
            n = min(options, key=lambda n: cost_of(self.p, *self.trades(self._must(x, n))).total_bp)
            x = self._must(x, n)
        return x

    def _must(self, x: Array, n: int) -> Array:
        moved = self._nudged(x, n, self._cash(n))
        return x if moved is None else moved

    def _cash(self, n: int) -> int:
        return 1 if n < self.sells else -1

    def _account(self, n: int) -> int:
        lots, buys = self.p.lots, self.p.buys
        return int(lots.account[self.lot[n]] if n < self.sells else buys.account[self.pair[n - self.sells]])

    def trades(self, x: Array) -> tuple[Array, Array]:
        """Return sells and buys in weights."""
        sell, buy = np.zeros(len(self.p.lots.value)), np.zeros(len(self.p.buys.most))
        sell[self.lot], buy[self.pair] = x[: self.sells], x[self.sells :]
        return sell, buy

    def value(self, x: Array) -> float:
        """Return the cost in bp, and much more for every rule broken, so that improving leads back to the rules."""
        return cost_of(self.p, *self.trades(x)).total_bp + WRONG * self.broken(x)

    def broken(self, x: Array) -> float:
        """Return by how much rules are broken: the limits, orders too small or too many, cash short or left over."""
        sell, buy = self.trades(x)
        left = cash_left(self.p, sell, buy)
        breaks = [v for k, v in rule_breaks(self.p, sell, buy).items() if not k.startswith("cash of") and v > NOTHING]
        sizes = self.orders.sizes(sell, buy)
        made = sizes[sizes > NOTHING]
        many = 0 if self.rules.most is None else max(0, len(made) - self.rules.most)
        small = np.maximum(self.rules.least * (1 - 1e-9) - made, 0).sum()
        cash = np.maximum(-left - NOTHING, 0).sum() + np.maximum(left - self.idle - NOTHING, 0).sum()
        return float(sum(breaks) + small + many + cash)

    def improve(self, x: Array, value: float) -> tuple[Array, float] | None:
        """Return the first better neighbour by one share, or by one share of two amounts; None when tries run out."""
        moves = [(n, d) for n in self._by_size() for d in (1, -1)]
        for y in self._neighbours(x, moves):
            self.tried += 1
            if self.tried > TRIES:
                return None
            if (found := self.value(y)) < value - 1e-9:
                return y, found
        return None

    def _by_size(self) -> list[int]:
        return [int(n) for n in np.argsort(-self.share, kind="stable")]

    def _neighbours(self, x: Array, moves: list[tuple[int, int]]) -> Iterator[Array]:
        singles = [(n, y) for n, d in moves if (y := self._nudged(x, n, d)) is not None]
        yield from (y for _, y in singles)
        for (first, y), (n, d) in product(singles, moves):
            if n != first and (z := self._nudged(y, n, d)) is not None:
                yield z

    def _nudged(self, x: Array, n: int, shares: int) -> Array | None:
        """Move one amount to the next whole share up or down (a lot's own end counts), None where there is none."""
        now = x[n] / self.share[n]
        to = np.floor(now + 1e-9) + 1 if shares > 0 else np.ceil(now - 1e-9) - 1
        amount = to * self.share[n]
        if shares > 0 and n < self.sells and amount > self.most[n] > x[n] + NOTHING:
            amount = self.most[n]
        if amount < 0 or amount > self.most[n] + NOTHING:
            return None
        y = x.copy()
        y[n] = amount
        return y
