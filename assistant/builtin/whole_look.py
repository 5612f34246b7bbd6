"""A look at all words of a message together: it outvotes what its sentences seemed to ask one by one."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.likeness import like
from assistant.builtin.linear import Ranked
from assistant.builtin.marked import Marked
from assistant.builtin.request import PLANS, Request
from assistant.builtin.second_look import (
    ACTS,
    ASIDE,
    DECLINED,
    FILL_REST,
    FOLLOW_UP,
    FROM_BEFORE,
    GIVE_WAY,
    SHORT,
    STATED,
    asks_for_a_term,
    compared,
    declines,
    filled,
    limits_only,
    request,
    told_outright,
)
from assistant.builtin.wordings import best_wording

_SURE = 0.25
_SURE_STATED = 0.5
_SURE_TOLD = 0.5
_MUCH = 2
_UNLIKELY = 0.05
_CLEAR = 0.6
_BESIDE = 0.06
_PART_SURE = 0.5
_PART_WORDS = 3
_JOIN = re.compile(r"~ |(?<= )(?:and then|and also|and|then|but|also|plus) ")
_PLANS = {*PLANS, "part_of_plan"}
_BUYS = re.compile(r"\b(?:buy|buying|rebuy|purchase|purchasing|bought) ")
_SELLS = re.compile(r"\b(?:sell|sells|selling|sold|sale|dump|unload|trim|reduce|cut|out of) ")
_PAST = re.compile(r"\b(?:sold|bought|did|was|were|had|already|have i|got|went|ago|last|yesterday) ")
_WEAKER_THAN = {"panic": "sale", "turns_long": "wait_long"}


def seen_whole(found: list[Request], marked: Marked, context: Context) -> list[Request]:
    """Return the requests of a message after a look at all its words together."""
    words = marked.whole or marked.words
    if not re.search(r"[a-z]", re.sub(r"@\w+", "", words)) or {each.intent for each in found} & {*FROM_BEFORE}:
        return found
    if any("unresolved" in each.slots for each in found) and not marked.of("sym", words):
        return found
    if any(asks_for_a_term(found, sentence, marked) for sentence in words.split("~ ")):
        return found
    ranked = compared(words, marked, context)
    decided = _decided(ranked, _without_slips(found, ranked, words, marked), words, marked, context)
    return decided + _in_parts(decided, ranked, words, marked, context)


def _decided(ranked: Ranked, found: list[Request], words: str, marked: Marked, context: Context) -> list[Request]:
    intents = {each.intent for each in found}
    if not found and ranked.best in (FOLLOW_UP, ASIDE):
        return []
    if not found:
        return filled(ranked, words, marked, context)
    if ranked.best in {*intents, *ACTS, FOLLOW_UP, ASIDE} or _denied(ranked.best, intents, words):
        return found
    if ranked.best in STATED:
        asks = ranked.sure >= _SURE_STATED and ranked.of(*intents) <= GIVE_WAY
        return (asks and request(ranked.best, words, marked, context)) or found
    if ranked.best in DECLINED:
        wanted = declines(ranked, intents) and not limits_only(ranked, marked)
        return request(ranked.best, words, marked, context) if wanted else found
    if context.earlier and len(words.split()) <= SHORT and ranked.sure < FILL_REST:
        return found
    told = all(told_outright(sentence) for sentence in words.split("~ ") if sentence.strip())
    if ranked.sure >= (_SURE_TOLD if told else _SURE) and ranked.sure >= _MUCH * ranked.of(*intents):
        return request(ranked.best, words, marked, context) or found
    return found


def _denied(best: str, intents: set[str], words: str) -> bool:
    """Tell whether plain words speak against a likeness: nobody sells by buying, and what is to come is not past."""
    if best in ("sale", "trim", "glide"):
        return bool(_BUYS.search(words)) and not _SELLS.search(words)
    if best == "holdings" and "drift" in intents:
        return True  # the parts of a mix are no holdings to list
    if best in _WEAKER_THAN:
        return _WEAKER_THAN[best] in intents
    if best == "wash_past":
        return "wash" in intents and not _PAST.search(words)
    return "window_days" in intents


def _without_slips(found: list[Request], ranked: Ranked, words: str, marked: Marked) -> list[Request]:
    """Leave out what one sentence seemed to want declined when the message is clearly about something else."""
    told = {best[0] for sentence in words.split("~ ") if (best := best_wording(sentence))}
    if marked.stated and len({each.intent for each in found}) > 1 and "off_topic" not in told:
        found = [each for each in found if each.intent != "off_topic"]  # the story around a question
    if ranked.sure < _CLEAR or ranked.best in DECLINED or ranked.of(*DECLINED) > _UNLIKELY:
        return found
    return [each for each in found if each.intent not in DECLINED or each.intent in told]


def _in_parts(found: list[Request], ranked: Ranked, words: str, marked: Marked, context: Context) -> list[Request]:
    """Return what single parts of a message ask for besides: "is it clean, and what could I hold in its place?"."""
    parts = [part for part in _JOIN.split(words) if len(part.split()) >= _PART_WORDS]
    intents = {each.intent for each in found}
    if len(parts) < 2 or not found or intents & {*DECLINED}:
        return []
    likely = {label for label, sure in ranked.labels if sure >= _BESIDE} - {
        *(*intents, *DECLINED, *STATED, *ACTS, FOLLOW_UP, ASIDE),
    }
    if not likely:
        return []
    more: list[Request] = []
    for part in parts:
        told = like(part, marked)
        if told.best in likely and told.sure >= _PART_SURE and not ({told.best} & _PLANS and intents & _PLANS):
            more += request(told.best, part, marked, context)
            likely.discard(told.best)
    return more
