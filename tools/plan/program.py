"""The convex program of one problem, written in cvxpy: compiled once, solved per tax regime and set of limits.

The year's netted tax is the least of convex pieces, each exact on its own cone (after Moehle, Kochenderfer, Boyd and
Ang, arXiv 2008.04985), so each regime is one convex problem; pieces and limits are parameters.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import cvxpy as cp
import numpy as np

from tools.errors import NoPlan
from tools.plan.problem import Array, Index, Limits, Problem, Solution, TaxPieces
from tools.plan.style import IDLE_COST, OVER_CAP_COST

BP = 1e4
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Regime:
    """One cone of (short, long) net gains with the planes whose maximum is the tax there."""

    name: str
    planes: Array
    cone: Array


def regimes(tax: TaxPieces) -> tuple[Regime, ...]:
    """Return the three regimes of Schedule D netting as planes and cones over (short, long, 1).

    Raises:
        NoPlan: The rates are not ordered as the pieces need (short >= ordinary >= carry, short >= long >= 0).
    """
    ts, tl, to, v, c = tax.short, tax.long, tax.ordinary, tax.carry, tax.offset
    if not (ts >= tl >= 0 and ts >= to >= v >= 0):
        raise NoPlan("The marginal rates of this return are out of order.", "Check income and filing status.")
    carried = [v, v, -(to - v) * c]
    gain = [[tl, tl, 0], [ts, tl, 0]]
    gain += [row for rate, at in tax.long_steps for row in ([rate, rate, at], [max(ts, rate), rate, at])]
    gain += [[rate, tl, at] for rate, at in tax.short_steps]
    long_loss = [[ts, ts, 0], [to, to, 0], carried, *([rate, rate, at] for rate, at in tax.short_steps)]
    long_loss += [[max(ts, rate), max(ts, rate), at] for rate, at in tax.long_steps]
    net_loss = [[to, to, 0], carried]
    rows = max(len(gain), len(long_loss))
    return (
        Regime("net gain", _planes(gain, rows), np.array([[0, 1, 0], [1, 1, 0]])),
        Regime("long loss", _planes(long_loss, rows), np.array([[0, -1, 0], [0, 0, 0]])),
        Regime("net loss", _planes(net_loss, rows), np.array([[0, 1, 0], [-1, -1, 0]])),
    )


def _planes(planes: list[list[float]], rows: int) -> Array:
    """Stack planes; the first is repeated so that every regime fits one parameter."""
    return np.array([*planes, *([planes[0]] * (rows - len(planes)))], dtype=float)


class Program:
    """One problem compiled for cvxpy; limits and tax pieces are parameters."""

    def __init__(self, problem: Problem) -> None:
        self.problem = p = problem
        lots, buys = p.lots, p.buys
        n, m, k = len(lots.ids), len(buys.asset), len(p.symbols)
        self._x, self._b = cp.Variable(n, nonneg=True), cp.Variable(m, nonneg=True)
        self._most, self._least = cp.Parameter(n, nonneg=True), cp.Parameter(n, nonneg=True)
        self._buy_most = cp.Parameter(m, nonneg=True)
        self._planes, self._cone = cp.Parameter(regimes(p.tax)[0].planes.shape), cp.Parameter((2, 3))
        sold = _incidence(lots.asset, k)
        bought = _incidence(buys.asset, k)
        after = p.held + bought @ self._b - sold @ self._x
        out = _incidence(lots.account, len(p.cash)) @ self._x * (1 - p.trade_cost)
        spent = _incidence(buys.account, len(p.cash)) @ self._b * (1 + p.trade_cost)
        cash = p.cash + out - spent
        gain = lots.gain_rate * lots.taxable
        net = cp.hstack(
            [
                p.tax.short_start + (gain * lots.short) @ self._x,
                p.tax.long_start + (gain * (1 - lots.short)) @ self._x,
                np.ones(1)[0],
            ]
        )
        tax = cp.Variable()
        off = p.sleeves.members @ after - p.sleeves.target
        if p.cash_sleeve is not None:
            unit = np.zeros(len(p.sleeves.keys))
            unit[p.cash_sleeve] = 1
            off = off + unit * cp.sum(cash)
        beyond = cp.Variable(len(p.sleeves.keys), nonneg=True)
        over = cp.Variable(k, nonneg=True)
        drift = p.drift_cost * cp.sum_squares(cp.multiply(p.sleeves.weighed, off))
        drift += cp.sum_squares(cp.multiply(np.sqrt(p.sleeves.outside_cost), beyond)) + OVER_CAP_COST * cp.sum(over)
        now = off + p.sleeves.target
        wrong = cp.pos(p.sleeves.low - now) + cp.pos(now - p.sleeves.high)
        drift += p.sleeves.wrong_way_cost @ wrong
        if len(p.exposure):
            drift += p.exposure_cost * cp.sum_squares(p.exposure @ after - p.exposure_target)
        idle = cp.pos(cp.sum(cash) - max(p.cash.sum(), p.cash_floor.sum()))
        cost = p.trade_cost * (cp.sum(self._x) + cp.sum(self._b)) + buys.reluctance @ self._b + IDLE_COST * idle
        rules = [
            self._x <= self._most,
            self._x >= self._least,
            self._b <= self._buy_most,
            cash >= p.cash_floor,
            tax >= self._planes @ net,
            self._cone @ net >= 0,
            beyond >= cp.multiply(p.sleeves.weighed, cp.abs(off) - p.sleeves.band),
            over >= after - p.weight_most,
        ]
        own = np.flatnonzero(np.ones(len(p.sleeves.keys)) if p.keep_mix else p.sleeves.weighed == 0)
        if len(own):
            rules.append(p.sleeves.members[own] @ (bought @ self._b) <= p.sleeves.members[own] @ (sold @ self._x))
        if p.net_gain_most is not None:
            rules.append(net[0] + net[1] <= p.net_gain_most)
        self._program = cp.Problem(cp.Minimize(BP * (drift + cost + tax - p.tax.later * (gain @ self._x))), rules)

    def solve(self, limits: Limits, bounds: dict[str, float] | None = None) -> Solution | None:
        """Return the best solution over all regimes, None when none is feasible.

        Args:
            limits: What may be sold and bought.
            bounds: A valid lower bound of each regime's objective, for example its optimum under looser limits. Regimes
                are tried from the lowest bound up and left out once they cannot win; each solved one updates its bound.
        """
        self._most.value, self._least.value, self._buy_most.value = limits.sell_most, limits.sell_least, limits.buy_most
        known = {} if bounds is None else bounds
        best: Solution | None = None
        for regime in sorted(regimes(self.problem.tax), key=lambda r: known.get(r.name, -np.inf)):
            if best is not None and known.get(regime.name, -np.inf) >= best.objective_bp:
                continue
            found = self._solve_regime(regime)
            known[regime.name] = np.inf if found is None else found.objective_bp
            if found is not None and (best is None or found.objective_bp < best.objective_bp):
                best = found
        return best

    def _solve_regime(self, regime: Regime) -> Solution | None:
        self._planes.value, self._cone.value = regime.planes, regime.cone
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                self._program.solve(solver=cp.CLARABEL)
        except cp.error.SolverError:
            return None
        if self._program.status not in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE) or self._x.value is None:
            return None
        buy = np.zeros(0) if self._b.value is None else self._b.value
        return Solution(_clean(self._x.value), _clean(buy), float(self._program.value), regime.name)


def _incidence(index: Index, rows: int) -> Array:
    matrix = np.zeros((rows, len(index)))
    matrix[index, np.arange(len(index))] = 1
    return matrix


def _clean(values: Array) -> Array:
    return np.where(values < TINY, 0.0, values)
