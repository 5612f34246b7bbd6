"""The iterates of the interior-point method: where it starts, what follows from them, when they are good enough."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tools.plan.core.form import Form
from tools.plan.core.problem import Array
from tools.plan.core.tail import Tail

START = 0.1
ROW_WEIGHT = 0.01
PART_SOLD = 0.3
LEAST_PRICE = 1e-2


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


class Iterates:
    """All iterates of one solve: ``inside`` are the amounts that must stay positive, ``price`` their multipliers.

    Both are, one after the other: columns, what is left to their limits, planes (slack and weight), rows (over, under)
    and the sides of groups that have several.
    """

    def __init__(self, form: Form, tail: Tail) -> None:
        self.f, self.t = form, tail
        self.sides, self.m = len(form.group), len(form.measure)
        count = np.bincount(form.group, minlength=form.groups)
        self.loose = np.flatnonzero((count > 1)[form.group])
        self.several = self.loose.size > 0
        self.z = 1.0 / count[form.group]
        self.col_side = form.side[form.copy]
        self.first_copy = np.searchsorted(form.side, np.arange(self.sides))
        self.first_side = np.searchsorted(form.group, np.arange(form.groups))
        self.limit, self.zc = form.most * self.z[self.col_side], self.z[form.side]
        self.stack = np.vstack([form.sign, form.measure])
        self.signed = self.stack * form.sign
        n, planes, rows = len(form.most), len(tail.intercept), len(tail.level)
        ends = np.cumsum([0, n, n, planes, rows, rows, self.loose.size])
        self.at = [slice(int(i), int(j)) for i, j in pairwise(ends)]
        self.weight = np.full(int(ends[-1]), ROW_WEIGHT)
        self.weight[: 2 * n] = form.most.mean()
        self.weight[self.at[5]] = np.maximum(np.bincount(self.col_side, form.most, self.sides), 1e-4)[self.loose]
        self.size = float(self.weight.sum())
        self.inside = np.empty_like(self.weight)
        self.price = np.empty_like(self.weight)
        self.v, self.room, self.slack, self.over, self.under, self.open = (self.inside[one] for one in self.at)
        self.sigma, self.tau, self.theta, self.over_price, self.under_price, self.zeta = (
            self.price[one] for one in self.at
        )
        self._start()

    def _start(self) -> None:
        f, t = self.f, self.t
        self.v[:], self.room[:] = PART_SOLD * self.limit, (1 - PART_SOLD) * self.limit
        self.open[:] = self.z[self.loose]
        measure = f.measure_start + f.measure @ self.v + f.side_measure @ self.z
        value = t.planes @ measure + t.intercept
        planes = len(value)
        self.slack[:] = value.max() - value + START * ROW_WEIGHT * planes
        room = np.minimum(0.1, (t.up + t.down) / 2)
        self.mu = np.clip(0.0, -t.down + room, t.up - room)
        excess = t.rows @ measure - t.level
        least = START * ROW_WEIGHT / np.maximum(np.where(excess > 0, t.down + self.mu, t.up - self.mu), LEAST_PRICE)
        self.over[:] = np.maximum(excess, 0) + least
        self.under[:] = self.over - excess
        highest, lowest = t.up + 2 * t.up_square * self.over, -t.down - 2 * t.down_square * self.under
        room = np.minimum(0.1, (highest - lowest) / 2)
        self.mu = np.where(t.up_square + t.down_square > 0, np.clip(0.0, lowest + room, highest - room), self.mu)
        self.price[:] = START * self.weight / self.inside
        self.theta[:] = 1.0 / planes
        self.over_price[:], self.under_price[:] = highest - self.mu, self.mu - lowest

    def evaluate(self) -> None:
        """Recompute what follows from the iterates."""
        f = self.f
        if self.several:
            self.z[self.loose] = self.open
            np.multiply(f.most, self.z[self.col_side], out=self.limit)
            np.take(self.z, f.side, out=self.zc)
        np.subtract(self.limit, self.v, out=self.room)
        self.e = f.offset * self.zc + np.add.reduceat(f.sign * self.v, f.start)
        self.ratio = self.e / self.zc
        self.y = self.e @ f.factor
        self.p = 2 * self.y
        self.measure = f.measure_start + f.measure @ self.v + f.side_measure @ self.z
        self.row_residual = self.t.rows @ self.measure - self.t.level - self.over + self.under
        self.lam = self.theta @ self.t.planes + self.mu @ self.t.rows
        self.total_pull = 2 * f.quad * self.ratio + f.factor @ self.p
        self.reduced = f.cost + f.sign * self.total_pull[f.copy] + self.lam @ f.measure
        if self.several:
            per_copy = f.offset * self.total_pull - f.quad * self.ratio**2
            self.grad_z = f.side_cost + self.lam @ f.side_measure + np.bincount(f.side, per_copy, self.sides)
        self.total = float(self.inside @ self.price)

    def done(self, tolerance: float) -> bool:
        """Tell whether what is left to gain, and what the prices are off by, is below the tolerance."""
        if self.total >= tolerance:
            return False
        wrong = float(np.abs(self.reduced - self.sigma + self.tau) @ (self.v + self.room))
        return wrong < 10 * tolerance or self.total < 1e-2 * tolerance

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
        cost += float(self.t.up_square @ self.over**2 + self.t.down_square @ self.under**2)
        return Point(self.v, self.z, cost, self.measure, self.prices(), iterations, self.total, self._mixed())
