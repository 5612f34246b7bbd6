"""Amounts, shares, dates and identifiers as they are written: a pattern each, the kind of value, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from assistant.builtin import numbers
from assistant.builtin.dates import NO_DAY, dated, month_then_day, written_dates
from assistant.builtin.days import day_readers

Reader = tuple[str, str, Callable[[re.Match[str]], str | None]]

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_BIG = r"(?:k|mm?|million|thousand|grand|hundred)"
_VAGUE = r"(?:hundred thousand|hundred|thousand|grand|k)(?: (?:bucks|dollars))?|bucks|dollars|shares"
_PERCENT = r"percent|pct|per cent|points?"
_FORMS = r"(?:1040|1099|8949|8606|1091)\b"
_PARTS = "|".join(sorted(numbers.FRACTIONS, key=len, reverse=True))


def readers(as_of: date | None) -> list[Reader]:
    """Return how each kind of value is found and read; a date without a year is read from the session's date."""
    return [
        (r"\b(acct-\d+)\b", "acct", lambda found: found[1].lower()),
        (r"\b(lot-\d+)\b", "lot", lambda found: found[1].lower()),
        (r"\b(file-\d+)\b", "file", lambda found: found[1].lower()),
        *written_dates(as_of),
        (r"(?<![\w$@.])\d{1,3}(?:\s?/\s?\d{1,3}){1,3}(?![\w%/])", "mix", _mix),
        (r"\b(\d{4}-\d{2}-\d{2})\b", "date", lambda found: str(date.fromisoformat(found[1]))),
        (r"\b(\d{4}-\d{2}-\d{2})\b", NO_DAY, lambda found: found[1]),
        (
            r"(?<![\d/$])([1-4])/([2-9]|10)(?= (?:of|my|our|the|its|that)\b)",
            "frac",
            lambda found: numbers.plain((Decimal(found[1]) / Decimal(found[2])).quantize(Decimal("0.0001"))),
        ),
        (
            r"(?<=above |below |under )([1-4])/([2-9]|10)(?!\d)",
            "frac",
            lambda found: numbers.plain((Decimal(found[1]) / Decimal(found[2])).quantize(Decimal("0.0001"))),
        ),
        (
            rf"\b({_DIGITS}|{numbers.WORDED}) and a half ({_BIG})\b",
            "usd",
            lambda found: numbers.plain((_count(found[1]) + Decimal("0.5")) * numbers.scaled("1", found[2])),
        ),
        (
            r"\b(?:a )?(half|quarter|half a|quarter of a) (mil|million)\b",
            "usd",
            lambda found: "500000" if found[1].lower().startswith("half") else "250000",
        ),
        (rf"\b({numbers.WORDED})[ -]?k\b", "usd", lambda found: numbers.plain(_count(found[1]) * 1_000)),
        (rf"({_DIGITS}) dozen\b", "num", lambda found: numbers.plain(numbers.scaled(found[1], None) * 12)),
        *(month_then_day(as_of) if as_of else ()),
        *(day_readers(as_of) if as_of else ()),
        *dated(as_of),
        (rf"\b(?:a )?(?:few|several|bunch of|handful of) (?:{_VAGUE})\b", "vague", lambda found: "1"),
        (rf"\b(?:a )?couple(?: of)? ({_VAGUE})\b", *_couple()),
        (
            rf"\b({_DIGITS}|{numbers.WORDED}|an?) and (?:an? )?(half|quarter) (?:percentage )?(?:{_PERCENT})\b",
            "pct",
            lambda found: _frac(_with_part(found[1], found[2])),
        ),
        (r"\b(?:an? )?(half|quarter) (?:of )?(?:a |one )?(?:percent|per cent|point)\b", "pct", _part_of_a_percent),
        (
            rf"({_DIGITS})\s?(?:%|(?:percent|pct|per cent)\b)",
            "pct",
            lambda found: _frac(numbers.scaled(found[1], None)),
        ),
        (
            rf"({_DIGITS})\s?(?:bps|bp|basis points?)\b",
            "pct",
            lambda found: _frac(numbers.scaled(found[1], None) / 100),
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
        (
            r"(?<![\w@.])(?:USD |US\$ ?|\$ ?)?(\d{1,3})\.(\d{3})(?:,-| dollars\b| usd\b)",
            "usd",  # thousands as much of the world writes them; dollars have no third decimal
            lambda found: numbers.plain(Decimal(found[1] + found[2])),
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
        (rf"(?:(?<=all but )|(?<=all except ))({numbers.WORDED})\b", "num", _worded_number),
        (rf"\b({numbers.WORDED})\b(?! (?:more|thing|another)\b)", "num", _worded_number),
    ]


def _couple() -> tuple[str, Callable[[re.Match[str]], str | None]]:
    sizes = {"hundred": 200, "thousand": 2_000, "grand": 2_000, "k": 2_000}
    return "usd", lambda found: next(
        (str(size) for word, size in sizes.items() if found[1].lower().startswith(word)), None
    )


def _mix(found: re.Match[str]) -> str | None:
    parts = [int(part) for part in re.findall(r"\d+", found[0])]
    return "/".join(map(str, parts)) if sum(parts) == 100 else None


def _count(said: str) -> Decimal:
    return numbers.scaled(said, None) if said[0].isdigit() or said[0] == "." else numbers.worded(said.lower())


def _with_part(whole: str, part: str) -> Decimal:
    """Read "one" and "half" as 1.5."""
    return (Decimal(1) if whole.lower() in ("a", "an") else _count(whole)) + numbers.FRACTIONS[part.lower()]


def _part_of_a_percent(found: re.Match[str]) -> str:
    return _frac(numbers.FRACTIONS[found[1].lower()])


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
    some = value < 10 and re.match(r" of (?:these|them|my)", found.string[found.end() :])  # "two of them"
    return None if some or value < 2 else numbers.plain(value)
