"""Follow-ups: the latest question with something changed."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request
from assistant.builtin.slots import slots_of

_OPENING = re.compile(
    r"(?:and|what about|how about|what if|or|rather|make it|make that|no|sorry|instead|i meant"
    r"|i mean|but|with|only|just|the|if|actually|then|ok|now|try|use|sell|half|wait"
    r"|do it|same|also|more|less|lower|raise|higher) "
)
_WAIT = re.compile(r"\b(?:wait|waiting|waited|hold|holding)\b")
_TAKES = {
    "simulate_sale": {"symbol", "lot", "lot_method", "date", "shares", "num", "usd", "all", "price"},
    "check_wash_sale": {"symbol", "date", "shares", "num"},
    "show_holdings": {"symbol", "lot", "account"},
    "explain_trade": {"symbol", "lot"},
    "find_harvestable_losses": {"symbol", "account", "usd", "num"},
    "optimize_trades": {"usd", "num"},
}


def follow_up(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read "and 60?", "rather the oldest" or "what about B" as the latest question with something changed."""
    last = context.last(*_TAKES)
    slots = slots_of(sentence, marked, context)
    short = len(sentence.split()) <= 9
    bare = all(word.startswith("@") for word in sentence.split())
    if not last or not short or not (_OPENING.match(sentence) or bare):
        return []
    before = {"tool": last.call.tool, "before": dict(last.call.args)}
    if last.call.tool == "simulate_sale" and _portion_of(slots):
        return [Request("sale", {"symbol": last.call.args.get("symbol"), "frac": slots["frac"]})]
    if last.call.tool == "simulate_sale" and "date" not in slots and _WAIT.search(sentence):
        return [Request("again", before)]
    if not slots.keys() & _TAKES[last.call.tool]:
        return []
    return [Request("again", {**before, **slots})]


def _portion_of(slots: dict[str, object]) -> bool:
    return "frac" in slots and not slots.keys() & {"shares", "num", "usd"}
