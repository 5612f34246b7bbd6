"""The only clock. Everything inside takes its date as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def today_in_new_york() -> date:
    """Return the date in New York, where US trades are dated."""
    return datetime.now(NEW_YORK).date()


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)
