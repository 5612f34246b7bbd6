"""What is said without a figure of a tool: which topics a message touches, and their texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from assistant.builtin import phrases
from assistant.builtin.arguments import portion, vague
from assistant.builtin.context import Context, Json
from assistant.builtin.language import language_name
from assistant.builtin.lexicon import state_name
from assistant.builtin.phrases import FOLDER
from assistant.builtin.portions import below_already
from assistant.builtin.request import Understanding

FEELINGS = ("panic", "break_even", "double_down", "chase", "tax_tail")
_CLARIFY = {"sale", "trim", "wash", "wash_buy"}


def topics_of(understood: Understanding, context: Context, answered: bool, missing: Sequence[str]) -> list[str]:
    """Return the topics of a message that need words of their own, in order."""
    topics = [topic for request in understood.requests if (topic := _topic(request.intent, request.slots, context))]
    if below_already(understood, context):
        topics.append("below_already")
    if missing and not answered:
        topics.append("not_available")
    if understood.quoted_only:
        topics.append("quoted_only")
    if not topics and not answered and context.session.block.get("pending") and not understood.requests:
        topics.append("still_open")
    if topics or answered or understood.language != "en":
        return list(dict.fromkeys(topics))
    return ["not_understood"]


def _topic(intent: str, slots: Json, context: Context) -> str:
    if intent in _CLARIFY and slots.get("unresolved"):
        return "which_holding"
    if intent == "wash_buy" and not context.turn.done:
        return "which_holding"
    if intent in ("raise_cash", "invest_cash") and not slots.keys() & {"usd", "num"}:
        return "which_amount"
    if intent == "sale" and not ("symbol" in slots or "lot" in slots):
        return "which_holding"
    if intent == "sale" and vague(slots):
        return "how_much"
    if intent == "trim" and not slots.keys() & {"shares", "num", "usd", "pct", "frac"}:
        return "" if context.turn.results("simulate_sale") else "how_much"
    if intent in ("sale", "trim") and portion(slots) and "symbol" not in slots:
        return "which_holding"
    if intent in ("why_lot", "why_kept") and not context.turn.done:
        return "why_sale_lot"
    if intent == "concept" and slots.get("topic"):
        return ""
    if intent in ("add_up", "difference", "ratio"):
        return "" if context.turn.done else "no_calculation"
    if intent == "do_it":
        return "" if context.turn.done else "no_plan"
    if intent in ("wash", "break_even", "double_down", "chase") or intent not in sections():
        return intent if intent in FEELINGS else ""
    return intent


def say(topic: str, context: Context, understood: Understanding) -> str:
    """Return the text of a topic."""
    text = phrases.environment().from_string(sections().get(topic, ""))
    session = context.session
    return text.render(
        session=session.block,
        tax_year=session.tax_year,
        prices=phrases.prices(session.price_dates, session.as_of),
        state=state_name(str(session.part("profile").get("state") or "")),
        said_before=_said_before(context),
        either=_either(understood, context),
        field=next((each.slots["field"] for each in understood.requests if "field" in each.slots), ""),
        no_day=next((request.slots["day"] for request in understood.requests if "day" in request.slots), ""),
        **phrases.helpers(session.as_of),
    )


def _either(understood: Understanding, context: Context) -> list[str]:
    """Return the names of the holdings that a description fits."""
    names = {row.get("symbol"): str(row.get("name") or row.get("symbol")) for row in context.session.holdings}
    fitting: list[str] = next((each.slots["symbols"] for each in understood.requests if each.intent == "which_of"), [])
    return [names.get(symbol, symbol) for symbol in fitting]


def _said_before(context: Context) -> list[str]:
    """Collect what the latest answer rested on and could not check."""
    for turn in reversed(context.earlier):
        results = [done.result for done in turn.done]
        found = [str(text) for result in results for key in ("notes", "unchecked") for text in result.get(key) or ()]
        found = [text for text in found if not text.startswith("The wash-sale rule takes")]
        if found:
            return list(dict.fromkeys(text.rstrip(".") for text in found))
    return []


def language_line(understood: Understanding, as_of: date | None, answered: bool) -> str:
    """Say politely which language is spoken here."""
    key = "other_language_answered" if answered else "other_language"
    text = phrases.environment().from_string(sections()[key])
    return text.render(
        language=language_name(understood.language), requests=understood.requests, **phrases.helpers(as_of)
    )


@cache
def sections() -> dict[str, str]:
    """Read ``talk.md``: a heading a topic, its text below."""
    parts = re.split(r"(?m)^## (\w+)\s*$", (FOLDER / "talk.md").read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
