"""A fact or limit of which the value was not said: it is asked for, and the next message may be that value alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.builtin.marked import Marked
from assistant.builtin.request import Slots
from assistant.builtin.wishes import scaled

_MOST_WORDS = 12


@dataclass(frozen=True)
class Field:
    """A fact about the person or a limit on plans, the words that speak of it, and the kinds of value it takes."""

    name: str
    words: str
    kinds: tuple[str, ...]
    fact: bool = True


_FIELDS = (
    Field("rate", r"brackets?|tax rate|marginal", ("pct", "num")),
    Field("filing_status", r"file|filing|divorced|married", ("status",)),
    Field("carryforward", r"carryover|carryforward|carry over|carried", ("usd", "num")),
    Field("state", r"state|moved|moving|relocated", ("state",)),
    Field("income", r"income|salary|earn|wages|pay rise", ("usd", "num")),
    Field("targets", r"targets?|mix|allocation", ("mix",)),
    Field("max_tax", r"taxes|tax", ("usd", "num"), fact=False),
    Field("max_gain", r"gains?", ("usd", "num"), fact=False),
    Field("min_trade", r"small|tiny|minimum", ("usd", "num"), fact=False),
    Field("max_trades", r"orders|trades|tickets", ("num",), fact=False),
    Field("max_weight", r"single|position|weight|max|concentration", ("pct", "frac", "num"), fact=False),
)


def left_open(words: str, marked: Marked) -> str | None:
    """Return the name of the fact or limit that the words speak of without giving its value."""
    field = next((each for each in _FIELDS if re.search(rf"\b(?:{each.words}) ", words)), None)
    return field.name if field and not _values(field, marked) else None


def told(name: str, marked: Marked) -> tuple[Slots, Slots]:
    """Return (facts, limits) when a short message gives the value that was asked for."""
    field = next(each for each in _FIELDS if each.name == name)
    values = _values(field, marked)
    if len(values) != 1 or len(marked.words.split()) > _MOST_WORDS:
        return {}, {}
    value = scaled(name, values[0], marked.words)
    found = {} if value is None else {name: value}
    return (found, {}) if field.fact else ({}, found)


def _values(field: Field, marked: Marked) -> list[str]:
    return list(dict.fromkeys(value for kind in field.kinds for value in marked.of(kind)))
