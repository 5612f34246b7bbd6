"""What the tools' results put on the page beside the text: charts, cards, and buttons for what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.consent import ShownCard
from assistant.events import ApprovalCard, CardLine, Chart, Choices, Event, Option, Series
from assistant.grounding import fill_references, show_fact
from assistant.redaction import redactor_for
from assistant.session import Session
from tools.facts import Fact

STARTERS = (
    "How should I rebalance to cut my taxes?",
    "What do I hold?",
    "Which losses can I harvest?",
    "How far am I off target?",
)
TITLES = {
    "load_portfolio": "Reading the files",
    "show_holdings": "Looking at the holdings",
    "what_changed": "Comparing with an earlier day",
    "compute_drift": "Measuring the distance from target",
    "find_harvestable_losses": "Looking for losses to harvest",
    "check_wash_sale": "Checking for wash sales",
    "suggest_replacements": "Looking for what to hold instead",
    "simulate_sale": "Trying a sale",
    "optimize_trades": "Planning trades",
    "estimate_tax": "Working out the tax",
    "tax_report": "Filling in the tax worksheet",
    "set_profile": "Remembering what you said",
    "execute_trades": "Placing the orders",
    "explain_trade": "Comparing the lots",
    "calculate": "Calculating",
}
_ALTERNATIVES = {"no_gains": "No gains at all", "all_the_way": "All the way to target", "balanced": "The balanced plan"}
_DOLLARS = re.compile(r"\$(\d[\d,]{0,15}(?:\.\d{1,2})?)")


def title_of(tool: str) -> str:
    """Return what the page calls a tool's step."""
    return TITLES.get(tool, tool.replace("_", " ").capitalize())


def chart_of(row: Mapping[str, Any]) -> Chart:
    """Read a chart back from its plain form."""
    across = row.get("across")
    series = tuple(_series(one) for one in row["series"])
    return Chart(row["title"], tuple(row["categories"]), series, row["unit"], _series(across) if across else None)


def _series(one: Mapping[str, Any]) -> Series:
    return Series(one["name"], tuple(float(value) for value in one["values"]), tuple(one.get("fact_ids", ())))


def card_of(row: Mapping[str, Any]) -> ApprovalCard:
    """Read an approval card back from its plain form."""
    lines = tuple(CardLine(**line) for line in row["lines"])
    return ApprovalCard(row["plan_id"], row["title"], lines, tuple(row["summary"]))


def shown_card(card: ApprovalCard, turn: int) -> ShownCard:
    """Note what the person sees on the card, against which a sentence of approval is judged."""
    totals = _DOLLARS.findall(" ".join((card.title, *card.summary)))
    figures = tuple(Decimal(total.replace(",", "")) for total in totals)
    return ShownCard(card.plan_id, len(card.lines), figures, turn)


def choices_of(results: Sequence[Mapping[str, Any]], facts: Mapping[str, Fact], has_card: bool) -> Choices | None:
    """Return the buttons after an answer: what can be done with its plan, else the tools' own question."""
    plan = next((result for result in reversed(results) if result.get("tool") == "optimize_trades"), None)
    if plan is None or not plan.get("trades"):
        return _question(results)
    approve = () if has_card else (Option("Approve these trades", "Approve these trades"),)
    options = (*approve, *_alternatives(plan, facts))
    return Choices("", options) if options else None


def _question(results: Sequence[Mapping[str, Any]]) -> Choices | None:
    for result in reversed(results):
        if question := result.get("question"):
            options = tuple(Option(str(one["label"]), str(one["say"])) for one in question.get("options", ()))
            return Choices(str(question["ask"]), options)
    return None


def _alternatives(plan: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[Option]:
    found = []
    for one in plan.get("alternatives", ()):
        name = _ALTERNATIVES.get(one.get("kind"), "Another plan")
        change = facts.get(f"{one.get('id')}.tax_change_usd")
        label = f"{name}: {_change(change)}" if change else name
        found.append(Option(label, str(one.get("say") or name)))
    return found


def _change(fact: Fact) -> str:
    if not fact.value:
        return "no change in tax"
    more = not str(fact.value).startswith("-")
    return f"{show_fact(fact, 'abs')} {'more' if more else 'less'} tax"


def figures_of(facts: Sequence[Fact], session: Session) -> tuple[Fact, ...]:
    """Return the figures of an answer as the person reads them: files and accounts by their names."""
    shown = redactor_for(session).show_plain
    return tuple(replace(fact, source=shown(fact.source), lots=tuple(map(shown, fact.lots))) for fact in facts)


def presented(event: Event, session: Session, said: str = "") -> Event:
    """Return a card or buttons as the person reads them: figures for references, names for labels.

    A question that ends the text already is not asked twice.
    """
    redactor = redactor_for(session)

    def shown(text: str) -> str:
        return redactor.show_plain(fill_references(text, session.facts))

    if isinstance(event, Choices):
        ask = shown(event.ask)
        ask = "" if said.rstrip().endswith((ask, redactor.show(fill_references(event.ask, session.facts)))) else ask
        return Choices(ask, tuple(Option(shown(one.label), one.say) for one in event.options))
    if isinstance(event, ApprovalCard):
        lines = tuple(replace(line, what=shown(line.what), account=shown(line.account)) for line in event.lines)
        return replace(event, title=shown(event.title), lines=lines, summary=tuple(map(shown, event.summary)))
    return event
