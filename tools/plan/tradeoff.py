"""The frontier of tax against distance from target: the plan found again at many prices of distance.

Each point is proven like the plan itself and keeps every wish; its tax is that of the exact engine. Amounts are
fractions of shares without a least order, so a plan of whole shares lies next to the curve.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np

from tools.errors import NoPlan
from tools.facts import FactBook, Json
from tools.model import Household, Investor, Wishes
from tools.money import ZERO, cents, from_float
from tools.plan.adapter import core_problem
from tools.plan.cash import with_new_cash
from tools.plan.core.plan_cost import Cost
from tools.plan.core.problem import CoreProblem, Goal
from tools.plan.families import solve_proven
from tools.plan.frame import Frame, build_frame
from tools.plan.rates import representative
from tools.plan.risk import distances
from tools.plan.style import ALL_THE_WAY, BALANCED, HARVEST
from tools.tax.law import Law
from tools.tax.year import Gains, change_range

POINTS, MOST_SOLVES = 20, 28
LEAST, MOST = 0.01, ALL_THE_WAY.drift / BALANCED.drift
"""The price of distance goes from a hundredth of the balanced plan's to that of going all the way; each next point
halves the widest gap in distance."""
CLOSE_FRAC = Decimal("0.0005")
FINE = Decimal("1e-6")
SAME_USD = Decimal(1)


@dataclass(frozen=True, slots=True)
class TradeOff:
    """One point: the tax against doing nothing, above zero where it is more, and the distance that is left."""

    tax_usd: Decimal
    drift_frac: Decimal


def trade_off(
    household: Household, investor: Investor, law: Law, wishes: Wishes, on: date, points: int = POINTS
) -> tuple[TradeOff, ...]:
    """Return the frontier under these wishes, the least tax first; points that are no better than another are left out.

    Raises:
        MissingFact: There are neither targets nor a cap.
        NoPlan: The wishes contradict each other.
    """
    home = with_new_cash(household, wishes)
    style = HARVEST if wishes.harvest_only else BALANCED
    frame = build_frame(home, investor, representative(investor, law), law, wishes, on, style)
    core = core_problem(frame.problem)
    at = {scale: _point(frame, core, investor, law, scale) for scale in (LEAST, MOST)}
    while len(_best(at.values())) < points and len(at) < MOST_SOLVES:
        scales = sorted(at)
        gaps = [(_gap(at[low], at[high]), low, high) for low, high in pairwise(scales)]
        gap, low, high = max(gaps)
        if gap < CLOSE_FRAC:
            break
        middle = float(np.sqrt(low * high))
        at[middle] = _point(frame, core, investor, law, middle)
    return _best(at.values())


def _point(frame: Frame, core: CoreProblem, investor: Investor, law: Law, scale: float) -> TradeOff:
    keys = frozenset(frame.problem.sleeves.keys)
    priced = replace(core, goals=tuple(_scaled(goal, scale) if goal.name in keys else goal for goal in core.goals))
    plan = solve_proven(priced, frame.problem.families).plan
    off = distances(frame.problem, core, plan.sell, plan.buy) * frame.problem.sleeves.weighed
    tax = change_range(investor, _gains(frame, core, plan.cost), law).most_tax_usd
    return TradeOff(cents(tax), from_float(float(np.abs(off).sum()) / 2, FINE))


def _scaled(goal: Goal, scale: float) -> Goal:
    """Return the same goal with distance from its target at another price; what is linear stays."""
    bends = tuple(replace(b, up_square=b.up_square * scale, down_square=b.down_square * scale) for b in goal.bends)
    return replace(goal, bends=bends)


def _gains(frame: Frame, core: CoreProblem, cost: Cost) -> Gains:
    """Return what the plan's own sales realize; the year before them is known to the engine."""
    short, long = cost.short - core.tax.short_start, cost.long - core.tax.long_start
    return Gains(*(cents(frame.value_usd * from_float(each, Decimal("1e-12"))) for each in (short, long)))


def _gap(far: TradeOff, near: TradeOff) -> Decimal:
    """Return the distance between neighbours, nothing where both pay the same tax: the nearer one is simply better."""
    return far.drift_frac - near.drift_frac if abs(near.tax_usd - far.tax_usd) > SAME_USD else ZERO


def _best(points: Iterable[TradeOff]) -> tuple[TradeOff, ...]:
    """Keep points that no other beats in both, the least tax first."""
    kept: list[TradeOff] = []
    for one in sorted(points, key=lambda p: (p.tax_usd, p.drift_frac)):
        if not kept or one.drift_frac < kept[-1].drift_frac:
            kept.append(one)
    return tuple(kept)


def knee(points: tuple[TradeOff, ...]) -> TradeOff:
    """Return the point farthest from the line between the ends: beyond it distance gets dear.

    Raises:
        NoPlan: There is no point.
    """
    if not points:
        raise NoPlan("There is no plan to draw.", "Loosen a wish.")
    first, last = points[0], points[-1]
    tax = max(last.tax_usd - first.tax_usd, SAME_USD)
    drift = max(first.drift_frac - last.drift_frac, FINE)

    def gained(p: TradeOff) -> Decimal:
        return (first.drift_frac - p.drift_frac) / drift - (p.tax_usd - first.tax_usd) / tax

    return max(points, key=gained)


def describe_frontier(points: tuple[TradeOff, ...], book: FactBook) -> list[dict[str, Json]]:
    """Write each point's tax and distance as facts for the chart."""
    return [
        book.row(
            f"curve.{n}", {"tax_change_usd": p.tax_usd, "drift_after_frac": p.drift_frac}, of=f"Point {n} of the curve"
        )
        for n, p in enumerate(points, 1)
    ]
