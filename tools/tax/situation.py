"""Whose return it is: fully known, or one for each case that what is unknown leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from math import nan

from tools.errors import BadRequest
from tools.model import FilingStatus, Investor
from tools.money import ZERO, as_float
from tools.tax.law import Law
from tools.tax.liability import Returns, returns_of
from tools.tax.tables import STATUSES

STATUS_WORDS = {
    FilingStatus.SINGLE: "single",
    FilingStatus.MARRIED_JOINT: "married filing jointly",
    FilingStatus.MARRIED_SEPARATE: "married filing separately",
    FilingStatus.HEAD_OF_HOUSEHOLD: "head of household",
    FilingStatus.SURVIVING_SPOUSE: "qualifying surviving spouse",
}
ABOVE_TOP = Decimal("1.25")
"""The top bracket has no middle; taxable income a quarter above its start stands for it."""


@dataclass(frozen=True, slots=True)
class Gains:
    """What a plan or a sale would realize this year by term, losses negative.

    ``collectible_usd`` is the part of ``long_usd`` on collectibles, taxed at up to 28 %.
    """

    short_usd: Decimal = ZERO
    long_usd: Decimal = ZERO
    collectible_usd: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Situation:
    """A fully known return without the plan; ``assumption`` names what nobody has said, empty when nothing.

    ``income_usd`` is ordinary income before deductions, ``investment_interest_usd`` the part of it that is investment
    income; gains are those of the year so far, losses negative, ``collectible_gain_usd`` the part of the long-term one
    on collectibles; carryovers are positive losses. ``deductions_usd`` None: the standard deduction, with
    ``age_blind_count`` boxes ticked for age 65 and blindness. ``later_rate_frac`` is the rate that the person expects
    on a later gain, None to work it out; ``kept_for_good``: no later sale will be taxed. ``state`` is where they live.
    """

    filing_status: FilingStatus
    income_usd: Decimal
    qualified_dividends_usd: Decimal = ZERO
    short_gain_usd: Decimal = ZERO
    long_gain_usd: Decimal = ZERO
    short_carryover_usd: Decimal = ZERO
    long_carryover_usd: Decimal = ZERO
    investment_interest_usd: Decimal = ZERO
    collectible_gain_usd: Decimal = ZERO
    deductions_usd: Decimal | None = None
    age_blind_count: int = 0
    later_rate_frac: Decimal | None = None
    kept_for_good: bool = False
    state: str | None = None
    assumption: str = ""

    def plus(self, gains: Gains) -> Situation:
        """Return the same year with further gains realized."""
        return replace(
            self,
            short_gain_usd=self.short_gain_usd + gains.short_usd,
            long_gain_usd=self.long_gain_usd + gains.long_usd,
            collectible_gain_usd=self.collectible_gain_usd + gains.collectible_usd,
        )

    def deduction_usd(self, law: Law) -> Decimal:
        """Return what is deducted from income: the amount given, else the standard deduction."""
        return deduction(self.filing_status, law, self.deductions_usd, self.age_blind_count)

    def settled(self) -> Situation:
        """Return the year as a later gain would find it: net losses and carryovers set aside, net gains kept."""
        short, long = self.short_gain_usd, self.long_gain_usd
        if short < 0 or long < 0:
            left = max(short + long, ZERO)
            short, long = (ZERO, left) if short < 0 else (left, ZERO)
        collectible = min(max(self.collectible_gain_usd, ZERO), max(long, ZERO))
        return replace(
            self,
            short_gain_usd=short,
            long_gain_usd=long,
            short_carryover_usd=ZERO,
            long_carryover_usd=ZERO,
            collectible_gain_usd=collectible,
        )


def deduction(status: FilingStatus, law: Law, given_usd: Decimal | None, age_blind_count: int) -> Decimal:
    """Return the deduction of one return; see ``Situation``."""
    if given_usd is not None:
        return given_usd
    rules = law.standard_deduction
    return rules.amount_usd[status] + age_blind_count * rules.addition_usd[status]


def situations(investor: Investor, law: Law) -> tuple[Situation, ...]:
    """Return the one return that the person described, or one for each case still open.

    Unknown filing status: each of the five. Unknown income: the middle of each bracket. A named rate that the named
    income does not reach decides over the income.

    Raises:
        BadRequest: No bracket of this year has the rate named.
    """
    known = investor.filing_status
    return tuple(
        _situation(investor, status, income, words)
        for status in (STATUSES if known is None else (known,))
        for income, words in _incomes(investor, status, law)
    )


def bracket_rate(income_usd: Decimal, status: FilingStatus, law: Law, deduction_usd: Decimal | None = None) -> Decimal:
    """Return the rate of the bracket that ordinary income, less the deduction (standard unless given), reaches."""
    taxable = income_usd - deduction(status, law, deduction_usd, 0)
    edges = law.ordinary.over_usd[status]
    reached = [rate for rate, edge in zip(law.ordinary.rates_frac, edges, strict=True) if taxable > edge]
    return reached[-1] if reached else ZERO


def returns_for(cases: Sequence[Situation]) -> Returns:
    """Lay situations out as arrays, one element each."""

    def column(name: str) -> list[float]:
        return [as_float(getattr(case, name)) for case in cases]

    return returns_of(
        status=[STATUSES.index(case.filing_status) for case in cases],
        ordinary=column("income_usd"),
        investment_interest=column("investment_interest_usd"),
        qualified_dividends=column("qualified_dividends_usd"),
        short=column("short_gain_usd"),
        long=column("long_gain_usd"),
        short_carryover=column("short_carryover_usd"),
        long_carryover=column("long_carryover_usd"),
        deduction=[nan if each.deductions_usd is None else as_float(each.deductions_usd) for each in cases],
        collectibles=column("collectible_gain_usd"),
        boxes=[float(each.age_blind_count) for each in cases],
    )


def percent(rate: Decimal) -> str:
    """Write a rate as people say it: 32%."""
    return f"{(rate * 100).normalize():f}%"


def _situation(investor: Investor, status: FilingStatus, income: Decimal, income_words: str) -> Situation:
    assumed = (
        "" if investor.filing_status else STATUS_WORDS[status],
        income_words,
        "" if investor.gains_known else "no other gains or losses realized this year",
    )
    return Situation(
        filing_status=status,
        income_usd=income,
        qualified_dividends_usd=investor.qualified_dividends_usd,
        short_gain_usd=investor.short_gain_usd,
        long_gain_usd=investor.long_gain_usd,
        short_carryover_usd=investor.short_carryover_usd,
        long_carryover_usd=investor.long_carryover_usd,
        investment_interest_usd=investor.investment_interest_usd,
        collectible_gain_usd=investor.collectible_gain_usd,
        deductions_usd=investor.deductions_usd,
        age_blind_count=investor.age_blind_count,
        later_rate_frac=investor.later_rate_frac,
        kept_for_good=investor.kept_for_good,
        state=investor.state,
        assumption=", ".join(words for words in assumed if words),
    )


def _incomes(investor: Investor, status: FilingStatus, law: Law) -> Iterator[tuple[Decimal, str]]:
    income, rate = investor.income_usd, investor.rate_frac
    if rate is not None and rate not in law.ordinary.rates_frac:
        known = ", ".join(percent(each) for each in law.ordinary.rates_frac)
        raise BadRequest(f"No federal bracket of {law.year} has a rate of {percent(rate)}.", f"Name one of {known}.")
    off = deduction(status, law, investor.deductions_usd, investor.age_blind_count)
    if income is not None and rate in (None, bracket_rate(income, status, law, off)):
        yield income, ""
        return
    for each in law.ordinary.rates_frac if rate is None else (rate,):
        yield _representative(each, status, law, off)


def _representative(rate: Decimal, status: FilingStatus, law: Law, off_usd: Decimal) -> tuple[Decimal, str]:
    edges = law.ordinary.over_usd[status]
    ends = dict(zip(law.ordinary.rates_frac, pairwise(edges), strict=False))
    if rate in ends:
        low, high = ends[rate]
        return off_usd + (low + high) / 2, f"income in the middle of the {percent(rate)} bracket"
    return off_usd + edges[-1] * ABOVE_TOP, f"income a quarter above the start of the {percent(rate)} bracket"
