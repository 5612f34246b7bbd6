"""Rules for what refers to the conversation itself: repeat, leave out, add up, explain, take back."""

from __future__ import annotations

import re

from assistant.builtin.account_kinds import accounts_of
from assistant.builtin.arguments import Rule, each_symbol, some, wished
from assistant.builtin.changes import repeated
from assistant.builtin.context import Call, Context
from assistant.builtin.look_rules import wash
from assistant.builtin.request import Slots, Understanding
from assistant.builtin.topics import audience_of


def promise(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Check what a promise was asked for."""
    return list(wash("sell")(slots, understood, context)) if "symbol" in slots else []


def concept(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Explain a term."""
    audience = audience_of(context.turn.said)
    args = some(slots, "topic", "audience") | ({"audience": audience} if audience else {})
    return [Call("explain_concept", args)] if "topic" in slots else []


def again(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Ask the latest question again with what was changed."""
    call = repeated(slots)
    if call.tool != "optimize_trades":
        return [call]
    changed = {name for name, value in call.args.items() if slots["before"].get(name) != value}
    more = {name: value for name, value in wished(understood, context).items() if name not in changed}
    return [Call(call.tool, {**call.args, **more})]  # "make it 20k, and nothing short-term"


def drop_trade(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Plan again without the last trade shown (or the first, when that was said)."""
    last = context.last("optimize_trades")
    trades = [row for row in (last.result.get("trades") or ()) if row.get("symbol")] if last else []
    if not trades:
        return []
    row = trades[0 if slots.get("ordinal") == 1 else -1]
    before = last.call.args.get("exclude") if last else None
    return [Call("optimize_trades", wished(understood, context) | {"exclude": [*(before or ()), str(row["symbol"])]})]


_LIMITS = {
    r"\bgains?\b": "max_gain",
    r"\b(?:cap|weight|name|position)\b": "max_weight",
    r"small|minimum|least|tiny": "min_trade",
    r"income": "income",
    r"bracket|rate": "rate",
    r"\bstate\b": "state",
    r"target|mix": "targets",
    r"lots?\b": "lots_locked",
    r"wishes|limits|restrictions": "wishes",
}
"""What a wish or fact is called in words, and the name under which it is taken back; the first that fits counts."""


def forget(name: str) -> Rule:
    """Take something back."""
    return lambda slots, understood, context: [Call("set_profile", {"forget": [name]})]


def forget_wish(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Take back what the words name, else the last of it."""
    symbols = each_symbol(slots)
    said = context.turn.said.casefold()
    named = next((name for pattern, name in _LIMITS.items() if re.search(pattern, said)), "last")
    kinds = [str(slots[name]) for name in ("account", "type") if name in slots]
    return [Call("set_profile", {"forget": symbols or accounts_of(kinds, context) or [named]})]


def remembered(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """List what is remembered."""
    return [Call("set_profile")]
