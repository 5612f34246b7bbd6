"""Numbers, parts and dates as people say them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from assistant.number_words import MONTHS, TENS, UP_TO_NINETEEN

_ONES = {word: value for value, word in enumerate(UP_TO_NINETEEN)}
_TENS = {word: 10 * value for value, word in enumerate(TENS, start=2)}
_SCALES = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_SUFFIX = {
    "hundred": 100,
    "k": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "million": 1_000_000,
    "thousand": 1_000,
    "grand": 1_000,
}
_WORD = "|".join(sorted([*_ONES, *_TENS, *_SCALES], key=len, reverse=True))
WORDED = rf"(?:(?:{_WORD}|dozen)(?:[ -](?:and )?(?:{_WORD}|dozen))*)"
FRACTIONS = {
    "half": Decimal("0.5"),
    "third": Decimal(1) / 3,
    "two thirds": Decimal(2) / 3,
    "quarter": Decimal("0.25"),
    "three quarters": Decimal("0.75"),
    "fifth": Decimal("0.2"),
    "tenth": Decimal("0.1"),
    "eighth": Decimal("0.125"),
    "sixth": Decimal(1) / 6,
    "twelfth": Decimal(1) / 12,
    "fifteenth": Decimal(1) / 15,
    "twentieth": Decimal("0.05"),
    "two fifths": Decimal("0.4"),
    "three fifths": Decimal("0.6"),
}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def plain(value: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def worded(text: str) -> Decimal:
    """Read "two hundred and ten" as 210, and "two ten" too."""
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", text):
        if 0 < current < 10 and (word in _TENS or _ONES.get(word, 0) >= 10):
            current *= 100
        if word == "dozen":
            current = max(current, 1) * 12
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, 0
        else:
            current += _ONES.get(word, _TENS.get(word, 0))
    return Decimal(total + current)


def scaled(digits: str, suffix: str | None) -> Decimal:
    """Read "2.4" and "M" as 2,400,000."""
    return Decimal(digits.replace(",", "")) * _SUFFIX.get((suffix or "").lower().strip(), 1)


def month_number(name: str) -> int | None:
    """Return the month of a name or of its first three letters."""
    low = name.lower().rstrip(".")
    found = [number for number, full in enumerate(MONTHS, start=1) if len(low) >= 3 and full.startswith(low)]
    return found[0] if found else None


def nearest_year(day: int, month: int, as_of: date) -> date | None:
    """Read a day without a year as the one closest to the session's date."""
    found = []
    for year in (as_of.year - 1, as_of.year, as_of.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda each: (abs((each - as_of).days), each), default=None)


def relative_date(text: str, as_of: date) -> date | None:
    """Read "today", "next friday", "in two weeks", "end of the year" from the session's date."""
    text = " ".join(text.lower().split())
    fixed = {"today": 0, "now": 0, "tomorrow": 1, "the day after tomorrow": 2, "yesterday": -1, "next week": 7}
    if text in fixed:
        return as_of + timedelta(days=fixed[text])
    if "year" in text:
        return date(as_of.year, 12, 31)
    for number, name in enumerate(WEEKDAYS):
        if name in text:
            ahead = (number - as_of.weekday()) % 7 or 7
            return as_of + timedelta(days=ahead - 7 if "last" in text else ahead)
    span = re.search(rf"(\d+|an?|{WORDED}) (day|week)s?( ago)?", text)
    if not span:
        return None
    count = int(span[1]) if span[1].isdigit() else 1 if span[1] in ("a", "an") else int(worded(span[1]))
    if count > 5_000:
        return None
    days = count * (7 if span[2] == "week" else 1)
    return as_of + timedelta(days=-days if span[3] else days)
