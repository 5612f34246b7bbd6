"""The lower bound that prices prove: what every plan of a regime must cost at least (Lagrangian duality by group).

Given prices the problem falls apart into groups, sides and assets; each asset's best trades follow from one number, the
price of its own deviation, found exactly by sorting. Any prices give a valid bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.plan.core.form import Form
from tools.plan.core.iterates import Prices
from tools.plan.core.problem import Array, Mask
from tools.plan.core.tail import Tail


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound on the cost; at these prices the least cost of sides and groups, and of a unit of each column."""

    cost: float
    side_cost: Array
    group_cost: Array
    unit_cost: Array


def lower_bound(form: Form, tail: Tail, prices: Prices, allowed: Mask | None = None) -> Bound:
    """Return the bound that these prices prove for all of the form's sides together, or for the allowed ones."""
    return Bounds(form).at(tail, prices, allowed)


class Bounds:
    """Bounds of one form at many prices; what does not depend on prices is worked out once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        push = form.sign * form.most
        self.size = np.abs(push)
        self.still = form.sign == 0
        self.over_sign = 1 / np.where(self.still, 1.0, form.sign)
        self.quad = form.quad[form.copy]
        self.flat = self.quad == 0
        self.stiff = form.quad > 0
        self.over_quad = np.where(self.stiff, 1 / (4 * np.where(self.stiff, form.quad, 1.0)), 0.0)
        highest = form.offset + np.add.reduceat(np.maximum(push, 0.0), form.start)
        self.highest = highest[form.copy]
        self.places = np.arange(len(push))
        self.ends = np.concatenate([form.start[1:], [len(push)]]) - 1

    def at(self, tail: Tail, prices: Prices, allowed: Mask | None = None) -> Bound:
        """Return the bound that these prices prove for all sides together, or for the allowed ones."""
        form = self.form
        row, rows = tail.least(prices.row)
        plane = np.maximum(prices.plane, 0)
        plane = plane / plane.sum()
        price = plane @ tail.planes + row @ tail.rows
        fp = form.factor @ prices.factor
        reduced = form.cost + form.sign * fp[form.copy] + price @ form.measure
        pull = self._pull(reduced)
        unit_cost = reduced + form.sign * pull[form.copy]
        per_copy = self._copy_minimum(unit_cost, pull) + form.offset * fp
        side_cost = form.side_cost + price @ form.side_measure + np.bincount(form.side, per_copy, len(form.group))
        if allowed is not None:
            side_cost = np.where(allowed, side_cost, np.inf)
        least = np.full(form.groups, np.inf)
        np.minimum.at(least, form.group, side_cost)
        cost = least.sum() - prices.factor @ prices.factor / 4
        cost += plane @ tail.intercept + rows + price @ form.measure_start
        return Bound(float(cost), side_cost, least, unit_cost)

    def _copy_minimum(self, unit_cost: Array, pull: Array) -> Array:
        """Return what a copy costs at least; any pull gives a bound, the right one the best."""
        form = self.form
        gain = np.minimum(0.0, unit_cost) * form.most
        return np.asarray(pull * form.offset - pull**2 * self.over_quad + np.add.reduceat(gain, form.start))

    def _pull(self, reduced: Array) -> Array:
        """Return the price of each copy's deviation where quad e^2 + reduced . amounts is least over the limits."""
        form = self.form
        turn = -reduced * self.over_sign
        turn[self.flat] = 0.0
        # One key for copy and turn: what rounding merges changes the pull by next to nothing, and any pull is valid.
        part = turn / (1 + np.abs(turn))
        turn[self.still], part[self.still] = np.inf, 1.0
        order = np.argsort(form.copy + 0.25 * part)
        size = self.size[order]
        passed = np.cumsum(size)
        before_copy = (passed - size)[form.start]
        level_after = self.highest - (passed - before_copy[form.copy])
        sorted_turn = turn[order]
        reached = sorted_turn >= 2 * self.quad * level_after
        first = np.minimum.reduceat(np.where(reached, self.places, len(order)), form.start)
        inside = first <= self.ends
        at = np.where(inside, first, self.ends)
        at_turn = np.minimum(sorted_turn[at], 2 * form.quad * (level_after[at] + size[at]))
        return np.asarray(np.where(inside, at_turn, 2 * form.quad * level_after[self.ends]))
