"""Days as people say them, counted from the session's date: "two fridays ago", "the day after christmas", "12/28"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.builtin.marked import Marked
from assistant.builtin.numbers import WEEKDAYS, WORDED, nearest_year, worded

Reading = tuple[str, str, Callable[[re.Match[str]], str | None]]

_COUNT = rf"(?:\d{{1,4}}|an?|a couple(?: of)?|couple(?: of)?|{WORDED})"
_UNIT = r"(?:business |trading |calendar )?(day|week|fortnight|month|year)s?"
_WEEKDAY = "|".join(WEEKDAYS)
_HOLIDAYS = (
    r"holidays|christmas eve|xmas eve|christmas(?: day)?|xmas|the holidays|new years? eve|new years?(?: day)?"
    r"|thanksgiving|halloween|independence day|july fourth|fourth of july|labor day|memorial day|tax day"
)
_PAST = re.compile(r"\b(?:bought|sold|purchased|reinvested|happened|did|got)\b[^.?!]{0,40}$", re.I)
_RANKED = r"(?:lot|one|trade|sale|order|time|of|largest|biggest|percent|quarter|year)s?"
_BAND = re.compile(r"\b(?:bands?|tolerance)\b", re.IGNORECASE)
_LONGEST = 5_000


def day_readers(as_of: date) -> list[Reading]:
    """Return the readers of days that are said relative to ``as_of``, the longest forms first."""
    return [
        (r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)\b", "date", lambda f: _slashed(f, as_of)),
        (r"(?<![\d/$])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\d/%])", "date", lambda f: _slashed(f, as_of)),
        (
            rf"\bbefore (?:the )?({_HOLIDAYS})\b",
            "date",
            lambda f: _text(_holiday(f[1].lower(), as_of) - timedelta(days=1)),
        ),
        (rf"\b(?:the )?({_HOLIDAYS})\b", "date", lambda f: _text(_holiday(f[1].lower(), as_of))),
        (rf"\b({_COUNT}) ({_WEEKDAY})s ago\b", "date", lambda f: _text(_weekdays_ago(f[1], f[2], as_of))),
        (rf"\b({_WEEKDAY}) after next\b", "date", lambda f: _text(_weekday(f[1], as_of) + timedelta(days=7))),
        (rf"\ba week from ({_WEEKDAY})\b", "date", lambda f: _text(_weekday(f[1], as_of) + timedelta(days=7))),
        (rf"\bin ({_COUNT}) {_UNIT}(?: time)?\b", "date", lambda f: _text(_moved(as_of, f[1], f[2], 1))),
        (
            rf"\b({_COUNT}) {_UNIT} (?:from (?:now|today)|out|hence)\b",
            "date",
            lambda f: _text(_moved(as_of, f[1], f[2], 1)),
        ),
        (rf"\b({_COUNT}) {_UNIT} (?:ago|back)\b", "date", lambda f: _text(_moved(as_of, f[1], f[2], -1))),
        (r"\b(?:the )?day before yesterday\b", "date", lambda f: _text(as_of - timedelta(days=2))),
        (
            r"\b(next|last) (week|month|quarter)\b",
            "date",
            lambda f: _text(_neighbour(as_of, f[1].lower(), f[2].lower())),
        ),
        (r"\b(?:the )?end of (?:the |this )?(month|quarter)\b", "date", lambda f: _text(_end(as_of, f[1].lower()))),
        (
            r"\b(?:(?:right )?after|the start of|the beginning of|early) (?:the )?(?:new|next) year\b",
            "date",
            lambda f: _text(date(as_of.year + 1, 1, 1)),
        ),
        (
            rf"\b(?:on )?the (\d{{1,2}})(?:st|nd|rd|th)\b(?! {_RANKED})",
            "date",
            lambda f: _text(_day_of_month(f, as_of)),
        ),
    ]


def shifted(text: str, marked: Marked) -> str:
    """Read "the day after", "two weeks before" and "the Monday after" a day that is marked already."""
    pattern = rf"\b(?:the |a )?(?:({_COUNT}) )?{_UNIT} (after|before) +(@date\d+)"

    def move(found: re.Match[str]) -> str:
        day = date.fromisoformat(marked.values[found[4]])
        there = _moved(day, found[1] or "1", found[2], 1 if found[3].lower() == "after" else -1)
        return found[0] if there is None else marked.mark("date", str(there))

    def on(found: re.Match[str]) -> str:
        weekday, day = (date.fromisoformat(marked.values[mark]) for mark in found.groups())
        return marked.mark("date", str(day + timedelta(days=(weekday.weekday() - day.weekday() - 1) % 7 + 1)))

    text = re.sub(r"(@date\d+) +after +(@date\d+)", on, text)
    return re.sub(pattern, move, text, flags=re.IGNORECASE)


def _text(day: date | None) -> str | None:
    return None if day is None else str(day)


def _slashed(found: re.Match[str], as_of: date) -> str | None:
    if _BAND.search(found.string):
        return None  # "our band is 5/25" is no day in May
    month, day = int(found[1]), int(found[2])
    if found.lastindex == 2:
        return _text(nearest_year(day, month, as_of))
    year = int(found[3])
    return str(date(year if year > 99 else 2000 + year, month, day))


def _count(said: str) -> int:
    low = said.lower()
    if low.isdigit():
        return int(low)
    return 1 if low in ("a", "an") else 2 if "couple" in low else int(worded(low))


def _moved(start: date, count: str, unit: str, way: int) -> date | None:
    number, unit = _count(count), unit.lower()
    if number > _LONGEST:
        return None
    if unit in ("month", "year"):
        return _months(start, way * number * (12 if unit == "year" else 1))
    return start + timedelta(days=way * number * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _months(start: date, count: int) -> date:
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _weekday(name: str, as_of: date) -> date:
    return as_of + timedelta(days=(WEEKDAYS.index(name.lower()) - as_of.weekday()) % 7 or 7)


def _weekdays_ago(count: str, name: str, as_of: date) -> date:
    back = (as_of.weekday() - WEEKDAYS.index(name.lower())) % 7 or 7
    return as_of - timedelta(days=back + 7 * (_count(count) - 1))


def _neighbour(as_of: date, which: str, unit: str) -> date:
    way = 1 if which == "next" else -1
    if unit == "week":
        return as_of + timedelta(days=7 * way)
    if unit == "month":
        return _months(as_of, way)
    return _months(as_of, 3 * way)


def _end(as_of: date, unit: str) -> date:
    month = as_of.month if unit == "month" else (as_of.month - 1) // 3 * 3 + 3
    return date(as_of.year, month, calendar.monthrange(as_of.year, month)[1])


def _day_of_month(found: re.Match[str], as_of: date) -> date | None:
    past = bool(_PAST.search(found.string[: found.start()]))
    near = []
    for step in (-1, 0, 1):
        month = _months(as_of.replace(day=1), step)
        if int(found[1]) <= calendar.monthrange(month.year, month.month)[1]:
            near.append(month.replace(day=int(found[1])))
    near = [day for day in near if not past or day <= as_of]
    return min(near, key=lambda day: (abs((day - as_of).days), -day.toordinal()), default=None)


def _holiday(name: str, as_of: date) -> date:
    this = _holiday_in(name, as_of.year)
    return this if this >= as_of else _holiday_in(name, as_of.year + 1)


def _holiday_in(name: str, year: int) -> date:
    fixed = {
        "eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "holidays": (12, 25), "halloween": (10, 31),
        "independence": (7, 4), "july": (7, 4), "tax": (4, 15),
    }  # fmt: skip
    if "year" in name:
        return date(year, 12, 31) if "eve" in name else date(year, 1, 1)
    if name == "thanksgiving":
        return _nth_weekday(year, 11, 3, 4)
    if name == "labor day":
        return _nth_weekday(year, 9, 0, 1)
    if name == "memorial day":
        last = date(year, 5, 31)
        return last - timedelta(days=last.weekday())
    return date(year, *next(day for part, day in fixed.items() if part in name))


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
