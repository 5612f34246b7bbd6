"""Dates with a month or a year: "March 3", "3 March 2027", "in January, on the 5th", 3/5/2027, "in three years"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from assistant.builtin import numbers
from assistant.number_words import MONTHS

Reader = tuple[str, str, Callable[[re.Match[str]], str | None]]
NO_DAY = "noday"
"""The kind of value that names a day which never was."""

_DAY = r"(?:today|tomorrow|the day after tomorrow|yesterday|next week|(?:the )?end of (?:the )?year|year end"
_DAY += r"|(?:(?:this|next|last|on) )?(?:" + "|".join(numbers.WEEKDAYS) + r")"
_DAY += rf"|(?:in|within) (?:\d+|an?|{numbers.WORDED}) (?:day|week)s?|(?:\d+|an?|{numbers.WORDED}) (?:day|week)s? ago)"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" if len(name) > 3 else name for name in MONTHS)
_FIRST = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_ORDINALS = {
    **{name: day for day, name in enumerate(_FIRST, start=1)},
    **{"twentieth": 20, "thirtieth": 30, "thirty first": 31},
    **{f"twenty {name}": 20 + day for day, name in enumerate(_FIRST[:9], start=1)},
}
_ORDINAL = "|".join(name.replace(" ", "[ -]") for name in sorted(_ORDINALS, key=len, reverse=True))

YEARS_ON = (
    rf"\b(?:in|within|over|across) (?:the )?(?:next |coming )?(\d{{1,2}}|{numbers.WORDED}) (?:tax |calendar )?years\b"
)
"""A number of years to come, said in words or digits."""


def written_dates(as_of: date | None) -> list[Reader]:
    """Read 3/5/2027, month first; what is no day keeps its words, so that it can be refused by name."""
    written = r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})\b"
    named = rf"\b(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b(?!\s?%)"
    return [
        (written, "date", lambda found: str(date(int(found[3]), int(found[1]), int(found[2])))),
        (written, NO_DAY, lambda found: found[0]),
        *([(named, NO_DAY, lambda found: found[0] if _is_no_day(found[0]) else None)] if as_of else []),
    ]


def _is_no_day(words: str) -> bool:
    """Tell whether a month and a number name a day that no year has, such as February 30."""
    found = re.fullmatch(rf"({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?", words, re.IGNORECASE)
    month = numbers.month_number(found[1]) if found else None
    if found is None or month is None:
        return False
    try:
        date(int(found[3] or 2024), month, int(found[2]))
    except ValueError:
        return True
    return False


def in_month_of(before: str, said: str) -> str | None:
    """Return the day of a date's month that "I mean the 13th" names, nothing when a month is named or no day."""
    day = re.search(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b", said, re.IGNORECASE)
    if not before or day is None or re.search(rf"\b(?:{_MONTH})\b", said, re.IGNORECASE):
        return None
    try:
        return str(date.fromisoformat(before).replace(day=int(day[1])))
    except ValueError:
        return None


def _day(day: str, month: str, year: str | None, as_of: date) -> str | None:
    number = numbers.month_number(month)
    if number is None:
        return None
    found = date(int(year), number, int(day)) if year else numbers.nearest_year(int(day), number, as_of)
    return str(found) if found else None


def _month_of(month: str, year: str, as_of: date) -> str | None:
    """Read a month of a year as its first day, the present month as today."""
    if (int(year), numbers.month_number(month)) == (as_of.year, as_of.month):
        return str(as_of)
    return _day("1", month, year, as_of)


def _years_on(count: str, as_of: date) -> str:
    """Read "in three years" as the last day of that year."""
    years = int(count) if count.isdigit() else int(numbers.worded(count))
    return str(date(as_of.year + years, 12, 31))


def _coming_year(year: int, as_of: date) -> str | None:
    """Read a year to come as its first day; this one and those past name no day."""
    return str(date(year, 1, 1)) if year > as_of.year else None


def _last_day(year: int, as_of: date) -> str | None:
    """Read the end of this year or of one to come as its last day."""
    return str(date(year, 12, 31)) if year >= as_of.year else None


def _month_end(month: str, year: str | None, as_of: date) -> str | None:
    """Read the end of a month as its last day; without a year, the next one to come."""
    number = numbers.month_number(month)
    if number is None:
        return None
    told = int(year) if year else as_of.year + (number < as_of.month)
    return str(date(told, number, calendar.monthrange(told, number)[1]))


def month_then_day(as_of: date) -> list[Reader]:
    """Read "in January, on the 5th" before "the 5th" is read by itself."""
    said = rf"\b({_MONTH}),? (?:on )?the (\d{{1,2}})(?:st|nd|rd|th)\b"
    return [(said, "date", lambda found: _day(found[2], found[1], None, as_of))]


def dated(as_of: date | None) -> list[Reader]:
    """Return the readers of dates in words, the longest forms first."""
    if as_of is None:
        return []
    today = as_of
    return [
        (
            rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b",
            "date",
            lambda f: _day(f[2], f[1], f[3], today),
        ),
        (
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})(?: (\d{{4}}))?\b",
            "date",
            lambda f: _day(f[1], f[2], f[3], today),
        ),
        (
            rf"\b(?:the )?({_ORDINAL}) (?:of )?({_MONTH})(?: (20\d\d))?\b",
            "date",
            lambda f: _day(str(_ORDINALS[f[1].lower().replace("-", " ")]), f[2], f[3], today),
        ),
        (
            rf"\b({_MONTH}) (?:the )?({_ORDINAL})\b",
            "date",
            lambda f: _day(str(_ORDINALS[f[2].lower().replace("-", " ")]), f[1], None, today),
        ),
        (r"\b(?:the )?end of (20\d\d)\b", "date", lambda f: _last_day(int(f[1]), today)),
        (r"\b(20\d\d) year[ -]?end\b|\byear[ -]?end (20\d\d)\b", "date", lambda f: _last_day(int(f[1] or f[2]), today)),
        (
            rf"\b(?:the )?(?:end of|late) ({_MONTH})(?:,? (20\d\d))?\b(?! \d)",
            "date",
            lambda f: _month_end(f[1], f[2], today),
        ),
        (r"\b(?:the )?end of next year\b", "date", lambda f: _last_day(today.year + 1, today)),
        (rf"\b(?:(?:in|by) )?({_MONTH}),? (20\d\d)\b", "date", lambda f: _month_of(f[1], f[2], today)),
        (r"\b(?:in|for|during|by) (20\d\d)\b", "date", lambda f: _coming_year(int(f[1]), today)),
        (r"\bnext year\b(?! of)", "date", lambda f: _coming_year(today.year + 1, today)),
        (rf"\b(?:until|till|in|by|next|since) ({_MONTH})\b(?!\s*\d)", "date", lambda f: _day("1", f[1], None, today)),
        (YEARS_ON, "date", lambda f: _years_on(f[1], today)),
        (rf"\b{_DAY}\b", "date", lambda found: str(day) if (day := numbers.relative_date(found[0], today)) else None),
    ]
