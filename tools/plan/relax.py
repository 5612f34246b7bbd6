"""When wishes contradict each other: the smallest change of one of them that leaves a plan (elastic slack)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

import numpy as np

from tools.errors import NoPlan
from tools.model import Wishes
from tools.money import ZERO, from_float
from tools.plan.adapter import GAIN_LIMIT, TURNOVER_LIMIT, core_problem
from tools.plan.core.netted_tax import tax_of
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import BP, Bend, CoreProblem, Goal
from tools.plan.families import solve_proven
from tools.plan.frame import Frame
from tools.plan.risk import tracking_of
from tools.plan.solve import closest

Works = Callable[[Wishes], bool]
STEEP = 20.0
"""Cost of a unit of slack, far above every other cost, below the price of a rule."""
FINE = Decimal("1e-12")
STEP_USD, STEP_FRAC = Decimal(500), Decimal("0.005")
"""Relaxed wishes are rounded outwards, with room for whole shares."""

WORDS = {
    "max_gain_usd": "Allow {} of gains.",
    "max_tax_usd": "Allow {} of tax.",
    "max_turnover_frac": "Allow {} of turnover.",
    "tracking_error_frac": "Allow {} a year.",
    "raise_cash_usd": "Raise at most {}.",
    "cash_target_usd": "Keep at most {} in cash.",
    "charity_usd": "Keep at most {} of shares to give.",
}
GIVEN_UP = {
    "tax_set_aside": "Pay the tax from elsewhere.",
    "stay_invested": "Let some of the money wait in cash.",
    "zero_bracket": "Leave the bracket as it is.",
    "asset_location": "Hold things in any account.",
}
"""What to do where giving up one wish leaves a plan."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """One wish changed: its field of ``Wishes``, what was asked and the least change that leaves a plan."""

    field: str
    asked: Decimal
    needed: Decimal

    @property
    def share(self) -> Decimal:
        """The change as a share of what was asked."""
        return abs(self.needed - self.asked) / max(abs(self.asked), Decimal("0.01"))

    @property
    def words(self) -> str:
        """The change as a thing to do."""
        amount = f"{self.needed:.1%}" if self.field.endswith("_frac") else f"${self.needed:,.0f}"
        return WORDS[self.field].format(amount)

    def applied(self, wishes: Wishes) -> Wishes:
        """Return the wishes with this one changed."""
        changed: dict[str, Any] = {self.field: int(self.needed) if self.field == "max_trades" else self.needed}
        return replace(wishes, **changed)


def relaxations(frame: Frame, wishes: Wishes, works: Works) -> tuple[Relaxed, ...]:
    """Return for each wish the least change that leaves a plan while all others are kept, the smallest first.

    Wishes that cannot be the reason alone are left out.

    Args:
        frame: The arrays of the problem that has no plan.
        wishes: What was asked for.
        works: Tells whether other wishes leave a plan, before whole shares.
    """
    found = []
    tries: list[Callable[[], Relaxed]] = [*_each(frame, wishes), *_halved(wishes, works)]
    for one in tries:
        try:
            found.append(one())
        except NoPlan:
            continue
    return tuple(sorted((r for r in found if r.share > 0), key=lambda r: (r.share, r.field)))


def _halved(w: Wishes, works: Works) -> Iterator[Callable[[], Relaxed]]:
    """Return the wishes whose most is found by halving: what they ask for changes the lots or the tax with them."""
    for field in ("charity_usd", *(("raise_cash_usd", "cash_target_usd") if w.tax_set_aside else ())):
        if asked := getattr(w, field):
            yield partial(_most, w, field, asked, works)


def _most(w: Wishes, field: str, asked: Decimal, works: Works) -> Relaxed:
    """Return the most of a wish that leaves a plan, with a step of room for whole shares.

    Raises:
        NoPlan: None of it does.
    """
    low, high = 0, int(asked / STEP_USD) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if works(Relaxed(field, asked, middle * STEP_USD).applied(w)) else (low, middle)
    if low == 0 and not works(Relaxed(field, asked, ZERO).applied(w)):
        raise NoPlan("It is not this wish alone.", "Loosen another.")
    return Relaxed(field, asked, max(low - 1, 0) * STEP_USD)


def given_up(wishes: Wishes, works: Works) -> tuple[str, ...]:
    """Return what to do for each wish without a measure that leaves a plan once it is given up."""
    said = (name for name in GIVEN_UP if getattr(wishes, name))
    return tuple(GIVEN_UP[name] for name in said if works(_without(wishes, name)))


def _without(wishes: Wishes, name: str) -> Wishes:
    off: dict[str, Any] = {name: False}
    return replace(wishes, **off)


def _each(frame: Frame, w: Wishes) -> Iterator[_Try]:
    core = core_problem(frame.problem)
    if w.max_gain_usd is not None:
        yield _Try(frame, core, "max_gain_usd", w.max_gain_usd)
    if w.max_turnover_frac is not None:
        yield _Try(frame, core, "max_turnover_frac", w.max_turnover_frac)
    if w.raise_cash_usd and not w.tax_set_aside:
        yield _Try(frame, core, "raise_cash_usd", w.raise_cash_usd)
    if w.cash_target_usd and not w.tax_set_aside:
        yield _Try(frame, core, "cash_target_usd", w.cash_target_usd)
    if w.max_tax_usd is not None:
        yield _Try(frame, core, "max_tax_usd", w.max_tax_usd)
    if w.tracking_error_frac is not None:
        yield _Try(frame, core, "tracking_error_frac", w.tracking_error_frac)


@dataclass(frozen=True, slots=True)
class _Try:
    """One wish made elastic."""

    frame: Frame
    core: CoreProblem
    field: str
    asked: Decimal

    def __call__(self) -> Relaxed:
        needed = getattr(self, f"_{self.field}")()
        return Relaxed(self.field, self.asked, needed)

    def _max_gain_usd(self) -> Decimal:
        return _up(self._usd(self._limit(GAIN_LIMIT)), STEP_USD)

    def _max_turnover_frac(self) -> Decimal:
        return _up(from_float(self._limit(TURNOVER_LIMIT) / 2, FINE), STEP_FRAC)

    def _raise_cash_usd(self) -> Decimal:
        start = self.core.cash[self._home()]
        return max(_down(self._usd(self._cash() - start), STEP_USD), ZERO)

    def _cash_target_usd(self) -> Decimal:
        return max(_down(self._usd(self._cash()), STEP_USD), ZERO)

    def _max_tax_usd(self) -> Decimal:
        core = replace(self._bare(), tax_most=None)
        core = replace(core, lots=replace(core.lots, later=np.zeros(len(core.lots.value))))
        plan = solve_proven(core, self.frame.problem.families).plan
        idle = tax_of(core.tax.short_start, core.tax.long_start, core.tax)
        extra = cost_of(core, plan.sell, plan.buy).tax_bp / BP - idle
        return _up(self._usd(extra), STEP_USD)

    def _tracking_error_frac(self) -> Decimal:
        plan = closest(self.frame.problem, self.core).plan
        return _up(from_float(tracking_of(self.frame.problem, self.core, plan.sell, plan.buy), FINE), STEP_FRAC)

    def _limit(self, name: str) -> float:
        """Return the least that a limit must be when all else is kept."""
        limit = next(one for one in self.core.limits if one.name == name)
        goal = Goal(name, 0.0, limit.sell, limit.buy, (Bend(limit.most, up=STEEP),))
        others = tuple(one for one in self.core.limits if one is not limit)
        core = replace(self._bare(), limits=others, goals=(goal,))
        plan = solve_proven(core, self.frame.problem.families).plan
        return float(limit.sell @ plan.sell + limit.buy @ plan.buy)

    def _cash(self) -> float:
        """Return the most cash that the home account can end with when all else is kept."""
        core, seat = self.core, self._home()
        sell = np.where(core.lots.account == seat, 1 - core.spread[core.lots.asset], 0.0)
        buy = np.where(core.buys.account == seat, -1 - core.spread[core.buys.asset], 0.0)
        goal = Goal("cash", float(core.cash[seat]), sell, buy, (Bend(float(core.cash_target[seat]), down=STEEP),))
        free = core.cash_target.copy()
        free[seat] = min(0.0, float(core.cash[seat]))
        plan = solve_proven(replace(self._bare(), cash_target=free, goals=(goal,)), self.frame.problem.families).plan
        return float(core.cash[seat] + sell @ plan.sell + buy @ plan.buy)

    def _home(self) -> int:
        return self.frame.seats.index(self.frame.home)

    def _bare(self) -> CoreProblem:
        """Return the problem with its rules and the tax alone: no goals, no names to keep."""
        core = self.core
        return replace(core, goals=(), idio=np.zeros(len(core.idio)), factors=np.zeros((len(core.idio), 0)))

    def _usd(self, weight: float) -> Decimal:
        return self.frame.value_usd * from_float(weight, FINE)


def _up(value: Decimal, step: Decimal) -> Decimal:
    return ((value / step).to_integral_value(ROUND_CEILING) + 1) * step


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_FLOOR) * step
