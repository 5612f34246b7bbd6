"""Limits that whole shares or the exact tax may go beyond: by how much, and the problem drawn tighter by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tools.model import Trade
from tools.money import as_float
from tools.plan.core.problem import CoreProblem
from tools.plan.frame import Frame
from tools.plan.problem import Problem
from tools.plan.risk import tracking_of
from tools.plan.solve import weights_of

TAX, TURNOVER, TRACKING = "the limit on tax", "the limit on turnover", "the limit on tracking error"
MORE = 1.5
"""A limit is drawn tighter by somewhat more than it was missed by."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The limits as they were asked for, in weights; None for none."""

    tax: float | None
    turnover: float | None
    tracking: float | None

    def over(self, frame: Frame, core: CoreProblem, trades: Sequence[Trade], tax_usd: Decimal) -> dict[str, float]:
        """Return each limit that the orders go beyond, with the amount in weights; ``tax_usd`` is the exact tax."""
        sell, buy = weights_of(frame, trades)
        found = {
            TAX: _beyond(as_float(tax_usd / frame.value_usd), self.tax),
            TURNOVER: _beyond(float(sell.sum() + buy.sum()) / 2, self.turnover),
            TRACKING: _beyond(tracking_of(frame.problem, core, sell, buy), self.tracking),
        }
        return {name: amount for name, amount in found.items() if amount > 0}


def rooms(p: Problem) -> Rooms:
    """Return the limits of a problem."""
    return Rooms(p.tax_most, p.turnover_most, p.tracking_most)


def tightened(p: Problem, over: dict[str, float]) -> Problem:
    """Return the problem with each limit lower by what was beyond it."""
    return replace(
        p,
        tax_most=_less(p.tax_most, over.get(TAX)),
        turnover_most=_less(p.turnover_most, over.get(TURNOVER)),
        tracking_most=_less(p.tracking_most, over.get(TRACKING)),
    )


def _beyond(value: float, most: float | None) -> float:
    return 0.0 if most is None else max(0.0, value - most)


def _less(most: float | None, over: float | None) -> float | None:
    return most if most is None or over is None else most - MORE * over
