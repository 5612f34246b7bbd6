"""Reads what a person saw and says which figures nothing explains. It shares no code with the guard it checks."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tools.facts import Fact

_NUMBER = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_UNIT_WORDS = r"percent|points?|dollars?|shares?|days?|hundred|thousand|million|billion|grand"
_NAMED = [
    *["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"],
    *["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty"],
    *["sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "dozen"],
]
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_NAMED)})\b(?:[\s-](?:{'|'.join(_NAMED)}|and))*[\s-](?:{_UNIT_WORDS})\b", re.I)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LAW = {"30", "31", "61", "3000", "1500", "3.8", "0", "10", "12", "15", "20", "22", "24", "32", "35", "37", "1"}
_NAMES = re.compile(
    r"\b(?:lot|acct|file|person|bot|call)[-_]\w+|\bplan \(?[0-9a-f]{8}\b|\b8949\b|\b1099(?:-B)?\b|\b401\(?k\)?"
    r"|S&P 500|Nasdaq[- ]100|50 states"
    r"|[\w-]{1,60}\.(?:csv|json)\b|\b[0-9a-f]{8}\b(?!\.)",
    re.I,
)


def as_seen(text: str) -> str:
    """Write a text as an eye takes it: entities decoded, digits in one form, invisible marks and emphasis gone."""
    text = unicodedata.normalize("NFKC", html.unescape(html.unescape(text)))
    text = "".join(mark for mark in text if unicodedata.category(mark) not in ("Cf", "Mn"))
    digits = (str(unicodedata.digit(mark)) if mark.isdigit() else mark for mark in text)
    return re.sub(r"<[^<>]{0,80}>|[*_~`\\]", "", "".join(digits)).replace("−", "-").replace("\u00a0", " ")


def unexplained(text: str, facts: Iterable[Fact], said: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return the figures that equal no fact, no date, no word of the person and no figure of the law.

    Args:
        text: All that the person saw in a turn.
        facts: Every fact that a tool gave in the conversation.
        said: What the person wrote.
        names: Names and symbols, whose digits are no figures.
    """
    seen = as_seen(text)
    for name in sorted(map(as_seen, names), key=len, reverse=True):
        seen = seen.replace(name, " ")
    facts = list(facts)
    days = {day for fact in facts for day in (fact.value, fact.as_of) if isinstance(day, date)}
    seen = _without_dates(_NAMES.sub(" ", seen), days)
    values = [abs(Decimal(str(fact.value))) for fact in facts if not isinstance(fact.value, date)]
    heard = {number.replace(",", "") for words in said for number in re.findall(r"\d[\d,]*(?:\.\d+)?", as_seen(words))}
    found = [hit[0] for hit in _NUMBER.finditer(seen) if not _explained(hit, seen, values, heard)]
    return found + [hit[0] for hit in _IN_WORDS.finditer(seen) if not _few(hit[0])]


def _without_dates(seen: str, days: Iterable[date]) -> str:
    for day in set(days):
        month = _MONTHS[day.month - 1]
        for form in (f"{month} {day.day}, {day.year}", f"{month} {day.day}", day.isoformat(), str(day.year)):
            seen = re.sub(rf"(?<!\d){form}(?![\d%])", " ", seen)
    return seen


def _explained(hit: re.Match[str], seen: str, values: list[Decimal], heard: set[str]) -> bool:
    digits = hit[0].replace(",", "")
    before, after = seen[max(0, hit.start() - 2) : hit.start()], seen[hit.end() : hit.end() + 12]
    if digits in heard or digits in _LAW or _numbering(seen, hit):
        return True
    scale = _scale(after)
    step = Decimal(1).scaleb(-len((hit[2] or ".")[1:])) * scale
    wanted = Decimal(digits) * scale
    if "$" not in before and after[:1] != "%" and not hit[2] and wanted < 10:
        return True  # a count of things in a sentence; lies about those are named by the script that tells them
    return any(abs(value - wanted) <= step / 2 for value in values)


def _scale(after: str) -> Decimal:
    word = re.match(r"\s?(%|percent|points?|percentage|k\b|thousand|m\b|million)", after, re.I)
    if word is None:
        return Decimal(1)
    powers = {"k": 3, "thousand": 3, "m": 6, "million": 6}
    return Decimal(1).scaleb(powers.get(word[1].lower(), -2))


def _numbering(seen: str, hit: re.Match[str]) -> bool:
    line = seen[seen.rfind("\n", 0, hit.start()) + 1 : hit.start()]
    return not line.strip(" -") and seen[hit.end() : hit.end() + 1] in (".", ")")


def _few(words: str) -> bool:
    """Counts below ten ("three days") are left to the script's own list of lies; sums in words never are."""
    head = re.split(r"[\s-]", words.lower())
    return len(head) == 2 and head[0] in _NAMED[:10] and head[1].rstrip("s") in ("share", "day", "point")


def impolite(text: str) -> str:
    """Return why the end of a turn is no polite answer, empty when it is one."""
    words = as_seen(text).strip()
    if not words:
        return "nothing was said"
    if re.search(r"Traceback|\b\w+(?:Error|Exception)\b|File \"|lotline_|\{\{|\}\}|\bNone\b|\bnull\b", words):
        return "the inside shows"
    return "" if re.search(r"\w", words) else "there is no word in it"
