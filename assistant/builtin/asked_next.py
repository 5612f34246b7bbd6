"""What people ask next, in words that mean nothing without the answer before: "do I have any?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.builtin.context import Context, Done
from assistant.builtin.dates import YEARS_ON
from assistant.builtin.entities import mark
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots, Understanding
from assistant.builtin.slots import slots_of

Next = Callable[[Done, Marked, Context], "Request | Understanding | None"]

_MOST_WORDS = 10
_BACK = 2  # turns
_MOST_CHECKED = 5
_ALSO = r"^(?:and |so |ok )*"
_OWN = re.compile(
    rf"{_ALSO}(?:do|did|have|dont|are) (?:i|we) (?:have |do |got |doing |owe |pay |need )?"
    r"(?:any|some|one|it|that|those|such)\b"
    rf"|{_ALSO}(?:which|what|how many) (?:of (?:mine|ours|my|our)|(?:ones )?(?:do|have) (?:i|we) )"
    rf"|{_ALSO}(?:does|do|is|would) (?:it|that|this|they|those) "
    r"(?:apply to|affect|hit|touch|matter for|concern) (?:me|us) "
)
_SAFE = re.compile(
    r"\bwhen\b.*\b(?:safe|again|back|ok|okay|clear|over|rebuy|buy)\b|^(?:until|till|from) when"
    r"|^how long (?:do|must|should) (?:i|we) wait"
)
_MEANWHILE = re.compile(
    r"\b(?:hold|own|buy|use|park|get|have|put)\b.*"
    r"\b(?:meanwhile|meantime|instead|until then|till then|in (?:its|their) place|for now)\b"
    r"|\breplace (?:it|that|them|those)\b"
    rf"|{_ALSO}(?:in the )?(?:meanwhile|meantime)\b.*\b(?:hold|own|buy|use|what)\b"
)
_KEEP = re.compile(
    r"\b(?:how much|what)\b.*\b(?:keep|left|clear|net|pocket|end up with|take home|get out|remains?|stays?)\b"
    rf"|{_ALSO}(?:after tax|net of tax|all in)\b"
)
_PAID = re.compile(r"\b(?:pay|paid|cost|basis|bought|worth|up or down|gain|lot|lots)\b.*\b(?:it|that|that one|them)?\b")
_IT = re.compile(r"\b(?:it|that one|that|them|this one)\b")
_ONLY_THERE = re.compile(r"\b(?:only|just|alone)\b.*@(?:acct|type)\d|@(?:acct|type)\d+ (?:\S+ )?(?:only|alone)\b")
_SELL = re.compile(
    rf"{_ALSO}(?:sell|dump|unload|take|harvest|use) (?:it|them|those|these|that|all of (?:it|them)|the lot)"
    r"(?: all| now| then| please)* $"
)
_WASHES = re.compile(
    r"\bwash(?: sales?)?\b.*\b(?:any|one|all) of (?:them|those|these)"
    r"|\b(?:are|is) (?:any|one) of (?:them|those|these)\b.*\bwash"
)
_OF_IT = re.compile(
    rf"{_ALSO}(?:in )?(?:which|what) account\b|{_ALSO}what (?:are|is) (?:they|it) worth\b"
    r"|\bwhen did (?:i|we) (?:buy|get) (?:it|them|those)\b|\bhow long have (?:i|we) (?:had|held|owned) (?:it|them)\b"
)
_COMES_TO = re.compile(
    rf"{_ALSO}(?:how much|what) (?:do|does|would|will|did) (?:i|we|it|that|this) "
    r"(?:save|cost|owe|come to|pay)(?: us| me)? (?:\S+ ){0,2}$"
)
_SIMPLER = re.compile(r"\b(?:simpler|simple words|plain words|easier|plain english|like im|eli5|for dummies)\b")
_LAST_YEAR = re.compile(rf"{_ALSO}(?:for |of )?last year $")
_EXTREME = re.compile(r"\b(?:biggest|largest|top|number one|main)\b", re.IGNORECASE)
_DATED = re.compile(r"@date\d")
_TOPICS = {
    "harvest": ("tax_loss_harvesting",),
    "turns_long": ("short_term", "long_term", "holding_period"),
    "holdings": ("tax_lot", "cost_basis", "unrealized_gain", "unknown_basis"),
    "wash_past": ("wash_sale", "disallowed_loss"),
    "tax": ("niit", "carryover", "qualified_dividends", "capital_gain", "tax_bracket", "loss_limit", "amt"),
    "room": ("zero_bracket",),
    "drift": ("drift", "rebalancing", "asset_allocation"),
    "biggest": ("concentration", "diversification"),
}
"""By request: the terms of which somebody may have one."""


def asked_next(marked: Marked, context: Context) -> Understanding | None:
    """Read a short question that rests on the answer before; return nothing when it stands by itself."""
    words = marked.words.replace("~ ", "")
    just = context.earlier[-1].done if context.earlier else ()
    if not just or len(words.split()) > _MOST_WORDS or marked.of("sym"):
        return None
    for done in reversed(just):
        for pattern, asked in _NEXT.get(done.call.tool, ()):
            if pattern.search(words) and (found := asked(done, marked, context)):
                return found if isinstance(found, Understanding) else Understanding((found,))
    return None


def _again(done: Done, marked: Marked, context: Context) -> Request | None:
    if any(mark.startswith(("@usd", "@num", "@shares", "@frac", "@state")) for mark in marked.values):
        return None  # the amount said is what changes
    return Request("again", {"tool": done.call.tool, "before": dict(done.call.args)})


def _instead(done: Done, marked: Marked, context: Context) -> Request | None:
    symbol = done.call.args.get("symbol")
    return Request("replacements", {"symbol": symbol}) if isinstance(symbol, str) else None


def _of_the_topic(done: Done, marked: Marked, context: Context) -> Request | None:
    topic = str(done.call.args.get("topic", ""))
    intent = next((intent for intent, topics in _TOPICS.items() if topic in topics), None)
    return Request(intent) if intent else None


def _of_the_extreme(done: Done, marked: Marked, context: Context) -> Request | None:
    """Show the largest holding when that was asked for and "it" is asked about."""
    rows = [row for row in done.result.get("holdings") or () if row.get("symbol")]
    largest = max(rows, key=lambda row: float(row.get("weight_frac") or 0), default=None)
    asked = _EXTREME.search(context.earlier[-1].said) and _IT.search(marked.words) and "symbol" not in done.call.args
    return Request("holdings", {"symbol": largest["symbol"]}) if largest and asked else None


def _over_years(done: Done, marked: Marked, context: Context) -> Request | None:
    """Spread a sale down to a weight over years: "trim it to 10 %", then "over two years"."""
    slots = slots_of(marked.words, marked, context)
    if "date" not in slots or not re.search(YEARS_ON, context.turn.said, re.IGNORECASE):
        return None
    for turn in context.earlier[: -_BACK - 1 : -1]:
        weights = mark(turn.said, context.session).of("pct")
        if len(weights) == 1:
            return Request("glide", {"symbol": done.call.args.get("symbol"), "pct": weights[0], "date": slots["date"]})
    return None


def _all_of_it(done: Done, marked: Marked, context: Context) -> Request | None:
    symbol = done.call.args.get("symbol")
    return Request("sale", {"symbol": symbol, "all": True}) if isinstance(symbol, str) else None


def _the_losses(done: Done, marked: Marked, context: Context) -> Request | Understanding | None:
    """Take the losses that were listed: of the one holding, or of all."""
    return _all_of_it(done, marked, context) or Understanding(wishes={"harvest_only": True})


def _washes(done: Done, marked: Marked, context: Context) -> Request | None:
    symbols = list(dict.fromkeys(str(row["symbol"]) for row in done.result.get("lots") or () if row.get("symbol")))
    return Request("wash", {"symbol": symbols[0], "symbols": symbols[:_MOST_CHECKED]}) if symbols else None


def _shown(done: Done, marked: Marked, context: Context) -> Request | None:
    symbol = done.call.args.get("symbol")
    return Request("holdings", {"symbol": symbol}) if isinstance(symbol, str) else None


def _simpler(done: Done, marked: Marked, context: Context) -> Request | None:
    return Request("concept", {"topic": str(done.call.args.get("topic", "")), "audience": "child"})


def _there(done: Done, marked: Marked, context: Context) -> Request | None:
    """Show only one account of what was just listed."""
    slots = slots_of(marked.words, marked, context)
    kept: Slots = {name: slots[name] for name in ("account", "type") if name in slots}
    intent = "holdings" if done.call.tool == "show_holdings" else "harvest"
    return Request(intent, {**{name: done.call.args[name] for name in ("symbol",) if name in done.call.args}, **kept})


def _why(done: Done, marked: Marked, context: Context) -> Request | None:
    return Request("why_lot")


def _report(done: Done, marked: Marked, context: Context) -> Request | None:
    return Request("report")


_NEXT: dict[str, tuple[tuple[re.Pattern[str], Next], ...]] = {
    "check_wash_sale": ((_SAFE, _again), (_MEANWHILE, _instead), (_SELL, _all_of_it), (_OF_IT, _shown)),
    "find_harvestable_losses": (
        (_ONLY_THERE, _there),
        (_MEANWHILE, _instead),
        (_SELL, _the_losses),
        (_WASHES, _washes),
    ),
    "simulate_sale": ((_MEANWHILE, _instead), (_DATED, _over_years), (_KEEP, _again)),
    "optimize_trades": ((_COMES_TO, _again), (_SIMPLER, _why)),
    "explain_concept": ((_OWN, _of_the_topic), (_SIMPLER, _simpler)),
    "show_holdings": ((_ONLY_THERE, _there), (_SELL, _all_of_it), (_OF_IT, _shown), (_PAID, _of_the_extreme)),
    "tax_report": ((_LAST_YEAR, _report),),
}
"""By the tool that answered last: what is asked next, and the request that it makes."""
