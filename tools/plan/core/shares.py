"""Whole shares: round the core's amounts, then improve them share by share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from tools.errors import NoPlan
from tools.plan.core.order_rules import NOTHING, OrderRules, Orders, cash_left, most_idle
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import Array, CoreProblem
from tools.plan.core.search import CorePlan

TRIES = 2_000
"""Plans looked at while whole shares are improved; the order of looking is fixed, so the result is too."""
WRONG = 1e7
"""Cost in bp per unit of weight by which rounding breaks a rule."""


def in_shares(problem: CoreProblem, plan: CorePlan, rules: OrderRules) -> tuple[Array, Array]:
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
        self.p, self.rules, self.orders = problem, rules, Orders(problem)
        self.lot = np.flatnonzero(plan.sell > NOTHING)
        self.pair = np.flatnonzero(plan.buy > NOTHING)
        share = np.concatenate([rules.share[problem.lots.asset[self.lot]], rules.share[problem.buys.asset[self.pair]]])
        self.wanted = np.concatenate([plan.sell[self.lot], plan.buy[self.pair]])
        self.most = np.concatenate([problem.lots.most[self.lot], problem.buys.most[self.pair]])
        self.share, self.sells = share, len(self.lot)
        self.idle = most_idle(problem, rules)
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
