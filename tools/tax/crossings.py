"""Thresholds that a change of gains crosses: what lies beyond each, and what that part costs by the whole return."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tools.money import CENT, ZERO, as_float, cents, from_float
from tools.tax.law import Law
from tools.tax.liability import federal
from tools.tax.situation import Gains, Situation, returns_for

_NOTHING_USD = 1e-4


class Threshold(StrEnum):
    """What lies at an edge: the end of the 0 % and of the 15 % rate, NIIT, the AMT phase-out, the loss limit."""

    ZERO_RATE = "zero_rate"
    FIFTEEN_RATE = "fifteen_rate"
    NIIT = "niit"
    AMT_PHASE_OUT = "amt_phase_out"
    LOSS_LIMIT = "loss_limit"


@dataclass(frozen=True, slots=True)
class Crossing:
    """One threshold between the year without and with a change.

    ``edge_usd`` is the law's amount; ``before_usd`` and ``after_usd`` are what is compared with it: taxable income, or
    adjusted gross income, or the net loss. ``beyond_usd`` is the part of the change beyond the edge. ``tax_usd`` is
    what that part does to the whole return's tax: more when a gain goes over the edge, less (negative) when a loss
    comes back under it. At the loss limit it is zero: what is beyond carries forward.
    """

    threshold: Threshold
    edge_usd: Decimal
    before_usd: Decimal
    after_usd: Decimal
    beyond_usd: Decimal
    tax_usd: Decimal

    @property
    def over(self) -> bool:
        """True when the change goes over the edge, False when it comes back under it."""
        return self.after_usd > self.before_usd


def crossings(situation: Situation, gains: Gains, law: Law) -> tuple[Crossing, ...]:
    """Return the thresholds that the gains of a plan or a sale cross, in the order in which they matter.

    Each is measured on the whole return: the tax with all of the change, less the tax with only as much of it as stays
    on the near side of the edge (the change shrunk in proportion).
    """
    found = [*_edges(situation, gains, law), *_loss_limit(situation, gains, law)]
    order = list(Threshold)
    return tuple(sorted(found, key=lambda each: order.index(each.threshold)))


def _edges(situation: Situation, gains: Gains, law: Law) -> Iterator[Crossing]:
    status = situation.filing_status
    edges: tuple[tuple[Threshold, Decimal, Callable[[Situation], Decimal]], ...] = (
        (Threshold.ZERO_RATE, law.long_term_gains.zero_rate_up_to_usd[status], _taxable(law)),
        (Threshold.FIFTEEN_RATE, law.long_term_gains.fifteen_rate_up_to_usd[status], _taxable(law)),
        (Threshold.NIIT, law.niit.over_usd[status], _agi(law)),
        (Threshold.AMT_PHASE_OUT, law.amt.phaseout_over_usd[status], _amt_income(law)),
    )
    after = situation.plus(gains)
    for threshold, edge, measure in edges:
        start, end = measure(situation), measure(after)
        if not min(start, end) <= edge < max(start, end) or not _matters(threshold, situation, after, law):
            continue
        share = _share_at(situation, gains, edge, measure)
        tax = _tax(after, law) - _tax(situation.plus(_part(gains, share)), law)
        yield Crossing(threshold, edge, start, end, cents(abs(gains.short_usd + gains.long_usd) * (1 - share)), tax)


def _matters(threshold: Threshold, before: Situation, after: Situation, law: Law) -> bool:
    """Tell whether an edge means something: the rates on long-term gains only where there are some or dividends."""
    if threshold not in (Threshold.ZERO_RATE, Threshold.FIFTEEN_RATE):
        return True
    return any(
        case.qualified_dividends_usd + case.long_gain_usd - case.long_carryover_usd > 0 for case in (before, after)
    )


def _share_at(situation: Situation, gains: Gains, edge: Decimal, measure: Callable[[Situation], Decimal]) -> Decimal:
    """Return the share of the change at which the measure meets the edge, by halving: the measure only bends."""
    rising = measure(situation.plus(gains)) > measure(situation)
    low, high = ZERO, Decimal(1)
    for _ in range(60):
        middle = (low + high) / 2
        beyond = measure(situation.plus(_part(gains, middle))) > edge
        if beyond == rising:
            high = middle
        else:
            low = middle
    return high


def _part(gains: Gains, share: Decimal) -> Gains:
    return Gains(gains.short_usd * share, gains.long_usd * share, gains.collectible_usd * share)


def _loss_limit(situation: Situation, gains: Gains, law: Law) -> Iterator[Crossing]:
    limit = law.capital_loss.limit_usd[situation.filing_status]
    before, after = _net_loss(situation), _net_loss(situation.plus(gains))
    if min(before, after) <= limit < max(before, after):
        yield Crossing(Threshold.LOSS_LIMIT, limit, before, after, cents(max(before, after) - limit), ZERO)


def _net_loss(case: Situation) -> Decimal:
    net = case.short_gain_usd + case.long_gain_usd - case.short_carryover_usd - case.long_carryover_usd
    return max(-net, ZERO)


def _agi(law: Law) -> Callable[[Situation], Decimal]:
    def measure(case: Situation) -> Decimal:
        loss = min(_net_loss(case), law.capital_loss.limit_usd[case.filing_status])
        net = case.short_gain_usd + case.long_gain_usd - case.short_carryover_usd - case.long_carryover_usd
        return case.income_usd + case.qualified_dividends_usd + (net if net > 0 else -loss)

    return measure


def _taxable(law: Law) -> Callable[[Situation], Decimal]:
    return lambda case: max(_agi(law)(case) - case.deduction_usd(law), ZERO)


def _amt_income(law: Law) -> Callable[[Situation], Decimal]:
    return lambda case: _agi(law)(case) - (case.deductions_usd or ZERO)


def _tax(case: Situation, law: Law) -> Decimal:
    return from_float(float(federal(returns_for((case,)), law).total[0]))


def steady_usd(situation: Situation, step: Gains, law: Law, most_usd: Decimal = Decimal(2_000_000)) -> Decimal | None:
    """Return how far a gain or loss of the kind of ``step`` goes on at the rate of its first dollar.

    None when it does so for ``most_usd``. The tax is made of straight pieces; the first bend is found by halving to the
    cent.
    """
    size = abs(step.short_usd + step.long_usd)
    unit = _part(step, 1 / size)
    first = _rate(situation, unit, law)
    if _straight(situation, unit, most_usd, first, law):
        return None
    low, high = ZERO, most_usd
    while high - low > CENT / 100:
        middle = (low + high) / 2
        if _straight(situation, unit, middle, first, law):
            low = middle
        else:
            high = middle
    return cents(high)


def _straight(situation: Situation, unit: Gains, dollars: Decimal, rate: float, law: Law) -> bool:
    """Tell whether the tax follows one rate up to ``dollars``."""
    cases = (situation, situation.plus(_part(unit, dollars / 2)), situation.plus(_part(unit, dollars)))
    none, half, full = (float(total) for total in federal(returns_for(cases), law).total)
    wanted = rate * as_float(dollars)
    return abs(full - none - wanted) < _NOTHING_USD and abs(half - none - wanted / 2) < _NOTHING_USD


def _rate(situation: Situation, unit: Gains, law: Law) -> float:
    cases = (situation, situation.plus(unit))
    before, after = (float(total) for total in federal(returns_for(cases), law).total)
    # Every rate of the law and every product of two has at most six digits; more are dust of the subtraction.
    return round(after - before, 6)
