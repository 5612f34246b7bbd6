"""Words to requests. Code alone decides; what it cannot place it says it did not understand."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.builtin.account_kinds import account_kinds
from assistant.builtin.asked_next import asked_next, repeated_answer
from assistant.builtin.awaited import corrects, retold, told
from assistant.builtin.bare_facts import bare_facts, beside_status
from assistant.builtin.claims import implied, moves_of_money, plan_values, with_values, without_limits, without_observed
from assistant.builtin.consistent import consistent, down_to, merged, of_the_household
from assistant.builtin.context import Context
from assistant.builtin.described import unsure
from assistant.builtin.entities import mark
from assistant.builtin.file_answers import answers_about_files
from assistant.builtin.focus import focus_of
from assistant.builtin.followups import asked_on, same_of
from assistant.builtin.language import detect, translate
from assistant.builtin.lexicon import intents
from assistant.builtin.marked import Marked
from assistant.builtin.mixes import of_a_mix
from assistant.builtin.own_words import own_words
from assistant.builtin.request import Request, Slots, Understanding
from assistant.builtin.second_look import DECLINED
from assistant.builtin.sentence import read_sentence
from assistant.builtin.slots import slots_of
from assistant.builtin.spelling import written_out
from assistant.builtin.statements import Stated, beside_a_plan, statements, with_its_value
from assistant.builtin.taken_up import read_before, taken_up
from assistant.builtin.topics import touched_topic
from assistant.builtin.whole_look import seen_whole

_OF = {"of", "the", "my", "our", "worth", "about", "just", "in"}
_ALSO = re.compile(
    r"(?:and |or )*(?:is|are|was|does|what about|how about)? ?(?:the |my |our )?(@sym\d+) (?:too |also )?"
)
_SUPPOSED = re.compile(
    r"^(?:and |but )?(?:what )?if (?:i|we|my|our|@name\d+|he|she|they)\b"
    r"|\bif @status\d+ |\b(?:suppose|imagine|assuming|pretend|assume) (?:an? |our |my |the )*(?:income|salary) "
    r"|\b(?:thought experiment|hypothetically|pretend|purely hypothetical|for the sake of argument|scenario) "
    r"|\b(?:dont|do not|no need to|nothing to|without) (?:save|saving|remember|store|storing|note) "
    r"|\b(?:if|suppose|imagine|assuming|say|pretend|assume) (?:i|we|my|our|im|were) "
    r"(?:\S+ ){0,2}(?:make|made|earn|earned|income|salary|filed?|lived?|moved?|retired?|were|was|am|are|had|status) "
)


def understand(context: Context) -> Understanding:
    """Read the message under way in the light of the session and the turns before."""
    said = context.turn.said
    own = own_words(said)
    language = detect(own)
    text = written_out(own) if language == "en" else translate(own, language)
    marked = mark(text, context.session)
    if not marked.words.replace("~", "").strip():
        return Understanding(language=language, quoted_only=any(letter.isalnum() for letter in said))
    if answers_about_files(own, context):
        return Understanding((Request("file_answer"),), language=language)
    if impossible := marked.of("noday"):
        return Understanding((Request("no_such_day", {"day": impossible[0]}),), language=language)
    if field := _asked_for(context):
        facts, limits = told(field, marked)
        if facts or limits:
            return Understanding(profile=facts, wishes=limits, language=language)
    whole = _whole(marked, context, asked="?" in said, trusted=own.strip() == said.strip())
    if whole:
        return Understanding((whole,), language=language)
    if next_one := asked_next(marked, context):
        return replace(next_one, language=language)
    return _read(text, marked, context, language)


def _asked_for(context: Context) -> str | None:
    """Return the name of the fact or limit whose value the last answer asked for."""
    before = read_before(context, understand)
    return next((str(each.slots["field"]) for each in before if each.intent == "ask_value"), None)


def _read(text: str, marked: Marked, context: Context, language: str) -> Understanding:
    hypothetical = bool(_SUPPOSED.search(marked.words))
    accounts = account_kinds(marked, context)
    before = marked.whole = marked.words
    said = statements(text, marked, context, of_accounts=bool(accounts))
    facts, limits = said.facts, said.limits
    requests = () if accounts else _requests(marked, context)
    limits = {**beside_a_plan(requests, before, marked), **limits}
    requests, facts, limits = with_its_value(requests, facts, limits, marked)
    requests = consistent(requests, limits, facts)
    facts = of_the_household(facts, requests)
    requests = _with_what_was_stated(requests, limits, said, marked)
    weak = {each.intent for each in requests} <= {*DECLINED} or corrects(before)
    if weak and not (limits or facts or accounts):
        facts, limits = retold(context, marked)
        if facts or limits:
            return Understanding(profile=facts, wishes=limits, language=language)
    if not (requests or limits or facts or accounts):
        requests = _by_what_is_said(marked, context, said)
    elif limits and not (requests or accounts):
        requests = moves_of_money(said.claims.alone)
    requests = of_a_mix(requests, said.mix, before)
    if any("targets" in each.slots for each in requests):
        facts.pop("targets", None)
    if any(each.intent == "rebalance" for each in requests):
        limits |= plan_values(said.claims.values)
    if not requests and not limits and not accounts:
        facts = bare_facts(marked) | facts
    if "filing_status" in facts and {each.intent for each in requests} <= {"tax", "room", "loss_limit"}:
        facts = beside_status(requests, marked, said.elsewhere) | facts
    return Understanding(
        unsure(requests),
        facts,
        limits,
        tuple(accounts),
        language,
        hypothetical=hypothetical and all(request.intent in ("tax", "room") for request in requests),
        elsewhere=said.elsewhere,
    )


def _with_what_was_stated(
    requests: tuple[Request, ...], limits: Slots, said: Stated, marked: Marked
) -> tuple[Request, ...]:
    """Move limits that belong to a request into it, and give each request the amounts that are values of it."""
    values = dict(said.claims.values)
    if "min_trade" in limits and {each.intent for each in requests} == {"harvest"}:
        values["min_loss"] = limits.pop("min_trade")  # "harvest, but nothing under 1,000"
    requests = down_to(requests, limits, marked)
    limiting = {**said.claims.limits, **limits}
    requests = without_observed(requests, said.facts, said.claims.values)
    requests = tuple(without_limits(with_values(each, values), limiting) for each in requests)
    if {each.intent for each in requests} == {"replacements"} and "exclude" in limits:
        unwanted = limits.pop("exclude")  # "but not Adobe": of what to hold instead, not of plans
        requests = tuple(Request(each.intent, each.slots | _without(unwanted, each.slots)) for each in requests)
    return requests


def _by_what_is_said(marked: Marked, context: Context, said: Stated) -> tuple[Request, ...]:
    """Return the request that an amount makes alone, else the explanation of a term that is touched."""
    if request := implied(said.claims.alone):
        return (request,)
    topic = touched_topic(marked.words, marked) or asked_on(marked, context)
    return (Request("concept", {"topic": topic}),) if topic else repeated_answer(marked, context)


def _without(unwanted: list[str], slots: Slots) -> Slots:
    """Return what shall not be held instead; "like Adobe, but not Adobe" is about Adobe."""
    others = [each for each in unwanted if each != slots.get("symbol")]
    return {"exclude": others} if others else {}


def _whole(marked: Marked, context: Context, *, asked: bool, trusted: bool) -> Request | None:
    words = marked.words.replace("~ ", "")
    for name, wordings in intents().items():
        if not any(wording.whole and wording.find(words) for wording in wordings):
            continue
        if name == "do_it" and (asked or not trusted):
            return Request("consent_question")
        if name == "open_sale":
            return Request("sale", {name: value for name, value in focus_of(context).items() if name == "symbol"})
        return Request(name)
    return None


def _requests(marked: Marked, context: Context) -> tuple[Request, ...]:
    found: list[Request] = []
    for sentence in marked.words.split("~ "):
        for request in _likewise(sentence, found, marked) or read_sentence(sentence, marked, context):
            if request.intent not in {known.intent for known in found} or request.slots not in [
                known.slots for known in found
            ]:
                found.append(request)
    if whole := taken_up(found, marked, context, understand):
        return (whole,)
    if bare := _bare(marked, context):
        return (bare,)
    found = merged(seen_whole(found, marked, context))
    real = [request for request in found if request.intent not in ("thanks", "hello", "not_now", "help")]
    return tuple((real or found)[:3])


def _likewise(sentence: str, found: list[Request], marked: Marked) -> list[Request]:
    """Read "is A a wash sale? is B?" as the same question about B."""
    also = _ALSO.fullmatch(sentence)
    if also is None or not found or "symbol" not in found[-1].slots:
        return []
    slots = {name: value for name, value in found[-1].slots.items() if name != "symbols"}
    return [Request(found[-1].intent, {**slots, "symbol": marked.values[also[1]]})]


def _bare(marked: Marked, context: Context) -> Request | None:
    """Read a message that only names a holding or account as a wish to see it, with an amount as a sale."""
    words = [word for word in marked.words.replace("~ ", "").split() if word not in _OF]
    if not words or not all(re.fullmatch(r"@(?:sym|acct|lot|shares|frac|usd)\d+", word) for word in words):
        return None
    slots = slots_of(marked.words, marked, context)
    if slots.keys() & {"shares", "frac", "usd"}:
        return Request("sale", slots) if "symbol" in slots else None
    again = same_of(marked, context) if slots.keys() == {"symbol"} else []
    return again[0] if again else Request("holdings", slots)
