"""A kept conversation goes on after a restart, says what it was doing, and its figures can be made again."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from store_rows import NOW

from assistant import saved
from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import ApprovalCard, Choices, Event, Text
from assistant.keeping import Keeper, Keeping
from assistant.replay import replay
from assistant.saved import Freezer
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.errors import LotlineError

GIVEN_ANEW = {"engine", "broker", "price_provider", "keeper", "meter", "messages"}
LOTS = (
    b"account,account_type,owner,symbol,quantity,cost_per_share,acquired,price\n"
    b"Mine,taxable,self,VTI,10,200,2024-01-02,300\n"
)
PLAN = "How should I rebalance to cut my taxes?"


async def say(conversation: Conversation, words: str) -> list[Event]:
    return [event async for event in conversation.say(words)]


def words_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


async def place(conversation: Conversation) -> list[Event]:
    """Bring up the card of the plan under discussion and press its button."""
    card = next(event for event in await say(conversation, "do it") if isinstance(event, ApprovalCard))
    return [event async for event in conversation.approve(card.plan_id)]


def test_every_field_of_a_session_is_known_to_be_kept_or_given_anew() -> None:
    """A new field has to be written down in ``assistant.saved``, or to be named here."""
    session = Session(as_of=date(2026, 11, 20), today=date(2026, 11, 20))
    source = inspect.getsource(saved)
    apart = GIVEN_ANEW | {"_counters", "household_id"}  # by its own methods, and by the place in the store
    forgotten = [item.name for item in fields(session) if f"session.{item.name}" not in source]
    assert set(forgotten) <= apart


async def test_a_conversation_that_is_killed_in_its_first_turn_goes_on(bench: Any) -> None:
    first = bench.talk("family")
    held = first.session.household
    assert first.session.keeper is not None
    first.session.keeper.begin("what do I hold?")  # and here the process dies
    bench.close()
    again = bench.talk("family")
    assert again.session.household == held
    assert "“what do I hold?” was cut off" in words_of(again.opening())
    assert "$" in words_of(await say(again, "what do I hold?"))


async def test_everything_of_a_session_comes_back(bench: Any) -> None:
    first = bench.talk("family")
    for words in ("keep gains under $8,000", PLAN, "why that lot?"):
        await say(first, words)
    await place(first)
    bench.close()
    second = bench.talk("family")
    assert first.session.executed == second.session.executed != set()
    for item in fields(Session):
        if item.name not in GIVEN_ANEW:
            assert getattr(second.session, item.name) == getattr(first.session, item.name), item.name
    before = [(message.type, message.text) for message in first.session.messages]
    assert [(message.type, message.text) for message in second.session.messages] == before
    assert Freezer().freeze(second.session) == Freezer().freeze(first.session)


async def test_a_follow_up_after_a_restart_is_answered_as_without_one(sqlite_bench: Any) -> None:
    whole = sqlite_bench.talk("in one go")
    await say(whole, PLAN)
    expected = words_of(await say(whole, "leave Apple alone"))
    await say(sqlite_bench.talk("in two"), PLAN)
    sqlite_bench.close()
    assert words_of(await say(sqlite_bench.talk("in two"), "leave Apple alone")) == expected
    assert "Apple" in expected


async def test_every_answer_can_be_replayed_figure_by_figure(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    for words in ("what do I hold?", "which losses can I harvest?", PLAN, "keep gains under $8,000"):
        await say(talk, words)
    await place(talk)
    store = sqlite_bench.store()
    kinds = [row.kind for row in store.audit()]
    assert kinds == ["answer"] * 5 + ["approval", "orders", "answer"]
    replayed = 0
    for row in store.audit():
        told = store.answer(row.subject) if row.kind == "answer" else None
        if told is not None:
            found = await replay(told)
            assert found.same, [figure for figure in found.figures if not figure.same]
            assert found.changed == ()
            replayed += sum(figure.rerun for figure in found.figures)
    assert replayed > 100


async def test_a_replay_shows_a_figure_that_does_not_come_out(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    await say(talk, "what do I hold?")
    store = sqlite_bench.store()
    told = store.answer(store.audit()[0].subject)
    assert told is not None
    forged = ({**told.answer.facts[0], "value": "1234567"}, *told.answer.facts[1:])
    found = await replay(replace(told, answer=replace(told.answer, facts=forged)))
    assert [figure.same for figure in found.figures] == [False] + [True] * (len(forged) - 1)


async def test_a_question_that_was_cut_off_is_said_when_the_conversation_goes_on(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    await say(talk, "what do I hold?")
    keeper = talk.session.keeper
    assert keeper is not None
    keeper.begin("which losses can I harvest?")
    sqlite_bench.close()
    opening = words_of(sqlite_bench.talk("family").opening())
    assert "which losses can I harvest?" in opening
    assert "nothing was traded" in opening


async def test_orders_that_were_placed_before_the_answer_was_cut_off_are_said(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    await say(talk, PLAN)
    await say(talk, "do it")
    session, keeper = talk.session, talk.session.keeper
    assert keeper is not None
    plan_id = str(session.current_plan_id)
    session.turn += 1
    keeper.begin("I approve these trades.")
    session.approve(plan_id, "button")
    turn = talk._do._begin("I approve these trades.")
    async for _ in talk._do.answering.call(turn, "execute_trades", {"plan_id": plan_id}):
        pass
    sqlite_bench.close()
    again = sqlite_bench.talk("family")
    assert f"{len(session.plans[plan_id].trades)} orders, each placed once" in words_of(again.opening())
    assert again.session.household == session.household
    assert again.session.executed == {plan_id}


async def test_nothing_is_traded_when_the_approval_cannot_be_recorded(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    await say(talk, PLAN)
    await say(talk, "do it")
    held, investor = talk.session.household, talk.session.investor
    with sqlite_bench.engine().begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full_disk BEFORE INSERT ON orders BEGIN SELECT RAISE(FAIL, 'disk full'); END")
        )
    answer = words_of([event async for event in talk.approve(str(talk.session.current_plan_id))])
    assert "Nothing was traded. The approval could not be recorded." in answer
    assert "disk full" not in answer
    assert (talk.session.household, talk.session.investor, talk.session.executed) == (held, investor, set())
    dump = sqlite_bench.dump()
    assert dump["approvals"] == dump["orders"] == []
    with sqlite_bench.engine().begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk"))
    assert "Done, on paper" in words_of(await place(talk))


async def test_one_conversation_in_two_windows_places_a_plan_once(bench: Any) -> None:
    first = bench.talk("family")
    await say(first, PLAN)
    await say(first, "do it")
    second = bench.talk("family")
    plan_id = str(first.session.current_plan_id)
    assert "Done, on paper" in words_of([event async for event in first.approve(plan_id)])
    late = words_of([event async for event in second.approve(plan_id)])
    assert "Nothing was traded" in late
    assert "another window" in late
    assert len(bench.dump()["approvals"]) == 1


async def test_a_store_that_cannot_be_opened_is_said_once_and_the_answer_still_comes(tmp_path: Any) -> None:
    def broken() -> Any:
        raise LotlineError("The store cannot be opened.", "Check its folder.")

    keeping = Keeping(broken, lambda: NOW)
    talk = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), keeping=None)
    talk.session.keeper = Keeper(talk.session, keeping, "family")
    first, second = [words_of(await say(talk, "what do I hold?")) for _ in range(2)]
    assert "is not being kept. The store cannot be opened" in first
    assert "not being kept" not in second
    assert second.strip() == first.split("\n\nThis conversation")[0].strip()


async def test_a_new_conversation_offers_the_last_one_and_goes_on_with_it(sqlite_bench: Any) -> None:
    await say(sqlite_bench.talk("yesterday"), PLAN)
    keeping = Keeping(sqlite_bench.store, sqlite_bench.talk("x").session.keeper._keeping.clock)
    fresh = open_conversation(Settings(), date(2026, 11, 21), InlineEngine(), keeping=keeping)
    offer = next(event for event in fresh.opening() if isinstance(event, Choices) and event.ask)
    answer = words_of(await say(fresh, offer.options[0].say))
    assert fresh.title in answer.replace("**", "")
    assert fresh.session.current_plan_id is not None
    assert "lot" in words_of(await say(fresh, "why that lot?"))
    assert [line.name for line in sqlite_bench.store().threads()] == ["yesterday"]


async def test_dropping_files_opens_a_household_of_its_own(sqlite_bench: Any) -> None:
    talk = sqlite_bench.talk("family")
    await say(talk, "what do I hold?")
    sample = talk.session.household_id
    async for _ in talk.upload([("mine.csv", LOTS)], "what do I hold?"):
        pass
    assert talk.session.household_id not in (None, sample)
    sqlite_bench.close()
    again = sqlite_bench.talk("family", today=date(2026, 12, 1))
    assert again.session.household is not None
    assert again.session.household.symbols == ("VTI",)
    assert again.as_of == date(2026, 12, 1)
    store = sqlite_bench.store()
    assert [(one.household_id == sample, one.is_sample) for one in store.households()] == [(False, False), (True, True)]
    assert store.forget(str(sample), NOW)
    assert len(store.threads()) == 1
    assert store.verify_audit() >= 3
