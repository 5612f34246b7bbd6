"""A request taken up again: the last answer asked which holding, how much or which value, and this message says it."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots, Understanding
from assistant.builtin.slots import slots_of

_NEEDS = {
    **{name: ("symbol", "lot", "shares", "num", "usd", "all", "frac", "pct", "vague") for name in ("sale", "trim")},
    **{name: ("symbol", "lot") for name in ("wash", "wash_buy", "about", "replacements", "turns_long", "which_of")},
    **{name: ("usd", "num") for name in ("raise_cash", "invest_cash")},
    "glide": ("symbol", "pct", "frac"),
}
_MOST_WORDS = 7
_MOST_BETWEEN = 2
_WEAK = {*_NEEDS, "holdings", "ratio", "arithmetic"}
_ALL = r"(?:the |my |our )?(?:total|everything|all|portfolio|whole|household)"
_DOWN_TO = re.compile(rf"\b(?:to|at|under|below) @(?:pct|frac)\d+ of {_ALL} ")
Read = Callable[[Context], Understanding]


def read_before(context: Context, read: Read) -> tuple[Request, ...]:
    """Return what the last turn asked for when it led to a question alone; words that say nothing stand between."""
    for at in range(len(context.earlier) - 1, max(len(context.earlier) - 1 - _MOST_BETWEEN, -1), -1):
        turn = context.earlier[at]
        if not all("error" in done.result for done in turn.done):
            return ()
        if found := read(Context(context.session, turn, context.earlier[:at], context.calls_count)).requests:
            return found
    return ()


def taken_up(found: list[Request], marked: Marked, context: Context, read: Read) -> Request | None:
    """Return the request before, completed by what is said now."""
    if not context.earlier or any(request.intent not in _WEAK for request in found):
        return None
    before = read_before(context, read)
    told = slots_of(marked.words, marked, context)
    if len(before) != 1 or before[0].intent not in _NEEDS or len(marked.words.split()) > _MOST_WORDS:
        return None
    if not told.keys() & {*_NEEDS[before[0].intent]}:
        return None
    if before[0].intent in ("sale", "trim") and "symbol" in before[0].slots and _DOWN_TO.search(marked.words):
        return Request("glide", {**before[0].slots, **told})
    return _completed(before[0], told)


def _completed(before: Request, told: Slots) -> Request | None:
    if before.intent == "which_of":
        open_request: Request = before.slots["open"]
        known = told.get("symbol") in before.slots["symbols"]
        return Request(open_request.intent, {**open_request.slots, "symbol": told["symbol"]}) if known else None
    slots = {name: value for name, value in before.slots.items() if name != "unresolved"} | told
    if before.intent in ("raise_cash", "invest_cash"):
        return Request(before.intent, {"usd": slots.get("usd", slots.get("num")), **slots})
    return Request(before.intent, slots) if "symbol" in slots or "lot" in slots else None
