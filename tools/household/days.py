"""Days as a person writes them in a sentence: found, read, or refused by name; a day that never was is not bent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tools.errors import BadRequest

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
_MONTH += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_WHOLE = (
    re.compile(rf"\b{_YEAR}[-/](?P<m>\d{{1,2}})[-/](?P<day>\d{{1,2}})\b"),
    re.compile(r"\b(?P<m>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>(?:19|20)?\d{2})\b"),
    re.compile(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}(?:\s*,\s*|\s+(?:of\s+)?){_YEAR}\b", re.I),
    re.compile(rf"\b(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}(?:\s*,\s*|\s+){_YEAR}\b", re.I),
)
_PART = (
    re.compile(rf"\b{_MONTH}\s+(?:of\s+)?{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b(?!\s*,?\s*(?:19|20)\d{{2}})", re.I),
    re.compile(rf"\b(?:in|since|from|around|about)\s+{_YEAR}\b", re.I),
)


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day in a sentence, with the words that name it."""

    words: str
    day: date


def days_in(text: str) -> tuple[SaidDay, ...]:
    """Return the whole days that a sentence names, in its order.

    Raises:
        BadRequest: A day is none, such as February 30.
    """
    found: dict[int, SaidDay] = {}
    for spelling in _WHOLE:
        for match in spelling.finditer(text):
            if not any(start < match.end() and match.start() < start + len(one.words) for start, one in found.items()):
                found[match.start()] = SaidDay(match[0], _day(match))
    return tuple(found[start] for start in sorted(found))


def part_of_a_day(text: str) -> str | None:
    """Return words that name a month or a year but no day, None when the sentence holds none."""
    return next((match[0] for spelling in _PART if (match := spelling.search(text))), None)


def _day(match: re.Match[str]) -> date:
    parts = match.groupdict()
    month = int(parts["m"]) if parts.get("m") else _MONTHS.index(parts["month"][:3].casefold()) + 1
    year = int(parts["year"]) if len(parts["year"]) == 4 else 2000 + int(parts["year"])
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        raise BadRequest(f"There is no {match[0]}.", "Write the day as 2021-03-05.", "date") from None
