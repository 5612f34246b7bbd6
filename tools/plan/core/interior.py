"""A primal-dual interior-point method for forms: predictor and corrector, one small dense system an iteration.

Columns are eliminated one by one, copies by Sherman and Morrison, sides group by group; what is left has a row per rule,
per plane of the tax and per factor, so an iteration costs in proportion to the number of lots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from tools.plan.core.form import Form
from tools.plan.core.problem import Array
from tools.plan.core.tail import Tail

START = 1.0
PART_SOLD = 0.3
ROW_WEIGHT = 0.01
STAY_INSIDE = 0.99
MOST_ITERATIONS = 60
SHORTEST = 1e-7
FIRST_CHECK = 5
CHECK_EVERY = 3


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual variables: of each plane (summing to one), each row and each factor."""

    plane: Array
    row: Array
    factor: Array


@dataclass(frozen=True, slots=True)
class Point:
    """Where the method ended: amounts by column, how far each side is chosen, the model's cost, and prices.

    ``mixed`` says for each group what its sides, chosen in part, gain over one and the same deviation for all of them.
   """

    amount: Array
    chosen: Array
    cost: float
    measure: Array
    prices: Prices
    iterations: int
    gap: float
    mixed: Array


Stop = Callable[[Prices, float], bool]


def minimise(form: Form, tail: Tail, tolerance: float = 1e-9, stop: Stop | None = None) -> Point:
    """Return the optimum of the relaxation to ``tolerance`` in cost, or an earlier point once ``stop`` says so."""
    with np.errstate(all="ignore"):  # close to the end quotients overflow; such a step is not taken
        state = _State(form, tail)
        for n in range(MOST_ITERATIONS):
            state.evaluate()
            asked = stop is not None and n >= FIRST_CHECK and (n - FIRST_CHECK) % CHECK_EVERY == 0
            if state.done(tolerance) or (asked and stop is not None and stop(state.prices(), state.total)):
                break
            if not state.step():
                break
        return state.point(n)


