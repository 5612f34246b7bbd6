"""The order in which a replay takes events, and what of it is free: the order of the records never matters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import groupby

from tools.errors import BadRequest, UnknownThing
from tools.history import Action, Instrument, Transaction
from tools.model import Account
from tools.money import ZERO
from tools.tax.acquisitions import ACQUISITIONS
from tools.tax.corporate import EVENTS

SALES = frozenset((Action.SELL, Action.EXPIRE, Action.CASH_IN_LIEU))
TRADES = SALES | {Action.BUY, Action.REINVEST, Action.VEST, Action.SHORT, Action.COVER, Action.EXERCISE}
_TIMED_KINDS = TRADES | {Action.TRANSFER}
"""A move between accounts without a time leaves the order of that day open, as a trade without one does."""
_PHASE = {**dict.fromkeys(EVENTS, 0), **dict.fromkeys(ACQUISITIONS, 2), Action.OPEN: 1, Action.TRANSFER: 3}
_PHASE |= {Action.SHORT: 2, Action.EXERCISE: 2}
_SELLING, _TIMED = 4, 2

Moment = tuple[date, int, time]


def moments(
    events: Sequence[Transaction], accounts: Mapping[str, Account], group_of: Callable[[str], str]
) -> Iterator[list[Transaction]]:
    """Yield the events that happen together, earliest first.

    A day has corporate events, what was held, what came in, transfers, sales. Trades of a day go by their times where
    every trade of the group has one; otherwise the day's sales count as made together.

    Raises:
        BadRequest: Two events have one id.
        UnknownThing: An event names an account that is not there.
    """
    _check(events, accounts)
    untimed = _untimed(events, group_of)

    def moment(event: Transaction) -> Moment:
        sells = event.action is Action.EXERCISE and event.instrument is Instrument.PUT
        timed = event.action in _TIMED_KINDS and (event.on, _group(event, group_of)) not in untimed
        if timed and event.at is not None:
            return event.on, _TIMED, event.at
        return event.on, _SELLING if sells else _PHASE.get(event.action, _SELLING), time.min

    def order(event: Transaction) -> tuple[object, ...]:
        amounts = (event.shares or ZERO, event.amount_usd or ZERO, event.acquired or date.min)
        leaves = event.action in SALES or event.action is Action.COVER
        clock = event.at or time.min
        return (*moment(event), leaves, event.account_id, event.symbol, clock, event.action, *amounts, event.id)

    for _, together in groupby(sorted(events, key=order), key=moment):
        yield list(together)


def _group(event: Transaction, group_of: Callable[[str], str]) -> str:
    return group_of(event.underlying or event.symbol)


def _untimed(events: Sequence[Transaction], group_of: Callable[[str], str]) -> set[tuple[date, str]]:
    times: dict[tuple[date, str], set[bool]] = defaultdict(set)
    for event in events:
        if event.action in _TIMED_KINDS:
            times[event.on, _group(event, group_of)].add(event.at is None)
    return {key for key, without in times.items() if True in without}


def _check(events: Sequence[Transaction], accounts: Mapping[str, Account]) -> None:
    for name, count in Counter(event.id for event in events).items():
        if count > 1:
            raise BadRequest(f"{count} events are called {name}.", "Give each its own id.")
    for event in events:
        if event.account_id not in accounts or (event.to_account_id or event.account_id) not in accounts:
            raise UnknownThing(
                f"The account of {event.symbol} on {event.on} is not known.", "Name its account.", str(event.origin)
            )
