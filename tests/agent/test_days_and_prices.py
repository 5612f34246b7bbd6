"""A day that never was is refused by name, a price that is said is used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import StepStarted, Text
from assistant.settings import Settings
from assistant.start import open_conversation

LOTS = (
    "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
    "Main,taxable,self,ZEB,Zebra,us_equity,60,40,2024-03-05,\n"
    "Main,taxable,self,YAK,Yakima,us_equity,60,40,2024-03-05,480\n"
    "Main,taxable,self,CASH,,cash,1200,,,\n"
)


async def gather(events: Any) -> list[Any]:
    return [event async for event in events]


@pytest.fixture
async def conversation() -> Conversation:
    made = open_conversation(Settings(), date(2026, 5, 4), InlineEngine())
    await gather(made.upload([("lots.csv", LOTS.encode())]))
    return made


async def ask(conversation: Conversation, text: str) -> tuple[str, list[dict[str, Any]]]:
    events = await gather(conversation.say(text))
    said = "".join(event.text for event in events if isinstance(event, Text))
    return said, [event.inputs for event in events if isinstance(event, StepStarted)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("is it a wash sale if I sell YAK on Feb 30?", "Feb 30"),
        ("what if I sell 10 YAK on February 30, 2027?", "February 30, 2027"),
        ("what if I sell 10 YAK on 2/30/2027?", "2/30/2027"),
        ("what if I sell 10 YAK on 2026-13-01?", "2026-13-01"),
        ("what if I sell 10 YAK on June 31st", "June 31st"),
    ],
)
async def test_a_day_that_never_was_is_refused_by_name(conversation: Conversation, text: str, named: str) -> None:
    said, calls = await ask(conversation, text)
    assert f"There is no {named}." in said
    assert calls == []


async def test_a_us_date_is_read_month_first(conversation: Conversation) -> None:
    _, calls = await ask(conversation, "what if I sell 10 YAK on 3/5/2027?")
    assert calls[0]["date"] == "2027-03-05"


@pytest.mark.parametrize(
    "text", ["what if I sell 60 ZEB at 30?", "sell 60 ZEB at $30 a share", "sell 60 ZEB for $30 each"]
)
async def test_a_price_that_is_said_is_used_where_the_file_has_none(conversation: Conversation, text: str) -> None:
    said, calls = await ask(conversation, text)
    assert calls[0]["price"] in (30, "30")
    # 60 x 30 = 1,800; 60 x 40 = 2,400 was paid.
    assert "$1,800" in said
    assert "loss of $600" in said
    assert "I used your price of $30.00 for ZEB." in said
