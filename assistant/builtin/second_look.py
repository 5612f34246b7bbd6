"""A second look at a sentence: what it is most like decides where no wording fits, or where one misleads."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.builtin.awaited import left_open
from assistant.builtin.changes import TAKES
from assistant.builtin.context import Context
from assistant.builtin.followups import change_of
from assistant.builtin.likeness import like
from assistant.builtin.linear import Ranked
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots
from assistant.builtin.slots import slots_of
from assistant.builtin.topics import asked_topic, named_topic, touched_topic
from assistant.builtin.unclear import points_at_several, points_nowhere
from assistant.builtin.wordings import best_wording

_FILL = 0.25
FILL_REST = 0.5
_MOST_CHANGED = 14  # words
SHORT = 5  # words: a few words after an answer are mostly about that answer
_LEAST_CASH = 500  # a bare number below this is a number of shares
_OUTVOTE = 0.5
_OUTVOTE_CUES = 0.45
_MUCH = 5
_OUTVOTE_SURE = 0.95
_MOST = 0.7
_SURE_WORDING = 16
_DECLINE = 0.35
_SURELY = 0.8
_ASIDE = 0.7
_ASKS_VALUE = 0.4
GIVE_WAY = 0.25
STATED = ("set_fact", "set_wish")
DECLINED = (
    *("stock_tip", "other_country", "return_preparation", "options_strategies", "improper", "secrets", "off_topic"),
    *("arithmetic", "promise"),
)
_PLANS = ("rebalance", "raise_cash", "invest_cash")
_ABOUT_ONE = ("sale", "trim", "wash", "wash_buy")
_OF_A_NAME = ("replacements", "wash", "wash_buy", "sale", "trim", "turns_long")
_CASH = ("raise_cash", "invest_cash")
ACTS = ("do_it", "start_over", "undo_wish", "undo_trades", "load_sample")
_POINTS = re.compile(
    r"^(?:and |but |so )*(?:is|was|would|does|will) (?:that|this|it|these|those) (?!true|right|correct|the case)"
)
_QUESTION = re.compile(
    r"^(?:and |but |so )*"
    r"(?:are|is|am|do|does|did|will|would|can|could|how|what|which|when|why|who|has|have|should) (?!you )"
)
_IT = re.compile(r"\b(?:it|its|them|that one) ")
_NUMBER = re.compile(r"@(?:usd|num|pct|shares|mix|frac)\d")
FOLLOW_UP = "follow_up"
ASIDE = "aside"
"""A sentence that asks nothing and states nothing for a tool: what happened, what somebody said."""
FROM_BEFORE = ("again", "calculated", "difference", "file_answer", "load_sample")
"""Requests that a wording or the turns before told for certain."""


def reconsidered(found: list[Request], sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return the requests of a sentence after a second look at its words."""
    if not re.search(r"[a-z]", re.sub(r"@\w+", "", sentence)):
        return found
    named = marked.of("sym", marked.whole)
    if not named and points_nowhere(found[0].intent if found else None, sentence, context):
        asked = found[0].intent if found and found[0].intent in _ABOUT_ONE else "sale"
        return [Request(asked, {"unresolved": "that"})]
    if found and points_at_several(found[0].intent, sentence, context):
        return [Request("sale", {"unresolved": "that"})]
    if {each.intent for each in found} & {*FROM_BEFORE} or asks_for_a_term(found, sentence, marked):
        return found
    ranked = _ranked(sentence, marked, context)
    if ranked.best == FOLLOW_UP:
        return (ranked.sure >= FILL_REST and _changed(sentence, marked, context)) or found
    if not found and ranked.best != ASIDE:
        return filled(ranked, sentence, marked, context) or _changed(sentence, marked, context)
    if not found:
        return []
    intents = {each.intent for each in found}
    if len(intents) > 1 or ranked.best in {*intents, *ACTS}:
        return found
    if ranked.best == ASIDE:
        return [] if ranked.sure >= _ASIDE and best_wording(sentence) is None else found
    if ranked.best in STATED:
        asks = not marked.stated and ranked.sure >= _ASKS_VALUE and best_wording(sentence) is None
        return (asks and request(ranked.best, sentence, marked, context)) or found
    if declines(ranked, intents) and not told_outright(sentence) and not limits_only(ranked, marked):
        return request(ranked.best, sentence, marked, context)
    outvoted = _outvoted(ranked, intents, sentence)
    return (outvoted and request(ranked.best, sentence, marked, context)) or found


def asks_for_a_term(found: list[Request], sentence: str, marked: Marked) -> bool:
    """Tell whether words ask what a term means, which nothing that they are like changes."""
    return {each.intent for each in found} == {"concept"} and asked_topic(sentence, marked) is not None


