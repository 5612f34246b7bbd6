"""Tracking error by asset class: how far, in a usual year, the portfolio may end from its target mix.

No prices of the past are at hand here, so the swings are assumptions: long-run annual volatilities, rounded. Stocks
move together with the market; what a part adds of its own comes on top, and parts' own swings are independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.analysis.sleeves import Sleeve
from tools.plan.core.problem import Bend, CoreProblem, Goal
from tools.plan.problem import Array, Problem

MARKET_SWING = 0.16
OWN_SWINGS = {"us_equity": 0.02, "intl_equity": 0.08, "stocks": 0.03, "bonds": 0.05, "cash": 0.0, "commodities": 0.16}
NAME_SWING = 0.25


def swings(sleeves: Sequence[Sleeve]) -> Array:
    """Return each sleeve's own annual swing: of its class, or of a single name."""
    return np.array([OWN_SWINGS.get(sleeve.key, NAME_SWING) for sleeve in sleeves])


def market(sleeves: Sequence[Sleeve]) -> Array:
    """Return 1 for sleeves that move with the stock market, else 0."""
    return np.array([0.0 if sleeve.key in ("bonds", "cash", "commodities") else 1.0 for sleeve in sleeves])


def tracking_error(off: Array, own: Array, with_market: Array) -> float:
    """Return the annual tracking error of deviations from target."""
    return float(np.sqrt(np.sum((own * off) ** 2) + (MARKET_SWING * float(with_market @ off)) ** 2))


def tracking_of(p: Problem, core: CoreProblem, sell: Array, buy: Array) -> float:
    """Return the annual tracking error that trades leave, over the sleeves with a target."""
    return tracking_error(distances(p, core, sell, buy), p.swings, p.market)


def distances(p: Problem, core: CoreProblem, sell: Array, buy: Array) -> Array:
    """Return each sleeve's weight less its target once trades are done; zero for sleeves without a target."""
    place = {key: n for n, key in enumerate(p.sleeves.keys)}
    off = np.zeros(len(place))
    for goal in core.goals:
        if goal.name in place:
            n = place[goal.name]
            off[n] = goal.start + float(goal.sell @ sell) + float(goal.buy @ buy) - float(p.sleeves.target[n])
    return off


def variance_goals(p: Problem, sleeves: Sequence[Goal], price: float) -> tuple[Goal, ...]:
    """Return the tracking variance as goals at a price: one per sleeve and one for the market.

    Args:
        p: The household's problem.
        sleeves: The goals of its sleeves, which measure their weights; ``name`` is the sleeve's key.
        price: Cost per unit of annual variance.
    """
    place = {key: n for n, key in enumerate(p.sleeves.keys)}
    rows = [(goal, place[goal.name]) for goal in sleeves]
    found = [
        _priced(goal, f"swing of {goal.name}", float(p.sleeves.target[n]), price * float(p.swings[n]) ** 2)
        for goal, n in rows
    ]
    shared = [(goal, n) for goal, n in rows if p.market[n]]
    if shared:
        together = Goal(
            "swing of the market",
            sum(goal.start - float(p.sleeves.target[n]) for goal, n in shared),
            np.sum([goal.sell for goal, _ in shared], axis=0),
            np.sum([goal.buy for goal, _ in shared], axis=0),
            (),
        )
        found.append(_priced(together, together.name, 0.0, price * MARKET_SWING**2))
    return tuple(found)


def _priced(goal: Goal, name: str, level: float, square: float) -> Goal:
    return Goal(name, goal.start, goal.sell, goal.buy, (Bend(level, up_square=square, down_square=square),))
