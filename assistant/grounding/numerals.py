"""Finds the figures in a sentence that were typed rather than quoted, with unit and precision."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.number_words import MONTHS, TENS, UP_TO_NINETEEN, value_of

_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<num>\d{2})-(?P<day>\d{2})\b"),
    re.compile(r"\b(?P<num>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})\b"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?\b", re.I),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b", re.I),
    re.compile(rf"\b{_MONTH}\s+(?P<year>\d{{4}})\b", re.I),
)
_NUMERAL = re.compile(
    r"(?P<sign>[-−–+]\s?)?(?P<usd>[$＄]\s?|USD\s)?(?P<sign2>[-−])?"
    r"(?P<whole>\d{1,3}(?:,\d{3}){1,5}(?!\d)|\d{1,18})(?P<dec>\.\d{1,8})?"
    r"(?P<mag>\s?(?:k|m|bn|b|thousand|million|billion|hundred)\b)?"
    r"(?P<tail>\s?%|\s?percent\b|[\s-]percentage[\s-]points?\b|[\s-](?:pp|points?)\b|[\s-]shares?\b|\s?sh\b|[\s-]days?\b|\s?dollars?\b)?",
    re.I,
)
_WORDS = [*UP_TO_NINETEEN, TENS[0]]
_TENS = TENS[1:]
_LARGE = re.compile(rf"\b(?:{'|'.join(_TENS)}|hundred|thousand|million|billion|dozens?)(?:-\w{{3,5}})?\b", re.I)
_SMALL = re.compile(
    rf"\b(?P<word>{'|'.join(_WORDS)})[\s-](?P<tail>percent|%|points?|shares?|days?|dollars?|lots?|trades?|sales?|sells?|buys?|purchases?"
    r"|accounts?|holdings?|names?|positions?|sleeves?|files?|rows?|losses|thousand|hundred|million)\b",
    re.I,
)
_PARTS = re.compile(
    r"\b(?:half|(?:a|one|two|three|four)[\s-](?:third|quarter|fifth|sixth|eighth|tenth)s?)(?:\s+of)?\s+"
    r"(?:the|your|that|it|its|this|all|￼)(?!\w)"
    r"|\b(?:twice|thrice|double|triple)\s+(?:the|your|that|its|this|as|￼)(?!\w)|\b(?:doubl|tripl|quadrupl)(?:es|ed|ing)\b"
    r"|\b(?:times|by)\s+(?:two|three|four|five|six|seven|eight|nine|ten)\b|\bgrand\b(?!\s+(?:total|scheme))",
    re.I,
)
_NUMBER_WORD = "|".join([*UP_TO_NINETEEN, *TENS, "hundred", "thousand", "million"])
_SPELLED = re.compile(
    rf"\b(?P<words>(?:{_NUMBER_WORD})(?:(?:[\s-]|\sand\s)(?:{_NUMBER_WORD}))*)[\s-]"
    r"(?P<tail>percent(?:age points?)?|points?|shares?|days?|dollars?)\b",
    re.I,
)
# Without one of these there is nothing for the longer patterns to find.
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(rf"\b(?:{_NUMBER_WORD}|{'|'.join(_WORDS)})", re.I)
_IDEOGRAMS = re.compile(r"[〇零一二三四五六七八九十百千万萬億亿兆]{2,}")
_MAGNITUDE = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "hundred": 2}
_ABOUT = re.compile(r"(?:about|around|roughly|approximately|nearly|almost|some|circa|~|≈)\s*[-−]?$", re.I)
_NOUN = re.compile(
    r"^\s(?:(?:more|other|of|the|your|tax|losing|sell|buy|open|different|long-term|short-term)\s){0,2}(?P<noun>[a-z]{3,14})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A typed figure: ``value`` in ``unit`` (``usd frac points shares days count date year bare word``)."""

    text: str
    unit: str
    value: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    negative: bool = False
    noun: str = ""
    day: tuple[int | None, int | None, int | None] = (None, None, None)