class _State:
    """All iterates of one solve. Letters follow the docstring of ``_eliminate``."""

    def __init__(self, form: Form, tail: Tail) -> None:
        self.f, self.t = form, tail
        self.copies, self.sides = len(form.start), len(form.group)
        count = np.bincount(form.group, minlength=form.groups)
        self.several = bool((count > 1).any())
        self.loose = (count > 1)[form.group]
        self.z = 1.0 / count[form.group]
        self.zeta = np.zeros(self.sides)
        self.col_side = form.side[form.copy]
        self.stack = np.vstack([form.sign, form.measure])
        u = form.most
        self.w = np.full(len(u), u.mean())
        self.wz = np.maximum(np.bincount(self.col_side, u, self.sides), 1e-4)
        self.v = PART_SOLD * u * self.z[self.col_side]
        self.sigma = START * self.w / self.v
        self.tau = START * self.w / (u * self.z[self.col_side] - self.v)
        if self.several:
            self.zeta = np.where(self.loose, START * self.wz / self.z, 0.0)
        self._start_tail()

    def _start_tail(self) -> None:
        f, t = self.f, self.t
        self.measure = f.measure_start + f.measure @ self.v + f.side_measure @ self.z
        value = t.planes @ self.measure + t.intercept
        planes = len(value)
        self.theta = np.full(planes, 1.0 / planes)
        self.slack = value.max() - value + START * ROW_WEIGHT * planes
        room = np.minimum(0.1, (t.up + t.down) / 2)
        self.mu = np.clip(0.0, -t.down + room, t.up - room)
        self.over_price, self.under_price = t.up - self.mu, t.down + self.mu
        excess = t.rows @ self.measure - t.level
        least = START * ROW_WEIGHT / np.where(excess > 0, self.under_price, self.over_price)
        self.over = np.maximum(excess, 0) + least
        self.under = self.over - excess

    def evaluate(self) -> None:
        """Recompute what follows from the iterates."""
        f = self.f
        self.room = f.most * self.z[self.col_side] - self.v
        sums = np.add.reduceat(f.sign * self.v, f.start)
        self.zc = self.z[f.side]
        self.e = f.offset * self.zc + sums
        self.ratio = self.e / self.zc
        self.pull = 2 * f.quad * self.ratio
        self.y = self.e @ f.factor
        self.p = 2 * self.y
        self.price = self.theta @ self.t.planes + self.mu @ self.t.rows
        self.measure = f.measure_start + f.measure @ self.v + f.side_measure @ self.z
        self.row_residual = self.t.rows @ self.measure - self.t.level - self.over + self.under
        self.fp = f.factor @ self.p
        self.reduced = f.cost + f.sign * (self.pull + self.fp)[f.copy] + self.price @ f.measure
        self.residual = self.reduced - self.sigma + self.tau
        total = self.v @ self.sigma + self.room @ self.tau + self.slack @ self.theta
        total += self.over @ self.over_price + self.under @ self.under_price
        self.size = 2 * self.w.sum() + ROW_WEIGHT * (len(self.theta) + 2 * len(self.mu))
        if self.several:
            per_copy = f.offset * (self.pull + self.fp) - f.quad * self.ratio**2
            self.grad_z = f.side_cost + self.price @ f.side_measure + np.bincount(f.side, per_copy, self.sides)
            total += self.z @ self.zeta
            self.size += self.wz[self.loose].sum()
        self.total = float(total)

    def done(self, tolerance: float) -> bool:
        """Tell whether what is left to gain, and what the prices are off by, is below the tolerance."""
        wrong = float(np.abs(self.residual) @ (self.v + self.room))
        return self.total < tolerance and (wrong < 10 * tolerance or self.total < 1e-2 * tolerance)

    def step(self) -> bool:
        """Take one predictor-corrector step; False when the numbers allow none."""
        self._eliminate()
        zero = _Targets(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        first = self._direction(zero)
        if first is None:
            return False
        reach = min(1.0, self._reach(first))
        left = self._products(first, reach) / self.total
        centre = max(left, 0.0) ** 3 * self.total / self.size
        second = self._direction(
            _Targets(
                centre * self.w - first.v * first.sigma,
                centre * self.w - first.room * first.tau,
                centre * self.wz - first.z * first.zeta,
                centre * ROW_WEIGHT - first.slack * first.theta,
                centre * ROW_WEIGHT - first.over * first.over_price,
                centre * ROW_WEIGHT - first.under * first.under_price,
            )
        )
        if second is None:
            return False
        reach = min(1.0, STAY_INSIDE * self._reach(second))
        if not reach > SHORTEST:
            return False
        self._move(second, reach)
        return True

    def _eliminate(self) -> None:
        """Reduce Newton's equations to the small system.

        delta: curvature of a column; kappa: how it follows its side; A, B: sums over a copy of sign^2/delta and
        sign measure/delta; theta: the copy's own curvature; E, C: a side's curvature and coupling; K: what is left.
        """
        f = self.f
        lower, upper = self.sigma / self.v, self.tau / self.room
        self.delta = lower + upper
        inverse = 1 / self.delta
        weighted = self.stack * (f.sign * inverse)
        sums = np.add.reduceat(weighted, f.start, axis=1)
        a, b = sums[0], sums[1:].T
        stiff = 2 * f.quad
        self.own = stiff / (a * stiff + self.zc)
        self.u = np.hstack([b, a[:, None] * f.factor])
        m = len(f.measure)
        q = np.empty((self.u.shape[1],) * 2)
        q[:m, :m] = (f.measure * inverse) @ f.measure.T
        q[:m, m:] = b.T @ f.factor
        q[m:, :m] = q[:m, m:].T
        q[m:, m:] = f.factor.T @ self.u[:, m:]
        q -= (self.u * self.own[:, None]).T @ self.u
        if self.several:
            q += self._sides(lower, upper, inverse)
        self._small_system(q)

    def _sides(self, lower: Array, upper: Array, inverse: Array) -> Array:
        f, m = self.f, len(self.f.measure)
        self.kappa = f.most * upper * inverse
        follow = np.add.reduceat(self.stack * self.kappa, f.start, axis=1)
        omega, eta = f.offset - self.ratio + follow[0], f.offset + follow[0]
        self.omega = np.where(self.loose[f.side], omega, 0.0)
        own = np.bincount(self.col_side, f.most * self.kappa * lower, self.sides) + self.zeta / self.z
        own += np.bincount(f.side, self.own * self.omega**2, self.sides)
        coupling = np.hstack([follow[1:].T, eta[:, None] * f.factor]) - (self.omega * self.own)[:, None] * self.u
        c = _by_side(f, coupling, self.sides)
        c[:, :m] += f.side_measure.T
        self.c = np.where(self.loose[:, None], c, 0.0)
        self.inverse_e = np.where(self.loose, 1 / own, 0.0)
        self.group_sum = np.maximum(np.bincount(f.group, self.inverse_e, f.groups), 1e-300)
        return np.asarray(self.c.T @ self._project(self.c))

    def _project(self, h: Array) -> Array:
        """Solve for sides whose changes sum to zero in each group."""
        f = self.f
        scaled = (self.inverse_e * h.T).T
        sums = _by_group(f, scaled)
        return np.asarray(scaled - (self.inverse_e * (sums.T / self.group_sum)[..., f.group]).T)

    def _small_system(self, k: Array) -> None:
        t, m = self.t, len(self.f.measure)
        rows, planes, factors = len(self.mu), len(self.theta), len(self.p)
        self.a, self.b = self.over_price / self.over, self.under_price / self.under
        j = np.zeros((rows + planes + factors, m + factors))
        j[:rows, :m], j[rows : rows + planes, :m] = t.rows, t.planes
        j[rows + planes :, m:] = np.eye(factors)
        self.j = j
        size = len(j)
        system = np.zeros((size + 1, size + 1))
        system[:size, :size] = j @ k @ j.T
        diagonal = np.concatenate([1 / self.a + 1 / self.b, self.slack / self.theta, np.full(factors, 0.5)])
        system[np.arange(size), np.arange(size)] += diagonal
        system[rows : rows + planes, size] = system[size, rows : rows + planes] = 1.0
        self.lu, self.pivot, _ = lapack.dgetrf(system)

    def _direction(self, target: _Targets) -> _Step | None:
        f, rows, planes = self.f, len(self.mu), len(self.theta)
        to_v, to_room = target.v / self.v, target.room / self.room
        rhs = to_v - to_room - self.reduced
        scaled = rhs / self.delta
        beta = np.add.reduceat(f.sign * scaled, f.start)
        x = np.concatenate([f.measure @ scaled, beta @ f.factor]) - (self.own * beta) @ self.u
        h = np.zeros(self.sides)
        if self.several:
            h = self._side_rhs(target, to_room, rhs) - np.bincount(f.side, self.omega * self.own * beta, self.sides)
            x = x + self.c.T @ self._project(h)
        to_over, to_under = target.over / self.over - self.over_price, target.under / self.under - self.under_price
        to_theta = target.slack / self.slack - self.theta
        side = self.j @ x
        side[:rows] += self.row_residual + to_under / self.b - to_over / self.a
        side[rows : rows + planes] += to_theta * self.slack / self.theta
        y = lapack.dgetrs(self.lu, self.pivot, np.append(side, 1.0 - self.theta.sum()))[0]
        if not np.isfinite(y).all():
            return None
        dmu, dtheta, dp, dtop = y[:rows], y[rows : rows + planes], y[rows + planes : -1], y[-1]
        price = dtheta @ self.t.planes + dmu @ self.t.rows
        both = np.concatenate([price, dp])
        pull = beta - self.u @ both
        dz = np.zeros(self.sides)
        if self.several:
            dz = self._project(h - self.c @ both)
            pull = pull + self.omega * dz[f.side]
        da = self.own * pull
        dv = (rhs - f.sign * (da + f.factor @ dp)[f.copy] - price @ f.measure) / self.delta
        droom = -dv
        if self.several:
            dv = dv + self.kappa * dz[self.col_side]
            droom = f.most * dz[self.col_side] - dv
        dover, dunder = (to_over + dmu) / self.a, (to_under - dmu) / self.b
        dzeta = np.where(self.loose, (target.z - self.zeta * dz) / self.z - self.zeta, 0.0)
        return _Step(
            v=dv,
            room=droom,
            sigma=to_v - self.sigma - self.sigma / self.v * dv,
            tau=to_room - self.tau - self.tau / self.room * droom,
            z=dz,
            zeta=dzeta,
            theta=dtheta,
            slack=dtop - self.t.planes @ (self._measure_change(dv, dz)),
            mu=dmu,
            over=dover,
            under=dunder,
            over_price=-dmu,
            under_price=dmu,
        )

    def _measure_change(self, dv: Array, dz: Array) -> Array:
        change = self.f.measure @ dv
        return change + self.f.side_measure @ dz if self.several else change

    def _side_rhs(self, target: _Targets, to_room: Array, rhs: Array) -> Array:
        """Return the right-hand side of the sides' equations with the columns' already in it."""
        follow = np.bincount(self.col_side, self.f.most * to_room + self.kappa * rhs, self.sides)
        return np.where(self.loose, follow + target.z / self.z - self.grad_z, 0.0)

    def _reach(self, d: _Step) -> float:
        ratios = [_worst(d.v, self.v), _worst(d.room, self.room), _worst(d.sigma, self.sigma), _worst(d.tau, self.tau)]
        ratios += [_worst(d.theta, self.theta), _worst(d.slack, self.slack)]
        ratios += [_worst(d.over, self.over), _worst(d.under, self.under)]
        ratios += [_worst(d.over_price, self.over_price), _worst(d.under_price, self.under_price)]
        if self.several:
            ratios += [_worst(d.z, self.z), _worst(d.zeta[self.loose], self.zeta[self.loose])]
        return 1 / max(max(ratios), 1e-12)

    def _products(self, d: _Step, a: float) -> float:
        total = (self.v + a * d.v) @ (self.sigma + a * d.sigma) + (self.room + a * d.room) @ (self.tau + a * d.tau)
        total += (self.slack + a * d.slack) @ (self.theta + a * d.theta)
        total += (self.over + a * d.over) @ (self.over_price + a * d.over_price)
        total += (self.under + a * d.under) @ (self.under_price + a * d.under_price)
        if self.several:
            total += (self.z + a * d.z) @ (self.zeta + a * d.zeta)
        return float(total)

    def _move(self, d: _Step, a: float) -> None:
        self.v += a * d.v
        self.sigma += a * d.sigma
        self.tau += a * d.tau
        self.z = self.z + a * d.z
        self.zeta = self.zeta + a * d.zeta
        self.theta += a * d.theta
        self.mu += a * d.mu
        self.over_price += a * d.over_price
        self.under_price += a * d.under_price
        self.slack += a * d.slack
        self.over += a * d.over
        self.under += a * d.under

    def prices(self) -> Prices:
        """Return the dual variables of this iterate."""
        return Prices(self.theta / self.theta.sum(), self.mu.copy(), self.p.copy())

    def _mixed(self) -> Array:
        """Return the spread of deviations among the sides of each group, in cost: none where they agree."""
        f = self.f
        own = np.bincount(f.group[f.side], f.quad * self.e * self.ratio, f.groups)
        together = np.bincount(f.asset, self.e)
        quad = np.zeros(len(together))
        group = np.zeros(len(together), dtype=np.intp)
        quad[f.asset], group[f.asset] = f.quad, f.group[f.side]
        return np.asarray(own - np.bincount(group, quad * together**2, f.groups))

    def point(self, iterations: int) -> Point:
        """Return the iterate as a result."""
        f = self.f
        cost = float(f.cost @ self.v + f.side_cost @ self.z + f.quad @ (self.e * self.ratio) + self.y @ self.y)
        cost += float((self.t.planes @ self.measure + self.t.intercept).max())
        cost += float(self.t.up @ self.over + self.t.down @ self.under)
        return Point(self.v, self.z, cost, self.measure, self.prices(), iterations, self.total, self._mixed())


@dataclass(slots=True)
class _Targets:
    """Where complementarity products should go."""

    v: Array | float
    room: Array | float
    z: Array | float
    slack: Array | float
    over: Array | float
    under: Array | float


@dataclass(slots=True)
class _Step:
    """Changes of all iterates."""

    v: Array
    room: Array
    sigma: Array
    tau: Array
    z: Array
    zeta: Array
    theta: Array
    slack: Array
    mu: Array
    over: Array
    under: Array
    over_price: Array
    under_price: Array


def _worst(change: Array, value: Array) -> float:
    return float((-change / value).max()) if len(value) else 0.0


def _by_side(form: Form, per_copy: Array, sides: int) -> Array:
    """Add up rows of copies by side; copies of a side are contiguous."""
    first = np.searchsorted(form.side, np.arange(sides))
    return np.asarray(np.add.reduceat(per_copy, first, axis=0))


def _by_group(form: Form, per_side: Array) -> Array:
    """Add up rows of sides by group; sides of a group are contiguous."""
    first = np.searchsorted(form.group, np.arange(form.groups))
    return np.asarray(np.add.reduceat(per_side, first, axis=0))
