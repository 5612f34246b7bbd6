"""A primal-dual interior-point method for forms: predictor and corrector, one small dense system an iteration.

Columns are eliminated one by one, copies by Sherman and Morrison, sides group by group; what is left has a row per
rule, per plane of the tax and per factor, so an iteration costs in proportion to the number of lots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from tools.plan.core.form import Form
from tools.plan.core.iterates import Iterates, Point, Prices
from tools.plan.core.problem import Array
from tools.plan.core.tail import Tail

STAY_INSIDE = 0.995
SHORTEST = 1e-7
HALF = 0.5
"""Curvature of a factor's price: the factors' part of the cost is y^2, that of their prices p^2 / 4."""
MOST_ITERATIONS = 60
FIRST_CHECK = 5
CHECK_EVERY = 3

Stop = Callable[[Prices, float], bool]


def minimise(form: Form, tail: Tail, tolerance: float = 1e-9, stop: Stop | None = None) -> Point:
    """Return the optimum of the relaxation to ``tolerance`` in cost, or an earlier point once ``stop`` says so."""
    with np.errstate(all="ignore"):  # close to the end quotients overflow; such a step is not taken
        state = _Newton(form, tail)
        for n in range(MOST_ITERATIONS):
            state.evaluate()
            asked = stop is not None and n >= FIRST_CHECK and (n - FIRST_CHECK) % CHECK_EVERY == 0
            if state.done(tolerance) or (asked and stop is not None and stop(state.prices(), state.total)):
                break
            if not state.step():
                break
        return state.point(n)


class _Newton(Iterates):
    """The steps: Newton's equations on the iterates, reduced to a small dense system."""

    def __init__(self, form: Form, tail: Tail) -> None:
        super().__init__(form, tail)
        rows, planes, factors = len(tail.level), len(tail.intercept), form.factor.shape[1]
        self.j = np.zeros((rows + planes + factors, self.m + factors))
        self.j[:rows, : self.m], self.j[rows : rows + planes, : self.m] = tail.rows, tail.planes
        self.j[rows + planes :, self.m :] = np.eye(factors)

    def step(self) -> bool:
        """Take one predictor-corrector step; False when the numbers allow none."""
        self._eliminate()
        first = self._direction(None)
        if first is None:
            return False
        reach = min(1.0, self._reach(first))
        left = float((self.inside + reach * first.inside) @ (self.price + reach * first.price)) / self.total
        centre = max(left, 0.0) ** 3 * self.total / self.size
        second = self._direction(centre * self.weight - first.inside * first.price)
        if second is None:
            return False
        reach = min(1.0, STAY_INSIDE * self._reach(second))
        if not reach > SHORTEST:
            return False
        self.inside += reach * second.inside
        self.price += reach * second.price
        self.mu += reach * second.mu
        return True

    def _reach(self, d: _Step) -> float:
        worst = max(-float((d.inside * self.inverse).min()), -float((d.price / self.price).min()))
        return 1 / max(worst, 1e-12)

    def _eliminate(self) -> None:
        """Reduce Newton's equations to the small system.

        delta: curvature of a column; kappa: how it follows its side; A, B: sums over a copy of sign^2/delta and
        sign measure/delta; own: the copy's own curvature; E, C: a side's curvature and coupling; K: what is left.
        """
        f, m = self.f, self.m
        self.inverse = 1 / self.inside
        self.bend = self.price * self.inverse
        lower, upper = self.bend[self.at[0]], self.bend[self.at[1]]
        self.one_over_delta = inverse = 1 / (lower + upper)
        self.sign_over_delta, self.measure_over_delta = f.sign * inverse, f.measure * inverse
        sums = np.add.reduceat(self.signed * inverse, f.start, axis=1)
        a, b = sums[0], sums[1:].T
        stiff = 2 * f.quad
        self.own = stiff / (a * stiff + self.zc)
        self.u = np.empty((len(a), m + len(self.p)))
        self.u[:, :m] = b
        np.multiply(f.factor, a[:, None], out=self.u[:, m:])
        q = np.empty((self.u.shape[1],) * 2)
        q[:m, :m] = self.measure_over_delta @ f.measure.T
        q[m:, :] = f.factor.T @ self.u
        q[:m, m:] = q[m:, :m].T
        q -= (self.u * self.own[:, None]).T @ self.u
        if self.several:
            q += self._sides(lower, upper)
        self._small_system(q)

    def _sides(self, lower: Array, upper: Array) -> Array:
        f, m = self.f, self.m
        self.kappa = f.most * upper * self.one_over_delta
        follow = np.add.reduceat(self.stack * self.kappa, f.start, axis=1)
        eta = f.offset + follow[0]
        self.omega = eta - self.ratio
        own = np.bincount(self.col_side, f.most * self.kappa * lower, self.sides)
        own += np.bincount(f.side, self.own * self.omega**2, self.sides)
        coupling = np.hstack([follow[1:].T, eta[:, None] * f.factor]) - (self.omega * self.own)[:, None] * self.u
        c = np.add.reduceat(coupling, self.first_copy, axis=0)
        c[:, :m] += f.side_measure.T
        self.c = np.zeros_like(c)
        self.c[self.loose] = c[self.loose]
        self.inverse_e = np.zeros(self.sides)
        self.inverse_e[self.loose] = 1 / (own[self.loose] + self.bend[self.at[5]])
        self.group_sum = np.maximum(np.bincount(f.group, self.inverse_e, f.groups), 1e-300)
        return np.asarray(self.c.T @ self._project(self.c))

    def _project(self, h: Array) -> Array:
        """Solve for sides whose changes sum to zero in each group."""
        f = self.f
        scaled = (self.inverse_e * h.T).T
        sums = np.add.reduceat(scaled, self.first_side, axis=0)
        return np.asarray(scaled - (self.inverse_e * (sums.T / self.group_sum)[..., f.group]).T)

    def _small_system(self, k: Array) -> None:
        t, rows, planes = self.t, len(self.mu), len(self.theta)
        self.soft_over = 1 / (self.bend[self.at[3]] + 2 * t.up_square)
        self.soft_under = 1 / (self.bend[self.at[4]] + 2 * t.down_square)
        j, size = self.j, len(self.j)
        system = np.zeros((size + 1, size + 1))
        system[:size, :size] = j @ k @ j.T
        diagonal = system.reshape(-1)[:: size + 2]
        diagonal[:rows] += self.soft_over + self.soft_under
        diagonal[rows : rows + planes] += self.slack / self.theta
        diagonal[rows + planes : size] += HALF
        system[rows : rows + planes, size] = system[size, rows : rows + planes] = 1.0
        self.lu, self.pivot, _ = lapack.dgetrf(system)

    def _direction(self, target: Array | None) -> _Step | None:
        """Return Newton's step towards the targets of the products; None aims at zero, the predictor."""
        f, m, at = self.f, self.m, self.at
        rows, planes = len(self.mu), len(self.theta)
        to = None if target is None else target * self.inverse
        rhs = -self.reduced if to is None else to[at[0]] - to[at[1]] - self.reduced
        beta = np.add.reduceat(self.sign_over_delta * rhs, f.start)
        x = np.empty(self.u.shape[1])
        x[:m], x[m:] = self.measure_over_delta @ rhs, beta @ f.factor
        x -= (self.own * beta) @ self.u
        if self.several:
            h = self._pull_of_sides(to, rhs, beta)
            x += self.c.T @ self._project(h)
        y = self._prices(x, None if to is None else to[at[2].start : at[4].stop])
        if not np.isfinite(y).all():
            return None
        both = y[:-1] @ self.j
        pull = beta - self.u @ both
        d = np.empty_like(self.inside)
        dv, droom = d[at[0]], d[at[1]]
        if self.several:
            dz = self._project(h - self.c @ both)
            pull += self.omega * dz[f.side]
        drift = self.own * pull + f.factor @ both[m:]
        rhs -= both[:m] @ f.measure
        np.multiply(rhs, self.one_over_delta, out=dv)
        dv -= self.sign_over_delta * drift[f.copy]
        if self.several:
            follow = dz[self.col_side]
            dv += self.kappa * follow
            np.subtract(f.most * follow, dv, out=droom)
            change = f.measure @ dv + f.side_measure @ dz
            d[at[5]] = dz[self.loose]
        else:
            np.negative(dv, out=droom)
            change = f.measure @ dv
        dmu = y[:rows]
        d[at[2]] = y[-1] - self.t.planes @ change
        np.multiply(self.to_over + dmu, self.soft_over, out=d[at[3]])
        np.multiply(self.to_under - dmu, self.soft_under, out=d[at[4]])
        price = self.bend * d
        price += self.price
        np.negative(price, out=price) if to is None else np.subtract(to, price, out=price)
        price[at[2]] = y[rows : rows + planes]
        price[at[3]] = 2 * self.t.up_square * d[at[3]] - dmu
        price[at[4]] = 2 * self.t.down_square * d[at[4]] + dmu
        return _Step(d, price, dmu)

    def _pull_of_sides(self, to: Array | None, rhs: Array, beta: Array) -> Array:
        """Return what pulls each side up."""
        f, at = self.f, self.at
        per_column = self.kappa * rhs if to is None else f.most * to[at[1]] + self.kappa * rhs
        h = np.bincount(self.col_side, per_column, self.sides) - self.grad_z
        h -= np.bincount(f.side, self.omega * self.own * beta, self.sides)
        if to is not None:
            h[self.loose] += to[at[5]]
        return np.asarray(h)

    def _prices(self, x: Array, to: Array | None) -> Array:
        """Solve the small system: changes of the rows' prices, then the planes' weights, factors, and the maximum."""
        rows, planes = len(self.mu), len(self.theta)
        self.to_over, self.to_under = -self.over_price, -self.under_price
        side = np.empty(len(self.j) + 1)
        side[:-1], side[-1] = self.j @ x, 1.0 - self.theta.sum()
        part = side[rows : rows + planes]
        if to is None:
            part -= self.slack
        else:
            self.to_over += to[planes : planes + rows]
            self.to_under += to[planes + rows :]
            part += (to[:planes] - self.theta) * self.slack / self.theta
        side[:rows] += self.row_residual + self.to_under * self.soft_under - self.to_over * self.soft_over
        return np.asarray(lapack.dgetrs(self.lu, self.pivot, side, overwrite_b=1)[0])


@dataclass(slots=True)
class _Step:
    """Changes of all iterates."""

    inside: Array
    price: Array
    mu: Array
