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
    """A lower bound on the cost; at these prices the least cost of each side and group, and each copy's pull."""

    cost: float
    side_cost: Array
    group_cost: Array
    pull: Array


def lower_bound(form: Form, tail: Tail, prices: Prices, allowed: Mask | None = None) -> Bound:
    """Return the bound that these prices prove for all of the form's sides together, or for the allowed ones."""
    row, rows = tail.least(prices.row)
    plane = np.maximum(prices.plane, 0)
    plane = plane / plane.sum()
    price = plane @ tail.planes + row @ tail.rows
    fp = form.factor @ prices.factor
    reduced = form.cost + form.sign * fp[form.copy] + price @ form.measure
    pull = _pull(form, reduced)
    per_copy = _copy_minimum(form, reduced, pull) + form.offset * fp
    side_cost = form.side_cost + price @ form.side_measure + np.bincount(form.side, per_copy, len(form.group))
    if allowed is not None:
        side_cost = np.where(allowed, side_cost, np.inf)
    least = np.full(form.groups, np.inf)
    np.minimum.at(least, form.group, side_cost)
    cost = least.sum() - prices.factor @ prices.factor / 4
    cost += plane @ tail.intercept + rows + price @ form.measure_start
    return Bound(float(cost), side_cost, least, pull)


def _pull(form: Form, reduced: Array) -> Array:
    """Return the price of each copy's deviation where quad e^2 + reduced . amounts is least over the limits."""
    push = form.sign * form.most
    sell = form.sign < 0
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = np.where(form.sign == 0, np.inf, -reduced / form.sign)
    quad = form.quad[form.copy]
    turn = np.where(quad == 0, 0.0, turn)
    # One key for copy and turn: what rounding merges changes the pull by next to nothing, and any pull is valid.
    flat = np.where(np.isinf(turn), 1.0, np.nan_to_num(turn, posinf=0.0) / (1 + np.abs(turn)))
    order = np.argsort(form.copy + 0.25 * flat)
    at_start = form.offset + np.add.reduceat(np.where(sell, 0.0, push), form.start)
    passed = np.cumsum(np.abs(push)[order])
    before_copy = np.concatenate([[0.0], passed])[form.start]
    level_after = at_start[form.copy] - (passed - before_copy[form.copy])
    level_before = level_after + np.abs(push)[order]
    sorted_turn = turn[order]
    reached = sorted_turn >= 2 * quad * level_after
    place = np.where(reached, np.arange(len(order)), len(order))
    first = np.minimum.reduceat(place, form.start)
    ends = np.concatenate([form.start[1:], [len(order)]]) - 1
    inside = first <= ends
    at = np.where(inside, np.minimum(first, ends), ends)
    at_turn = np.minimum(sorted_turn[at], 2 * form.quad * level_before[at])
    return np.asarray(np.where(inside, at_turn, 2 * form.quad * level_after[ends]))


def _copy_minimum(form: Form, reduced: Array, pull: Array) -> Array:
    """Return what a copy costs at least; any pull gives a bound, the right one the best."""
    gain = np.minimum(0.0, reduced + form.sign * pull[form.copy]) * form.most
    with np.errstate(divide="ignore", invalid="ignore"):
        square = np.where(form.quad > 0, pull**2 / (4 * form.quad), 0.0)
    return np.asarray(pull * form.offset - square + np.add.reduceat(gain, form.start))
