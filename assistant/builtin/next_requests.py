"""What short questions after an answer stand for: each takes the call before and makes a request of it."""

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


def again(done: Done, marked: Marked, context: Context) -> Request | None:
    """Ask the same again, unless an amount is said, which is then what changes."""
    if any(mark.startswith(("@usd", "@num", "@shares", "@frac", "@state")) for mark in marked.values):
        return None  # the amount said is what changes
    return Request("again", {"tool": done.call.tool, "before": dict(done.call.args)})


def checked_again(done: Done, marked: Marked, context: Context) -> Request | None:
    """Come back to the check that a term was explained for: "can I buy it?", "why not?", "until when?"."""
    checked = context.last("check_wash_sale")
    return again(checked, marked, context) if checked else None


def instead(done: Done, marked: Marked, context: Context) -> Request | None:
    """Look for what to hold in place of the holding."""
    symbol = done.call.args.get("symbol")
    return Request("replacements", {"symbol": symbol}) if isinstance(symbol, str) else None


def of_the_topic(done: Done, marked: Marked, context: Context) -> Request | None:
    """Look for one of what was explained among the holdings: "do I have any?"."""
    topic = str(done.call.args.get("topic", ""))
    intent = next((intent for intent, topics in _TOPICS.items() if topic in topics), None)
    return Request(intent) if intent else None


def of_the_extreme(done: Done, marked: Marked, context: Context) -> Request | None:
    """Show the largest holding when that was asked for and "it" is asked about."""
    rows = [row for row in done.result.get("holdings") or () if row.get("symbol")]
    largest = max(rows, key=lambda row: float(row.get("weight_frac") or 0), default=None)
    asked = (
        say.EXTREME.search(context.earlier[-1].said) and say.IT.search(marked.words) and "symbol" not in done.call.args
    )
    return Request("holdings", {"symbol": largest["symbol"]}) if largest and asked else None


def over_years(done: Done, marked: Marked, context: Context) -> Request | None:
    """Spread a sale down to a weight over years: "trim it to 10 %", then "over two years"."""
    slots = slots_of(marked.words, marked, context)
    if "date" not in slots or not re.search(YEARS_ON, context.turn.said, re.IGNORECASE):
        return None
    for turn in context.earlier[: -_BACK - 1 : -1]:
        weights = mark(turn.said, context.session).of("pct")
        if len(weights) == 1:
            return Request("glide", {"symbol": done.call.args.get("symbol"), "pct": weights[0], "date": slots["date"]})
    return None


def all_of_it(done: Done, marked: Marked, context: Context) -> Request | None:
    """Try the sale of all of the holding."""
    symbol = done.call.args.get("symbol")
    return Request("sale", {"symbol": symbol, "all": True}) if isinstance(symbol, str) else None


def the_losses(done: Done, marked: Marked, context: Context) -> Request | Understanding | None:
    """Take the losses that were listed: of the one holding, or of all."""
    return all_of_it(done, marked, context) or Understanding(wishes={"harvest_only": True})


def washes(done: Done, marked: Marked, context: Context) -> Request | None:
    """Check the holdings that were listed, one by one."""
    symbols = list(dict.fromkeys(str(row["symbol"]) for row in done.result.get("lots") or () if row.get("symbol")))
    return Request("wash", {"symbol": symbols[0], "symbols": symbols[:_MOST_CHECKED]}) if symbols else None


def shown(done: Done, marked: Marked, context: Context) -> Request | None:
    """Show the holding."""
    symbol = done.call.args.get("symbol")
    return Request("holdings", {"symbol": symbol}) if isinstance(symbol, str) else None


def simpler(done: Done, marked: Marked, context: Context) -> Request | None:
    """Explain the term again as to a child."""
    return Request("concept", {"topic": str(done.call.args.get("topic", "")), "audience": "child"})


def there(done: Done, marked: Marked, context: Context) -> Request | None:
    """Show only one account of what was just listed."""
    slots = slots_of(marked.words, marked, context)
    kept: Slots = {name: slots[name] for name in ("account", "type") if name in slots}
    intent = "holdings" if done.call.tool == "show_holdings" else "harvest"
    return Request(intent, {**{name: done.call.args[name] for name in ("symbol",) if name in done.call.args}, **kept})


def asks(intent: str) -> Next:
    """Make a request that needs nothing of the call before."""
    return lambda done, marked, context: Request(intent)


def the_term(topic: str = "") -> Next:
    """Explain a term, else the one that was just explained."""
    return lambda done, marked, context: Request("concept", {"topic": topic or str(done.call.args.get("topic", ""))})


def put_to_work(done: Done, marked: Marked, context: Context) -> Request | None:
    """Plan with the cash that was just shown."""
    return Request("rebalance") if "symbol" not in done.call.args else None


def without_it(done: Done, marked: Marked, context: Context) -> Understanding | None:
    """Plan without the sale that was just explained: "what if you didn't?"."""
    symbol = done.call.args.get("symbol")
    return Understanding((Request("rebalance"),), wishes={"exclude": [symbol]}) if isinstance(symbol, str) else None


def without_gains(done: Done, marked: Marked, context: Context) -> Understanding:
    """Plan with no net gains where the plan before is to be cheaper."""
    return Understanding((Request("rebalance"),), wishes={"style": "no_gains"})


def which_tax(done: Done, marked: Marked, context: Context) -> Request | None:
    """Ask how much tax a plan may cost."""
    return Request("ask_value", {"field": "max_tax"})


def status(done: Done, marked: Marked, context: Context) -> Understanding | None:
    """Take a filing status alone, right after another fact was told."""
    said = say.STATUS.search(marked.words.replace("~ ", ""))
    return Understanding(profile={"filing_status": "single" if said and said["single"] else "married_joint"})


def changed_since(done: Done, marked: Marked, context: Context) -> Request | None:
    """Ask what changed since another day."""
    return Request("changed", {"date": marked.of("date")[0]})


def shorter(done: Done, marked: Marked, context: Context) -> Understanding:
    """Say the last answer again in its first sentences."""
    return Understanding(
        (Request("again", {"tool": done.call.tool, "before": dict(done.call.args)}), Request("shorter"))
    )
