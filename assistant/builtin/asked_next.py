"""What people ask next, in words that mean nothing without the answer before: "do I have any?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.builtin import next_words as say
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
    if say.SHORTER.search(words) and just[-1].call.tool in _NEXT:
        return _shorter(just[-1], marked, context)
    for done in reversed(just):
        for pattern, asked in _NEXT.get(done.call.tool, ()):
            if pattern.search(words) and (found := asked(done, marked, context)):
                return found if isinstance(found, Understanding) else Understanding((found,))
    return None


def _again(done: Done, marked: Marked, context: Context) -> Request | None:
    if any(mark.startswith(("@usd", "@num", "@shares", "@frac", "@state")) for mark in marked.values):
        return None  # the amount said is what changes
    return Request("again", {"tool": done.call.tool, "before": dict(done.call.args)})


def _checked_again(done: Done, marked: Marked, context: Context) -> Request | None:
    """Come back to the check that a term was explained for: "can I buy it?", "why not?", "until when?"."""
    checked = context.last("check_wash_sale")
    return _again(checked, marked, context) if checked else None


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
    asked = (
        say.EXTREME.search(context.earlier[-1].said) and say.IT.search(marked.words) and "symbol" not in done.call.args
    )
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


def _asks(intent: str) -> Next:
    return lambda done, marked, context: Request(intent)


def _the_term(topic: str = "") -> Next:
    """Explain a term, else the one that was just explained."""
    return lambda done, marked, context: Request("concept", {"topic": topic or str(done.call.args.get("topic", ""))})


def _put_to_work(done: Done, marked: Marked, context: Context) -> Request | None:
    return Request("rebalance") if "symbol" not in done.call.args else None


def _without_it(done: Done, marked: Marked, context: Context) -> Understanding | None:
    """Plan without the sale that was just explained: "what if you didn't?"."""
    symbol = done.call.args.get("symbol")
    return Understanding((Request("rebalance"),), wishes={"exclude": [symbol]}) if isinstance(symbol, str) else None


def _shorter(done: Done, marked: Marked, context: Context) -> Understanding:
    """Say the last answer again in its first sentences."""
    return Understanding(
        (Request("again", {"tool": done.call.tool, "before": dict(done.call.args)}), Request("shorter"))
    )


_NEXT: dict[str, tuple[tuple[re.Pattern[str], Next], ...]] = {
    "check_wash_sale": (
        (say.SAFE, _again),
        (say.MEANWHILE, _instead),
        (say.SELL, _all_of_it),
        (say.OF_IT, _shown),
        (say.WHICH, _again),
        (say.WHY_NOT, _the_term("wash_sale")),
        (say.AVOID, _the_term("wash_sale")),
    ),
    "find_harvestable_losses": (
        (say.ONLY_THERE, _there),
        (say.MEANWHILE, _instead),
        (say.SELL, _the_losses),
        (say.WASHES, _washes),
        (say.OF_A_TERM, _again),
        (say.WHICH, _again),
    ),
    "simulate_sale": (
        (say.MEANWHILE, _instead),
        (say.DATED, _over_years),
        (say.KEEP, _again),
        (say.WHICH_LOTS, _again),
        (say.COMES_TO, _again),
    ),
    "optimize_trades": ((say.COMES_TO, _again), (say.FROM_WHAT, _again), (say.SIMPLER, _asks("why_lot"))),
    "explain_trade": ((say.NOT_THAT_TRADE, _without_it),),
    "explain_concept": (
        (say.OWN, _of_the_topic),
        (say.SIMPLER, _simpler),
        (say.AVOID, _the_term()),
        (say.SAFE, _checked_again),
    ),
    "estimate_tax": ((say.NEXT_BRACKET, _asks("room")), (say.OF_GAINS, _again)),
    "suggest_replacements": ((say.OTHERS, _again),),
    "show_holdings": (
        (say.ONLY_THERE, _there),
        (say.SELL, _all_of_it),
        (say.OF_IT, _shown),
        (say.PAID, _of_the_extreme),
        (say.IN_THERE, _again),
        (say.INVEST_IT, _put_to_work),
        (say.BY_HOW_MUCH, _asks("difference")),
    ),
    "tax_report": ((say.LAST_YEAR, _asks("report")),),
}
"""By the tool that answered last: what is asked next, and the request that it makes."""
