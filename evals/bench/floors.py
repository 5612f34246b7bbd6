"""Plain ways to rebalance, on the optimizer's own problems: the floor that it has to beat.

Each keeps the bounds and the wash-sale rule and brings cash to its target; none looks at risk and tax together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tools.errors import NoPlan
from tools.plan.core.order_rules import cash_left
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import Array, CoreProblem, TaxRates
from tools.plan.core.search import solve_core

Trades = tuple[Array, Array]


def fifo_to_target(p: CoreProblem) -> Trades:
    """Sell what is above target, lots in file order (oldest first)."""
    return _to_target(p, np.arange(len(p.lots.value), dtype=float))


def hifo_to_target(p: CoreProblem) -> Trades:
    """Sell what is above target, highest cost first."""
    return _to_target(p, p.lots.gain_rate)


def every_loss(p: CoreProblem) -> Trades:
    """Sell every loss that may be sold, then go to target with what may be bought."""
    free = np.where(p.lots.loss, p.lots.most, 0.0)
    recent = np.bincount(p.group[p.lots.asset], p.lots.recent, p.groups) > 0
    return _to_target(p, p.lots.gain_rate, np.where(recent[p.group[p.lots.asset]], 0.0, free))


def fixed_rates(p: CoreProblem) -> Trades:
    """Optimize with a fixed rate on every gain and loss: no netting, no limit on losses, nothing carried."""
    t = p.tax
    flat = TaxRates(t.short, t.long, t.short, t.short, t.long, 1e3, 0.0, 0.0)
    plan = solve_core(replace(p, tax=flat))
    return plan.sell, plan.buy


def _to_target(p: CoreProblem, rank: Array, sell: Array | None = None) -> Trades:
    lots = p.lots
    sell = np.zeros(len(lots.value)) if sell is None else sell.copy()
    over = np.maximum(0.0, p.deviation - np.bincount(lots.asset, sell, len(p.deviation)))
    for j in np.argsort(rank, kind="stable"):
        if lots.loss[j] and lots.recent[p.group[lots.asset] == p.group[lots.asset[j]]].any():
            continue
        amount = min(over[lots.asset[j]], lots.most[j] - sell[j])
        sell[j] += amount
        over[lots.asset[j]] -= amount
    return sell, _fill(p, sell)


def _fill(p: CoreProblem, sell: Array) -> Array:
    """Buy what is below target, in proportion, with the cash there is; nothing of a group sold at a loss."""
    lost = np.bincount(p.group[p.lots.asset], sell * p.lots.loss, p.groups) > 0
    below = np.maximum(0.0, np.bincount(p.lots.asset, sell, len(p.deviation)) - p.deviation)
    wish = np.minimum(p.buys.most, below[p.buys.asset]) * ~lost[p.group[p.buys.asset]]
    room = np.where(lost[p.group[p.buys.asset]], 0.0, p.buys.most)
    money = max(0.0, float(cash_left(p, sell, np.zeros(len(wish)))[0]))
    total = float(wish @ (1 + p.spread[p.buys.asset]))
    buy = wish * min(1.0, money / total) if total else wish
    rest = money - float(buy @ (1 + p.spread[p.buys.asset]))
    spare = room - buy
    weight = float(spare @ (1 + p.spread[p.buys.asset]))
    return np.asarray(buy + spare * min(1.0, max(rest, 0.0) / weight)) if weight else buy


FLOORS: dict[str, Callable[[CoreProblem], Trades]] = {
    "FIFO to target": fifo_to_target,
    "HIFO to target": hifo_to_target,
    "sell every loss": every_loss,
    "fixed rates": fixed_rates,
}


def floor_cost(p: CoreProblem, way: Callable[[CoreProblem], Trades]) -> tuple[float, float]:
    """Return the cost of a plain way in bp at the exact tax, and the cash it could not place or raise, in weights."""
    try:
        sell, buy = way(p)
    except NoPlan:
        return float("inf"), 0.0
    broken = {k: v for k, v in rule_breaks(p, sell, buy).items() if not k.startswith("cash of") and v > 1e-6}
    assert not broken, broken
    return cost_of(p, sell, buy).total_bp, float(np.abs(cash_left(p, sell, buy)).max())
