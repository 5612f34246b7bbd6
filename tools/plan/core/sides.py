"""The wash-sale rule as sides: each substantially-identical group of the household does one of a few things.

- ``free``: nothing to decide: no loss to sell, or nothing to buy.
- ``buy``: the group may be bought; none of its losses is sold.
- ``sell``: its losses may be sold; nothing of it is bought.
- ``whole``: all its recent lots are sold whole, so no purchase is left that could match; its losses may be sold.
- ``keep``: one recent lot, the only one at a loss, is sold in part (the rest of its own purchase does not count); other
  recent lots are sold whole and other losses are kept.

IRC 1091(b) disallows a loss only as far as shares replace it, so a large loss beside a few recent shares that cannot be
sold would count but for as many shares. That is no side here: a plan leaves no disallowed loss at all (its verification
replays the ledger and refuses one), and such a loss is named with the day from which all of it counts. What this gives
up is deferral for at most thirty days.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tools.plan.core.problem import CoreProblem, Index, Mask


class Kind(IntEnum):
    """What a side lets its group do."""

    FREE = 0
    BUY = 1
    SELL = 2
    WHOLE = 3
    KEEP = 4


@dataclass(frozen=True, slots=True)
class Sides:
    """Parallel arrays over sides, those of one group together; ``kept`` is the lot of a ``keep`` side, else -1."""

    group: Index
    kind: Index
    kept: Index


def sides_of(problem: CoreProblem) -> Sides:
    """List what each group may do; every legal plan follows one side of each group."""
    groups, lots = problem.groups, problem.lots
    lot_group = problem.group[lots.asset]
    losing = _has(lot_group[lots.loss & (lots.most > 0)], groups)
    buying = _has(problem.group[problem.buys.asset][problem.buys.most > 0], groups)
    recent = _has(lot_group[lots.recent & (lots.value > 0)], groups)
    rows: list[tuple[int, int, int]] = []
    for g in range(groups):
        if losing[g] and recent[g]:
            rows.append((g, Kind.BUY, -1))
            rows += _around_recent(problem, np.flatnonzero(lot_group == g), g)
        elif losing[g] and buying[g]:
            rows += [(g, Kind.BUY, -1), (g, Kind.SELL, -1)]
        else:
            rows.append((g, Kind.FREE, -1))
    table = np.array(rows, dtype=np.intp).reshape(-1, 3)
    return Sides(table[:, 0], table[:, 1], table[:, 2])


def _around_recent(problem: CoreProblem, members: Index, g: int) -> list[tuple[int, int, int]]:
    """Return the ways to sell losses of a group with recent lots: sell those whole, or all but one of them."""
    lots = problem.lots
    recent = members[lots.recent[members] & (lots.value[members] > 0)]
    stuck = recent[lots.most[recent] < lots.value[recent] * (1 - 1e-12)]
    found: list[tuple[int, int, int]] = []
    if not stuck.size:
        found.append((g, Kind.WHOLE, -1))
    losing = recent[lots.loss[recent]]
    if len(losing) == 1 and lots.most[losing[0]] > 0 and not set(stuck) - set(losing):
        found.append((g, Kind.KEEP, int(losing[0])))
    return found


def _has(numbers: Index, count: int) -> Mask:
    return np.bincount(numbers, minlength=count) > 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What a side offers: lot or purchase ``item``, up to its limit, or (``whole``) exactly all of it."""

    side: Index
    item: Index
    whole: Mask


def lot_offers(problem: CoreProblem, sides: Sides) -> Offer:
    """List for every side the lots that it may or must sell."""
    lots = problem.lots
    side, item = _pairs(problem.group[lots.asset], sides, problem.groups)
    kind, loss, recent = sides.kind[side], lots.loss[item], lots.recent[item] & (lots.value[item] > 0)
    own = sides.kept[side] == item
    whole = recent & ((kind == Kind.WHOLE) | (kind == Kind.KEEP) & ~own)
    allowed = ~loss | (kind == Kind.FREE) | (kind == Kind.SELL) | (kind == Kind.WHOLE) | own | whole
    kept = allowed & (lots.most[item] > 0)
    return Offer(side[kept], item[kept], whole[kept])


def buy_offers(problem: CoreProblem, sides: Sides) -> Offer:
    """List for every side the purchases that it may make."""
    side, item = _pairs(problem.group[problem.buys.asset], sides, problem.groups)
    kept = (sides.kind[side] <= Kind.BUY) & (problem.buys.most[item] > 0)
    return Offer(side[kept], item[kept], np.zeros(int(kept.sum()), dtype=bool))


def _pairs(item_group: Index, sides: Sides, groups: int) -> tuple[Index, Index]:
    """Pair every item with every side of its group."""
    count = np.bincount(sides.group, minlength=groups)
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.intp)
    times = count[item_group] if len(item_group) else np.zeros(0, dtype=np.intp)
    item = np.repeat(np.arange(len(item_group)), times)
    within = np.arange(len(item)) - np.repeat(np.cumsum(times) - times, times)
    return first[item_group[item]] + within, item
