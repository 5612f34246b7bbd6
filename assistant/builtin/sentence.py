"""One sentence to requests: wordings first, then follow-ups, then what the sentence speaks of."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.focus import focus_of
from assistant.builtin.followups import follow_up, scaled
from assistant.builtin.frames import outranking
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots
from assistant.builtin.scaled import scaled_figure
from assistant.builtin.second_look import reconsidered
from assistant.builtin.slots import meant, slots_of
from assistant.builtin.sums import subtracts
from assistant.builtin.topics import asked_topic, special_topic, touched_topic
from assistant.builtin.wordings import Best, best_wording, cued

_NEED_A_NAME = {"sale", "turns_long", "wash", "wash_buy", "wash_past", "trim", "promise", "replacements"}
_SAID_ALREADY = {
    *("postponed", "window_days", "method_of_tax", "tell_broker", "gain_no_wash", "spouse_counts"),
    *("improper", "is_advice", "other_country", "prices", "state_tax", "privacy"),
}
_POINTS = re.compile(r"\b(?:is|was|would|does|will) (?:that|this|it) ")
_FROM_TALK = {"sale", "turns_long"}
_JOIN = re.compile(r"(?:^| )(?:and then|and also|and|then|but|also|plus) ")
_WEAK = 4  # a request told by so few fixed words gives way to a follow-up
_SURE = 14


def read_sentence(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return the requests of one sentence."""
    return reconsidered(_by_wordings(sentence, marked, context), sentence, marked, context)


def _by_wordings(sentence: str, marked: Marked, context: Context) -> list[Request]:
    if expression := scaled_figure(sentence, marked, context):
        return [Request("calculated", {"expression": expression})]
    if subtracts(sentence, context):
        return [Request("difference")]
    if times := scaled(sentence, marked, context):
        return times
    parts = [f"{part.strip()} " for part in _JOIN.split(f" {sentence}") if part.strip()]
    intent = _outranking(sentence)
    if intent and intent not in _several(parts):
        return [_request((intent, None, _SURE), sentence, marked, context)]
    best = best_wording(sentence)
    topic = asked_topic(sentence, marked) or special_topic(sentence, marked)
    if topic and (best is None or best[0] not in _SAID_ALREADY):
        return [Request("concept", {"topic": topic}), *_besides(topic, parts, marked, context)]
    if best and best[0] == "sale" and "each_shares" in slots_of(sentence, marked, context):
        return [_request(best, sentence, marked, context)]
    apart = [(part, each) for part in parts if (each := _best_or_cues(part, whole=len(parts) == 1))]
    if len(apart) > 1 and len({each[0] for _, each in apart}) > 1 and (best is None or best[2] < _SURE):
        return [_request(each, part, marked, context) for part, each in apart]
    if best is None or best[2] < _WEAK:
        again = follow_up(sentence, marked, context)
        if again:
            return again
    best = best or cued(sentence)
    if best is None and len(parts) > 1:  # "actually make it 20 grand, and no short-term lots"
        return next((again for part in parts if (again := follow_up(part, marked, context))), [])
    return [_request(best, sentence, marked, context)] if best else []


def _besides(topic: str, parts: list[str], marked: Marked, context: Context) -> list[Request]:
    """Return what the parts of a sentence ask for that do not speak of its term: "what is NIIT and do we owe it?"."""
    others = [part for part in parts if touched_topic(part, marked) != topic and not asked_topic(part, marked)]
    found = [(part, each) for part in others if (each := best_wording(part)) and each[2] >= _WEAK]
    return [_request(each, part, marked, context) for part, each in found if len(others) < len(parts)]


def _several(parts: list[str]) -> set[str]:
    """Return the requests of a sentence that makes one in each of its parts, else none."""
    found = [each[0] for part in parts if (each := best_wording(part)) and each[2] >= _WEAK]
    return set(found) if len(set(found)) == len(parts) > 1 else set()


def _outranking(sentence: str) -> str | None:
    intent = outranking(sentence)
    return None if intent and _best_is_declined(sentence) else intent


def _best_is_declined(sentence: str) -> bool:
    best = best_wording(sentence)
    return best is not None and best[2] >= _DECLINED


_DECLINED = 18  # improper requests stand above everything


def _best_or_cues(part: str, *, whole: bool) -> Best | None:
    return best_wording(part) or (None if whole else cued(part))


def _request(best: Best, words: str, marked: Marked, context: Context) -> Request:
    name, match, _ = best
    slots = slots_of(words, marked, context)
    said = match.groupdict().get("symbol") if match else None
    if said and "symbol" not in slots and "lot" not in slots:
        slots |= meant(said, marked, context)
        slots = _named_elsewhere(slots, marked)
    if name in _NEED_A_NAME and not slots.keys() & {"symbol", "lot", "unresolved"}:
        slots |= _from_message(name, marked, context)
    if name in ("wash", "wash_buy") and "symbol" not in slots and not context.earlier and _POINTS.search(words):
        slots["unresolved"] = "that"
    return Request(name, slots)


def _named_elsewhere(slots: Slots, marked: Marked) -> Slots:
    if "unresolved" not in slots or not (elsewhere := marked.of("sym")):
        return slots
    kept = {key: value for key, value in slots.items() if key != "unresolved"}
    return {**kept, "symbol": elsewhere[0]}


def _from_message(name: str, marked: Marked, context: Context) -> Slots:
    """Return the one holding that the rest of the message names, else the one under discussion."""
    named = list(dict.fromkeys(marked.of("sym")))
    if len(named) == 1:
        return {"symbol": named[0]}
    focus = focus_of(context) if name in _FROM_TALK else {}
    return {key: value for key, value in focus.items() if key == "symbol"}
