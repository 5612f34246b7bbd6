"""Follow-ups: the latest question with something changed. ``changes.py`` makes the call of it."""

from __future__ import annotations

import re
from functools import cache

from assistant.builtin.changes import AMOUNTS, TAKES
from assistant.builtin.context import Context, Done
from assistant.builtin.dates import in_month_of
from assistant.builtin.lexicon import word_list
from assistant.builtin.likeness import like
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots
from assistant.builtin.slots import account_of_type, slots_of
from assistant.builtin.topics import named_topic, touched_topic

_OPENING = re.compile(
    r"(?:and|not|what about|how about|what if|or|rather|make it|make that|no|sorry|instead|i meant"
    r"|i mean|but|with|only|just|the|if|actually|then|ok|now|try|use|sell|half|wait|do it|same|also|more|less|lower"
    r"|raise|higher|hmm|oops|back to) "
)
_WAIT = re.compile(r"\b(?:wait|waiting|waited|hold|holding|sit|sitting)\b")
_ASKS_ON = re.compile(
    r"\b(?:it|that|this|they|them|who|how|when|why|where|example|other kind|both|more|again|mean|means|apply|applies) "
)
_ALSO = r"(?:the |my |our )?@sym\d+ "
_TOO = re.compile(rf"(?:oh |and |also |plus |ok )*{_ALSO}(?:and {_ALSO})?(?:too |also |as well |please )*")
_MOST_ASKED = 16
_LONG = 9
_LIKE = 0.5
_WORTH_REPEATING = ("simulate_sale", "find_harvestable_losses", "check_wash_sale")
_OF_ONE = ("simulate_sale", "check_wash_sale", "suggest_replacements", "find_harvestable_losses", "explain_trade")
_TAXED = ("simulate_sale", "estimate_tax")
_RESULT = re.compile(r"\b(?:tax|taxes|save|saves|cost|costs|net|keep|left|leave|leaves|owe|get|bring) ")
_VALUE = r"(?:@(?:num|shares|usd|pct|date|sym)\d+)"
_NOT = re.compile(
    r"\b(?:not|instead of|rather than) (?:the )?@(?:num|shares|usd|pct|date)\d+ "
    rf"|\b(?:you (?:took|used|put|have|read|tried)|i (?:wrote|typed|put|had|said)) (?:in )?{_VALUE}(?= .*{_VALUE})"
)
_NOT_THAT = re.compile(r"\bnot (?:the |my |our )?@sym\d+ ")
_SHARES = re.compile(r"\bshares .*\bnot (?:dollars|bucks|money)\b|\b(?:mean|meant) shares\b")
_DOLLARS = re.compile(r"\b(?:dollars|bucks) .*\bnot shares\b|\b(?:mean|meant) (?:dollars|bucks)\b")
_TIMES = re.compile(r"\b(?P<twice>double|twice)\b|(?<!\S)(?P<half>@frac\d+) (?:of )?(?:that|it|this|the amount) ")


