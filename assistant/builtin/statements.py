"""What a message states: facts about the person, limits on plans, a mix, and what its amounts are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.builtin.account_kinds import accounts_spared
from assistant.builtin.awaited import told
from assistant.builtin.claims import Claims, claims, limits_of_a_plan
from assistant.builtin.context import Context
from assistant.builtin.described import EITHER
from assistant.builtin.elsewhere import asks_elsewhere
from assistant.builtin.followups import also_left_alone
from assistant.builtin.lexicon import intents
from assistant.builtin.marked import Marked
from assistant.builtin.mixes import targets
from assistant.builtin.request import PLANS, Request, Slots
from assistant.builtin.slots import resolved
from assistant.builtin.wishes import take, yearly

_NO_INCOME = re.compile(
    r"\b(?:allowed|limit|deduct|deduction|loss|losses|gift|charity|donate|give|contribute|spend|spending"
    r"|withdraw|draw) "
)
_INCOME = re.compile(r"\b(?:income|salary|earn|earns|make|makes|made|wages|pay|paid|agi|gross|bring in|bracket) ")
_MORE = re.compile(r"@(?:usd|num)\d+ (?:more|extra|less|on top) ")
_ASKS_FOR_LOTS = re.compile(r"(?:which|what|show|list) (?:\S+ ){0,2}(?:lots?|positions?|shares|holdings?) ")


_MOST_WORDS = 40


@dataclass(frozen=True)
class Stated:
    """What a message states besides what it asks.

    ``facts`` and ``limits`` go under the names of ``set_profile`` and ``optimize_trades``; ``claims`` says what each
    amount is; ``elsewhere`` is a state that is only tried out.
    """

    facts: Slots
    limits: Slots
    claims: Claims
    mix: dict[str, str] | None
    elsewhere: str | None


def statements(text: str, marked: Marked, context: Context, *, of_accounts: bool) -> Stated:
    """Read what a message states and cut it out of the marked words, so that what is left is what it asks."""
    before = marked.words
    lists_lots = bool(_ASKS_FOR_LOTS.match(before))
    mix = targets(text, marked)
    asks_for_room = any(wording.find(before) for wording in intents()["room"])
    facts = {} if of_accounts else take("profile", marked)
    if asks_for_room:
        facts.pop("rate", None)  # "room in the 15% bracket" tells nobody's bracket
    elsewhere = facts.pop("state", None) if asks_elsewhere(before) else None
    if mix:
        facts["targets"] = mix
    limits = _left_alone({} if lists_lots else take("wishes", marked), marked, context)
    marked.wished = bool(limits)
    placed = claims(before, marked)
    facts = {**placed.facts, **facts}
    limits = {**({} if lists_lots else placed.limits), **limits}
    if "income" in facts:
        facts |= {"income": yearly(facts["income"], marked)}
        if _MORE.search(before) or (_NO_INCOME.search(before) and not _INCOME.search(before)):
            del facts["income"]
    marked.stated, marked.limited = bool(facts or limits), bool(limits)
    return Stated(facts, limits, placed, mix, elsewhere)


def beside_a_plan(requests: tuple[Request, ...], before: str, marked: Marked) -> Slots:
    """Return the limits said beside a request for a plan, in words that elsewhere could be a question or a story."""
    names = {each.intent for each in requests} | {each.slots.get("tool") for each in requests}
    trims = "trim" in names and bool(marked.of("sym", before))
    if not (trims or names & {*PLANS, "optimize_trades"}):
        return {}
    values = limits_of_a_plan(before, marked)
    return {**values, **take("plan_wishes", marked)}


def with_its_value(
    requests: tuple[Request, ...], facts: Slots, limits: Slots, marked: Marked
) -> tuple[tuple[Request, ...], Slots, Slots]:
    """Take the value that another sentence gives: "too many orders. 5 at most, please"."""
    asked = next((each for each in requests if each.intent == "ask_value"), None)
    if asked is None:
        return requests, facts, limits
    more_facts, more_limits = told(str(asked.slots["field"]), marked, _MOST_WORDS)
    if not (more_facts or more_limits or asked.slots["field"] in {**facts, **limits}):
        return requests, facts, limits
    others = tuple(each for each in requests if each is not asked)
    return others, {**more_facts, **facts}, {**more_limits, **limits}


def _left_alone(limits: Slots, marked: Marked, context: Context) -> Slots:
    """Put the holdings, lots and accounts that nothing shall be done with under their names."""
    if "exclude" in limits:
        left = [symbol for each in limits["exclude"] for symbol in each.split(EITHER)]
        limits["exclude"], limits["lots_locked"] = resolved(left, marked, context)
        limits = {name: value for name, value in limits.items() if value}
    elif more := also_left_alone(marked, context):
        limits["exclude"] = more
    if spared := accounts_spared(limits, context):
        limits["exclude"] = [*limits.get("exclude", []), *spared]
    return limits
