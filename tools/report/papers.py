"""A household's tax papers for one year: its history replayed, put on forms, and held against the brokers' reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.review import ask_for_types
from tools.brokers.base import Reading
from tools.errors import BadRequest, MissingFact
from tools.household.past import past_of
from tools.market.identical import table
from tools.model import Household, Investor, Problem
from tools.money import ZERO, from_float
from tools.report.form_8949 import Form8949, as_reported, form_8949, in_whole_dollars
from tools.report.reconcile import Reconciliation, reconcile
from tools.report.reported import reported_in
from tools.report.schedule_d import ScheduleD, schedule_d
from tools.tax.closed import Closed
from tools.tax.law import Law
from tools.tax.liability import federal
from tools.tax.situation import Situation, returns_for, situations

_LINES = "Not here: Schedule D lines 4, 5, 11, 12 and 13 (other forms, partnerships, funds' own distributions)."
_NOT_JUDGED = "Not judged: constructive sales, straddles, small business stock, and shorts sold again at a loss."
_LIMIT_ASSUMED = "Line 21 is for any status but married filing separately."
_INCOME_ASSUMED = "The carryover assumes income enough to use the whole deduction."
_REPORTED_BASIS = "Where your broker reported another basis, that basis is shown, with code B and the correction."


@dataclass(frozen=True, slots=True)
class TaxPapers:
    """One year's worksheet. ``form`` is what to show; ``reconciled`` None: no broker's report of the year is here."""

    form: Form8949
    schedule: ScheduleD
    closed: tuple[Closed, ...]
    reconciled: Reconciliation | None
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    as_of: date


def tax_papers(
    household: Household,
    investor: Investor,
    law: Law,
    year: int,
    as_of: date,
    readings: Sequence[Reading] = (),
    *,
    whole_dollars: bool = False,
) -> TaxPapers:
    """Write the papers of one tax year, sales up to ``as_of``.

    Args:
        household: With its history.
        investor: Whose carryovers and income the Schedule D takes.
        law: The law of the tax year, or the latest known.
        year: The tax year.
        as_of: The last day that counts.
        readings: The files behind the household; their closed lots are what the brokers report.
        whole_dollars: Round the rows as the instructions allow; totals stay added from cents.

    Raises:
        MissingFact: No file shows past trades, or a sale is in an account whose type nobody has said.
        BadRequest: The year has not begun.
    """
    if year > as_of.year:
        raise BadRequest(f"{year} has not begun.", f"Ask for {as_of.year} or an earlier year.")
    if not household.history:
        raise MissingFact(
            "No file here shows past trades, and a tax report is made of sales.",
            "Drop your broker's transaction history, or its realized gain and loss report.",
        )
    events = [event for event in household.history if event.on <= as_of]
    ask_for_types(household, events)
    past = past_of(events, household.account_by_id, group_of=table(household.own_groups).group_of)
    plain = form_8949(past.replay.closed, events, year)
    reported = reported_in(readings, household, year)
    found = reconcile(plain.rows, past.replay.closed, reported) if reported else None
    form = plain if found is None else as_reported(plain, found.reported_basis_usd)
    cases = situations(investor, law)
    schedule = _schedule(form, investor, cases, law)
    lost = _assumed(investor, cases) if schedule.line["16"] < 0 else ()
    notes = (*([law.note] if law.note else []), *form.assumptions, *lost, _LINES, _NOT_JUDGED)
    if form.rows != plain.rows:
        notes = (*notes, _REPORTED_BASIS)
    return TaxPapers(
        form=in_whole_dollars(form) if whole_dollars else form,
        schedule=schedule,
        closed=tuple(row for row in past.replay.closed if row.sold.year == year),
        reconciled=found,
        notes=notes,
        problems=past.problems,
        as_of=as_of,
    )


def _assumed(investor: Investor, cases: Sequence[Situation]) -> tuple[str, ...]:
    status = () if investor.filing_status else (_LIMIT_ASSUMED,)
    return (*status, *(() if len(cases) == 1 else (_INCOME_ASSUMED,)))


def _schedule(form: Form8949, investor: Investor, cases: Sequence[Situation], law: Law) -> ScheduleD:
    """Net with the person's carryovers; income counts only where the return is known."""
    limit = max(law.capital_loss.limit_usd[case.filing_status] for case in cases)
    income = _income_less_deductions(cases[0], law) if len(cases) == 1 else None
    return schedule_d(form, limit, investor.short_carryover_usd, investor.long_carryover_usd, income)


def _income_less_deductions(case: Situation, law: Law) -> Decimal:
    bare = Situation(case.filing_status, case.income_usd, case.qualified_dividends_usd)
    agi = from_float(float(federal(returns_for((bare,)), law).agi[0]))
    return agi - case.deduction_usd(law) + ZERO
