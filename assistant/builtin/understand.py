"""Words to requests. Code alone decides; what it cannot place it says it did not understand."""

from __future__ import annotations

import re

from assistant.builtin.awaited import corrects, retold, told
from assistant.builtin.claims import BRACKETS, claims, implied, plan_values, with_values, without_limits
from assistant.builtin.consistent import consistent, down_to, merged
from assistant.builtin.context import Context, Session
from assistant.builtin.described import EITHER, unsure
from assistant.builtin.elsewhere import asks_elsewhere
from assistant.builtin.entities import mark
from assistant.builtin.file_answers import answers_about_files
from assistant.builtin.followups import also_left_alone, asked_on
from assistant.builtin.language import detect, translate
from assistant.builtin.lexicon import intents
from assistant.builtin.marked import Marked
from assistant.builtin.mixes import of_a_mix, targets
from assistant.builtin.own_words import own_words
from assistant.builtin.request import Request, Slots, Understanding
from assistant.builtin.second_look import DECLINED
from assistant.builtin.sentence import read_sentence
from assistant.builtin.slots import resolved, slots_of
from assistant.builtin.spelling import written_out
from assistant.builtin.taken_up import read_before, taken_up
from assistant.builtin.topics import touched_topic
from assistant.builtin.whole_look import seen_whole
from assistant.builtin.wishes import account_types, take