@lru_cache(2048)
def literals(sentence: str) -> tuple[Literal, ...]:
    """Return every figure typed in a sentence; dates first, then numerals, then number words."""
    found: list[Literal] = []
    digits = _DIGIT.search(sentence) is not None
    for pattern in _DATES if digits else ():
        if hits := list(pattern.finditer(sentence)):
            found += [_date(hit) for hit in hits]
            sentence = pattern.sub(" ", sentence)
    if _NUMBER.search(sentence):
        found += [spelled for hit in _SPELLED.finditer(sentence) if (spelled := _spelled(hit))]
        sentence = _SPELLED.sub(lambda hit: f" {hit['tail']}" if _spelled(hit) else hit[0], sentence)
        found += [_word(hit) for hit in _SMALL.finditer(sentence)]
        sentence = _SMALL.sub(lambda hit: f" {hit['tail']}", sentence)
    rest = sentence
    if digits:
        found += [_numeral(hit, sentence) for hit in _NUMERAL.finditer(sentence)]
        rest = _NUMERAL.sub(" ", sentence)
    found += [Literal(hit[0], "word") for words in (_LARGE, _PARTS, _IDEOGRAMS) for hit in words.finditer(rest)]
    # Fractions, superscripts, circled and Roman figures are numbers to Unicode, though no digits.
    marks = "" if sentence.isascii() else sentence
    return (*found, *(Literal(mark, "word") for mark in marks if unicodedata.category(mark) in ("No", "Nl")))


def date_parts(day: date) -> tuple[int, int, int]:
    """Return year, month and day."""
    return day.year, day.month, day.day


def _date(hit: re.Match[str]) -> Literal:
    parts = hit.groupdict()
    month = int(parts["num"]) if parts.get("num") else _month(parts["month"])
    year = int(parts["year"]) if parts.get("year") else None
    year = year + 2000 if year is not None and year < 100 else year
    return Literal(hit[0], "date", day=(year, month, int(parts["day"]) if parts.get("day") else None))


def _month(text: str) -> int:
    return 1 + next(place for place, name in enumerate(MONTHS) if name.startswith(text.lower()[:3]))


def _spelled(hit: re.Match[str]) -> Literal | None:
    """Read "twenty-five thousand dollars"; None for words that make no number, which stay words."""
    words = re.split(r"[\s-]+", hit["words"].lower())
    value = value_of([word for word in words if word != "and"])
    if value is None:
        return None
    unit = _tail_unit(hit["tail"].lower())
    scale = Decimal(100) if unit in ("frac", "points") else Decimal(1)
    return Literal(hit[0], unit, Decimal(value) / scale, 1 / scale)


def _word(hit: re.Match[str]) -> Literal:
    tail = hit["tail"].lower()
    if tail in ("thousand", "hundred", "million"):
        return Literal(hit[0], "word")
    unit = _tail_unit(tail)
    scale = Decimal(100) if unit in ("frac", "points") else Decimal(1)
    value = Decimal(_WORDS.index(hit["word"].lower()))
    return Literal(hit[0], unit or "count", value / scale, 1 / scale, noun="" if unit else tail)


def _numeral(hit: re.Match[str], sentence: str) -> Literal:
    digits = hit["whole"].replace(",", "") + (hit["dec"] or "")
    value, step = Decimal(digits), Decimal(1).scaleb(-len((hit["dec"] or ".")[1:]))
    if hit["mag"]:
        power = _MAGNITUDE[hit["mag"].strip().lower()]
        value, step = value.scaleb(power), step.scaleb(power)
    unit = "usd" if hit["usd"] else _tail_unit((hit["tail"] or "").strip(" -").lower())
    if unit in ("frac", "points"):
        value, step = value / 100, step / 100
    before, after = sentence[max(0, hit.start() - 16) : hit.start()], sentence[hit.end() : hit.end() + 80]
    if _ABOUT.search(before) and _round(digits):
        step *= 10
    noun = _NOUN.match(after)
    if not unit:
        unit = _bare_unit(hit, digits)
    negative = bool(set("-−") & set((hit["sign"] or "") + (hit["sign2"] or "")))
    return Literal(hit[0].strip(), unit, value, step, negative, noun["noun"].lower() if noun else "")


def _round(digits: str) -> bool:
    return "." not in digits and digits.endswith("0") and len(digits) > 1


def _bare_unit(hit: re.Match[str], digits: str) -> str:
    year = len(digits) == 4 and digits[:2] in ("19", "20") and not hit["mag"] and "," not in hit["whole"]
    return "year" if year else "bare"


def _tail_unit(tail: str) -> str:
    if tail in ("%", "percent"):
        return "frac"
    if tail.startswith("percentage") or tail in ("pp", "point", "points"):
        return "points"
    return {"sh": "shares", "share": "shares", "shares": "shares", "day": "days", "days": "days"}.get(
        tail, "usd" if tail.startswith("dollar") else ""
    )
