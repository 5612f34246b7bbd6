"""What the next dollars cost: marginal rates by finite differences of the whole return, and room under each edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tools.money import ZERO, cents, from_float
from tools.tax.law import Law
from tools.tax.liability import federal
from tools.tax.situation import Gains, Situation, returns_for

STEP_USD = Decimal(1000)
"""People ask about the next 1,000 dollars of gain."""
RATE_QUANTUM = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Marginal:
    """Rates on the next dollars of this year.

    ``short_rate_frac`` and ``long_rate_frac`` are on the next 1,000 dollars of gain, all federal taxes included;
    ``ordinary_rate_frac`` is the worth of one more dollar of loss deducted from other income; ``carry_value_frac``
    that of a dollar of loss carried forward: the rate that a later long-term gain would meet, at most the ordinary one.
    """

    short_rate_frac: Decimal
    long_rate_frac: Decimal
    ordinary_rate_frac: Decimal
    carry_value_frac: Decimal


@dataclass(frozen=True, slots=True)
class Room:
    """Further gain in dollars before an edge is reached; loss not yet used up makes room.

    ``zero_usd`` is left in the 0 % bracket of long-term gains, ``fifteen_usd`` in the 15 % bracket after it,
    ``niit_usd`` until net investment income tax begins. Short-term gain and other income use the same room.
    """

    zero_usd: Decimal
    fifteen_usd: Decimal
    niit_usd: Decimal


def later_pair(situation: Situation) -> tuple[Situation, Situation]:
    """Return the settled year without and with the next 1,000 dollars of long-term gain."""
    settled = situation.settled()
    return settled, settled.plus(Gains(long_usd=STEP_USD))


def rate_between(before_usd: float, after_usd: float, step_usd: Decimal = STEP_USD) -> Decimal:
    """Return the tax on a step as a fraction of it."""
    return from_float((after_usd - before_usd) / float(step_usd), RATE_QUANTUM)


def later_rate(situation: Situation, law: Law) -> Decimal:
    """Return the rate that a later long-term gain would meet, net losses and carryovers set aside."""
    before, after = _totals(later_pair(situation), law)
    return rate_between(before, after)


def marginal(situation: Situation, gains: Gains, law: Law) -> Marginal:
    """Return the marginal rates of the year once ``gains`` are realized.

    While losses are unused the next gain is free; for the rates that gains meet beyond them, give
    ``situation.settled()``.
    """
    base = situation.plus(gains)
    one = Decimal(1)
    # A loss deducted lowers investment income too (Form 8960 line 5a), so the dollar leaves both.
    deducted = replace(
        base, income_usd=base.income_usd - one, investment_interest_usd=base.investment_interest_usd - one
    )
    short, long = base.plus(Gains(short_usd=STEP_USD)), base.plus(Gains(long_usd=STEP_USD))
    tax = _totals((base, short, long, deducted, *later_pair(situation)), law)
    ordinary = rate_between(tax[3], tax[0], one)
    return Marginal(
        short_rate_frac=rate_between(tax[0], tax[1]),
        long_rate_frac=rate_between(tax[0], tax[2]),
        ordinary_rate_frac=ordinary,
        carry_value_frac=min(rate_between(tax[4], tax[5]), ordinary),
    )


def room(situation: Situation, gains: Gains, law: Law) -> Room:
    """Return how much further gain fits under the edges of the year once ``gains`` are realized."""
    year, status = situation.plus(gains), situation.filing_status
    deduction = situation.deduction_usd(law)
    zero = _until(law.long_term_gains.zero_rate_up_to_usd[status] + deduction, year, law)
    fifteen = _until(law.long_term_gains.fifteen_rate_up_to_usd[status] + deduction, year, law)
    return Room(zero, fifteen - zero, _until(law.niit.over_usd[status], year, law))


def _until(agi_usd: Decimal, year: Situation, law: Law) -> Decimal:
    """Return the further gain that brings adjusted gross income to ``agi_usd``."""
    net_usd = year.short_gain_usd + year.long_gain_usd - year.short_carryover_usd - year.long_carryover_usd
    net_at_edge = agi_usd - year.income_usd - year.qualified_dividends_usd
    if net_at_edge < -law.capital_loss.limit_usd[year.filing_status]:
        return ZERO
    return cents(max(net_at_edge - net_usd, ZERO))


def _totals(cases: Sequence[Situation], law: Law) -> list[float]:
    return [float(total) for total in federal(returns_for(cases), law).total]
