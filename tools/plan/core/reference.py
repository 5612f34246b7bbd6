"""The same problem in cvxpy, as one would write it down: the readable path that the fast one must agree with.

Per regime one program with the perspective hull of every group's sides, and a depth-first search over sides around it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import cvxpy as cp
import numpy as np
import scipy.sparse as sp

from tools.errors import NoPlan
from tools.plan.core.netted_tax import Regime, expanded, regimes, tax_of
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import BP, Array, CoreProblem, Index, Mask
from tools.plan.core.sides import Offer, Sides, buy_offers, lot_offers, sides_of

SAME_BP = 1e-4
WHOLE = 1e-6
LEGAL = 1e-6
DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Reference:
    """Trades in weights and their exact cost in bp."""

    sell: Array
    buy: Array
    cost_bp: float
    regime: str


def solve_reference(problem: CoreProblem) -> Reference:
    """Return the best plan by cvxpy and Clarabel.

    Raises:
        NoPlan: No set of trades keeps the rules.
    """
    sides = sides_of(problem)
    best: Reference | None = None
    for regime in regimes(problem.tax):
        best = _search(problem, sides, regime, best)
    if best is None:
        raise NoPlan("No set of trades keeps all of these limits.", "Loosen one of them.")
    return best


def written(problem: CoreProblem, choice: Mask, regime: Regime) -> cp.Problem:
    """Return the convex program of one regime with one side of each group, cost in bp."""
    return _Program(problem, _only(sides_of(problem), choice), regime).program


def _search(p: CoreProblem, sides: Sides, regime: Regime, best: Reference | None) -> Reference | None:
    """Search sides depth first; a branch ends where its hull cannot beat the best plan."""
    stack = [np.ones(len(sides.group), dtype=bool)]
    while stack:
        allowed = stack.pop()
        hull = _Program(p, _only(sides, allowed), regime)
        if not hull.solve() or (best is not None and hull.program.value > best.cost_bp - SAME_BP):
            continue
        chosen = np.zeros(len(allowed))
        chosen[allowed] = hull.chosen.value
        fixed = _Program(p, _only(sides, _rounded(sides, chosen, p.groups)), regime)
        if fixed.solve():
            best = fixed.better(best)
        mixed = np.minimum(chosen, 1 - chosen)
        if mixed.max() > WHOLE:
            side = int(np.argmax(mixed))
            mine = sides.group == sides.group[side]
            one, rest = allowed & ~mine, allowed.copy()
            one[side], rest[side] = True, False
            stack += [rest, one]
    return best


def _only(sides: Sides, allowed: Mask) -> Sides:
    return Sides(sides.group[allowed], sides.kind[allowed], sides.kept[allowed])


def _rounded(sides: Sides, chosen: Array, groups: int) -> Mask:
    found = np.zeros(len(chosen), dtype=bool)
    for g in range(groups):
        mine = np.flatnonzero(sides.group == g)
        found[mine[np.argmax(chosen[mine])]] = True
    return found


class _Program:
    """One regime with the sides that a branch allows."""

    def __init__(self, p: CoreProblem, sides: Sides, regime: Regime) -> None:
        self.p, self.sides, self.regime = p, sides, regime
        count = len(sides.group)
        self.chosen = cp.Variable(count, nonneg=True)
        sells, buys = lot_offers(p, sides), buy_offers(p, sides)
        limit = np.where(sells.whole, p.lots.value[sells.item], p.lots.most[sells.item])
        part, filled = cp.Variable(len(sells.item), nonneg=True), cp.Variable(len(buys.item), nonneg=True)
        self.x, self.b = cp.multiply(limit, part), cp.multiply(p.buys.most[buys.item], filled)
        rules = [_sums(sides.group, p.groups) @ self.chosen == 1, part <= self.chosen[sells.side]]
        if sells.whole.any():
            rules.append(part[sells.whole] >= self.chosen[sells.side[sells.whole]])
        if len(buys.item):
            rules.append(filled <= self.chosen[buys.side])
        self.sell = _sums(sells.item, len(p.lots.value)) @ self.x
        self.buy = _sums(buys.item, len(p.buys.most)) @ self.b
        cost = cp.Minimize(BP * self._cost(sells, buys))
        self.program = cp.Problem(cost, rules + self._rules() + self.defined)

    def _cost(self, sells: Offer, buys: Offer) -> cp.Expression:
        p, sides = self.p, self.sides
        weight = p.account_weight
        copies = [(s, a) for s, g in enumerate(sides.group) for a in np.flatnonzero(p.group == g)]
        place = {copy: n for n, copy in enumerate(copies)}
        sold = [place[s, a] for s, a in zip(sells.side, p.lots.asset[sells.item], strict=True)]
        bought = [place[s, a] for s, a in zip(buys.side, p.buys.asset[buys.item], strict=True)]
        out = _sums(np.array(sold, dtype=np.intp), len(copies)) * weight[p.lots.account[sells.item]]
        into = _sums(np.array(bought, dtype=np.intp), len(copies)) * weight[p.buys.account[buys.item]]
        start = np.array([p.deviation[a] for _, a in copies])
        scaled, total = cp.Variable(len(copies)), cp.Variable(len(p.deviation))
        chosen = self.chosen[[s for s, _ in copies]]
        self.defined = [
            scaled == cp.multiply(start, chosen) - out @ self.x + into @ self.b,
            total == _sums(np.array([a for _, a in copies], dtype=np.intp), len(p.deviation)) @ scaled,
        ]
        shared = {s for s, g in enumerate(sides.group) if (sides.group == g).sum() > 1}
        quads = np.sqrt(p.gamma) * np.array([p.idio[a] for _, a in copies])
        alone = np.array([side not in shared for side, _ in copies])
        own = cp.sum_squares(cp.multiply(quads * alone, scaled))
        for n in map(int, np.flatnonzero(~alone)):
            own = own + cp.quad_over_lin(quads[n] * scaled[n], self.chosen[copies[n][0]])
        risk = cp.sum_squares(np.sqrt(p.gamma) * p.factors.T @ total) + own
        self.net = self._net()
        planes, ramps = self.regime.planes, self.regime.ramps
        tax = cp.max(planes @ self.net)
        for *ramp, rate in ramps:
            tax = tax + rate * cp.pos(np.array(ramp) @ self.net)
        gain = p.lots.gain_rate * p.lots.taxable
        trading = (p.spread[p.lots.asset] - p.lots.later * gain) @ self.sell
        return risk + self._goals() + tax + trading + (p.spread[p.buys.asset] + p.buys.cost) @ self.buy

    def _goals(self) -> cp.Expression:
        total: cp.Expression = cp.Constant(0.0)
        for goal in self.p.goals:
            weight = goal.start + goal.sell @ self.sell + goal.buy @ self.buy
            for bend in goal.bends:
                over, under = cp.pos(weight - bend.level), cp.pos(bend.level - weight)
                total += bend.up * over + bend.up_square * cp.square(over)
                total += bend.down * under + bend.down_square * cp.square(under)
        return total

    def _net(self) -> cp.Expression:
        lots, tax = self.p.lots, self.p.tax
        gain = lots.gain_rate * lots.taxable
        net = cp.Variable(2)
        self.defined += [
            net[0] == tax.short_start + (gain * lots.short) @ self.sell,
            net[1] == tax.long_start + (gain * ~lots.short) @ self.sell,
        ]
        return cp.hstack([net, 1.0])

    def _rules(self) -> list[cp.Constraint]:
        p = self.p
        spread_out = _sums(p.lots.account, len(p.cash)) * (1 - p.spread[p.lots.asset])
        spread_in = _sums(p.buys.account, len(p.cash)) * (1 + p.spread[p.buys.asset])
        cash = p.cash + spread_out @ self.sell - spread_in @ self.buy
        rules = [self.regime.cone @ self.net >= 0]
        idle = tax_of(p.tax.short_start, p.tax.long_start, p.tax)
        extra = cp.max(expanded(self.regime) @ self.net) - idle
        for n, target in enumerate(p.cash_target):
            least = extra if n == p.set_aside else 0.0
            more = p.loose_cash or n == p.set_aside
            rules.append(cash[n] - target >= least if more else cash[n] == target)
        rules += [limit.sell @ self.sell + limit.buy @ self.buy <= limit.most for limit in p.limits]
        return rules if p.tax_most is None else [*rules, extra <= p.tax_most]

    def solve(self) -> bool:
        """Solve; False when there is no plan."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                self.program.solve(solver=cp.CLARABEL)
        except cp.error.SolverError:
            return False
        return self.program.status in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE)

    def better(self, best: Reference | None) -> Reference | None:
        """Return the plan just found when it is legal and better."""
        sell, buy = _clean(self.sell.value, self.p.lots.most), _clean(self.buy.value, self.p.buys.most)
        cost = cost_of(self.p, sell, buy).total_bp
        legal = max(rule_breaks(self.p, sell, buy).values(), default=0.0) < LEGAL
        if not legal or (best is not None and cost >= best.cost_bp):
            return best
        return Reference(sell, buy, cost, self.regime.name)


def _clean(amount: Array, most: Array) -> Array:
    return np.where(amount < DUST, 0.0, np.where(amount > most - DUST, most, amount))


def _sums(index: Index, rows: int) -> sp.csr_array:
    """Return the matrix that adds up entries by their index."""
    return sp.csr_array((np.ones(len(index)), (index, np.arange(len(index)))), shape=(rows, len(index)))
