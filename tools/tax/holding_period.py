"""When a lot turns long-term: held more than one year, the day bought left out, the day sold counted in."""

from __future__ import annotations

from datetime import date, timedelta

from tools.model import Term


def long_term_from(acquired: date, tacked_days: int = 0) -> date:
    """Return the first day on which a sale is long-term (Rev. Rul. 66-97 and 70-598; Caspe v. US).

    Holding starts the day after the trade date and long-term one calendar year after that, so a lot bought on
    2023-02-28 is still short-term when sold on 2024-02-29.

    Args:
        acquired: Trade date of the purchase.
        tacked_days: Days held before a wash sale, added to the replacement's own (IRC 1223(3)).
    """
    start = acquired + timedelta(days=1 - tacked_days)
    if (start.month, start.day) == (2, 29):
        return date(start.year + 1, 3, 1)
    return start.replace(year=start.year + 1)


def term_on(acquired: date, sold: date, tacked_days: int = 0) -> Term:
    """Return the term of a sale on ``sold``; see ``long_term_from``."""
    return Term.LONG if sold >= long_term_from(acquired, tacked_days) else Term.SHORT