def _ranked(sentence: str, marked: Marked, context: Context) -> Ranked:
    """Rank the sentence as it was said; where that is mostly a fact or a wish, rank what is left of it."""
    ranked = compared(marked.around(sentence), marked, context)
    return compared(sentence, marked, context) if ranked.best in STATED else ranked


def compared(words: str, marked: Marked, context: Context) -> Ranked:
    """Rank what words are like; a first message follows nothing up."""
    ranked = like(words, marked)
    return ranked if context.earlier else ranked.without(FOLLOW_UP)


def _outvoted(ranked: Ranked, intents: set[str], sentence: str) -> bool:
    """Tell whether the likeness is surer than what told the requests: a wording, part of one, or cues alone."""
    if told_outright(sentence):
        return ranked.sure >= _OUTVOTE_SURE and ranked.of(*intents) <= GIVE_WAY
    if best_wording(sentence) is None:
        return ranked.sure >= max(_OUTVOTE_CUES, _MUCH * ranked.of(*intents))
    return ranked.sure >= _OUTVOTE and ranked.of(*intents) <= GIVE_WAY


def limits_only(ranked: Ranked, marked: Marked) -> bool:
    """Tell whether the sentence sets a limit, which a doubtful likeness does not make a thing to decline."""
    return marked.limited and ranked.sure < _SURELY


def declines(ranked: Ranked, intents: set[str]) -> bool:
    """Tell whether the sentence is most like one to decline: the safe reading wins early."""
    return ranked.best in DECLINED and ranked.sure >= _DECLINE and ranked.of(*intents) <= ranked.sure / 2


def told_outright(sentence: str) -> bool:
    """Tell whether one wording makes up most of the sentence, or fixes many of its words."""
    told = best_wording(sentence)
    if told is None or told[1] is None:
        return False
    return told[2] >= _SURE_WORDING or len(told[1][0].split()) >= _MOST * len(sentence.split())


def filled(ranked: Ranked, sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return what words are most like where nothing else was found in them, as far as that is likely enough."""
    short = context.earlier and len(sentence.split()) <= SHORT
    limited = marked.wished and ranked.best not in _PLANS  # limits stand by themselves, or beside a plan
    needed = FILL_REST if short or limited else _FILL
    if ranked.best in ACTS:
        # Only a wording of its own brings up the card, forgets or loads anything.
        asks = ranked.best == "do_it" and ranked.sure >= needed and not marked.wished and "@" not in sentence
        return [Request("consent_question")] if asks else []
    if ranked.sure >= needed and not (ranked.best in DECLINED and limits_only(ranked, marked)):
        return request(ranked.best, sentence, marked, context)
    if ranked.of(*DECLINED) >= _FILL and not limits_only(ranked, marked):
        declined = next(label for label, _ in ranked.labels if label in DECLINED)
        return request(declined, sentence, marked, context)
    return []


def _changed(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read words that fit nothing else as a change of what was just answered, where they hold a value for it."""
    just = context.earlier[-1].done if context.earlier else ()
    last = next((done for done in reversed(just) if done.call.tool in TAKES), None)
    short = len(sentence.split()) <= _MOST_CHANGED
    return change_of(last, sentence, marked, context) if last and short and not marked.stated else []


def request(intent: str, sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return the request that a likeness stands for, none when what it needs was not said."""
    if intent in STATED:
        asks = not marked.stated and not _QUESTION.search(sentence)
        field = left_open(sentence, marked) if asks else None
        return [Request("ask_value", {"field": field})] if field else []
    if intent == "concept":
        topic = (touched_topic if _POINTS.search(sentence) else named_topic)(sentence, marked)
        return [Request("concept", {"topic": topic})] if topic else []
    slots = slots_of(sentence, marked, context)
    named = list(dict.fromkeys(marked.of("sym", marked.whole or marked.words)))
    if intent in _OF_A_NAME and "symbol" not in slots and len(named) == 1:
        slots["symbol"] = named[0]  # "its" is the one holding that the message names
    if intent == "harvest" and "symbol" not in slots and len(named) == 1 and _IT.search(sentence):
        slots["symbol"] = named[0]
    if intent == "glide" and not slots.keys() & {"pct", "frac"}:
        return []
    if intent in _CASH and not _speaks_of_money(slots, sentence, marked):
        return []
    return [Request(intent, slots)]


def _speaks_of_money(slots: Slots, sentence: str, marked: Marked) -> bool:
    """Tell whether an amount is said, or none at all, which is then asked for: "20" is no money to raise."""
    if "usd" in slots or Decimal(slots.get("num", "0")) >= _LEAST_CASH:
        return True
    return not (_NUMBER.search(sentence) or marked.stated)
