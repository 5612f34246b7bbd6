"""Facts to text: templates compose the answer from the tools' results. Figures appear as references only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from langchain_core.messages import BaseMessage

from assistant.builtin import phrases
from assistant.builtin.context import Context, Done, Json, read_context
from assistant.builtin.lexicon import state_name
from assistant.builtin.phrases import FOLDER
from assistant.builtin.portions import depends_on_held
from assistant.builtin.request import Understanding
from assistant.builtin.talk import language_line, say, sections, topics_of
from assistant.builtin.understand import understand

_ORDER = (
    "load_portfolio",
    "set_profile",
    "execute_trades",
    "optimize_trades",
    "simulate_sale",
    "check_wash_sale",
    "suggest_replacements",
    "explain_trade",
    "estimate_tax",
    "tax_report",
    "compute_drift",
    "what_changed",
    "show_holdings",
    "find_harvestable_losses",
    "calculate",
    "explain_concept",
)
_TO_SHOW = ("trades", "sleeves", "lots", "holdings", "files", "accounts", "changed", "told", "table")
_WITH_TOTALS = {"optimize_trades", "simulate_sale", "check_wash_sale", "find_harvestable_losses", "estimate_tax"}


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
        answer.add(language_line(understood, context.session.as_of, bool(results)))
    for topic in topics_of(understood, context, bool(results), missing):
        answer.add(say(topic, context, understood))
    shown = [(result, text) for result in results if (text := _render(result, context, understood).strip())]
    if understood.asks("shorter") and shown:
        return _tidy(shown[0][1].split("\n\n")[0].split("\n- ")[0])
    for _, text in shown:
        answer.add(text)
    answer.add(_tail([result for result, _ in shown], context))
    answer.add(_question(results))
    return "\n\n".join(answer.blocks) or not_understood()


def not_understood() -> str:
    """Return the answer to words that could not be placed."""
    return _tidy(sections()["not_understood"])


def _shown(context: Context, understood: Understanding) -> list[Json]:
    """Choose and order the results to speak of: a plan already contains its drift and losses."""
    results = [_with_call(done, context) for done in context.turn.done]
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


def _with_call(done: Done, context: Context) -> Json:
    """Add what the call says about its result: whether it told of an account, and the tax year it is about."""
    named = "" if done.call.tool == "optimize_trades" else done.call.args.get("date")
    asked = str(named or done.call.args.get("year") or "")[:4]
    year = asked if asked.isdigit() else context.session.tax_year
    return {**done.result, "is_update": bool(done.call.args.get("account")), "tax_year": year}


def _settled(plan: Json) -> bool:
    return not plan.get("question") and not plan.get("error")


def _looked_up(understood: Understanding) -> bool:
    return any(depends_on_held(request) for request in understood.requests)


def _render(result: Json, context: Context, understood: Understanding) -> str:
    if error := result.get("error"):
        return _template("error").render(error=error, **phrases.helpers(context.session.as_of))
    name = str(result["tool"])
    if not (FOLDER / f"{name}.md").is_file():
        return ""
    if result.get("question") and not _useful(result):
        return ""
    session, noted = context.session, " ".join(map(str, result.get("notes") or ()))
    view = {**phrases.helpers(session.as_of), **_view(context, understood)}
    return _template(name).render(r=result, tax_year=result["tax_year"], session=session.block, noted=noted, **view)


def _view(context: Context, understood: Understanding) -> Json:
    """Say what was asked for, so that a template shows that and no more."""
    counted = next((each.slots.get("num") for each in understood.requests if each.intent == "biggest"), None)
    return {
        "asked": {request.intent for request in understood.requests},
        "brief": understood.asks("panic", "chase", "tax_tail"),
        "top": int(counted) if counted else None,
        "profiled": bool(context.turn.results("set_profile")),
        "wished": bool(understood.wishes),
        "state_name": state_name,
    }


def _useful(result: Json) -> bool:
    return any(
        result.get(key)
        for key in ("trades", "sleeves", "lots", "holdings", "files", "accounts", "changed", "told", "table", "reason")
    )


def _tail(results: list[Json], context: Context) -> str:
    good = [result for result in results if not result.get("error")]
    years = {each["tax_year"] for each in good} or {context.session.tax_year}
    return _template("closing").render(
        notes=[note for note in _texts(good, "notes") if not note.startswith("The wash-sale rule takes")],
        unchecked=_texts(good, "unchecked"),
        totals=any(each["tool"] in _WITH_TOTALS and not each.get("question") for each in good),
        tax_year=" and ".join(sorted(filter(None, years))),
        prices=phrases.prices(context.session.price_dates, context.session.as_of),
        **phrases.helpers(context.session.as_of),
    )


def _texts(results: list[Json], key: str) -> list[str]:
    return list(dict.fromkeys(str(text) for result in results for text in result.get(key) or ()))


def _question(results: list[Json]) -> str:
    asked = [question for result in results if (question := result.get("question"))]
    return str(asked[0].get("ask", "")) if asked else ""


@cache
def _template(name: str) -> phrases.Template:
    return phrases.environment().from_string((FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" +([,.;:])(?=\s|$)", r"\1", text)
    lines = [line.strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
