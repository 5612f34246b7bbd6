"""From a household's arrays to amounts: the proven core first, then orders worth placing, each with what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from tools.errors import NoPlan
from tools.model import Trade
from tools.money import as_float
from tools.plan.adapter import core_problem
from tools.plan.core.order_rules import OrderRules
from tools.plan.core.orders import with_orders
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import CoreProblem
from tools.plan.core.search import CorePlan, solve_core
from tools.plan.families import Proven, settled, solve_proven
from tools.plan.frame import Frame
from tools.plan.problem import Solution

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Amounts with the cost of each stage in bp of the portfolio: the core, without small orders, with few orders.

    ``core`` is the problem as it was asked, before any of them; costs of later stages are judged by it.
    """

    solution: Solution
    core: CoreProblem
    proven: Proven
    small_bp: float
    few_bp: float


def find(frame: Frame, least_usd: Decimal, most_orders: int | None = None) -> Found:
    """Return the best amounts without orders below ``least_usd`` and with at most so many orders.

    Raises:
        NoPlan: The limits contradict each other; names them.
    """
    core = core_problem(frame.problem)
    proven = solve_proven(core, frame.problem.families)
    chosen = settled(proven.problem, frame.problem.families, proven.plan)
    chosen, plan = _without_small(frame, chosen, proven.plan, as_float(least_usd / frame.value_usd))
    sell, buy = plan.sell, plan.buy
    small_bp = few_bp = cost_of(core, sell, buy).total_bp
    if most_orders is not None:
        ordered = with_orders(chosen, OrderRules(most=most_orders), plan)
        sell, buy, few_bp = ordered.sell, ordered.buy, cost_of(core, ordered.sell, ordered.buy).total_bp
    return Found(Solution(sell, buy, few_bp, plan.regime), core, proven, small_bp, few_bp)


def _without_small(frame: Frame, p: CoreProblem, plan: CorePlan, floor: float) -> tuple[CoreProblem, CorePlan]:
    """Forbid trades below the minimum and solve again, until none is left or none may go."""
    lots = frame.problem.lots
    together = lots.recent | (lots.matched > 0)
    for _ in range(ROUNDS):
        small_sell = (plan.sell > 0) & (plan.sell < floor) & ~together
        small_buy = (plan.buy > 0) & (plan.buy < floor)
        if not small_sell.any() and not small_buy.any():
            break
        shut = small_sell | (lots.value < floor) & ~together
        tighter = replace(
            p,
            lots=replace(p.lots, most=np.where(shut, 0.0, p.lots.most)),
            buys=replace(p.buys, most=np.where(small_buy, 0.0, p.buys.most)),
        )
        try:
            p, plan = tighter, solve_core(tighter)
        except NoPlan:
            break
    return p, plan


def cost_of_trades(frame: Frame, core: CoreProblem, trades: Sequence[Trade]) -> float:
    """Return what whole orders cost by the measure of the core, in bp of the portfolio."""
    places = {lot.id: n for n, lot in enumerate(frame.lots)}
    pairs = {pair: n for n, pair in enumerate(frame.pairs)}
    sell, buy = np.zeros(len(frame.lots)), np.zeros(len(frame.pairs))
    for trade in trades:
        weight = as_float(trade.amount_usd / frame.value_usd)
        if trade.lot_id:
            sell[places[trade.lot_id]] += weight
        else:
            buy[pairs[trade.account_id, trade.symbol]] += weight
    return cost_of(core, sell, buy).total_bp
