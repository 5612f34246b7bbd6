"""From what a model or a person writes to typed values: amounts, dates, symbols, accounts, lots."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from assistant.session import Focus, Session
from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.market.securities import resolve
from tools.model import Household, Lot
from tools.money import ZERO, cents
from tools.tax.state_law import state_code

MOST_USD = Decimal("1e12")
MOST_YEARS = 50
_STATE = re.compile(r"[A-Za-z]{2}")


def amount(value: float | str | None, name: str) -> Decimal | None:
    """Read a number that may not be negative.

    Raises:
        BadRequest: It is not a finite number, negative, or absurdly large.
    """
    if value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise BadRequest(f"{name} is not a number: {str(value)[:40]}.", "Give a plain number.") from None
    if not found.is_finite() or not ZERO <= found <= MOST_USD:
        raise BadRequest(f"{name} cannot be {str(value)[:40]}.", "Give a number from zero up.")
    return found


def count(value: int | None, name: str, most: int) -> int | None:
    """Read a small whole number.

    Raises:
        BadRequest: It is negative or more than ``most``.
    """
    if value is not None and not 0 <= value <= most:
        raise BadRequest(f"{name} cannot be {value}.", f"Give a whole number from 0 to {most}.")
    return value


def comma_separated(value: object) -> object:
    """Take a list where one text is asked for: models write several symbols either way."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def fraction(value: float | None, name: str) -> Decimal | None:
    """Read a rate or weight between 0 and 1; 24 is read as 24 %."""
    found = amount(value, name)
    if found is not None and found > 1:
        found /= 100
    if found is not None and found > 1:
        raise BadRequest(f"{name} cannot be more than 100%.", "Give a share such as 0.24.")
    return found


def day(value: str | None, name: str, default: date) -> date:
    """Read an ISO date.

    Raises:
        BadRequest: It is not a date, or decades away.
    """
    if not value:
        return default
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise BadRequest(f"{name} is not a date: {value[:40]}.", "Write it as 2026-12-31.") from None
    if abs(found.year - default.year) > MOST_YEARS:
        raise BadRequest(f"{name} is too far away: {value[:40]}.", f"Name a day within {MOST_YEARS} years.")
    return found


def state(value: str | None) -> str | None:
    """Read a two-letter state.

    Raises:
        BadRequest: It is none.
    """
    if value is None:
        return None
    if not _STATE.fullmatch(value.strip()):
        raise BadRequest(f"{value[:20]} is not a two-letter state.", "Write it as TX.")
    return state_code(value)


def held(session: Session) -> Household:
    """Return the household of this conversation.

    Raises:
        MissingFact: No portfolio has been opened yet.
    """
    if session.household is None or not session.household.accounts:
        raise MissingFact("There is no portfolio open yet.", "Drop your broker's file here, or open the sample.")
    return session.household


def symbol_of(session: Session, words: str | None) -> str:
    """Resolve a ticker, company name or misspelling against what is held and known, and remember it as the focus.

    Raises:
        MissingFact: Nothing was named and nothing is under discussion.
        UnknownThing: Nothing fits, or two do.
    """
    household = held(session)
    if not words:
        if session.focus.symbol is None:
            raise MissingFact("Which holding do you mean?", "Name it by company or ticker.")
        return session.focus.symbol
    owned = [household.securities[symbol] for symbol in household.symbols]
    try:
        symbol = resolve(words, owned)
    except UnknownThing:
        # What was held before, or has a price, is known too.
        symbol = resolve(words, list(household.securities.values()))
    if session.focus.symbol != symbol:
        session.focus = Focus(symbol)
    return symbol


def account_of(session: Session, words: str | None) -> str | None:
    """Return an account id as given, checked.

    Raises:
        UnknownThing: No such account.
    """
    if not words:
        return None
    household = held(session)
    wanted = words.strip().casefold().replace(" ", "_").replace("-_", "-")
    by_type = [a.id for a in household.accounts if a.type.value == wanted]
    if words in household.account_by_id:
        return words
    if len(by_type) == 1:
        return by_type[0]
    known = ", ".join(household.account_by_id)
    raise UnknownThing(f"There is no account {words[:40]}.", f"The accounts are {known}.")


def lot_of(session: Session, symbol: str, words: str | None) -> str | None:
    """Return a lot id from an id, a purchase date, or oldest, newest, highest_cost, lowest_cost.

    Raises:
        UnknownThing: No lot fits, or several were bought that day.
    """
    if not words:
        return None
    household = held(session)
    lots = household.lots_of(symbol)
    wanted = words.strip().casefold().replace(" ", "_")
    picks: dict[str, Lot] = {}
    if lots:
        dated = [lot for lot in lots if lot.acquired] or list(lots)
        costed = [lot for lot in lots if lot.basis_usd is not None] or list(lots)
        cost = {lot.id: (lot.basis_usd or ZERO) / lot.shares for lot in costed}
        picks = {
            "oldest": dated[0],
            "newest": dated[-1],
            "highest_cost": max(costed, key=lambda lot: cost[lot.id]),
            "lowest_cost": min(costed, key=lambda lot: cost[lot.id]),
        }
    found = [lot for lot in lots if wanted in (lot.id, str(lot.acquired))] or [picks[k] for k in picks if k == wanted]
    if len(found) != 1:
        known = ", ".join(f"{lot.id} ({lot.acquired or 'date unknown'})" for lot in lots)
        raise UnknownThing(f"I can't tell which lot of {symbol} is meant by {words[:40]}.", f"Its lots are {known}.")
    session.focus = Focus(symbol, found[0].id)
    return found[0].id


def cash_kept(value: float | None, household: Household) -> Decimal | None:
    """Read what is to stay in cash, in dollars; a number below one is a share of everything."""
    said = amount(value, "cash_target")
    return said if said is None or said >= 1 else cents(said * household.value_usd)
