"""What people ask next, in words that mean nothing without the answer before: "do I have any?"."""

from __future__ import annotations

import re

from assistant.builtin import next_requests as ask
from assistant.builtin import next_words as say
from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Understanding

_MOST_WORDS = 12
_FEW_WORDS = 5


def asked_next(marked: Marked, context: Context) -> Understanding | None:
    """Read a short question that rests on the answer before; return nothing when it stands by itself."""
    words = marked.words.replace("~ ", "")
    just = context.earlier[-1].done if context.earlier else ()
    if not just or len(words.split()) > _MOST_WORDS or marked.of("sym"):
        return None
    if say.SHORTER.search(words) and just[-1].call.tool in _NEXT:
        return ask.shorter(just[-1], marked, context)
    for done in reversed(just):
        for pattern, asked in _NEXT.get(done.call.tool, ()):
            if pattern.search(words) and (found := asked(done, marked, context)):
                return found if isinstance(found, Understanding) else Understanding((found,))
    return None


def repeated_answer(marked: Marked, context: Context) -> tuple[Request, ...]:
    """Give the last answer again to a short question that nothing else was found in: "and when?", "how much?"."""
    words = marked.words.replace("~ ", "")
    just = context.earlier[-1].done if context.earlier else ()
    last = next((done for done in reversed(just) if done.call.tool in _HOLDS_ANSWERS), None)
    short = len(words.split()) <= _FEW_WORDS and not marked.values
    if last is None or not short or not say.ASKS.search(words):
        return ()
    return (Request("again", {"tool": last.call.tool, "before": dict(last.call.args)}),)


_HOLDS_ANSWERS = (
    *("show_holdings", "find_harvestable_losses", "check_wash_sale", "simulate_sale", "estimate_tax"),
    *("compute_drift", "suggest_replacements", "what_changed"),
)
_NEXT: dict[str, tuple[tuple[re.Pattern[str], ask.Next], ...]] = {
    "check_wash_sale": (
        (say.SAFE, ask.again),
        (say.MEANWHILE, ask.instead),
        (say.SELL, ask.all_of_it),
        (say.OF_IT, ask.shown),
        (say.WHICH, ask.again),
        (say.WHY_NOT, ask.the_term("wash_sale")),
        (say.AVOID, ask.the_term("wash_sale")),
    ),
    "find_harvestable_losses": (
        (say.ONLY_THERE, ask.there),
        (say.MEANWHILE, ask.instead),
        (say.SELL, ask.the_losses),
        (say.WASHES, ask.washes),
        (say.OF_A_TERM, ask.again),
        (say.COMES_TO, ask.again),
        (say.WHICH, ask.again),
    ),
    "what_changed": ((say.DATED, ask.changed_since),),
    "set_profile": ((say.STATUS, ask.status),),
    "simulate_sale": (
        (say.MEANWHILE, ask.instead),
        (say.DATED, ask.over_years),
        (say.KEEP, ask.again),
        (say.WHICH_LOTS, ask.again),
        (say.COMES_TO, ask.again),
    ),
    "optimize_trades": (
        (say.CHEAPER, ask.without_gains),
        (say.TOO_MUCH_TAX, ask.which_tax),
        (say.COMES_TO, ask.again),
        (say.FROM_WHAT, ask.again),
        (say.SAVES_MOST, ask.again),
        (say.SIMPLER, ask.asks("why_lot")),
    ),
    "explain_trade": ((say.NOT_THAT_TRADE, ask.without_it),),
    "explain_concept": (
        (say.OWN, ask.of_the_topic),
        (say.SIMPLER, ask.simpler),
        (say.AVOID, ask.the_term()),
        (say.SAFE, ask.checked_again),
    ),
    "estimate_tax": ((say.NEXT_BRACKET, ask.asks("room")), (say.OF_GAINS, ask.again)),
    "suggest_replacements": ((say.OTHERS, ask.again), (say.HOW_LONG, ask.asks("window_days")), (say.WHY, ask.again)),
    "show_holdings": (
        (say.ONLY_THERE, ask.there),
        (say.SELL, ask.all_of_it),
        (say.OF_IT, ask.shown),
        (say.PAID, ask.of_the_extreme),
        (say.IN_THERE, ask.again),
        (say.INVEST_IT, ask.put_to_work),
        (say.BY_HOW_MUCH, ask.asks("difference")),
    ),
    "tax_report": ((say.LAST_YEAR, ask.asks("report")),),
}
"""By the tool that answered last: what is asked next, and the request that it makes."""
