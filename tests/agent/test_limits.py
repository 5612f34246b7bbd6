"""What a turn and a day may use, and a history that grows long without losing what matters."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from assistant.events import Choices, Text, TurnEnded
from assistant.history import recent
from assistant.meter import MemoryMeter, Spent, StoreMeter, spent
from assistant.settings import Settings

DAY = date(2026, 5, 4)


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


async def test_a_turn_that_would_use_too_many_tokens_ends_in_words_and_offers_the_built_in_model(
    talk, scripted, calling
) -> None:
    model = scripted(lambda messages: calling("show_holdings", call_id=f"c{len(messages)}"))
    one = talk(model, host="m.example", settings=Settings(max_turn_tokens=4_000))
    events = await one.say("zebra")
    assert "LOTLINE_MAX_TURN_TOKENS" in words(events)
    assert 1 <= len(model.seen) < 8
    assert isinstance(events[-1], TurnEnded)
    assert [event for event in events if isinstance(event, Choices)]


async def test_the_next_turn_begins_with_a_fresh_allowance(talk, scripted) -> None:
    one = talk(
        scripted(lambda messages: AIMessage("Fine.")), host="m.example", settings=Settings(max_turn_tokens=4_000)
    )
    assert [words(await one.say("zebra")) for _ in range(3)] == ["Fine."] * 3


async def test_a_day_has_a_limit_in_tokens(talk, scripted) -> None:
    one = talk(scripted(lambda messages: AIMessage("Fine.")), host="m.example", settings=Settings(max_day_tokens=4_000))
    said = [words(await one.say("zebra")) for _ in range(6)]
    assert said[0] == "Fine."
    assert "limit for today" in said[-1]


async def test_a_day_has_a_limit_in_dollars(talk, scripted) -> None:
    settings = Settings(
        max_day_cost_usd=Decimal("0.01"), model_price_in_usd=Decimal(5), model_price_out_usd=Decimal(15)
    )
    one = talk(scripted(lambda messages: AIMessage("Fine.")), host="m.example", settings=settings)
    said = [words(await one.say("zebra")) for _ in range(6)]
    assert said[0] == "Fine."
    assert "limit for today" in said[-1]


@pytest.mark.parametrize("over_tokens", [True, False])
def test_a_day_takes_what_fits_exactly_and_nothing_beyond(over_tokens: bool) -> None:
    # A third of a cent a request: three are a cent and fit, the fourth does not.
    one = spent(1_000, Decimal("3.333333333"))
    assert one == Spent(1_000, 3_333_334)
    most = Spent(3_000, 10**12) if over_tokens else Spent(10**9, 10_000_002)
    meter = MemoryMeter()
    assert [meter.spend(DAY, one, most) for _ in range(4)] == [True, True, True, False]
    assert meter.spend(DAY + timedelta(days=1), one, most)


def test_a_store_that_fails_does_not_lift_the_limit() -> None:
    def broken() -> Any:
        raise OSError("no disk")

    meter = StoreMeter(broken)
    assert [meter.spend(DAY, Spent(600), Spent(1_000)) for _ in range(2)] == [True, False]


async def test_the_model_on_this_machine_has_no_such_limit(talk, scripted) -> None:
    one = talk(scripted(lambda messages: AIMessage("Fine.")), builtin=True, settings=Settings(max_day_tokens=1_000))
    assert [words(await one.say("zebra")) for _ in range(4)] == ["Fine."] * 4


def turn(n: int, size: int = 10) -> list[Any]:
    call = {"name": "show_holdings", "args": {}, "id": f"c{n}", "type": "tool_call"}
    return [
        HumanMessage(f"question {n}"),
        AIMessage("", tool_calls=[call]),
        ToolMessage(f'{{"tool":"show_holdings","id":"hold{n}","x":"{"y" * size}"}}', tool_call_id=f"c{n}"),
        AIMessage(f"answer {n}"),
    ]


def test_a_short_history_is_kept_as_it_is() -> None:
    messages = [message for n in range(5) for message in turn(n)]
    assert recent(messages) == (messages, [])


def test_a_long_history_keeps_its_last_turns_and_a_line_about_each_earlier_one() -> None:
    messages = [message for n in range(20) for message in turn(n)]
    kept, gone = recent(messages, turns=16)
    assert kept == messages[16:]
    assert gone == [f"question {n} -> hold{n}" for n in range(4)]


def test_a_heavy_history_is_cut_by_tokens_but_never_its_last_turn() -> None:
    messages = [message for n in range(6) for message in turn(n, size=40_000)]
    kept, gone = recent(messages)
    assert kept == messages[-8:]
    assert len(gone) == 4
    assert recent(turn(1, size=400_000))[0] == turn(1, size=400_000)


async def test_wishes_plan_and_old_facts_outlive_the_history(talk, scripted, look, results_since) -> None:
    from dataclasses import replace

    one = talk(scripted(look("Worth {{hold1.ZEB.value_usd}}.")))
    one.session.wishes = replace(one.session.wishes, max_gain_usd=Decimal(8000))
    one.session.put_plan("a1b2c3", "plan1", object())
    for _ in range(20):
        await one.say("zebra")
    context = one.session.context()
    assert context["wishes"] == {"max_gain_usd": "8000"}
    assert context["plan"]["plan_id"] == "a1b2c3"
    assert context["earlier"][0] == "zebra -> hold1"
    assert words(await one.say("zebra")) == "Worth $1,905."