def follow_up(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read "and 60?", "rather the oldest" or "what about B" as the latest question with something changed."""
    last = _last(sentence, marked, context)
    if last is None or not (_is_short(sentence) or _is_like_one(sentence, marked)):
        return []
    return change_of(last, sentence, marked, context)


def same_of(marked: Marked, context: Context) -> list[Request]:
    """Read a name alone, right after another was asked about, as the same question: "may I sell A?", "B?"."""
    just = context.earlier[-1].done if context.earlier else ()
    last = next((done for done in reversed(just) if done.call.tool in _OF_ONE), None)
    return change_of(last, marked.words, marked, context) if last and "symbol" in last.call.args else []


def scaled(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read "just half of that" right after an amount was tried as that amount, not as half of the holding."""
    just = context.earlier[-1].done if context.earlier else ()
    if not just or not just[-1].call.args.keys() & AMOUNTS or not _is_short(sentence):
        return []
    times = _times(sentence, marked)
    before = {"tool": just[-1].call.tool, "before": dict(just[-1].call.args)}
    return [Request("again", {**before, "times": times})] if times else []


def asked_on(marked: Marked, context: Context) -> str | None:
    """Return the term of a question about what was just explained: "fifo too then", "who has to pay it?"."""
    just = context.earlier[-1].done if context.earlier else ()
    if not just or just[-1].call.tool != "explain_concept" or len(marked.words.split()) > _MOST_ASKED:
        return None
    before = str(just[-1].call.args.get("topic", "")) or None
    return named_topic(marked.words, marked) or (before if _ASKS_ON.search(marked.words) else None)


def change_of(last: Done, sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Return the request to make a call again with what a sentence changes, nothing when it changes nothing."""
    tool = last.call.tool
    if tool != "suggest_replacements":
        sentence = _NOT_THAT.sub("", sentence)
    slots = slots_of(_NOT.sub("", sentence), marked, context)
    before = {"tool": tool, "before": dict(last.call.args)}
    if "date" in slots and (day := in_month_of(str(last.call.args.get("date", "")), context.turn.said)):
        slots["date"] = day
    if "type" in slots and "account" not in slots and (account := account_of_type(slots, context)):
        slots["account"] = account
    if tool in _TAXED and (states := marked.of("state", sentence)):
        slots["state"] = states[0]
    if (topic := touched_topic(sentence, marked)) and tool == "explain_concept":
        return [Request("concept", {"topic": topic})]
    if times := _times(sentence, marked):
        return [Request("again", {**before, "times": times})]
    if unit := _other_unit(last.call.args, sentence):
        return [Request("again", {**before, **unit})]
    if tool == "simulate_sale" and _portion_of(slots):
        kept: Slots = {name: slots[name] for name in ("date", "lot_method") if name in slots}
        return [Request("sale", {"symbol": last.call.args.get("symbol"), "frac": slots["frac"], **kept})]
    if tool == "simulate_sale" and "date" not in slots and _WAIT.search(sentence):
        return [Request("again", before)]
    if not slots and tool in _WORTH_REPEATING and _RESULT.search(sentence):
        return [Request("again", before)]
    if tool == "suggest_replacements" and "exclude" in slots:
        return [Request("again", {**before, "exclude": slots["exclude"]})]
    return [Request("again", {**before, **slots})] if slots.keys() & TAKES[tool] else []


def also_left_alone(marked: Marked, context: Context) -> list[str]:
    """Read "and Acme too", right after holdings were left alone, as one more of them; return all of them."""
    just = context.earlier[-1].done if context.earlier else ()
    before = next((done.call.args["exclude"] for done in just if "exclude" in done.call.args), None)
    more = marked.of("sym")
    if not before or not more or not _TOO.fullmatch(marked.words.replace("~ ", "")):
        return []
    return [*dict.fromkeys([*before, *more])]


def _last(sentence: str, marked: Marked, context: Context) -> Done | None:
    """Return the call that a sentence may change: the latest, or the latest about the holding it comes back to."""
    if re.search(r"\b(?:back to|about|again) ", sentence) and (named := marked.of("sym", sentence)):
        for turn in reversed(context.earlier):
            for done in turn.done:
                if done.call.tool in TAKES and done.call.args.get("symbol") == named[0]:
                    return done
    return context.last(*TAKES)


def _other_unit(args: Slots, sentence: str) -> Slots:
    """Read "shares I mean, not dollars" of the amount just tried."""
    if "amount" in args and _SHARES.search(sentence):
        return {"shares": str(args["amount"])}
    return {"usd": str(args["shares"])} if "shares" in args and _DOLLARS.search(sentence) else {}


def _times(sentence: str, marked: Marked) -> str | None:
    said = _TIMES.search(sentence)
    if said is None:
        return None
    return "2" if said["twice"] else marked.values[said["half"]]


def _is_short(sentence: str) -> bool:
    words = sentence.split()
    plain = [word for word in words if not word.startswith("@")]
    return len(words) <= _LONG and (bool(_OPENING.match(sentence)) or all(word in _fillers() for word in plain))


def _is_like_one(sentence: str, marked: Marked) -> bool:
    return like(sentence, marked).of("follow_up") >= _LIKE


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word_list("words")["fillers"].split())


def _portion_of(slots: Slots) -> bool:
    return "frac" in slots and not slots.keys() & {"shares", "num", "usd"}
