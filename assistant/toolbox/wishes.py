"""Wishes: what the person wants a plan to respect. They add up over a conversation and are said back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.session import Session
from assistant.toolbox import words
from tools.analysis.holdings import name_of
from tools.errors import UnknownThing
from tools.facts import FactBook, cite, listed
from tools.model import Household, Wishes


def merge_wishes(
    session: Session, said: Mapping[str, Any], exclude: Sequence[str] | None, lots_locked: Sequence[str] | None
) -> Wishes:
    """Return the wishes so far with what was said now; what was not mentioned stays.

    Raises:
        UnknownThing: A holding or lot to leave alone is not in the household.
    """
    household = words.held(session)
    symbols = [words.symbol_of(session, name) for name in exclude or ()]
    for lot in lots_locked or ():
        if lot not in household.lot_by_id:
            raise UnknownThing(f"There is no {lot[:40]}.", "Ask for the lots of the holding.")
    merged = replace(session.wishes, **{key: value for key, value in said.items() if value is not None})
    return replace(
        merged,
        exclude=tuple(dict.fromkeys((*merged.exclude, *symbols))),
        lots_locked=tuple(dict.fromkeys((*merged.lots_locked, *(lots_locked or ())))),
    )


def wish_words(wishes: Wishes, household: Household | None, book: FactBook) -> Iterator[str]:
    """Say each wish in words; its figures are facts."""
    figures = {
        "max_gain_usd": wishes.max_gain_usd,
        "max_weight_frac": wishes.max_weight_frac,
        "min_trade_usd": wishes.min_trade_usd,
        "new_cash_usd": wishes.new_cash_usd or None,
        "raise_cash_usd": wishes.raise_cash_usd or None,
    }
    said = {
        "max_gain_usd": "net gains of these trades up to {}",
        "max_weight_frac": "no single name above {}",
        "min_trade_usd": "no order below {}",
        "new_cash_usd": "{} of new money put to work",
        "raise_cash_usd": "{} raised",
    }
    row = str(book.row("wish", figures, of="Your wish")["id"])
    if wishes.max_gain_usd == 0:
        yield "no net gains from these trades"
        del said["max_gain_usd"]
    for key, text in said.items():
        if figures[key] is not None:
            yield text.format(cite(row, key))
    if wishes.exclude:
        names = [name_of(household, symbol) if household else symbol for symbol in wishes.exclude]
        yield f"{listed(names)} left alone"
    for lot_id in wishes.lots_locked:
        lot = household.lot_by_id.get(lot_id) if household else None
        if household and lot and lot.acquired:
            kept = book.row(f"kept.{lot_id}", {"acquired_date": lot.acquired}, entity=lot.symbol, of="Lot kept")
            yield f"the {name_of(household, lot.symbol)} lot from {cite(kept['id'], 'acquired_date')} kept"
        else:
            yield f"{lot_id} kept"
    for flag, text in {
        "no_sells": "nothing sold",
        "long_term_only": "no short-term gains",
        "harvest_only": "the mix kept, only losses taken",
    }.items():
        if getattr(wishes, flag):
            yield text
