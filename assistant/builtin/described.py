"""Holdings told by what they are: "the chip stock", "our emerging markets fund", "one of my tech names"."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from assistant.builtin.lexicon import word_list
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request

_MOST_FITTING = 4
EITHER = "|"
"""Between the symbols of a description that fits more than one holding."""

_WHOSE = r"(?:the|my|our|that|this|his|her|their|one of the|one of my|one of our|some of the|some of my)"
_ONE = r"(?:stock|company|name|position|holding|maker|play|one)"
_HOW = r"(?:big|biggest|other|old|new|little|largest|losing|winning|second|only|main)"
_NAMES = r"(?:names|stocks|companies|positions|holdings)"
_FUND = r"(?:index fund|fund|etf|one)"
_FUNDS = r"(?:index funds|funds|etfs|ones|stuff|shares)"


def mark_described(text: str, holdings: list[dict[str, Any]], marked: Marked) -> str:
    """Mark descriptions that fit a holding, and those of an industry that fit several: these have to be asked about."""
    for stem, phrases in _described()["funds"].items():
        fitting = [str(row["symbol"]) for row in holdings if stem in str(row.get("name") or "").lower()]
        if 0 < len(fitting) <= _MOST_FITTING:
            text = _marked(text, rf"{_WHOSE} (?:{_either(phrases)}) {_FUND}", fitting, marked)
    for brand in _described()["brands"]:
        fitting = [str(row["symbol"]) for row in holdings if brand in str(row.get("name") or "").lower()]
        if fitting:
            text = _marked(text, rf"(?:{_WHOSE}|all|any|all of the|all my) {brand} {_FUNDS}", fitting, marked)
    for kind, phrases in _described()["industries"].items():
        fitting = [str(row["symbol"]) for row in holdings if kind in (row.get("sector"), row.get("industry"))]
        if fitting:
            one = rf"{_WHOSE} (?:{_HOW} )?(?:{_either(phrases)}) {_ONE}"
            several = rf"(?:one|some) of (?:the|my|our) (?:{_either(phrases)}) {_NAMES}"
            text = _marked(text, rf"(?:{several}|{one})", fitting, marked)
    return text


def named_after_all(marked: Marked) -> None:
    """Let a name in the same message decide: "the health stock, Acme"."""
    said = {value for mark, value in marked.values.items() if mark.startswith("@sym") and EITHER not in value}
    for mark, value in list(marked.values.items()):
        fitting = said & set(value.split(EITHER)) if mark.startswith("@sym") and EITHER in value else set()
        if len(fitting) == 1:
            marked.values[mark] = fitting.pop()


def unsure(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """Turn a request about a description that fits several holdings into the question which of them is meant."""
    return tuple(
        Request("which_of", {"symbols": str(each.slots["symbol"]).split(EITHER), "open": each})
        if EITHER in str(each.slots.get("symbol", ""))
        else each
        for each in requests
    )


def _marked(text: str, pattern: str, fitting: list[str], marked: Marked) -> str:
    said = EITHER.join(fitting)
    return re.sub(rf"\b{pattern}\b", lambda _: marked.mark("sym", said), text, flags=re.IGNORECASE)


def _either(phrases: list[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@cache
def _described() -> dict[str, Any]:
    return dict(word_list("words")["described"])
