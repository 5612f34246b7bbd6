"""Every figure opens: label, value, unit, the tool with its inputs, the lots with their rows, and the price date."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.events import TurnEnded
from assistant.faces.figures import facts_table
from assistant.faces.terminal import Transcript
from assistant.settings import Settings
from assistant.start import open_conversation
from assistant.toolbox.lots_behind import lots_behind
from tools.facts import Fact, Unit

QUESTIONS = (
    "What do I hold?",
    "what if I sell 40 AMD?",
    "Which losses can I harvest?",
    "How should I rebalance to cut my taxes?",
)


async def answered(*questions: str) -> tuple[Any, Transcript, list[Fact]]:
    one, transcript, facts = open_conversation(Settings(), date(2026, 11, 20), InlineEngine()), Transcript(), []
    for question in questions:
        async for event in one.say(question):
            transcript.note(event)
            facts += event.facts if isinstance(event, TurnEnded) else ()
    return one.session, transcript, facts


def ids(fact: Fact) -> list[str]:
    return [lot.split(" ")[0] for lot in fact.lots]


async def test_every_figure_of_the_main_answers_opens_in_the_page_and_in_data() -> None:
    session, transcript, facts = await answered(*QUESTIONS)
    data = {row["id"]: row for row in json.loads(transcript.as_json())["facts"]}
    table = facts_table(facts)
    assert len(facts) > 40
    known = {lot.id: lot for lot in session.household.lots}
    for fact in facts:
        row = data[fact.id]
        assert set(row) == {"id", "label", "value", "unit", "entity", "as_of", "source", "lots"}
        assert row["label"], fact.id
        assert re.fullmatch(r"\w+\(.*\)", row["source"]), fact.id
        assert row["as_of"], fact.id
        assert row["lots"] == list(fact.lots)
        assert all(lot in table for lot in fact.lots)
        for lot in fact.lots:
            found = known[lot.split(" ")[0]]
            # The row is that of the file under the name that the person gave it.
            assert re.search(rf"\(.*\.csv, row {found.origin.row}\)$", lot), lot


async def test_the_lots_of_a_holding_make_up_its_value_and_shares() -> None:
    session, _, _ = await answered("What do I hold?")
    lots, checked = {lot.id: lot for lot in session.household.lots}, 0
    for fact in session.facts.values():
        if fact.id.startswith("hold1.") and fact.id.endswith(".value_usd") and fact.entity in session.household.symbols:
            shares = sum((lots[lot].shares for lot in ids(fact)), Decimal(0))
            assert abs(shares * session.household.price_of(fact.entity) - fact.value) <= Decimal("0.01")
            checked += 1
    assert checked > 10


async def test_a_sale_rests_on_the_lots_that_it_takes_and_on_no_other() -> None:
    session, _, _ = await answered("what if I sell 40 AMD?")
    sold = [row["lot"] for row in session.results[-1]["lots"]]
    amd = [lot.id for lot in session.household.lots if lot.symbol == "AMD"]
    assert 0 < len(sold) < len(amd)
    assert ids(session.facts["sale1.proceeds_usd"]) == sold
    assert ids(session.facts[f"sale1.{sold[0]}.gain_usd"]) == sold[:1]


async def test_a_plans_total_rests_on_all_that_it_sells_and_each_trade_on_its_own_lot() -> None:
    session, _, _ = await answered(QUESTIONS[3])
    trades = session.results[-1]["trades"]
    sold = [row["lot"] for row in trades if row.get("lot")]
    assert len(set(sold)) > 5
    assert set(ids(session.facts["plan1.saved_usd"])) == set(sold)
    for row in trades:
        if row.get("lot"):
            assert {tuple(ids(f)) for f in session.facts.values() if f.id == f"{row['id']}.gain_usd"} <= {(row["lot"],)}
    others = [fact for fact in session.facts.values() if fact.id.startswith("plan1.all_the_way.")]
    assert others
    assert not [fact for fact in others if fact.lots]


@pytest.mark.parametrize("unit", [Unit.PRICE, Unit.DATE, Unit.DAYS, Unit.COUNT])
def test_a_price_a_date_and_a_count_rest_on_no_lot(unit: Unit, talk: Any) -> None:
    fact = Fact("x1.ZEB.y", "Y", Decimal(1), unit, "ZEB", None, "a_tool()")
    household = talk(None, builtin=True).session.household
    assert lots_behind({"id": "x1", "tool": "a_tool"}, [fact], household)[0].lots == ()


async def test_the_inputs_of_a_calculation_stand_in_its_source() -> None:
    session, _, _ = await answered("what if I sell 40 AMD?")
    sources = {fact.source for fact in session.facts.values() if fact.id.startswith("sale1.")}
    assert sources == {"simulate_sale(symbol=AMD, shares=40.0)"}
