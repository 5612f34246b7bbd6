"""One security through time: splits change how many shares it has, renames change what it is called.

The wash-sale rule compares trades on both sides of such events, so both count in shares and names of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import prod

from tools.history import Action, Transaction
from tools.tax.corporate import ratio_of

_APART = timedelta(days=10)
"""Brokers book one split on different days; the same ratio within so many days is the same split."""


@dataclass(slots=True)
class _Split:
    ratio: Decimal
    days: dict[str, date]

    def on(self, account_id: str) -> date:
        return self.days.get(account_id) or min(self.days.values())


class Continuity:
    """Splits and renames of a history."""

    def __init__(self, events: Iterable[Transaction]) -> None:
        known = sorted(events, key=lambda event: event.on)
        self._renames = [(e.symbol, e.on, e.other_symbol) for e in known if e.action is Action.RENAME]
        self._splits: dict[str, list[_Split]] = defaultdict(list)
        for event in known:
            if event.action is Action.SPLIT:
                self._add(event)

    def _add(self, event: Transaction) -> None:
        ratio, splits = ratio_of(event), self._splits[self.name(event.symbol, event.on)]
        for split in splits:
            near = event.on - min(split.days.values()) <= _APART
            if near and split.ratio == ratio and event.account_id not in split.days:
                split.days[event.account_id] = event.on
                return
        splits.append(_Split(ratio, {event.account_id: event.on}))

    def name(self, symbol: str, on: date) -> str:
        """Return what ``symbol`` of the day ``on`` is called at the end of the history."""
        for old, day, new in self._renames:
            if old == symbol and day >= on and new:
                symbol, on = new, day
        return symbol

    def units(self, symbol: str, account_id: str, on: date) -> Decimal:
        """Return how many of today's shares one share of ``on`` is."""
        splits = self._splits.get(self.name(symbol, on), ())
        return prod((split.ratio for split in splits if split.on(account_id) > on), start=Decimal(1))
