"""How a fact is written, by its unit."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from assistant.grounding.numerals import Literal
from tools.facts import Fact, Unit

FORMATS = frozenset({"abs", "cents", "points", "day", "count"})
MINUS = "−"


def show_fact(fact: Fact, *formats: str) -> str:
    """Write a fact as a person reads it.

    Raises:
        ValueError: A format is unknown or does not suit the unit.
    """
    if not FORMATS.issuperset(formats):
        raise ValueError(f"unknown format {', '.join(formats)}")
    value = fact.value
    if isinstance(value, date):
        return show_day(value) if "day" in formats else show_date(value)
    number = abs(Decimal(value)) if "abs" in formats else Decimal(value)
    if "points" in formats:
        return _points(number, fact.unit)
    if "count" in formats:
        return grouped(number, 0)
    return _by_unit(number, fact.unit, "cents" in formats)


def show_like(fact: Fact, typed: Literal) -> str:
    """Write a fact in place of a figure that somebody typed: its sign, cents and noun as they stood there."""
    wanted = [] if typed.negative else ["abs"]
    if fact.unit is Unit.USD and typed.step < 1:
        wanted.append("cents")
    if typed.unit == "points":
        wanted.append("points")
    noun = re.search(r"[\s-](?:shares?|sh)$", typed.text, re.I)
    return show_fact(fact, *wanted) + (noun[0] if noun else "")


def show_date(day: date) -> str:
    """Write "November 20, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


def show_day(day: date) -> str:
    """Write "November 20"."""
    return f"{day:%B} {day.day}"


def grouped(number: Decimal, places: int, lead: str = "") -> str:
    """Write a number with thousands separators and a real minus sign, halves away from zero."""
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{lead}{abs(rounded):,.{places}f}"


def trimmed(number: Decimal, places: int) -> str:
    """Write a number without trailing zeros."""
    text = grouped(number, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _by_unit(number: Decimal, unit: Unit, to_the_cent: bool) -> str:
    match unit:
        case Unit.USD:
            return grouped(number, 2 if to_the_cent else 0, "$")
        case Unit.PRICE:
            return grouped(number, 2, "$")
        case Unit.SHARES:
            return trimmed(number, 3)
        case Unit.FRAC:
            return f"{trimmed(number * 100, 1)}%"
        case Unit.DAYS:
            return f"{grouped(number, 0)} day{'' if number == 1 else 's'}"
        case _:
            return grouped(number, 0)


def _points(number: Decimal, unit: Unit) -> str:
    if unit is not Unit.FRAC:
        raise ValueError("points are for fractions")
    text = trimmed(number * 100, 1)
    return f"{text} point{'' if text == '1' else 's'}"
