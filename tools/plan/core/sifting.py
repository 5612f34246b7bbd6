"""Large programs with few columns: what prices put at a limit stays there, until the prices found say otherwise.

Most lots are sold whole or not at all, and the prices of an earlier program say which. The bound is always that of all
columns, so what was put in its place wrongly shows as a loss, and those columns are opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tools.plan.core.form import Form
from tools.plan.core.interior import Stop, minimise
from tools.plan.core.iterates import Point, Prices
from tools.plan.core.problem import Array, Mask
from tools.plan.core.tail import Tail

OPEN_PART = 0.3
"""The part of the columns, those nearest to the margin, that a program begins with."""
ROUNDS = 4
LOSS = 1e-8
"""A loss below this, in cost, is a matter of the solver's precision."""
MUCH = 3.0
"""A loss so many times what is left to gain will not go away: better open columns at once."""

Reprice = Callable[[Prices], Array]


def never(_prices: Prices, _total: float) -> bool:
    """Never leave early."""
    return False


def minimise_sifted(
    form: Form, tail: Tail, unit_cost: Array, reprice: Reprice, stop: Stop = never, tolerance: float = 1e-9
) -> tuple[Point, int]:
    """Return the optimum as if of all columns, and the number of programs.

    ``unit_cost`` is what a unit of each column costs at earlier prices, and ``reprice`` says it for others.
    """
    sieve = _Sieve(form, unit_cost, reprice, stop)
    for n in range(1, ROUNDS + 1):
        sieve.open_near()
        ends = sieve.stop if n < ROUNDS else stop
        point = minimise(form.sifted(sieve.open, sieve.full), tail, tolerance, ends)
        if sieve.loss(point.prices) <= max(LOSS, tolerance, point.gap):
            break
        if n < ROUNDS:
            sieve.open_wrong()
    amount = np.where(sieve.full, form.most * point.chosen[form.side[form.copy]], 0.0)
    amount[sieve.open] = point.amount
    return replace(point, amount=amount), n


class _Sieve:
    """Which columns are open, and which of the others are at their limits."""

    def __init__(self, form: Form, unit_cost: Array, reprice: Reprice, stop: Stop) -> None:
        self.form, self.cost, self.reprice, self.otherwise = form, unit_cost, reprice, stop
        self.open = np.zeros(len(form.most), dtype=bool)
        self.full = self.open

    def open_near(self) -> None:
        """Open the columns nearest to the margin, and of each copy the nearest one."""
        far = np.abs(self.cost)
        nearest = np.minimum.reduceat(far, self.form.start)
        self.open |= (far <= np.quantile(far, OPEN_PART)) | (far <= nearest[self.form.copy])
        self.full = (self.cost < 0) & ~self.open

    def open_wrong(self) -> None:
        """Open what the last prices want on its other side."""
        self.open |= self._wrong()

    def loss(self, prices: Prices) -> float:
        """Return what columns at the wrong limit take from the bound at these prices."""
        self.cost = self.reprice(prices)
        wrong = self._wrong()
        return float(np.abs(self.cost[wrong]) @ self.form.most[wrong])

    def stop(self, prices: Prices, total: float) -> bool:
        """Tell whether to leave early: as asked, or because more columns are needed."""
        return self.otherwise(prices, total) or (total < MUCH * 1e-2 and self.loss(prices) > MUCH * total)

    def _wrong(self) -> Mask:
        return np.asarray(~self.open & np.where(self.full, self.cost > 0, self.cost < 0))
