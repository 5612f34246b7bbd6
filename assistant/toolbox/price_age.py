"""Which prices are too old to trade on, and whether the person said to use them all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.grounding import escape_name
from assistant.grounding.format import show_date
from assistant.session import Session
from tools.facts import listed
from tools.market.sessions import is_stale

CONFIRMING = "Use these prices"
SHOWN_NAMES = 4


@dataclass(frozen=True, slots=True)
class OldPrice:
    """A price that needs a word of the person: it is old, or ``doubted`` as a provider contradicts it."""

    symbol: str
    key: tuple[str, str, str]
    day: date | None
    doubted: bool = False


def old_prices(session: Session, symbols: Iterable[str]) -> tuple[OldPrice, ...]:
    """Return the prices older than one session or in doubt; a sample lives at its own date and has none.

    A price without a date is not known to be old: the card says so (``undated_note``), and approving the card takes it.
    """
    household = session.household
    if household is None or session.is_sample:
        return ()
    found = []
    for symbol in dict.fromkeys(symbols):
        known = household.securities.get(symbol)
        if known is None or known.price_usd is None:
            continue
        day, doubted = known.price_date, symbol in session.doubted_prices
        if doubted or (day is not None and is_stale(day, session.as_of)):
            key = (symbol, str(known.price_usd), f"{day} at {session.as_of}")
            found.append(OldPrice(symbol, key, day, doubted))
    return tuple(found)


def unconfirmed(session: Session, symbols: Iterable[str]) -> tuple[OldPrice, ...]:
    """Return those old prices that the person has not said to use; a new price needs a new word."""
    return tuple(one for one in old_prices(session, symbols) if one.key not in session.confirmed_prices)


def planned_symbols(session: Session) -> tuple[str, ...]:
    """Name what the plan under discussion trades; all that is held where there is none."""
    plan = session.plans.get(session.current_plan_id or "")
    if plan is not None:
        return tuple(dict.fromkeys(trade.symbol for trade in plan.trades))
    return session.household.symbols if session.household else ()


def confirm_prices(session: Session) -> str:
    """Take the person's word for the old prices of the plan and of what is held; empty when none waits for it."""
    held = session.household.symbols if session.household else ()
    waiting = unconfirmed(session, (*planned_symbols(session), *held))
    session.confirmed_prices |= {one.key for one in waiting}
    return f"I use these prices, as you say: {said_of(waiting)}." if waiting else ""


def refusal(waiting: Iterable[OldPrice]) -> str:
    """Say why old prices stop an order, and what lets it go on."""
    return (
        f"These prices may be out of date: {said_of(waiting)}. "
        f"Drop a newer file, or say “{CONFIRMING}” to go on with them."
    )


def undated_note(session: Session, symbols: Iterable[str]) -> str:
    """Say which of the prices have no date, so that a yes to them is a yes to that; empty when all have one."""
    household = session.household
    if household is None or session.is_sample:
        return ""
    known = {symbol: household.securities.get(symbol) for symbol in dict.fromkeys(symbols)}
    undated = [symbol for symbol, one in known.items() if one is not None and one.price_usd and one.price_date is None]
    return f"Your files do not say from which day these prices are: {some_of(undated)}." if undated else ""


def age_note(session: Session) -> str:
    """Say which prices of what is held are older than one session; empty when none is."""
    household = session.household
    if household is None or session.is_sample:
        return ""
    dated = [one for one in old_prices(session, household.symbols) if one.day and is_stale(one.day, session.as_of)]
    if not dated:
        return ""
    whole = "All prices" if len(dated) == len(household.symbols) else "Some prices"
    return f"{whole} are older than one trading session: {said_of(dated)}."


def said_of(prices: Iterable[OldPrice]) -> str:
    """Name prices with their days, those of one day together."""
    groups: dict[str, list[str]] = {}
    for one in sorted(prices, key=lambda each: (each.day or date.min, each.symbol)):
        when = f"of {show_date(one.day)}" if one.day else "without a date"
        groups.setdefault(when + (", in doubt" if one.doubted else ""), []).append(one.symbol)
    return "; ".join(f"{some_of(symbols)} {when}" for when, symbols in groups.items())


def some_of(symbols: Iterable[str]) -> str:
    """Name a few symbols, and how many more there are."""
    names = [escape_name(one) for one in symbols]
    more = len(names) - SHOWN_NAMES
    return listed([*names[:SHOWN_NAMES], f"{more} more"] if more > 1 else names)
