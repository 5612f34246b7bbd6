"""What every answer owes the person: assumptions, what was not checked, and the one question that would help most."""

from __future__ import annotations

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.result import Desk
from assistant.toolbox.state_note import state_note
from tools.analysis.review import Review
from tools.errors import NotYet
from tools.facts import Figures, cite
from tools.model import AccountType, Household, Investor
from tools.tax.law import law_for
from tools.tax.year import DELAY_YEARLY_FRAC, TaxRange, delay_value, next_year

NARROW = {"filing_status": "your filing status", "income_usd": "your income"}
TYPE_OPTIONS = [
    ("Taxable", "taxable"),
    ("Roth IRA", "a Roth IRA"),
    ("Traditional IRA", "a traditional IRA"),
    ("401(k)", "a 401k"),
]


def ask_account_type(desk: Desk, household: Household) -> bool:
    """Ask for the first account whose type is unknown; tell whether a question was asked."""
    unknown = [account.id for account in household.accounts if account.type is AccountType.UNKNOWN]
    if not unknown:
        return False
    first = unknown[0]
    desk.ask(
        f"What kind of account is {first}?",
        [(label, f"{first} is {say}") for label, say in TYPE_OPTIONS],
        "account_type",
    )
    return True


def ask_targets(desk: Desk) -> None:
    """Ask how the portfolio should look, with three ways to answer."""
    options = [
        ("Cap any single name at 10%", "Cap any single name at 10%"),
        ("60% stocks, 40% bonds", "Target 60/40 stocks and bonds"),
        ("Keep my mix, only harvest losses", "Keep my mix and only harvest losses"),
    ]
    desk.ask("How should the portfolio look?", options, "targets")


def person_in(desk: Desk, session: Session, year: int) -> Investor:
    """Return the person as the year of a trade finds them; another year than this one is assumed to be like it.

    Raises:
        NotYet: The year has passed.
    """
    if year < session.tax_year:
        raise NotYet("I can't judge a trade of the past yet.", "Ask about today or a day to come.")
    if year == session.tax_year:
        return session.investor
    desk.notes.append(
        f"For {year} I assume the income and filing status of {session.tax_year}, and no other gains yet."
    )
    return next_year(session.investor, law_for(session.tax_year))


def tax_notes(desk: Desk, session_year: int, investor: Investor, tax: TaxRange) -> None:
    """Add what the tax figures rest on: assumptions, the law's year, state tax, alternative minimum tax."""
    law = law_for(session_year)
    if law.note:
        desk.notes.append(law.note)
    if not tax.exact:
        missing = " and ".join(NARROW.get(name, name) for name in tax.narrow_by)
        desk.notes.append(f"The tax is a range because I don't know {missing}.")
    elif tax.low.assumption:
        desk.notes.append(f"Assumed: {tax.low.assumption}.")
    state_note(desk, investor, tax, session_year)
    if _raises_income(tax):
        desk.unchecked.append("credits, Medicare premiums and taxed Social Security, which more income can touch")
    if tax.exact and tax.low.with_.amt_usd > 0:
        row = desk.book.row("amt", {"amt_usd": tax.low.with_.amt_usd}, of="With the trades")
        desk.notes.append(f"The tax includes {cite(row['id'], 'amt_usd')} of alternative minimum tax.")


def _raises_income(tax: TaxRange) -> bool:
    """Tell whether the gains add to the year's income."""
    with_, without = tax.low.with_, tax.low.without
    return with_.short_gain_usd + with_.long_gain_usd > without.short_gain_usd + without.long_gain_usd


def wash_unchecked(desk: Desk, household: Household) -> None:
    """Say what the wash-sale check could not see."""
    unknown = [account.id for account in household.accounts if account.type is AccountType.UNKNOWN]
    if unknown:
        desk.unchecked.append(f"wash sales in {', '.join(unknown)}, whose type I don't know")
    undated = sorted({lot.symbol for lot in household.lots if lot.acquired is None})
    if undated:
        desk.unchecked.append(f"lots whose purchase date is unknown: {', '.join(undated)}")
    desk.unchecked.append("accounts you haven't shown me")
    desk.unchecked.append("shares bought lately and sold again, options, and automatic reinvestment to come")


def delay_note(desk: Desk, investor: Investor, tax: TaxRange) -> None:
    """Say what paying a postponed tax later is worth over the person's horizon, and on which assumption."""
    years = investor.horizon_years
    if years is None or not tax.exact or tax.low.postponed_usd <= 0:
        return
    figures: Figures = {
        "worth_usd": delay_value(tax.low.postponed_usd, years),
        "yearly_frac": DELAY_YEARLY_FRAC,
        "horizon_count": int(years),
    }
    row = desk.book.row("delay", figures, of="Paying later")
    worth, yearly, count = (cite(row["id"], key) for key in figures)
    desk.notes.append(
        f"Paying the postponed part {count} years later is worth {worth} today, if money earns {yearly} a year."
    )


def reviewed_unchecked(desk: Desk, household: Household, found: Review) -> None:
    """Say what a review of past sales could not see."""
    covered = {event.account_id for event in household.history}
    without = sorted(account.id for account in household.accounts if account.id not in covered)
    if without:
        desk.unchecked.append(f"purchases in {', '.join(without)}, of which I have no history")
    desk.unchecked.append("accounts you haven't shown me")
    if found.carriers or found.washed:
        desk.notes.append("Your broker's own report may differ: it sees only its own accounts and the same security.")


def caveats(desk: Desk, session: Session, investor: Investor, tax: TaxRange, year: int | None = None) -> None:
    """Add what tax figures rest on and what the wash-sale check could not see."""
    tax_notes(desk, year or session.tax_year, investor, tax)
    wash_unchecked(desk, words.held(session))
