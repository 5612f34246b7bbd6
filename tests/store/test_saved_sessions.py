"""A session written down and read back is the same session; no field is forgotten by accident."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from assistant.adapters.engine import InlineEngine
from assistant.saved import Freezer, thaw
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.household.files import OpenFile

NOT_KEPT = {
    "engine": "given anew",
    "broker": "given anew",
    "keeper": "given anew",
    "meter": "given anew",
    "household_id": "the store's own key",
    "facts": "kept beside the session, turn by turn",
    "results": "kept beside the session, turn by turn",
    "messages": "kept beside the session, as messages",
}


async def test_a_session_read_back_equals_the_one_written_down() -> None:
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), sample=True)
    for words in ("leave apple alone", "keep gains below 8k", "how should I rebalance?"):
        _ = [event async for event in one.say(words)]
    plan_id = str(one.session.current_plan_id)
    _ = [event async for event in one.say("do it")]
    _ = [event async for event in one.approve(plan_id)]
    assert one.session.executed == {plan_id}
    back = Session(as_of=date(2000, 1, 1), today=date(2000, 1, 1))
    thaw(back, Freezer().freeze(one.session), [])
    for field in fields(Session):
        if field.name not in NOT_KEPT:
            assert getattr(back, field.name) == getattr(one.session, field.name), field.name
    assert back.memory.back() is not None


def test_a_file_that_waits_for_an_answer_comes_back_byte_for_byte() -> None:
    one = Session(as_of=date(2026, 11, 20), today=date(2026, 11, 20), earlier=["Asked for holdings."])
    one.waiting = [OpenFile("file-1", bytes(range(256)), "digest", asks_symbol=True)]
    back = Session(as_of=date(2000, 1, 1), today=date(2000, 1, 1))
    thaw(back, Freezer().freeze(one), [])
    assert (back.waiting, back.earlier) == (one.waiting, one.earlier)
