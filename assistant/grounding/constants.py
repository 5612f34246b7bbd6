"""Figures of the law that an answer may state without a tool, each with its source and the words it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Constant:
    """A legal figure: allowed only in a sentence that speaks of its rule."""

    value: Decimal
    unit: str
    about: re.Pattern[str]
    source: str


def _law(values: str, unit: str, about: str, source: str) -> list[Constant]:
    return [Constant(Decimal(value), unit, re.compile(about, re.I), source) for value in values.split()]


_WASH = r"wash|window|buy|bought|purchas|reinvest|before|after|repurchase"
_RATES = r"bracket|\brates?\b|rate\b"
CONSTANTS: tuple[Constant, ...] = (
    *_law("30 31 61", "days", _WASH, "IRC section 1091(a)"),
    *_law(
        "3000 1500",
        "usd",
        r"ordinary|deduct|against (?:other|your|wage|income)|limit|other income",
        "IRC section 1211(b)",
    ),
    *_law("0.038", "frac", r"net investment|NIIT|surtax|investment income|medicare", "IRC section 1411(a)"),
    *_law("200000 250000 125000", "usd", r"net investment|NIIT|surtax|investment income", "IRC section 1411(b)"),
    *_law(
        "0 0.15 0.20",
        "frac",
        rf"(?:{_RATES}).{{0,80}}gain|gain.{{0,80}}(?:{_RATES})|%\s(?:bracket|rate)",
        "IRC section 1(h)",
    ),
    *_law("0.10 0.12 0.22 0.24 0.32 0.35 0.37", "frac", _RATES, "IRC section 1(j)"),
    *_law("1", "year", r"long-term|short-term|held|hold", "IRC section 1222"),
    *_law("12", "months", r"long-term|short-term|held|hold", "IRC section 1222"),
)


def is_law(value: Decimal, unit: str, sentence: str) -> bool:
    """Tell whether a figure is a legal constant spoken of in its own context."""
    return any(c.value == value and c.unit == unit and c.about.search(sentence) for c in CONSTANTS)
