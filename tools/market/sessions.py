"""How old a price is, counted in sessions of the New York Stock Exchange: weekends and its holidays are none."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

STALE_AFTER_SESSIONS = 1
"""A close of the session before is the newest that there is until the day's own close."""


@cache
def _closed(year: int) -> frozenset[date]:
    # Loads the calendars of every country, which takes a second: only where a price has a date to be judged.
    from holidays import financial_holidays

    return frozenset(financial_holidays("NYSE", years=year))


def is_session(day: date) -> bool:
    """Tell whether the exchange trades on a day, early closes included."""
    return day.weekday() < 5 and day not in _closed(day.year)


def sessions_after(day: date, until: date) -> int:
    """Count the sessions later than one day and no later than another; zero when there is none between."""
    span = (until - day).days
    weeks, rest = divmod(max(span, 0), 7)
    first = day + timedelta(days=1)
    weekdays = 5 * weeks + sum((day + timedelta(days=7 * weeks + n)).weekday() < 5 for n in range(1, rest + 1))
    years = range(first.year, until.year + 1)
    closed = sum(first <= one <= until and one.weekday() < 5 for year in years for one in _closed(year))
    return max(weekdays - closed, 0)


def is_stale(priced: date, as_of: date) -> bool:
    """Tell whether a close is older than one session."""
    return sessions_after(priced, as_of) > STALE_AFTER_SESSIONS
