"""A fact or limit of which the value was not said: it is asked for, and the next message may be that value alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Slots
from assistant.builtin.wishes import scaled

_MOST_WORDS = 12
_MOST_AGAIN = 18
_AGAIN = re.compile(
    r"\b(?:was|wrong|mistake|mixed|meant|mean|actually|sorry|scrap|still|instead|rather|says|correct|should|oops|no|wait|make"
    r"|typo|not|but|now|change|lower|higher|really|turns out) "
)


_CORRECTS = re.compile(
    r"(?:~ )?(?:(?:oh|uh|ah|no|well|and|but|wait|ok) )*"
    r"(?:sorry|actually|oops|i mean|i meant|correction|my bad|my mistake|scrap|scratch|wait|no|typo|apologies"
    r"|make (?:that|it)) "
)


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
    Field("max_trades", r"orders|trades|tickets|selling|sales", ("num",), fact=False),
    Field("max_weight", r"single|position|weight|max|concentration", ("pct", "frac", "num"), fact=False),
)


_LIMITING = re.compile(
    r"\b(?:limit|limits|cap|ceiling|max|maximum|most|many|much|fewer|less|smallest|minimum|small|tiny|budget|floor|least"
    r"|more than|too large|too big|over|large) "
)


def left_open(words: str, marked: Marked) -> str | None:
    """Return the name of the fact or limit that the words speak of; another sentence may give its value."""
    limits = bool(_LIMITING.search(words))
    fitting = (each for each in _FIELDS if re.search(rf"\b(?:{each.words}) ", words))
    field = next((each for each in fitting if each.fact or limits), None)
    return field.name if field else None


def told(name: str, marked: Marked, most_words: int = _MOST_WORDS) -> tuple[Slots, Slots]:
    """Return (facts, limits) when a short message gives the value that was asked for."""
    field = next(each for each in _FIELDS if each.name == name)
    values = _values(field, marked)
    if len(values) != 1 or len(marked.words.split()) > most_words:
        return {}, {}
    value = scaled(name, values[0], marked.words)
    found = {} if value is None else {name: value}
    return (found, {}) if field.fact else ({}, found)


def retold(context: Context, marked: Marked) -> tuple[Slots, Slots]:
    """Return (facts, limits) when a message puts another value in place of the only one told just before."""
    just = context.earlier[-1].done if context.earlier else ()
    said = {name for done in just for name in done.call.args}
    if not just or any(done.call.tool != "set_profile" for done in just) or not _AGAIN.search(marked.words):
        return {}, {}
    known = [field for field in _FIELDS if field.name in said and _values(field, marked)]
    return told(known[0].name, marked, _MOST_AGAIN) if len(known) == 1 else ({}, {})


def corrects(words: str) -> bool:
    """Tell whether a message opens as a correction of what was said before it."""
    return bool(_CORRECTS.match(words)) and "@sym" not in words


def _values(field: Field, marked: Marked) -> list[str]:
    return list(dict.fromkeys(value for kind in field.kinds for value in marked.of(kind)))
