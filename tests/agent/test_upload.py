"""Files and settings through the whole conversation, with the built-in model and the real tools."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import StepFinished, StepStarted, Text, TurnEnded
from assistant.form import targets_of
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.errors import BadRequest

TODAY = date(2026, 5, 4)
HEAD = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
LOTS = HEAD + (
    "Main 4433-9917,taxable,Ottilie Vandermeer,ZEB,Zebra [x](http://e) Inc,us_equity,30,80,2024-03-05,63.50\n"
    "Main 4433-9917,taxable,Ottilie Vandermeer,YAK,Yakima,us_equity,10,90,2026-01-09,91\n"
    "Main 4433-9917,taxable,Ottilie Vandermeer,CASH,,cash,1200,,,\n"
)


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


async def gather(events: Any) -> list[Any]:
    return [event async for event in events]


@pytest.fixture
def conversation() -> Conversation:
    return open_conversation(Settings(), TODAY, InlineEngine())


async def test_a_dropped_file_replaces_the_sample_and_opens_as_of_today(conversation: Conversation) -> None:
    assert conversation.as_of != TODAY
    events = await gather(conversation.upload([("my lots.csv", LOTS.encode())]))
    assert [event.tool for event in events if isinstance(event, StepStarted)][0] == "load_portfolio"
    assert not [event for event in events if isinstance(event, StepFinished) and event.failed]
    assert conversation.as_of == TODAY
    assert conversation.session.household is not None
    assert conversation.session.household.symbols == ("YAK", "ZEB")
    assert conversation.session.investor.targets == ()
    # 30 x 63.50 + 10 x 91 + 1,200 = 4,015
    assert "$4,015" in words(events)
    assert events[-1].blocked == 0
    assert "Your household" in conversation.title


async def test_a_file_that_cannot_be_read_is_named_and_the_others_are_still_read(conversation: Conversation) -> None:
    events = await gather(conversation.upload([("bad <b>.csv", b""), ("my lots.csv", LOTS.encode())]))
    assert "bad \\<b\\>.csv could not be read: The file is empty." in words(events)
    assert "$4,015" in words(events)


async def test_when_no_file_can_be_read_the_sample_stays(conversation: Conversation) -> None:
    before = conversation.title
    events = await gather(conversation.upload([("x.bin", b"\x00\x01\x02")]))
    assert "could not be read" in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert conversation.title == before
    assert conversation.session.is_sample


async def test_nothing_of_the_sample_is_left_after_the_persons_own_file(conversation: Conversation) -> None:
    await gather(conversation.say("What do I hold?"))
    await gather(conversation.upload([("lots.csv", LOTS.encode())]))
    session = conversation.session
    assert session.context()["files"] == ["file-1"]
    assert session.context()["household"] == "own"
    assert all(fact.as_of is None or fact.as_of == TODAY for fact in session.facts.values())
    assert {label for label in session.labels.values() if label.startswith("person")} == {"person-1"}


async def test_names_from_a_file_never_become_links(conversation: Conversation) -> None:
    await gather(conversation.upload([("lots.csv", LOTS.encode())]))
    said = words(await gather(conversation.say("What do I hold?")))
    assert "](" not in said
    assert "http://e)" not in said.replace("`", "") or "`http" in said


async def test_the_settings_panel_is_remembered_and_said(conversation: Conversation) -> None:
    form = conversation.profile_form() | {"filing_status": "single", "income": "$120,000", "rate": "24%"}
    events = await gather(conversation.apply_form(form))
    assert "Noted: filing status, income, rate" in words(events)
    profile = conversation.session.context()["profile"]
    assert (profile["filing_status"], profile["income_usd"], profile["rate_frac"]) == ("single", "120000", "0.24")


async def test_an_unchanged_panel_changes_nothing(conversation: Conversation) -> None:
    events = await gather(conversation.apply_form(conversation.profile_form()))
    assert "Nothing was changed" in words(events)
    assert not [event for event in events if isinstance(event, StepStarted)]


async def test_a_bad_field_is_answered_in_words(conversation: Conversation) -> None:
    events = await gather(conversation.apply_form({"targets": "half of everything"}))
    assert "is not a target" in words(events)
    assert isinstance(events[-1], TurnEnded)


async def test_the_model_can_be_changed_in_the_panel(conversation: Conversation) -> None:
    events = await gather(conversation.apply_form({"model": "m", "base_url": "http://127.0.0.1:9/v1"}))
    assert "m at 127.0.0.1:9" in words(events)
    assert conversation.model_label == "m at 127.0.0.1:9"


def test_targets_are_read_as_people_write_them() -> None:
    assert targets_of("AAA 10%, us_equity: 60, cash=30%") == {"AAA": 0.1, "us_equity": 0.6, "cash": 0.3}
    with pytest.raises(BadRequest):
        targets_of("AAA lots")


async def test_a_question_is_asked_once_with_its_buttons(conversation: Conversation) -> None:
    from assistant.events import Choices

    untyped = LOTS.replace("taxable", "").replace("Ottilie Vandermeer", "")
    events = await gather(conversation.upload([("lots.csv", untyped.encode())]))
    choices = next(event for event in events if isinstance(event, Choices))
    assert [option.label for option in choices.options][0] == "Taxable"
    assert "acct-" not in words(events) + choices.ask
    assert (words(events) + choices.ask).count("What kind of account") == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("income", "nan", "is not a number"),
        ("rate", "nan", "is not a number"),
        ("rate", "0.5%", "a rate of 0.5%"),
        ("filing_status", "dog", "The filing status cannot be used"),
        ("base_url", "ftp://x", "is not a web address"),
        ("base_url", "http://", "is not a web address"),
        ("base_url", "http:host/v1", "is not a web address"),
    ],
)
async def test_a_bad_value_in_the_settings_is_named_and_changes_nothing(
    conversation: Conversation, field: str, value: str, said: str
) -> None:
    before = conversation.profile_form()
    events = await gather(conversation.apply_form({**before, field: value}))
    assert said in words(events)
    assert conversation.profile_form() == before
