"""Prices of the person's own household: asked of the provider they switched on, and put over those of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from assistant.session import Session
from assistant.toolbox.price_age import some_of
from assistant.toolbox.result import Desk
from tools.facts import cite
from tools.market.price_checks import Believed, judge
from tools.market.prices import newest, with_newer_prices, with_prices
from tools.market.replacements import replacements
from tools.market.securities import broad_fund
from tools.model import Household, Problem

HISTORY_DAYS = 400
"""A year of closes with some to spare, for how closely two securities moved."""
MAX_SYMBOLS = 100
STAND_INS_EACH = 2
_TICKER = re.compile(r"[A-Z]{1,5}(?:\.[A-Z]{1,2})?")


def refresh_prices(session: Session) -> None:
    """Ask the provider about what is held and what could stand in for it; without one, or for a sample, do nothing.

    Only ticker symbols and days are sent. What is refused becomes a problem, and the file's price stays.
    """
    household, provider = session.household, session.price_provider
    if household is None or provider is None or session.is_sample:
        return
    # What failed is asked again with the next file, and not with every answer of the person.
    done = session.live_closes.keys() | session.prices_asked.get(len(session.readings), set())
    wanted = [one for one in _wanted(session, household) if one not in done]
    asked = wanted[:MAX_SYMBOLS]
    if not asked:
        return
    session.prices_asked = {len(session.readings): {*done, *wanted}}
    first = session.as_of - timedelta(days=HISTORY_DAYS)
    believed = judge(provider.closes(asked, first, session.as_of), household.securities, session.as_of, provider.name)
    session.live_closes |= believed.closes
    session.doubted_prices = session.doubted_prices.difference(believed.closes) | believed.refused
    session.price_problems = (*_problems(believed, household), *_left_out(wanted[MAX_SYMBOLS:], provider.name))
    session.adopt(priced(session, household), as_of=session.as_of, is_sample=False)


def priced(session: Session, household: Household) -> Household:
    """Put the prices of price files and of the provider over those of the household's files, where they are newer."""
    if session.is_sample:
        return with_prices(household, session.prices)
    live = [closes[-1] for closes in session.live_closes.values()]
    found = with_newer_prices(with_newer_prices(household, newest(session.prices)), live)
    known = set(household.problems)
    return replace(found, problems=(*found.problems, *(one for one in session.price_problems if one not in known)))


def describe_prices(session: Session, household: Household, desk: Desk) -> None:
    """Say in the load answer which prices came from a price file, and how many from the provider."""
    if session.is_sample:
        return
    if own := sorted({one.symbol for one in session.prices} & set(household.symbols)):
        desk.notes.append(f"Your price file has prices of {some_of(own)}.")
    provider = session.price_provider
    if provider is None:
        return
    got = [one for one in household.symbols if one in session.live_closes]
    figures = {"priced_count": len(got), "of_count": len(household.symbols)}
    row = desk.book.row("live", figures, of=f"Prices of {provider.name}")
    priced_count, of_count = (cite(row["id"], key) for key in figures)
    desk.notes.append(f"{provider.name} gave closes for {priced_count} of the {of_count} holdings.")


def _wanted(session: Session, household: Household) -> list[str]:
    """Name what is held first, then targets, then what could be bought for a holding at a loss."""
    targets = [target.key for target in session.investor.targets]
    names = [*household.symbols, *targets, *(fund for one in targets if (fund := broad_fund(one)))]
    for symbol in household.symbols:
        gains = [household.gain_of(lot) for lot in household.lots_of(symbol)]
        if any(gain is not None and gain < 0 for gain in gains):
            names += [one.symbol for one in replacements(symbol, session.own_groups)[:STAND_INS_EACH]]
    return [one for one in dict.fromkeys(names) if _TICKER.fullmatch(one) and one != "CASH"]


def _problems(believed: Believed, household: Household) -> Iterator[Problem]:
    """Yield the problems of what is held, one for all symbols of which the same is to be said."""
    same: dict[tuple[str, str], list[str]] = {}
    for symbol, problem in believed.problems.items():
        if symbol in household.symbols:
            same.setdefault((problem.what, problem.fix), []).append(symbol)
    for (what, fix), symbols in same.items():
        yield Problem(f"Price of {some_of(symbols)}", what, fix)


def _left_out(symbols: Sequence[str], provider: str) -> Iterator[Problem]:
    if symbols:
        what = f"{provider} is asked about {MAX_SYMBOLS} symbols at once, and these were left out."
        yield Problem(f"Price of {some_of(symbols)}", what, "Their prices stay those of your files.")
