"""Counts what a model on a server used in a day, in memory or in the store, and refuses what goes beyond the limits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.store import Store

_log = logging.getLogger(__name__)
_NANO = Decimal(1_000_000_000)
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a model may use. Prices are dollars for a million tokens; without them cost is not counted."""

    turn_tokens: int
    day_tokens: int
    day_cost_usd: Decimal | None = None
    price_in_usd: Decimal | None = None
    price_out_usd: Decimal | None = None


def limits_of(settings: Settings) -> Limits:
    """Read the limits from the settings."""
    return Limits(
        settings.max_turn_tokens,
        settings.max_day_tokens,
        settings.max_day_cost_usd,
        settings.model_price_in_usd,
        settings.model_price_out_usd,
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request or a day used. Dollars are whole billionths, which add up exactly in any database."""

    tokens: int = 0
    nano_usd: int = 0

    def plus(self, other: Spent) -> Spent:
        """Add two."""
        return Spent(self.tokens + other.tokens, self.nano_usd + other.nano_usd)

    def within(self, most: Spent | None) -> bool:
        """Tell whether neither figure is above the most."""
        return most is None or (self.tokens <= most.tokens and self.nano_usd <= most.nano_usd)


UNLIMITED_NANO_USD = 2**62


def spent(tokens: int, price_usd: Decimal | None) -> Spent:
    """Return what so many tokens use at a price for a million; fractions of a billionth are rounded up."""
    cost = tokens * (price_usd or Decimal(0)) / _MILLION
    return Spent(tokens, nano_usd(cost))


def nano_usd(usd: Decimal) -> int:
    """Write dollars as whole billionths, rounded up."""
    return int((usd * _NANO).to_integral_value(ROUND_CEILING))


def most_a_day(limits: Limits) -> Spent:
    """Return the most that a day may use."""
    usd = limits.day_cost_usd
    return Spent(limits.day_tokens, UNLIMITED_NANO_USD if usd is None else nano_usd(usd))


class Meter(Protocol):
    """Counts by day; one that ``waits`` for a disk or a server is asked away from the event loop."""

    waits: bool

    def spend(self, day: date, more: Spent, most: Spent | None) -> bool:
        """Count ``more`` and return True; where the day would go beyond ``most``, count nothing and return False."""
        ...


class MemoryMeter:
    """Counts as long as the process lives."""

    waits = False

    def __init__(self) -> None:
        self._days: dict[date, Spent] = {}
        self._lock = threading.Lock()

    def spend(self, day: date, more: Spent, most: Spent | None) -> bool:
        """Count in memory."""
        with self._lock:
            total = self._days.get(day, Spent()).plus(more)
            if not total.within(most):
                return False
            self._days[day] = total
            return True


class StoreMeter:
    """Counts in the person's store, over all processes and restarts; in memory while the store fails.

    Args:
        store: Opens the store, at first use.
    """

    waits = True

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._spare = MemoryMeter()

    def spend(self, day: date, more: Spent, most: Spent | None) -> bool:
        """Count in the store."""
        try:
            return self._store().spend(day, more, most)
        except Exception as error:  # a store that fails must not end the conversation, nor lift the limit
            _log.warning("the store could not count: %s", type(error).__name__)
            return self._spare.spend(day, more, most)
