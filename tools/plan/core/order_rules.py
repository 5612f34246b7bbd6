"""What orders must be like, and which of them are open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.plan.core.problem import Array, CoreProblem, Index, Limit
from tools.plan.core.search import CorePlan

NOTHING = 1e-9
SOLVED = 2e-6
"""An order this much below the least is as large as the solver can tell."""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """What orders must be like; sizes are weights.

    ``share`` is the weight of one share of each asset, None where shares may be fractional; an order that is made has
    at least ``least``; at most ``most`` orders. A lot may always be sold whole.
    """

    share: Array | None = None
    least: float = 0.0
    most: int | None = None


class Orders:
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
        small = int((sizes[by_size] < rules.least - SOLVED).sum())
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


def cash_left(p: CoreProblem, sell: Array, buy: Array) -> Array:
    """Return the cash of each account above its target once the trades are done."""
    lots, buys = p.lots, p.buys
    cash = p.cash + np.bincount(lots.account, sell * (1 - p.spread[lots.asset]), len(p.cash))
    return np.asarray(cash - np.bincount(buys.account, buy * (1 + p.spread[buys.asset]), len(p.cash)) - p.cash_target)


def most_idle(problem: CoreProblem, rules: OrderRules) -> Array:
    """Return the cash that whole shares may leave in an account: less than its dearest share."""
    if rules.share is None:
        return np.zeros(len(problem.cash))
    dearest = np.zeros(len(problem.cash))
    np.maximum.at(dearest, problem.lots.account, rules.share[problem.lots.asset])
    np.maximum.at(dearest, problem.buys.account, rules.share[problem.buys.asset])
    return dearest