_OF = {"of", "the", "my", "our", "worth", "about", "just", "in"}
_ASKS_FOR_LOTS = re.compile(r"(?:which|what|show|list) (?:\S+ ){0,2}(?:lots?|positions?|shares|holdings?) ")
_SUPPOSED = re.compile(
    r"^(?:and |but )?(?:what )?if (?:i|we|my|our)\b|\b(?:if|suppose|imagine|assuming|say) (?:i|we|my|our|im|were) "
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
    whole = _whole(marked, asked="?" in said, trusted=own.strip() == said.strip())
    if whole:
        return Understanding((whole,), language=language)
    return _read(text, marked, context, language)


def _asked_for(context: Context) -> str | None:
    """Return the name of the fact or limit whose value the last answer asked for."""
    before = read_before(context, understand)
    return next((str(each.slots["field"]) for each in before if each.intent == "ask_value"), None)


def _read(text: str, marked: Marked, context: Context, language: str) -> Understanding:
    hypothetical = bool(_SUPPOSED.search(marked.words))
    accounts = account_types(marked) or _pending_type(marked, context.session)
    before = marked.whole = marked.words
    mix = targets(text, marked)
    about_room = any(wording.find(marked.words) for wording in intents()["room"])
    only_asked = asks_elsewhere(marked.words)
    profile = {} if accounts or about_room else take("profile", marked)
    elsewhere = profile.pop("state", None) if only_asked else None
    if mix:
        profile["targets"] = mix
    wishes = {} if _ASKS_FOR_LOTS.match(marked.words) else take("wishes", marked)
    if "exclude" in wishes:
        left = [symbol for each in wishes["exclude"] for symbol in each.split(EITHER)]
        wishes["exclude"], wishes["lots_locked"] = resolved(left, marked, context)
        wishes = {name: value for name, value in wishes.items() if value}
    elif more := also_left_alone(marked, context):
        wishes["exclude"] = more
    marked.wished = bool(wishes)
    placed = claims(before, marked)
    limits = {} if _ASKS_FOR_LOTS.match(before) else placed.limits
    profile, wishes = {**placed.facts, **profile}, {**limits, **wishes}
    marked.stated = bool(profile or wishes)
    requests = () if accounts else consistent(_requests(marked, context), wishes, profile)
    if "min_trade" in wishes and {each.intent for each in requests} == {"harvest"}:
        placed.values["min_loss"] = wishes.pop("min_trade")  # "harvest, but nothing under 1,000"
    requests = down_to(requests, wishes, marked)
    requests = tuple(without_limits(with_values(each, placed.values), placed.limits) for each in requests)
    if {each.intent for each in requests} == {"replacements"} and "exclude" in wishes:
        unwanted = wishes.pop("exclude")  # "but not Adobe": of what to hold instead, not of plans
        requests = tuple(Request(each.intent, {**each.slots, "exclude": unwanted}) for each in requests)
    weak = {each.intent for each in requests} <= {*DECLINED} or corrects(before)
    if weak and not (wishes or profile or accounts):
        facts, limits = retold(context, marked)
        if facts or limits:
            return Understanding(profile=facts, wishes=limits, language=language)
    if not (requests or wishes or profile or accounts) and (request := implied(placed.alone)):
        requests = (request,)
    requests = of_a_mix(requests, mix, before)
    if any("targets" in each.slots for each in requests):
        profile.pop("targets", None)
    if any(each.intent == "rebalance" for each in requests):
        wishes |= plan_values(placed.values)
    if not (requests or wishes or profile or accounts):
        topic = touched_topic(marked.words, marked) or asked_on(marked, context)
        requests = (Request("concept", {"topic": topic}),) if topic else ()
    if not requests and not wishes and not accounts:
        profile = _bare_facts(marked) | profile
    return Understanding(
        unsure(requests),
        profile,
        wishes,
        tuple(accounts),
        language,
        hypothetical=hypothetical and all(request.intent in ("tax", "room") for request in requests),
        elsewhere=elsewhere,
    )


def _bare_facts(marked: Marked) -> Slots:
    """Read facts that stand alone, as in "35 % joint, Ohio" or "single, 24 %, 95k", once two of them are there."""
    said = {"filing_status": marked.of("status"), "state": marked.of("state"), "income": marked.of("usd")}
    said["rate"] = [value for value in marked.of("pct") if value in BRACKETS]
    if marked.of("sym") or any(len(set(values)) > 1 for values in said.values()):
        return {}
    found = {name: values[0] for name, values in said.items() if values}
    stated = marked.values.keys() and any(name.startswith(("@status", "@state")) for name in marked.values)
    kinds = {name.rstrip("0123456789") for name in marked.values} & {"@status", "@state", "@usd", "@pct"}
    return found if stated and len(kinds) > 1 else {}


def _whole(marked: Marked, *, asked: bool, trusted: bool) -> Request | None:
    words = marked.words.replace("~ ", "")
    for name, wordings in intents().items():
        if not any(wording.whole and wording.find(words) for wording in wordings):
            continue
        if name == "do_it" and (asked or not trusted):
            return Request("consent_question")
        return Request("sale" if name == "open_sale" else name)
    return None


def _requests(marked: Marked, context: Context) -> tuple[Request, ...]:
    found: list[Request] = []
    for sentence in marked.words.split("~ "):
        for request in read_sentence(sentence, marked, context):
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


def _bare(marked: Marked, context: Context) -> Request | None:
    """Read a message that only names a holding or account as a wish to see it, with an amount as a sale."""
    words = [word for word in marked.words.replace("~ ", "").split() if word not in _OF]
    if not words or not all(re.fullmatch(r"@(?:sym|acct|lot|shares|frac|usd)\d+", word) for word in words):
        return None
    slots = slots_of(marked.words, marked, context)
    if slots.keys() & {"shares", "frac", "usd"}:
        return Request("sale", slots) if "symbol" in slots else None
    return Request("holdings", slots)


def _pending_type(marked: Marked, session: Session) -> list[tuple[str, str]]:
    kinds = marked.of("type")
    if session.block.get("pending") != "account_type" or len(set(kinds)) != 1:
        return []
    unknown = [str(row["id"]) for row in session.accounts if row.get("type") in (None, "unknown") and row.get("id")]
    every = re.search(r"\b(?:all|both|they|every)\b", marked.words)
    named = marked.of("acct")
    return [(account, kinds[0]) for account in (named or (unknown if every else unknown[:1]))]
