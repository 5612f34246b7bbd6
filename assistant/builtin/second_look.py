"""A second look at a sentence: what it is most like fills in where no wording fits, and outvotes a wording that misleads."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.likeness import like
from assistant.builtin.linear import Ranked
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request
from assistant.builtin.slots import slots_of
from assistant.builtin.topics import touched_topic

_FILL = 0.2
_OUTVOTE = 0.5
_GIVE_WAY = 0.25
_STATED = ("set_fact", "set_wish")
_DECLINED = (
    *("stock_tip", "other_country", "return_preparation", "options_strategies", "improper", "secrets", "off_topic"),
    *("arithmetic", "promise"),
)
_ACTS = ("do_it", "start_over", "undo_wish", "undo_trades", "load_sample")
_FROM_BEFORE = ("again", "file_answer")


def reconsidered(found: list[Request], sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return the requests of a sentence after a second look at its words."""
    if not re.search(r"[a-z]", re.sub(r"@\w+", "", sentence)):
        return found
    ranked = like(sentence, marked)
    if not found:
        return _filled(ranked, sentence, marked, context)
    intents = {each.intent for each in found}
    if len(intents) > 1 or intents & {*_FROM_BEFORE} or ranked.best in intents or ranked.best in _ACTS:
        return found
    if ranked.sure >= _OUTVOTE and ranked.of(*intents) <= _GIVE_WAY:
        return _request(ranked.best, sentence, marked, context)
    return found


def _filled(ranked: Ranked, sentence: str, marked: Marked, context: Context) -> list[Request]:
    if ranked.best in _ACTS:
        return []
    if ranked.sure >= _FILL:
        return _request(ranked.best, sentence, marked, context)
    if ranked.of(*_DECLINED) >= _FILL:
        declined = next(label for label, _ in ranked.labels if label in _DECLINED)
        return _request(declined, sentence, marked, context)
    return []


def _request(intent: str, sentence: str, marked: Marked, context: Context) -> list[Request]:
    if intent in _STATED:
        return []
    if intent == "concept":
        topic = touched_topic(sentence, marked)
        return [Request("concept", {"topic": topic})] if topic else []
    return [Request(intent, slots_of(sentence, marked, context))]
