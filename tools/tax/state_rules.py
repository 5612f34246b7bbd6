"""What state returns are made of: income as a state sees it, schedules, phase-outs and steps, over arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.money import as_float
from tools.tax.law import Law
from tools.tax.liability import Liability, Returns
from tools.tax.state_law import StateLaw
from tools.tax.tables import STATUSES, Floats, Statuses, tables_of


@dataclass(frozen=True, slots=True)
class Income:
    """What a state starts from, dollars, one element a return.

    ``short`` and ``long`` are net by term with federal carryovers in, ``year_gain`` the year's own net without them.
    ``on_return`` is the net gain or allowed loss inside ``agi``, ``long_gain`` the part of it taxed federally as
    long-term gain, dividends aside. ``federal_taxable`` may be negative; ``federal_tax`` includes AMT and NIIT.
    """

    status: Statuses
    wages: Floats
    interest: Floats
    dividends: Floats
    short: Floats
    long: Floats
    year_gain: Floats
    on_return: Floats
    long_gain: Floats
    agi: Floats
    federal_deduction: Floats
    federal_tax: Floats

    @property
    def federal_taxable(self) -> Floats:
        """Adjusted gross income less the federal deduction, below zero when the deduction is larger."""
        return self.agi - self.federal_deduction


def income_of(returns: Returns, federal: Liability, law: Law) -> Income:
    """Take from the federal return what states ask for."""
    short, long = returns.short - returns.short_carryover, returns.long - returns.long_carryover
    standard = tables_of(law).standard[returns.status]
    return Income(
        status=returns.status,
        wages=returns.ordinary - returns.investment_interest,
        interest=returns.investment_interest,
        dividends=returns.qualified_dividends,
        short=short,
        long=long,
        year_gain=returns.short + returns.long,
        on_return=federal.agi - returns.ordinary - returns.qualified_dividends,
        long_gain=np.maximum(np.minimum(long, short + long), 0),
        agi=federal.agi,
        federal_deduction=np.where(np.isnan(returns.deduction), standard, returns.deduction),
        federal_tax=federal.total,
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One state's table for the returns at hand: every amount already picked by filing status."""

    law: StateLaw
    status: Statuses

    def by(self, name: str) -> Floats:
        """Return an amount of ``by_status`` for each return."""
        found: Floats = _column(self.law, "by_status", name)[self.status]
        return found

    def amount(self, name: str) -> float:
        """Return an amount that is one for all statuses."""
        return as_float(self.law.amounts[name])

    def step(self, name: str, at: Floats, *, above: bool = False) -> Floats:
        """Return the value of the step that ``at`` has reached, or with ``above`` passed."""
        edges, values = _steps(self.law, name)
        reached = at[:, None] > edges[self.status] if above else at[:, None] >= edges[self.status]
        last = np.maximum(reached.sum(axis=1) - 1, 0)
        found: Floats = values[self.status, last]
        return found

    def edge(self, name: str, at: Floats) -> Floats:
        """Return the edge of the step that ``at`` has reached."""
        edges, _ = _steps(self.law, name)
        last = np.maximum((at[:, None] >= edges[self.status]).sum(axis=1) - 1, 0)
        found: Floats = edges[self.status, last]
        return found

    def schedule(self, income: Floats, name: str = "") -> Floats:
        """Return the tax by the marginal rates over each edge."""
        edges, rates = _steps(self.law, name)
        rises = np.diff(rates, axis=1, prepend=0.0)
        over = np.maximum(income[:, None] - edges[self.status], 0)
        found: Floats = np.nansum(rises[self.status] * np.where(np.isinf(over), 0, over), axis=1)
        return found

    @property
    def top_rate(self) -> Floats:
        """The highest rate of the schedule."""
        found: Floats = _steps(self.law, "")[1][self.status].max(axis=1)
        return found

    @property
    def deduction(self) -> Floats:
        """The state's standard deduction, zero where it has none."""
        found: Floats = _column(self.law, "deduction_usd")[self.status]
        return found

    @property
    def exemption(self) -> Floats:
        """Personal exemptions of the filers."""
        found: Floats = _column(self.law, "exemption_usd")[self.status]
        return found

    @property
    def credit(self) -> Floats:
        """Personal credits of the filers."""
        found: Floats = _column(self.law, "credit_usd")[self.status]
        return found


@lru_cache(maxsize=2048)
def _column(law: StateLaw, field: str, name: str = "") -> NDArray[np.float64]:
    amounts = law.by_status[name] if field == "by_status" else getattr(law, field)
    return np.array([0.0 if amounts is None else as_float(amounts[status]) for status in STATUSES])


@lru_cache(maxsize=2048)
def _steps(law: StateLaw, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return edges and values, one row a status, rows filled up with edges that nothing reaches."""
    table = law.steps[name] if name else law.schedule
    width = max(len(pairs) for pairs in table.values())
    edges, values = np.full((len(STATUSES), width), np.inf), np.zeros((len(STATUSES), width))
    for row, status in enumerate(STATUSES):
        pairs = table[status]
        edges[row, : len(pairs)] = [as_float(edge) for edge, _ in pairs]
        values[row] = [as_float(value) for _, value in pairs] + [as_float(pairs[-1][1])] * (width - len(pairs))
    return edges, values


def positive(amount: Floats) -> Floats:
    """Return the amount, zero where it is negative."""
    return np.maximum(amount, 0)


def steps_over(at: Floats, over: Floats | float, step: Floats | float) -> Floats:
    """Count the steps, begun ones included, by which ``at`` is over an edge."""
    return np.ceil(positive(at - over) / step)


def share_over(at: Floats, over: Floats | float, width: Floats | float) -> Floats:
    """Return how far ``at`` is into a phase-out, 0 to 1."""
    return np.clip((at - over) / width, 0, 1)
