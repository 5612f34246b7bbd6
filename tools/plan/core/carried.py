"""Prices found in one regime, written in another: what they prove there often closes it without a program of its own.

Prices of cash, limits and goals are kept; those of the tax planes and of the regime's own rows are chosen anew, so that
a dollar of gain has the same price as before, if it can. Any choice gives a valid bound; this one gives the best.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from tools.plan.core.form import FIXED_MEASURES, Form
from tools.plan.core.iterates import Prices
from tools.plan.core.problem import Array, Mask
from tools.plan.core.tail import Tail

ACTIVE = 1e-12
PARALLEL = 1e-14


def gain_ranges(form: Form) -> Array:
    """Return the least and the highest net gain that trades can bring: two rows (short, long), two columns."""
    gains, start = form.measure[:FIXED_MEASURES] * form.most, form.measure_start[:FIXED_MEASURES]
    low, high = np.minimum(gains, 0).sum(axis=1), np.maximum(gains, 0).sum(axis=1)
    return np.column_stack([start + low, start + high])


def carried_over(prices: Prices, old: Tail, new: Tail, ranges: Array) -> Prices | None:
    """Return the prices for another regime of the same problem; None where their other rows do not correspond."""
    from_gains, to_gains = _of_gains(old), _of_gains(new)
    if (~from_gains).sum() != (~to_gains).sum():
        return None
    clipped, _ = old.least(prices.row)
    plane = np.maximum(prices.plane, 0)
    price = (plane / plane.sum()) @ old.planes + clipped @ old.rows
    row = np.zeros(len(new.level))
    row[~to_gains] = clipped[~from_gains]
    wanted = (price - row @ new.rows)[:FIXED_MEASURES]
    weights, row[to_gains] = _matching(new, to_gains, wanted, ranges)
    return Prices(weights, row, prices.factor)


def _of_gains(tail: Tail) -> Mask:
    """Tell which rows are about gains alone."""
    return np.asarray(~tail.rows[:, FIXED_MEASURES:].any(axis=1))


def _matching(tail: Tail, mine: Mask, wanted: Array, ranges: Array) -> tuple[Array, Array]:
    """Return weights of planes and prices of rows that are a slope of the tax at its lowest point less ``wanted``."""
    planes, rows = tail.planes[:, :FIXED_MEASURES], tail.rows[mine][:, :FIXED_MEASURES]
    at = _lowest(tail, mine, wanted, ranges)
    value, excess = planes @ at + tail.intercept, rows @ at - tail.level[mine]
    top = np.flatnonzero(value >= value.max() - ACTIVE)
    bent = np.flatnonzero(np.abs(excess) <= ACTIVE)
    up, down = tail.up[mine], tail.down[mine]
    price = np.where(excess > 0, up, -down)
    from_top = up[bent] == 0
    price[bent] = np.where(from_top, up[bent], -down[bent])
    turn = np.where(from_top, -1.0, 1.0)
    system = np.vstack([np.hstack([planes[top].T, (turn[:, None] * rows[bent]).T]), np.zeros(len(top) + len(bent))])
    system[-1, : len(top)] = 1.0
    found, _ = nnls(system, np.append(wanted - price @ rows, 1.0))
    weights = np.zeros(len(planes))
    weights[top] = found[: len(top)]
    price[bent] += turn * found[len(top) :]
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1 / len(weights)), np.clip(price, -down, up)


def _lowest(tail: Tail, mine: Mask, wanted: Array, ranges: Array) -> Array:
    """Return the gains within reach where the tax less ``wanted`` times gains is lowest: a corner of its pieces."""
    planes, rows = tail.planes[:, :FIXED_MEASURES], tail.rows[mine][:, :FIXED_MEASURES]
    first, second = np.triu_indices(len(planes), 1)
    edges = [planes[first] - planes[second], rows, np.repeat(np.eye(FIXED_MEASURES), 2, axis=0)]
    ends = [tail.intercept[second] - tail.intercept[first], tail.level[mine], ranges.ravel()]
    edge, end = np.vstack(edges), np.concatenate(ends)
    one, other = np.triu_indices(len(edge), 1)
    a, b = edge[one], edge[other]
    size = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    crossing = np.abs(size) > PARALLEL
    a, b, size, c, d = a[crossing], b[crossing], size[crossing], end[one][crossing], end[other][crossing]
    corner = np.column_stack([(c * b[:, 1] - d * a[:, 1]) / size, (d * a[:, 0] - c * b[:, 0]) / size])
    corner = corner[((corner >= ranges[:, 0] - ACTIVE) & (corner <= ranges[:, 1] + ACTIVE)).all(axis=1)]
    excess = corner @ rows.T - tail.level[mine]
    value = (corner @ planes.T + tail.intercept).max(axis=1) - corner @ wanted
    value += np.maximum(excess, 0) @ tail.up[mine] + np.maximum(-excess, 0) @ tail.down[mine]
    return np.asarray(corner[int(np.argmin(value))])
