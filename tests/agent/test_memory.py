"""What was said can be listed, taken back one by one, the last first, or all at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.adapters.paper_broker import PaperBroker
from assistant.conversation import Conversation
from assistant.events import Text
from assistant.memory import Memory, Said
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation
from assistant.toolbox.person import Person
from assistant.uploads import open_sample
from tools.errors import LotlineError
from tools.model import Investor, Wishes


def sample() -> Session:
    session = Session(as_of=date(2026, 11, 20), today=date(2026, 11, 20), engine=InlineEngine(), broker=PaperBroker())
    open_sample(session)
    session.settle(from_here=True)
    return session


async def said(one: Conversation, words: str) -> str:
    return "".join([event.text async for event in one.say(words) if isinstance(event, Text)])


def body(found: Any) -> dict[str, Any]:
    return dict(found.body)


def test_statements_are_taken_back_last_first() -> None:
    start = Said(Investor(), Wishes())
    memory = Memory(start)
    richer = Said(Investor(income_usd=Decimal(90_000)), Wishes())
    careful = Said(richer.investor, Wishes(no_sells=True))
    for moment in (richer, careful):
        memory.settle(moment)
    assert [memory.back(), memory.back(), memory.back()] == [richer, start, None]


def test_gains_of_files_and_fills_are_no_statement() -> None:
    memory = Memory(Said(Investor(), Wishes()))
    memory.settle(Said(Investor(long_gain_usd=Decimal(500), gains_known=True), Wishes()))
    assert memory.back() is None


def test_an_undone_statement_leaves_the_gains_realized_meanwhile() -> None:
    session = sample()
    Person(session).set_profile(income=90_000)
    session.settle()
    session.investor = session.investor.__class__(income_usd=Decimal(90_000), long_gain_usd=Decimal(777))
    Person(session).set_profile(forget=["last"])
    assert session.investor.income_usd == Decimal(265_000)
    assert session.investor.long_gain_usd == Decimal(777)


@pytest.mark.parametrize(
    ("told", "forget", "left"),
    [
        ({"max_gain": 8000, "min_trade": 500}, ["max_gain"], Wishes(min_trade_usd=Decimal(500))),
        ({"exclude": ["GOOGL", "AAPL"]}, ["Google"], Wishes(exclude=("AAPL",))),
        ({"exclude": ["GOOGL", "AAPL"], "max_gain": 1}, ["exclude"], Wishes(max_gain_usd=Decimal(1))),
        ({"exclude": ["GOOGL"], "harvest_only": True}, ["wishes"], Wishes()),
        ({"max_weight": 0.1, "min_trade": 500}, ["max_weight", "min_trade"], Wishes()),
    ],
)
def test_one_wish_is_taken_back_by_its_name(told: dict[str, Any], forget: list[str], left: Wishes) -> None:
    session = sample()
    Person(session).set_profile(**told)
    found = body(Person(session).set_profile(forget=forget))
    assert session.wishes == left
    assert found["forgot"]


def test_what_is_not_remembered_cannot_be_taken_back_and_changes_nothing() -> None:
    session = sample()
    Person(session).set_profile(exclude=["AAPL"])
    kept = session.wishes
    for unknown in (["GOOGL"], ["no such thing"], ["max_gain"], ["exclude", "no such thing"]):
        with pytest.raises(LotlineError):
            Person(session).set_profile(forget=unknown)
    assert session.wishes == kept


def test_without_arguments_what_is_remembered_is_listed_with_its_figures_as_facts() -> None:
    session = sample()
    Person(session).set_profile(max_gain=8000)
    found = Person(session).set_profile()
    text = " ".join([*body(found)["known"], *body(found)["wishes"]])
    values = {fact.value for fact in found.facts}
    assert "you file jointly" in text
    assert {Decimal(265_000), Decimal(8_000)} <= values
    assert "265" not in text


async def test_undo_list_and_start_over_work_in_words() -> None:
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), sample=True)
    await said(one, "leave google alone")
    await said(one, "keep gains below 8k")
    listed = await said(one, "what did I ask for so far?")
    assert "$8,000" in listed
    assert "Alphabet left alone" in listed
    assert "the limit on gains" in await said(one, "undo that")
    assert one.session.wishes == Wishes(exclude=("GOOGL",))
    assert "left alone" in await said(one, "you can sell google again")
    assert one.session.wishes == Wishes()
    await said(one, "we live in Ohio")
    await said(one, "start over")
    assert one.session.investor.state == "CA"
    assert "nothing yet" in await said(one, "undo")


async def test_a_plan_under_discussion_is_made_again_without_the_wish_that_was_taken_back() -> None:
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), sample=True)
    await said(one, "how should I rebalance to cut my taxes?")
    free = one.session.current_plan_id
    await said(one, "leave apple alone")
    bound = one.session.current_plan_id
    await said(one, "undo that")
    assert bound != free
    assert one.session.current_plan_id == free
