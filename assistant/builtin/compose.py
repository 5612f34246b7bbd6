"""Facts to text: templates compose the answer from the tools' results. Figures appear as references only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from langchain_core.messages import BaseMessage

from assistant.builtin import phrases
from assistant.builtin.context import Context, Json, read_context
from assistant.builtin.language import language_name
from assistant.builtin.policy import portion
from assistant.builtin.understand import Understanding, understand

FOLDER = Path(__file__).resolve().parents[2] / "prompts" / "answers"
_ORDER = (
    "load_portfolio",
    "set_profile",
    "execute_trades",
    "optimize_trades",
    "simulate_sale",
    "check_wash_sale",
    "explain_trade",
    "estimate_tax",
    "compute_drift",
    "show_holdings",
    "find_harvestable_losses",
    "calculate",
)
_WITH_TOTALS = {"optimize_trades", "simulate_sale", "check_wash_sale", "find_harvestable_losses", "estimate_tax"}
_FEELINGS = ("panic", "break_even", "double_down", "chase", "tax_tail")
_CLARIFY = {"sale", "trim", "wash", "wash_buy"}


@dataclass
class _Answer:
    blocks: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        text = _tidy(text)
        if text and text not in self.blocks:
            self.blocks.append(text)


def compose_answer(
    messages: Sequence[BaseMessage], context: Context | None = None, *, missing: Sequence[str] = ()
) -> str:
    """Compose the answer to the latest message from this turn's tool results.

    Args:
        messages: The conversation as the model sees it.
        context: The same conversation already read; read from ``messages`` when absent.
        missing: Tools that were wanted and are not bound.
    """
    context = context or read_context(messages)
    understood = understand(context)
    results = _shown(context, understood)
    answer = _Answer()
    if understood.language != "en":
        answer.add(_language_line(understood, bool(results)))
    for topic in _talk(understood, context, bool(results), missing):
        answer.add(_say(topic, context, understood))
    shown = [(result, text) for result in results if (text := _render(result, context).strip())]
    for _, text in shown:
        answer.add(text)
    answer.add(_tail([result for result, _ in shown], context))
    answer.add(_question(results))
    return "\n\n".join(answer.blocks) or not_understood()


def not_understood() -> str:
    """Return the answer to words that could not be placed."""
    return _tidy(_sections()["not_understood"])


def _shown(context: Context, understood: Understanding) -> list[Json]:
    """Choose and order the results to speak of: a plan already contains its drift and losses."""
    results = [{**done.result, "is_update": bool(done.call.args.get("account"))} for done in context.turn.done]
    planned = [each for each in results if each["tool"] == "optimize_trades"]
    hidden: set[str] = set()
    if planned:
        settled = any(_settled(each) for each in planned)
        hidden = {"compute_drift", "find_harvestable_losses"} if settled else {"compute_drift"}
    if context.turn.results("simulate_sale") or not _looked_up(understood):
        kept = {
            name
            for name, intent in (("compute_drift", "drift"), ("find_harvestable_losses", "harvest"))
            if understood.asks(intent)
        }
        hidden -= kept
    if context.turn.results("simulate_sale") and _looked_up(understood):
        hidden.add("show_holdings")
    rank = {name: number for number, name in enumerate(_ORDER)}
    return sorted((each for each in results if each["tool"] not in hidden), key=lambda each: rank.get(each["tool"], 99))


def _settled(plan: Json) -> bool:
    return not plan.get("question") and not plan.get("error")


def _looked_up(understood: Understanding) -> bool:
    return any(request.intent in ("sale", "trim") and portion(request.slots) for request in understood.requests)


def _render(result: Json, context: Context) -> str:
    if error := result.get("error"):
        return _template("error").render(error=error, **phrases.helpers())
    name = str(result["tool"])
    if not (FOLDER / f"{name}.md").is_file():
        return ""
    if result.get("question") and not _useful(result):
        return ""
    session, noted = context.session, " ".join(map(str, result.get("notes") or ()))
    return _template(name).render(
        r=result, tax_year=session.tax_year, session=session.block, noted=noted, **phrases.helpers()
    )


def _useful(result: Json) -> bool:
    return any(result.get(key) for key in ("trades", "sleeves", "lots", "holdings", "files", "accounts", "changed"))


def _tail(results: list[Json], context: Context) -> str:
    good = [result for result in results if not result.get("error")]
    return _template("closing").render(
        notes=_texts(good, "notes"),
        unchecked=_texts(good, "unchecked"),
        totals=any(each["tool"] in _WITH_TOTALS and not each.get("question") for each in good),
        tax_year=context.session.tax_year,
        as_of=phrases.day(context.session.as_of),
        **phrases.helpers(),
    )


def _texts(results: list[Json], key: str) -> list[str]:
    return list(dict.fromkeys(str(text) for result in results for text in result.get(key) or ()))


def _question(results: list[Json]) -> str:
    asked = [question for result in results if (question := result.get("question"))]
    return str(asked[0].get("ask", "")) if asked else ""


def _talk(understood: Understanding, context: Context, answered: bool, missing: Sequence[str]) -> list[str]:
    topics = [topic for request in understood.requests if (topic := _topic(request.intent, request.slots, context))]
    if missing and not answered:
        topics.append("not_available")
    if understood.quoted_only:
        topics.append("quoted_only")
    if not topics and not answered and context.session.block.get("pending") and not understood.requests:
        topics.append("still_open")
    return list(dict.fromkeys(topics)) or ([] if answered else ["not_understood"])


def _topic(intent: str, slots: Json, context: Context) -> str:
    if intent in _CLARIFY and slots.get("unresolved"):
        return "which_holding"
    if intent == "trim" and not any(key in slots for key in ("shares", "num", "usd", "pct", "frac")):
        return "how_much"
    if intent == "sale" and not ("symbol" in slots or "lot" in slots):
        return "which_holding"
    if intent in ("sale", "trim") and portion(slots) and "symbol" not in slots:
        return "which_holding"
    if intent == "do_it":
        return "" if context.turn.done else "no_plan"
    if intent in ("wash", "break_even", "double_down", "chase") or intent not in _sections():
        return intent if intent in _FEELINGS else ""
    return intent


def _say(topic: str, context: Context, understood: Understanding) -> str:
    text = phrases.environment().from_string(_sections().get(topic, ""))
    return text.render(session=context.session.block, tax_year=context.session.tax_year, **phrases.helpers())


def _language_line(understood: Understanding, answered: bool) -> str:
    key = "other_language_answered" if answered else "other_language"
    text = phrases.environment().from_string(_sections()[key])
    return text.render(language=language_name(understood.language), requests=understood.requests, **phrases.helpers())


@cache
def _sections() -> dict[str, str]:
    """Read ``talk.md``: a heading a topic, its text below."""
    parts = re.split(r"(?m)^## (\w+)\s*$", (FOLDER / "talk.md").read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def _template(name: str) -> phrases.Template:
    return phrases.environment().from_string((FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" +([,.;:])(?=\s|$)", r"\1", text)
    lines = [line.strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
