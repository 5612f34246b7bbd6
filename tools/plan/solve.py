"""From a household's arrays to amounts: the proven core first, then orders worth placing, each with what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from tools.errors import NoPlan
from tools.model import Trade
from tools.money import as_float
from tools.plan.adapter import IDLE_CASH, core_problem
from tools.plan.core.order_rules import OrderRules
from tools.plan.core.orders import with_orders
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import BP, CoreProblem, Limit
from tools.plan.core.search import CorePlan, solve_core
from tools.plan.families import Proven, settled, solve_proven
from tools.plan.frame import Frame
from tools.plan.problem import Array, Problem, Solution
from tools.plan.risk import tracking_of, variance_goals
from tools.plan.wished import LOCATION

ROUNDS = 3
SAME_MIX = 0.001
"""A part of the portfolio may differ by so much of it when it is decided what is held where."""
FIRST_PRICE, PRICE_STEP, HIGHEST_PRICE, HALVINGS = 0.05, 8.0, 4e3, 6


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
    core = _mix_first(frame.problem, core_problem(frame.problem))
    proven = _within_tracking(frame.problem, core)
    chosen = settled(proven.problem, frame.problem.families, proven.plan)
    chosen, plan = _without_small(frame, chosen, proven.plan, as_float(least_usd / frame.value_usd))
    sell, buy = plan.sell, plan.buy
    small_bp = few_bp = cost_of(core, sell, buy).total_bp
    if most_orders is not None:
        ordered = with_orders(chosen, OrderRules(most=most_orders), plan)
        sell, buy, few_bp = ordered.sell, ordered.buy, cost_of(core, ordered.sell, ordered.buy).total_bp
    return Found(Solution(sell, buy, few_bp, plan.regime), core, proven, small_bp, few_bp)


def _mix_first(p: Problem, core: CoreProblem) -> CoreProblem:
    """Return the problem with each part held to its weight of the plan without asset location, where that is wished.

    What is held where is a choice among plans with the same mix; weighed together, a yearly tax would bend the mix.
    """
    free = tuple(goal for goal in core.goals if goal.name != LOCATION)
    if len(free) == len(core.goals):
        return core
    plan = _within_tracking(p, replace(core, goals=free)).plan
    limits = list(core.limits)
    for goal in (goal for goal in free if goal.name in (*p.sleeves.keys, IDLE_CASH)):
        weight = float(goal.sell @ plan.sell + goal.buy @ plan.buy)
        limits.append(Limit(f"{goal.name} at most", goal.sell, goal.buy, weight + SAME_MIX))
        limits.append(Limit(f"{goal.name} at least", -goal.sell, -goal.buy, SAME_MIX - weight))
    return replace(core, limits=tuple(limits))


def _within_tracking(p: Problem, core: CoreProblem) -> Proven:
    """Return the best plan within the tracking error, if there is a limit: its variance is priced up until it holds.

    The bound is that of the priced problem less the price of all the variance allowed, so it holds for every plan
    within the limit.

    Raises:
        NoPlan: No plan comes that close to target; names the closest found.
    """
    proven = solve_proven(core, p.families)
    most = p.tracking_most
    if most is None or tracking_of(p, core, proven.plan.sell, proven.plan.buy) <= most:
        return proven
    low, high = FIRST_PRICE, FIRST_PRICE
    found = _priced(p, core, high, most)
    while (error := tracking_of(p, core, found.plan.sell, found.plan.buy)) > most:
        low, high = high, high * PRICE_STEP
        if high > HIGHEST_PRICE:
            raise NoPlan("No set of trades comes that close to target.", f"Allow at least {error + 1e-4:.2%} a year.")
        found = _priced(p, core, high, most)
    for _ in range(HALVINGS if high > low else 0):
        middle = float(np.sqrt(low * high))
        trial = _priced(p, core, middle, most)
        if tracking_of(p, core, trial.plan.sell, trial.plan.buy) > most:
            low = middle
        else:
            high, found = middle, trial
    return found


def closest(p: Problem, core: CoreProblem) -> Proven:
    """Return the plan of least tracking error that is looked for."""
    return _priced(p, core, HIGHEST_PRICE, 0.0)


def _priced(p: Problem, core: CoreProblem, price: float, most: float) -> Proven:
    """Solve with tracking variance at a price; the cost is again that of the problem without it."""
    sleeves = [goal for goal in core.goals if goal.name in p.sleeves.keys]
    priced = replace(core, goals=(*core.goals, *variance_goals(p, sleeves, price)))
    found = solve_proven(priced, p.families)
    return replace(found, bound_bp=found.bound_bp - BP * price * most**2)


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


def weights_of(frame: Frame, trades: Sequence[Trade]) -> tuple[Array, Array]:
    """Return orders as weights: sells by lot and buys by pair."""
    places = {lot.id: n for n, lot in enumerate(frame.lots)}
    pairs = {pair: n for n, pair in enumerate(frame.pairs)}
    sell, buy = np.zeros(len(frame.lots)), np.zeros(len(frame.pairs))
    for trade in trades:
        weight = as_float(trade.amount_usd / frame.value_usd)
        if trade.lot_id:
            sell[places[trade.lot_id]] += weight
        else:
            buy[pairs[trade.account_id, trade.symbol]] += weight
    return sell, buy


def cost_of_trades(frame: Frame, core: CoreProblem, trades: Sequence[Trade]) -> float:
    """Return what whole orders cost by the measure of the core, in bp of the portfolio."""
    return cost_of(core, *weights_of(frame, trades)).total_bp
