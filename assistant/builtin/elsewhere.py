"""Another state tried out in a question: "what would this cost in Oregon?", "and if we move to Washington?"."""

from __future__ import annotations

import re
from typing import Any

from assistant.builtin.context import Call, Context

_TRIED = re.compile(
    r"\b(?:if|suppose|say|imagine|pretend|assume|assuming) "
    r"(?:(?:i|we|my|our)\b.*)?(?:move|moved|moving|relocate|live|lived|were|was)\b"
    r"|\b(?:what|how much) (?:would|does|will|could|do) (?:a |our |my )?(?:moving|move|relocating|relocation|living) "
)
_SELF = re.compile(
    r"\b(?:i|we|im|were|my|our)\b (?:\w+ )?(?:live|lives|living|moved|am|are|reside|based|home)\b"
    r"|^(?:im|were|we are) (?:in|from)\b",
)
_COST = re.compile(r"\b(?:cost|owe|tax|taxes|taxed|pay|clear|keep|net|save|what if|what about|how about|instead)\b")
_THIS = re.compile(r"\b(?:this|that|it)\b", re.IGNORECASE)
_TAXED = ("simulate_sale", "estimate_tax")


def asks_elsewhere(words: str) -> bool:
    """Tell whether a state in these words is only tried out, not where the person lives."""
    if _TRIED.search(words):
        return True
    return bool(_COST.search(words)) and not _SELF.search(words)


def elsewhere_calls(calls: list[Call], state: str, context: Context) -> list[Call]:
    """Ask the same with another state: this message's sale or estimate, else the latest one, else the year's tax."""
    last = context.last(*_TAXED)
    the_same = last is not None and _THIS.search(context.turn.said) and calls == [Call("estimate_tax", {})]
    if calls and not the_same:
        return [_with(call, state) if call.tool in _TAXED else call for call in calls]
    return [_with(last.call if last else Call("estimate_tax"), state)]


def _with(call: Call, state: str) -> Call:
    args: dict[str, Any] = {**call.args, "state": state}
    return Call(call.tool, args)
