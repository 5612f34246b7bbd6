"""The tool that estimates the year's federal and state tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.caveats import person_in, tax_notes
from assistant.toolbox.result import Result, open_desk
from assistant.toolbox.state_note import note_second_engine, note_untaxed
from tools.facts import Value
from tools.model import FilingStatus, Investor
from tools.money import ZERO
from tools.tax.describe import crossing_rows, next_rows
from tools.tax.estimated import describe_payment, next_payment
from tools.tax.law import Law, law_for
from tools.tax.state_year import state_change_range
from tools.tax.year import Gains, change_range, gains_tax_range, marginal, room, situations, without_gains

Status = Literal["single", "married_joint", "married_separate", "head_of_household", "surviving_spouse"]


class TaxEstimate:
    """The tax of one conversation's investor."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def estimate_tax(
        self,
        year: int | None = None,
        income: float | None = None,
        filing_status: Status | None = None,
        state: str | None = None,
        rate: float | None = None,
        short_term: float | None = None,
        long_term: float | None = None,
        qualified_dividends: float | None = None,
        carryforward: float | None = None,
        deductions: float | None = None,
        interest: float | None = None,
        collectibles: float | None = None,
    ) -> Result:
        """Estimate the year's tax, federal and state, the rate on the next dollars of gain, room in the brackets.

        Args:
            year: Tax year; leave out for this year.
            income: Ordinary income in dollars, if different.
            filing_status: Filing status, if different.
            state: Two-letter state, if different.
            rate: Federal bracket, if different.
            short_term: Further short-term gain in dollars, or loss below 0.
            long_term: The same, long-term.
            qualified_dividends: Dollars in the year.
            carryforward: Losses from earlier years in dollars.
            deductions: Itemized deductions in dollars.
            interest: The part of income from investments.
            collectibles: Further long-term gain on metal funds in dollars.
        """
        session = self._session
        desk = open_desk(session, "estimate_tax", "tax", year=year, income=income, short_term=short_term)
        known = person_in(desk, session, year or session.tax_year)
        said: dict[str, Any] = {
            "income_usd": words.amount(income, "income"),
            "filing_status": FilingStatus(filing_status) if filing_status else None,
            "state": words.state(state),
            "rate_frac": words.fraction(rate, "rate"),
            "qualified_dividends_usd": words.amount(qualified_dividends, "qualified_dividends"),
            "long_carryover_usd": words.amount(carryforward, "carryforward"),
            "short_carryover_usd": None if carryforward is None else ZERO,
            "deductions_usd": words.amount(deductions, "deductions"),
            "investment_interest_usd": words.amount(interest, "interest"),
        }
        investor = replace(known, **{name: value for name, value in said.items() if value is not None})
        asked_year = year or session.tax_year
        law = law_for(asked_year)
        metal = _signed(collectibles, "collectibles")
        gains = Gains(_signed(short_term, "short_term"), _signed(long_term, "long_term") + metal, metal)
        tax = change_range(investor, gains, law)
        figures: dict[str, Value | None] = {
            "short_gain_usd": tax.low.with_.short_gain_usd,
            "long_gain_usd": tax.low.with_.long_gain_usd,
        }
        asked = any(value is not None for value in (short_term, long_term, collectibles))
        if tax.exact:
            figures |= _exact(investor, gains, law)
            figures |= _state(investor, gains, law, asked_year)
            figures["extra_tax_usd"] = tax.low.extra_tax_usd if asked else None
        elif not asked:
            least, most = gains_tax_range(investor, gains, law)
            figures |= {"tax_on_gains_low_usd": least, "tax_on_gains_high_usd": most}
        else:
            figures |= {"extra_tax_low_usd": tax.least_tax_usd, "extra_tax_high_usd": tax.most_tax_usd}
        tax_notes(desk, asked_year, investor, tax)
        note_untaxed(desk, words.state(state), law.year)
        note_second_engine(desk, investor, gains, law)
        body = desk.book.row("", figures, of=f"Tax year {asked_year}", exact=tax.exact, tax_year=asked_year)
        body["crossings"] = crossing_rows(investor, gains, law, desk.book)
        tax_now, on_gains = figures.get("tax_usd"), figures.get("tax_on_gains_usd")
        if isinstance(tax_now, Decimal) and isinstance(on_gains, Decimal):
            payment = next_payment(year or session.tax_year, session.as_of, tax_now, on_gains)
            body["payment"] = describe_payment(payment, investor.filing_status, desk.book)
        body["next"] = next_rows(investor, law, desk.book) if gains == Gains() else []
        return desk.result(body)


def _signed(value: float | None, name: str) -> Decimal:
    if value is None:
        return ZERO
    size = words.amount(abs(value), name) or ZERO
    return -size if value < 0 else size


def _state(investor: Investor, gains: Gains, law: Law, year: int) -> dict[str, Value | None]:
    """Return the whole year's state tax and the part of it that the gains bring."""
    found = state_change_range(investor, gains, law, year)
    if found is None or found.law.no_tax:
        return {}
    bare = state_change_range(without_gains(investor), Gains(), law, year)
    nothing = bare.low.with_usd if bare else ZERO
    return {
        "state_tax_estimate_usd": found.low.with_usd,
        "state_tax_estimate_on_gains_usd": found.low.with_usd - nothing,
    }


def _exact(investor: Investor, gains: Gains, law: Law) -> dict[str, Value | None]:
    case = situations(investor, law)[0]
    bare = without_gains(investor)
    change = change_range(investor, gains, law).low
    nothing = change_range(bare, Gains(), law).low.without.federal_tax_usd
    rates, left = marginal(case, gains, law), room(case, gains, law)
    return {
        "tax_usd": change.with_.federal_tax_usd,
        "tax_on_gains_usd": change.with_.federal_tax_usd - nothing,
        "short_rate_frac": rates.short_rate_frac,
        "long_rate_frac": rates.long_rate_frac,
        "room_zero_usd": left.zero_usd,
        "room_fifteen_usd": left.fifteen_usd,
        "niit_room_usd": left.niit_usd,
        "carryover_usd": change.with_.carryover_usd,
        "deducted_usd": change.with_.deducted_usd,
    }
