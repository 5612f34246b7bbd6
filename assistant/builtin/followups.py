"""Follow-ups: the latest question with something changed."""

from __future__ import annotations

import re
from typing import Any

from assistant.builtin.context import Call, Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots
from assistant.builtin.slots import account_of_type, slots_of

_OPENING = re.compile(
    r"(?:and|what about|how about|what if|or|rather|make it|make that|no|sorry|instead|i meant"
    r"|i mean|but|with|only|just|the|if|actually|then|ok|now|try|use|sell|half|wait|do it|same|also|more|less|lower"
    r"|raise|higher) "
)
_FILLERS = frozenset(
    [
        "and",
        "or",
        "but",
        "what",
        "about",
        "how",
        "if",
        "instead",
        "rather",
        "then",
        "ok",
        "okay",
        "so",
        "the",
        "a",
        "it",
        "its",
        "that",
        "those",
        "these",
        "this",
        "just",
        "only",
        "in",
        "on",
        "at",
        "by",
        "to",
        "of",
        "for",
        "from",
        "with",
        "within",
        "as",
        "well",
        "too",
        "also",
        "my",
        "our",
        "her",
        "his",
        "their",
        "please",
        "say",
        "try",
        "make",
        "lets",
        "maybe",
        "even",
        "both",
        "one",
        "ones",
        "do",
        "does",
        "did",
        "is",
        "was",
        "were",
        "be",
        "would",
        "i",
        "we",
        "you",
        "same",
        "again",
        "more",
        "like",
        "around",
        "roughly",
        "under",
        "over",
        "more",
        "than",
        "now",
        "not",
        "first",
        "second",
        "third",
        "last",
        "all",
        "whole",
        "person-1s",
        "person-2s",
        "person-1",
        "person-2",
        "account",
        "accounts",
        "me",
        "show",
        "up",
        "all",
        "~",
        "term",
        "long",
        "short",
        "shares",
        "lots",
        "lot",
        "each",
        "price",
        "share",
        "next",
        "year",
        "years",
    ]
)
_WAIT = re.compile(r"\b(?:wait|waiting|waited|hold|holding)\b")
_TAKES = {
    "simulate_sale": {"symbol", "lot", "lot_method", "date", "shares", "num", "usd", "all", "price"},
    "check_wash_sale": {"symbol", "date", "shares", "num"},
    "show_holdings": {"symbol", "lot", "account", "type", "asset_class"},
    "explain_trade": {"symbol", "lot"},
    "find_harvestable_losses": {"symbol", "account", "type", "usd", "num", "pct"},
    "optimize_trades": {"usd", "num"},
    "estimate_tax": {"usd", "num", "date", "term", "pct", "status", "gain"},
}
_LONG = 9
_WORTH_REPEATING = ("simulate_sale", "find_harvestable_losses", "check_wash_sale")
_RESULT = re.compile(r"\b(?:tax|taxes|save|saves|cost|costs|net|keep|left|leave|leaves|owe|get|bring) ")


def follow_up(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read "and 60?", "rather the oldest" or "what about B" as the latest question with something changed."""
    last = context.last(*_TAKES)
    slots = slots_of(sentence, marked, context)
    if not last or not _is_short(sentence):
        return []
    before = {"tool": last.call.tool, "before": dict(last.call.args)}
    if last.call.tool == "simulate_sale" and _portion_of(slots):
        return [Request("sale", {"symbol": last.call.args.get("symbol"), "frac": slots["frac"]})]
    if last.call.tool == "simulate_sale" and "date" not in slots and _WAIT.search(sentence):
        return [Request("again", before)]
    if not slots and last.call.tool in _WORTH_REPEATING and _RESULT.search(sentence):
        return [Request("again", before)]
    if not slots.keys() & _TAKES[last.call.tool]:
        return []
    if "type" in slots and "account" not in slots and (account := account_of_type(slots, context)):
        slots["account"] = account
    return [Request("again", {**before, **slots})]


def _is_short(sentence: str) -> bool:
    words = sentence.split()
    plain = [word for word in words if not word.startswith("@")]
    return len(words) <= _LONG and (bool(_OPENING.match(sentence)) or all(word in _FILLERS for word in plain))


def _portion_of(slots: Slots) -> bool:
    return "frac" in slots and not slots.keys() & {"shares", "num", "usd"}


def repeated(slots: Slots) -> Call:
    """Return the latest call with what was said put in place."""
    change = _CHANGES.get(slots["tool"], _changed)
    return Call(slots["tool"], change(slots))


def _some(slots: Slots, *names: str) -> dict[str, Any]:
    return {name: slots[name] for name in names if name in slots}


def _amount(slots: Slots) -> str | None:
    return slots.get("usd") or slots.get("num")


def _changed(slots: Slots) -> dict[str, Any]:
    args = dict(slots["before"])
    amounts = any(key in slots for key in ("shares", "num", "usd", "all"))
    if amounts and slots["tool"] in ("simulate_sale", "check_wash_sale"):
        for key in ("shares", "amount", "net_amount", "max_tax", "all"):
            args.pop(key, None)
        args |= _how_much(slots)
    if "symbol" in slots or "lot_method" in slots:
        args.pop("lot", None)
    if "lot" in slots:
        args.pop("lot_method", None)
    if slots["tool"] == "show_holdings" and slots.keys() & {"symbol", "account", "asset_class"}:
        args = {}
        args |= _some(slots, "asset_class") if not slots.keys() & {"symbol", "account"} else {}
    return args | _some(slots, "symbol", "lot", "lot_method", "date", "account", "price")


def _how_much(slots: Slots) -> dict[str, Any]:
    if count := slots.get("shares") or slots.get("num"):
        return {"shares": count}
    return {"amount": slots["usd"]} if "usd" in slots else {"all": True}


def _losses(slots: Slots) -> dict[str, Any]:
    args = {**slots["before"], **_some(slots, "symbol", "account")}
    amount = _amount(slots)
    args |= {"min_loss": amount} if amount else {}
    return args | ({"min_loss_pct": slots["pct"]} if "pct" in slots else {})


_MONEY = ("max_gain", "amount", "cash", "min_trade")


def _plan(slots: Slots) -> dict[str, Any]:
    name = next((name for name in _MONEY if name in slots["before"]), "max_gain")
    return {**slots["before"], name: _amount(slots)} if _amount(slots) else dict(slots["before"])


def _tax(slots: Slots) -> dict[str, Any]:
    """Change the gain that was tried, its term, the year or the filing status."""
    args = dict(slots["before"])
    tried = next((args.pop(name) for name in ("short_term", "long_term") if name in args), None)
    was = "short_term" if "short_term" in slots["before"] else "long_term"
    amount = _amount(slots) or tried
    if amount:
        args[slots.get("term") or was] = amount
    if "date" in slots:
        args["year"] = int(str(slots["date"])[:4])
    return args | ({"rate": slots["pct"]} if "pct" in slots else {})


_CHANGES = {"find_harvestable_losses": _losses, "optimize_trades": _plan, "estimate_tax": _tax}
