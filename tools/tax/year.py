"""The person's year with a plan and without it. The tax *due to* a trade is the difference of two whole returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tools.model import Investor
from tools.money import ZERO, cents, from_float
from tools.tax.law import Law
from tools.tax.liability import Liability, federal
from tools.tax.marginal import Marginal, Room, later_pair, later_rate, marginal, rate_between, room
from tools.tax.situation import Gains, Situation, returns_for, situations

__all__ = [
    "Gains",
    "Marginal",
    "Outcome",
    "Room",
    "Situation",
    "TaxChange",
    "TaxRange",
    "change",
    "change_range",
    "changes",
    "gains_tax_range",
    "later_rate",
    "marginal",
    "next_year",
    "outcome",
    "room",
    "situations",
    "without_gains",
]

DELAY_YEARLY_FRAC = Decimal("0.04")
"""What a postponed dollar of tax earns in a year: about the yield of a ten-year Treasury, an assumption."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One whole year: gains realized by term before carryovers, federal tax, and what carries forward.

    ``federal_tax_usd`` includes ``amt_usd`` and ``niit_usd``; ``deducted_usd`` is the loss set against other income.
    """

    short_gain_usd: Decimal
    long_gain_usd: Decimal
    federal_tax_usd: Decimal
    short_carryover_usd: Decimal
    long_carryover_usd: Decimal
    deducted_usd: Decimal
    amt_usd: Decimal
    niit_usd: Decimal

    @property
    def carryover_usd(self) -> Decimal:
        """Losses of both terms that go to next year."""
        return self.short_carryover_usd + self.long_carryover_usd


@dataclass(frozen=True, slots=True)
class TaxChange:
    """What gains and losses do to the year's tax, and how much of that is only moved to a later year.

    ``used_now_usd`` is the loss that counts this year: the loss realized less what it adds to the carryovers.
    ``postponed_usd`` is that loss at ``later_rate_frac``, the rate that a later long-term gain would meet: the
    replacement's basis is lower by as much, so this is owed once it is sold. ``permanent_usd`` is the rest of
    ``saved_usd``. A net gain has the opposite signs: tax paid now that a later sale no longer owes.

    Example, single in 2026 with 150,000 dollars of wages and 10,000 of short-term gain so far: a plan realizes a
    short-term loss of 20,000. It cancels the gain and 3,000 is deducted, both at 24 %: saved 3,120. Carried forward
    7,000, so 13,000 is used now; at the later rate of 15 % that is 1,950 postponed, and 1,170 is permanent.
    """

    without: Outcome
    with_: Outcome
    extra_tax_usd: Decimal
    used_now_usd: Decimal
    later_rate_frac: Decimal
    postponed_usd: Decimal
    assumption: str

    @property
    def saved_usd(self) -> Decimal:
        """Tax without less tax with; negative when the plan costs tax."""
        return -self.extra_tax_usd

    @property
    def permanent_usd(self) -> Decimal:
        """The part of the saving that no later sale takes back."""
        return self.saved_usd - self.postponed_usd


@dataclass(frozen=True, slots=True)
class TaxRange:
    """The least and the most that the gains save over all cases still open.

    ``exact`` when one case is left; else ``narrow_by`` names the facts (fields of ``Investor``) that would narrow it.
    """

    low: TaxChange
    high: TaxChange
    exact: bool
    narrow_by: tuple[str, ...]

    @property
    def most_tax_usd(self) -> Decimal:
        """The most that the gains may cost, over all cases still open."""
        return self.low.extra_tax_usd

    @property
    def least_tax_usd(self) -> Decimal:
        """The least that the gains may cost."""
        return self.high.extra_tax_usd


def outcome(situation: Situation, gains: Gains, law: Law) -> Outcome:
    """Compute the year once ``gains`` are realized."""
    case = situation.plus(gains)
    return _outcome(case, federal(returns_for((case,)), law), 0)


def change(situation: Situation, gains: Gains, law: Law) -> TaxChange:
    """Compute the whole return with ``gains`` and without them; see ``TaxChange``."""
    return changes((situation,), gains, law)[0]


def changes(cases: Sequence[Situation], gains: Gains, law: Law) -> tuple[TaxChange, ...]:
    """Compute ``change`` for several situations at once."""
    rows = [row for case in cases for row in (case, case.plus(gains), *later_pair(case))]
    liability = federal(returns_for(rows), law)
    return tuple(_change(rows, liability, at, gains) for at in range(0, len(rows), 4))


def next_year(investor: Investor, law: Law) -> Investor:
    """Return the person as the next year would find them, if it is like this one.

    Same status, income and dividends; nothing realized yet; losses of this year that it cannot use are brought in, the
    least of the cases still open. ``law`` is this year's.
    """
    ends = [outcome(case, Gains(), law) for case in situations(investor, law)]
    return replace(
        investor,
        short_gain_usd=ZERO,
        long_gain_usd=ZERO,
        collectible_gain_usd=ZERO,
        short_carryover_usd=min(end.short_carryover_usd for end in ends),
        long_carryover_usd=min(end.long_carryover_usd for end in ends),
    )


def change_range(investor: Investor, gains: Gains, law: Law) -> TaxRange:
    """Compute ``change`` for every case that the person's words leave open.

    Raises:
        BadRequest: No bracket of this year has the rate named.
    """
    found = sorted(changes(situations(investor, law), gains, law), key=lambda each: each.saved_usd)
    unknown_income = investor.income_usd is None and investor.rate_frac is None
    missing = {"filing_status": investor.filing_status is None, "income_usd": unknown_income}
    narrow_by = tuple(name for name, unknown in missing.items() if unknown)
    return TaxRange(found[0], found[-1], exact=len(found) == 1, narrow_by=narrow_by)


def without_gains(investor: Investor) -> Investor:
    """Return the person as if nothing had been realized this year and no loss carried into it."""
    return replace(
        investor,
        short_gain_usd=ZERO,
        long_gain_usd=ZERO,
        collectible_gain_usd=ZERO,
        short_carryover_usd=ZERO,
        long_carryover_usd=ZERO,
    )


def gains_tax_range(investor: Investor, gains: Gains, law: Law) -> tuple[Decimal, Decimal]:
    """Return the least and the most that the year's gains, carried losses and ``gains`` add to the year's tax.

    Each case that the person's words leave open is a whole return with all of them less a whole return with none.
    Below zero where losses lower the tax.
    """
    bare = without_gains(investor)
    cases = zip(situations(investor, law), situations(bare, law), strict=True)
    added = [
        outcome(case, gains, law).federal_tax_usd - outcome(nothing, Gains(), law).federal_tax_usd
        for case, nothing in cases
    ]
    return min(added), max(added)


def _change(rows: Sequence[Situation], liability: Liability, at: int, gains: Gains) -> TaxChange:
    without, with_ = (_outcome(rows[row], liability, row) for row in (at, at + 1))
    rate = _later_rate(rows[at], rate_between(float(liability.total[at + 2]), float(liability.total[at + 3])))
    used_now = -(gains.short_usd + gains.long_usd) - (with_.carryover_usd - without.carryover_usd)
    return TaxChange(
        without=without,
        with_=with_,
        extra_tax_usd=with_.federal_tax_usd - without.federal_tax_usd,
        used_now_usd=used_now,
        later_rate_frac=rate,
        postponed_usd=cents(rate * used_now),
        assumption=rows[at].assumption,
    )


def _later_rate(case: Situation, found: Decimal) -> Decimal:
    """Return the rate of a later sale: none for what is given away, else the person's own, else the one found."""
    if case.kept_for_good:
        return ZERO
    return found if case.later_rate_frac is None else case.later_rate_frac


def delay_value(postponed_usd: Decimal, years: Decimal, yearly_frac: Decimal = DELAY_YEARLY_FRAC) -> Decimal:
    """Return what it is worth to owe a tax ``years`` later: the tax less its present value at ``yearly_frac`` a year.

    The yearly rate is an assumption, said with the figure; no price is forecast.
    """
    return cents(postponed_usd - postponed_usd / (1 + yearly_frac) ** years)


def _outcome(case: Situation, liability: Liability, row: int) -> Outcome:
    return Outcome(
        short_gain_usd=case.short_gain_usd,
        long_gain_usd=case.long_gain_usd,
        federal_tax_usd=from_float(liability.total[row]),
        short_carryover_usd=from_float(liability.short_carryover[row]),
        long_carryover_usd=from_float(liability.long_carryover[row]),
        deducted_usd=from_float(liability.deducted[row]),
        amt_usd=from_float(liability.amt[row]),
        niit_usd=from_float(liability.niit[row]),
    )
