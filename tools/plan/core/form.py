"""The core problem in the shape that the interior-point method works on.

Every side of every group gets copies of its assets, scaled by how far the side is chosen (z, one per side, summing to
one per group). With whole z it is the problem itself; with fractions it is the convex hull of each group's choices,
the perspective relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.plan.core.problem import Array, CoreProblem, Index, Mask
from tools.plan.core.sides import Kind, Sides, buy_offers, lot_offers, sides_of

FIXED_MEASURES = 2
"""Net short and net long gain come first; then the cash of each account; then one measure per limit, and per goal."""
NO_EFFECT = 1e-3
"""Limit and cost of the item without effect; it costs something, so it is never used."""


@dataclass(frozen=True, slots=True)
class Form:
    """Arrays over columns (a sale or purchase on one side), copies (an asset on one side), sides and measures.

    Columns of a copy are contiguous from ``start``. ``sign`` is a column's effect on the deviation, ``measure`` what a
    unit of it adds to each measure; ``item`` says which lot, or (from ``lots`` on) which purchase, it is; -1 is a
    column without effect that keeps an empty copy in its place. Sides that must sell lots whole carry their effect in
    ``side_cost``, ``side_measure`` and ``offset``.
    """

    item: Index
    copy: Index
    start: Index
    sign: Array
    most: Array
    cost: Array
    measure: Array
    side: Index
    asset: Index
    quad: Array
    factor: Array
    offset: Array
    group: Index
    side_cost: Array
    side_measure: Array
    forced: tuple[tuple[int, int], ...]
    measure_start: Array
    lots: int
    groups: int

    def restricted(self, allowed: Mask) -> Form:
        """Keep only the allowed sides."""
        if allowed.all():
            return self
        new_side = np.cumsum(allowed) - 1
        copies = allowed[self.side]
        new_copy = np.cumsum(copies) - 1
        columns = copies[self.copy]
        copy = new_copy[self.copy[columns]]
        return Form(
            item=self.item[columns],
            copy=copy,
            start=np.searchsorted(copy, np.arange(int(copies.sum()))),
            sign=self.sign[columns],
            most=self.most[columns],
            cost=self.cost[columns],
            measure=self.measure.compress(columns, axis=1),
            side=new_side[self.side[copies]],
            asset=self.asset[copies],
            quad=self.quad[copies],
            factor=self.factor[copies],
            offset=self.offset[copies],
            group=self.group[allowed],
            side_cost=self.side_cost[allowed],
            side_measure=self.side_measure[:, allowed],
            forced=tuple((int(new_side[side]), lot) for side, lot in self.forced if allowed[side]),
            measure_start=self.measure_start,
            lots=self.lots,
            groups=self.groups,
        )

    def sifted(self, open_: Mask, full: Mask) -> Form:
        """Keep only the open columns, at least one a copy; of the others the ``full`` ones are at their limits."""
        done = np.where(full & ~open_, self.most, 0.0)
        fixed = np.flatnonzero(done)
        amount, side = done[fixed], self.side[self.copy[fixed]]
        count = len(self.group)
        added = [np.bincount(side, row * amount, count) for row in self.measure[:, fixed]]
        copy = self.copy[open_]
        return replace(
            self,
            item=self.item[open_],
            copy=copy,
            start=np.searchsorted(copy, np.arange(len(self.side))),
            sign=self.sign[open_],
            most=self.most[open_],
            cost=self.cost[open_],
            measure=self.measure.compress(open_, axis=1),
            offset=self.offset + np.bincount(self.copy[fixed], self.sign[fixed] * amount, len(self.side)),
            side_cost=self.side_cost + np.bincount(side, self.cost[fixed] * amount, count),
            side_measure=self.side_measure + np.array(added),
        )


@dataclass(frozen=True, slots=True)
class _Items:
    """Lots first, then purchases, last an item without effect: what a unit of each does."""

    asset: Index
    sign: Array
    most: Array
    cost: Array
    measure: Array


def form_of(problem: CoreProblem) -> tuple[Form, Sides]:
    """Write the problem as a form with every side of every group, and the sides themselves."""
    sides = sides_of(problem)
    return _form(problem, sides), sides


def free_form(problem: CoreProblem) -> Form:
    """Write the problem without the wash-sale rule: every group on one side that may do everything."""
    one = np.full(problem.groups, Kind.FREE, dtype=np.intp)
    return _form(problem, Sides(np.arange(problem.groups), one, np.full(problem.groups, -1)))


def _form(problem: CoreProblem, sides: Sides) -> Form:
    items = _items(problem)
    sells, buys = lot_offers(problem, sides), buy_offers(problem, sides)
    lots = len(problem.lots.value)
    forced, free = np.flatnonzero(sells.whole), ~sells.whole
    item = np.concatenate([sells.item[free], buys.item + lots])
    side = np.concatenate([sells.side[free], buys.side])
    copy_side, copy_asset = _copies(problem, sides)
    key = copy_side * len(problem.deviation) + copy_asset
    column_key = side * len(problem.deviation) + items.asset[item]
    item, column_key = _fill_empty(item, column_key, key)
    order = np.lexsort((item, column_key))
    item, copy = item[order], np.searchsorted(key, column_key[order])
    offset = problem.deviation[copy_asset].copy()
    side_cost, side_measure = np.zeros(len(sides.group)), np.zeros((len(items.measure), len(sides.group)))
    for n in forced:
        lot, at = sells.item[n], sells.side[n]
        value = problem.lots.value[lot]
        offset[np.searchsorted(key, at * len(problem.deviation) + items.asset[lot])] += items.sign[lot] * value
        side_cost[at] += items.cost[lot] * value
        side_measure[:, at] += items.measure[:, lot] * value
    return Form(
        item=item,
        copy=copy,
        start=np.searchsorted(copy, np.arange(len(key))),
        sign=items.sign[item],
        most=items.most[item],
        cost=items.cost[item],
        measure=items.measure.take(item, axis=1),
        side=copy_side,
        asset=copy_asset,
        quad=problem.gamma * problem.idio[copy_asset] ** 2,
        factor=np.sqrt(problem.gamma) * problem.factors[copy_asset],
        offset=offset,
        group=sides.group,
        side_cost=side_cost,
        side_measure=side_measure,
        forced=tuple((int(sells.side[n]), int(sells.item[n])) for n in forced),
        measure_start=_start(problem),
        lots=lots,
        groups=problem.groups,
    )


def _fill_empty(item: Index, column_key: Index, key: Index) -> tuple[Index, Index]:
    """Give copies without sales or purchases the column without effect."""
    empty = np.setdiff1d(key, column_key)
    return np.concatenate([item, np.full(len(empty), -1, dtype=np.intp)]), np.concatenate([column_key, empty])


def _copies(problem: CoreProblem, sides: Sides) -> tuple[Index, Index]:
    """Return side and asset of every copy, sorted by side, then asset."""
    by_group = np.argsort(problem.group, kind="stable")
    count = np.bincount(problem.group, minlength=problem.groups)
    first = np.cumsum(count) - count
    times = count[sides.group]
    side = np.repeat(np.arange(len(sides.group)), times)
    within = np.arange(len(side)) - np.repeat(np.cumsum(times) - times, times)
    return side, by_group[first[sides.group[side]] + within]


def _items(p: CoreProblem) -> _Items:
    lots, buys, accounts = p.lots, p.buys, len(p.cash)
    nl, nb = len(lots.value), len(buys.most)
    gain = lots.gain_rate * lots.taxable
    linear = p.linear
    measure = np.zeros((FIXED_MEASURES + accounts + len(linear), nl + nb + 1))
    measure[0, :nl], measure[1, :nl] = gain * lots.short, gain * ~lots.short
    measure[FIXED_MEASURES + lots.account, np.arange(nl)] = 1 - p.spread[lots.asset]
    measure[FIXED_MEASURES + buys.account, nl + np.arange(nb)] = -1 - p.spread[buys.asset]
    for n, one in enumerate(linear):
        measure[FIXED_MEASURES + accounts + n, :-1] = np.concatenate([one.sell, one.buy])
    costs = (p.spread[lots.asset] - lots.later * gain, p.spread[buys.asset] + buys.cost, [NO_EFFECT])
    return _Items(
        asset=np.concatenate([lots.asset, buys.asset]),
        sign=np.concatenate([-p.account_weight[lots.account], p.account_weight[buys.account], [0.0]]),
        most=np.concatenate([lots.most, buys.most, [NO_EFFECT]]),
        cost=np.concatenate(costs),
        measure=measure,
    )


def _start(p: CoreProblem) -> Array:
    goals = [goal.start for goal in p.goals]
    return np.concatenate([[p.tax.short_start, p.tax.long_start], p.cash, np.zeros(len(p.limits)), goals])
