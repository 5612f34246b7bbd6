"""Amounts, shares, dates and identifiers as they are written: a pattern each, the kind of value, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from assistant.builtin import numbers
from assistant.builtin.days import day_readers
from assistant.number_words import MONTHS

Reader = tuple[str, str, Callable[[re.Match[str]], str | None]]

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_BIG = r"(?:k|mm?|million|thousand|grand)"
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
_VAGUE = r"(?:hundred thousand|hundred|thousand|grand|k)(?: (?:bucks|dollars))?|bucks|dollars|shares"
_NO_DAY = "noday"
_FORMS = r"(?:1040|1099|8949|8606)\b"
_PARTS = "|".join(sorted(numbers.FRACTIONS, key=len, reverse=True))


def readers(as_of: date | None) -> list[Reader]:
    """Return how each kind of value is found and read; a date without a year is read from the session's date."""
    return [
        (r"\b(acct-\d+)\b", "acct", lambda found: found[1].lower()),
        (r"\b(lot-\d+)\b", "lot", lambda found: found[1].lower()),
        (r"\b(file-\d+)\b", "file", lambda found: found[1].lower()),
        *_us_dates(as_of),
        (r"(?<![\w$@.])\d{1,3}(?:\s?/\s?\d{1,3}){1,3}(?![\w%/])", "mix", _mix),
        (r"\b(\d{4}-\d{2}-\d{2})\b", "date", lambda found: str(date.fromisoformat(found[1]))),
        (r"\b(\d{4}-\d{2}-\d{2})\b", _NO_DAY, lambda found: found[1]),
        *(_month_then_day(as_of) if as_of else ()),
        *(day_readers(as_of) if as_of else ()),
        *_dated(as_of),
        (rf"\b(?:a )?(?:few|several|bunch of|handful of) (?:{_VAGUE})\b", "vague", lambda found: "1"),
        (rf"\b(?:a )?couple(?: of)? ({_VAGUE})\b", *_couple()),
        (
            rf"({_DIGITS})\s?(?:%|(?:percent|pct|per cent)\b)",
            "pct",
            lambda found: _frac(numbers.scaled(found[1], None)),
        ),
        (
            rf"({_DIGITS})\s?(?:percentage )?(?:points?|pp)\b",
            "pct",
            lambda found: _frac(numbers.scaled(found[1], None)),
        ),
        (
            rf"\b({numbers.WORDED})\s?(?:%|percent|pct|per cent|(?:percentage )?points?\b)",
            "pct",
            lambda found: _frac(numbers.worded(found[1].lower())),
        ),
        (rf"(?<![\w@])({_DIGITS})\s?(k)?\s?(?:shares?|shs?)\b", "shares", lambda found: _plain(found[1], found[2])),
        (
            rf"\b({numbers.WORDED}) (?:shares?|shs?)\b",
            "shares",
            lambda found: numbers.plain(numbers.worded(found[1].lower())),
        ),
        (rf"\$\s?({_DIGITS})\s?({_BIG})?\b", "usd", lambda found: _plain(found[1], found[2])),
        (
            rf"(?<![\w@.])({_DIGITS})\s?({_BIG})?\s?(?:dollars?|bucks|usd)\b",
            "usd",
            lambda found: _plain(found[1], found[2]),
        ),
        (rf"(?<![\w@.])({_DIGITS})\s?({_BIG})\b", "usd", lambda found: _plain(found[1], found[2])),
        (
            rf"\b({numbers.WORDED}) (?:dollars?|bucks)\b",
            "usd",
            lambda found: numbers.plain(numbers.worded(found[1].lower())),
        ),
        (rf"\b({numbers.WORDED})\b", "usd", _worded_big),
        (
            rf"\b(?:an? )?({_PARTS})(?: of)?\b",
            "frac",
            lambda found: numbers.plain(numbers.FRACTIONS[found[1].lower()].quantize(Decimal("0.0001"))),
        ),
        (rf"(?<![\w@.$-])(?!{_FORMS})({_DIGITS})(?![\w%-])", "num", lambda found: _plain(found[1], None)),
        (rf"\b({numbers.WORDED})\b(?! (?:more|thing|another|of (?:these|them|my)))", "num", _worded_number),
    ]


def _month_then_day(as_of: date) -> list[Reader]:
    """Read "in January, on the 5th" before "the 5th" is read by itself."""
    said = rf"\b({_MONTH}),? (?:on )?the (\d{{1,2}})(?:st|nd|rd|th)\b"
    return [(said, "date", lambda found: _day(found[2], found[1], None, as_of))]


def _couple() -> tuple[str, Callable[[re.Match[str]], str | None]]:
    sizes = {"hundred": 200, "thousand": 2_000, "grand": 2_000, "k": 2_000}
    return "usd", lambda found: next(
        (str(size) for word, size in sizes.items() if found[1].lower().startswith(word)), None
    )


def _dated(as_of: date | None) -> list[Reader]:
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
        (rf"\b(?:(?:in|by) )?({_MONTH}),? (20\d\d)\b", "date", lambda f: _month_of(f[1], f[2], today)),
        (r"\b(?:in|for|during) (20\d\d)\b", "date", lambda f: _coming_year(int(f[1]), today)),
        (r"\bnext year\b(?! of)", "date", lambda f: _coming_year(today.year + 1, today)),
        (rf"\b(?:until|till|in|by|next) ({_MONTH})\b(?!\s*\d)", "date", lambda f: _day("1", f[1], None, today)),
        (rf"\b(?:in|within|over) (\d{{1,2}}|{numbers.WORDED}) years\b", "date", lambda f: _years_on(f[1], today)),
        (rf"\b{_DAY}\b", "date", lambda found: str(day) if (day := numbers.relative_date(found[0], today)) else None),
    ]


def _us_dates(as_of: date | None) -> list[Reader]:
    """Read 3/5/2027, month first; what is no day keeps its words, so that it can be refused by name."""
    written = r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})\b"
    named = rf"\b(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b(?!\s?%)"
    return [
        (written, "date", lambda found: str(date(int(found[3]), int(found[1]), int(found[2])))),
        (written, _NO_DAY, lambda found: found[0]),
        *([(named, _NO_DAY, lambda found: found[0] if _is_no_day(found[0]) else None)] if as_of else []),
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


def _mix(found: re.Match[str]) -> str | None:
    parts = [int(part) for part in re.findall(r"\d+", found[0])]
    return "/".join(map(str, parts)) if sum(parts) == 100 else None


def _frac(percent: Decimal) -> str:
    return numbers.plain(percent / 100)


def _plain(digits: str, suffix: str | None) -> str:
    return numbers.plain(numbers.scaled(digits, suffix))


def _worded_big(found: re.Match[str]) -> str | None:
    """Read words that end in thousands or millions as dollars: "five grand", "two hundred thousand"."""
    low = found[1].lower()
    return numbers.plain(numbers.worded(low)) if re.search(r"(?:thousand|grand|million)$", low) else None


def _worded_number(found: re.Match[str]) -> str | None:
    value = numbers.worded(found[1].lower())
    return numbers.plain(value) if value >= 2 else None
