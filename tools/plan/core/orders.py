"""Whole shares, a least size and a limit on the number of orders: around the proven core, with what they cost.

An order is one account's sale or purchase of one asset, all its lots together. Orders that are too small or too many
are left out and the core solved again; what is left is rounded to shares and improved share by share. The bound stays
that of the core, so the gap says what these wishes cost at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.errors import BadRequest, NoPlan
from tools.plan.core.netted_tax import regimes
from tools.plan.core.order_rules import NOTHING, OrderRules, Orders, cash_left, most_idle
from tools.plan.core.plan_cost import Cost, cost_of
from tools.plan.core.problem import BP, Array, CoreProblem, Index
from tools.plan.core.search import CorePlan, solve_core
from tools.plan.core.shares import in_shares
from tools.plan.core.tail import tail_of

MOST_SEARCHES = 40
"""Searches for a set of orders before it is given up, in words: limits that nearly exclude each other need many."""
NODES = 12
"""Parts of the search for each set of orders; the proof stays that of the first search."""


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
    kept, plan = Orders(problem), core
    for _ in range(2 * len(kept.open) + 1):
        if not (drop := kept.unwanted(plan, rules)).size:
            break
        plan, tried = _without(kept, drop, rules.least, MOST_SEARCHES - solves)
        solves += tried
    else:
        raise NoPlan("No set of orders keeps these limits.", "Allow more or smaller orders.")
    plan, more = _swapped(problem, kept, plan, rules)
    sell, buy = plan.sell, plan.buy
    if rules.share is not None:
        sell, buy = in_shares(problem, plan, rules)
    idle = cash_left(problem, sell, buy)
    orders = int((Orders(problem).sizes(sell, buy) > NOTHING).sum())
    bound = _bound_with_cash(problem, core, np.maximum(idle, most_idle(problem, rules)))
    return Ordered(sell, buy, cost_of(problem, sell, buy), bound, idle, orders, solves + more)


def _without(kept: Orders, drop: Index, least: float, most: int) -> tuple[CorePlan, int]:
    """Leave orders out and solve; where that leaves no plan, leave out the smallest that may go, or make one larger.

    Last, one is made larger with all orders open again: what was left out early may be what it takes.

    Raises:
        NoPlan: None of this is possible, or ``most`` searches are spent.
    """
    open_, large = kept.open.copy(), kept.large.copy()
    ones = [drop[k : k + 1] for k in range(len(drop))]
    ways = [(drop, False, False), *((one, False, False) for one in ones)]
    ways += [(one, True, again) for again in (False, True) for one in reversed(ones)] if least else []
    problem = NoPlan("No set of orders keeps these limits.", "Allow more or smaller orders.")
    for n, (some, enlarge, again) in enumerate(ways):
        if n >= most:
            words = f"No set of orders that keeps these limits was found in {MOST_SEARCHES} searches."
            raise NoPlan(words, "Allow more or smaller orders.")
        kept.open, kept.large = open_ | again, large.copy()
        (kept.large if enlarge else kept.open)[some] = enlarge
        try:
            return solve_core(kept.problem(least), most_nodes=NODES), n + 1
        except NoPlan as error:
            problem = error
    raise problem


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


def _swapped(problem: CoreProblem, kept: Orders, plan: CorePlan, rules: OrderRules) -> tuple[CorePlan, int]:
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
        other = Orders(problem)
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
