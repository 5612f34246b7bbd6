"""The person's state tax with gains and without them: the difference of two whole state returns, a range if need be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.model import Investor
from tools.money import from_float
from tools.tax.law import Law
from tools.tax.liability import federal
from tools.tax.situation import Gains, Situation, returns_for, situations
from tools.tax.state import state_tax
from tools.tax.state_law import StateLaw, state_law


@dataclass(frozen=True, slots=True)
class StateChange:
    """One case: the whole state tax without the gains and with them."""

    without_usd: Decimal
    with_usd: Decimal

    @property
    def extra_usd(self) -> Decimal:
        """What the gains add; negative when losses save tax."""
        return self.with_usd - self.without_usd


@dataclass(frozen=True, slots=True)
class StateRange:
    """The least and the most that the gains add over all cases still open; ``exact`` when one case is left."""

    law: StateLaw
    low: StateChange
    high: StateChange
    exact: bool

    @property
    def label(self) -> str:
        """How figures are headed: an estimate, of one state and year."""
        return f"State tax (estimate, {self.law.code} {self.law.year})"


def state_totals(cases: Sequence[Situation], law: Law) -> list[float]:
    """Return the whole state tax of each case, zero where no state was named."""
    if not cases or cases[0].state is None:
        return [0.0] * len(cases)
    returns = returns_for(cases)
    return [float(each) for each in state_tax(returns, federal(returns, law), law, _table(cases[0].state, law)).total]


def _table(state: str, law: Law) -> StateLaw:
    return state_law(state, law.year)


def state_change_range(investor: Investor, gains: Gains, law: Law, year: int | None = None) -> StateRange | None:
    """Compute the state tax due to ``gains``; None when no state was named.

    Resident all year of the one state named, income of a couple taken as one person's, no dependants.

    Raises:
        BadRequest: There is no such state, or no bracket of this year has the rate named.
    """
    if investor.state is None:
        return None
    table = state_law(investor.state, year or law.year)
    found = sorted(_changes(situations(investor, law), gains, law, table), key=lambda each: each.extra_usd)
    return StateRange(table, found[0], found[-1], exact=len(found) == 1)


def _changes(cases: Sequence[Situation], gains: Gains, law: Law, table: StateLaw) -> tuple[StateChange, ...]:
    rows = [row for case in cases for row in (case, case.plus(gains))]
    returns = returns_for(rows)
    tax = [from_float(each) for each in state_tax(returns, federal(returns, law), law, table).total]
    return tuple(StateChange(tax[at], tax[at + 1]) for at in range(0, len(tax), 2))
