"""Whose an account is: asked once where it decides something, and what the answer changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import Choices, Text
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.brokers.registry import read
from tools.errors import BadRequest
from tools.household.answers import owners_in
from tools.household.asks import owner_asks
from tools.household.build import build
from tools.household.told import Told, told_from_json, told_to_json

TODAY = date(2026, 11, 20)
HEAD = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
MINE = "Main …9917,taxable,,ZEB,Zebra Inc,us_equity,60,90,2024-01-09,63.50\n"
OTHER = "Second …1112,taxable,,ZEB,Zebra Inc,us_equity,60,60,2026-11-15,63.50\n"


async def words(events: Any) -> str:
    said = [event async for event in events]
    text = "".join(event.text for event in said if isinstance(event, Text))
    return text + "".join(event.ask for event in said if isinstance(event, Choices))


@pytest.fixture
async def conversation() -> Conversation:
    found = open_conversation(Settings(), TODAY, InlineEngine())
    assert "Whose are Main …9917 and Second …1112?" in await words(
        found.upload([("lots.csv", (HEAD + MINE + OTHER).encode())])
    )
    return found


@pytest.mark.parametrize("whose", ["my spouse's", "joint", "mine"])
async def test_a_purchase_of_the_person_or_their_spouse_washes_the_loss(conversation: Conversation, whose: str) -> None:
    await words(conversation.say(f"acct-2 is {whose}"))
    assert "Yes, all of it" in await words(conversation.say("Is selling Zebra a wash sale?"))


async def test_a_purchase_of_a_grown_child_washes_nothing_and_is_remembered(conversation: Conversation) -> None:
    said = await words(conversation.say("acct-2 is my adult daughter's"))
    assert "not yours or your spouse's" in said
    assert "Whose" not in said
    assert "No." in await words(conversation.say("Is selling Zebra a wash sale?"))
    kept = told_from_json(told_to_json(conversation.session.told))
    again = build([read("file-1", (HEAD + MINE + OTHER).encode())], TODAY, kept).household
    assert [account.another for account in again.accounts] == [None, "adult child"]
    assert not owner_asks(again, kept)


async def test_an_owner_is_said_again_and_the_new_word_counts(conversation: Conversation) -> None:
    await words(conversation.say("acct-2 is my son's"))
    await words(conversation.say("acct-2 is my wife's"))
    assert "Yes, all of it" in await words(conversation.say("Is selling Zebra a wash sale?"))


async def test_another_question_than_the_one_asked_is_answered_and_records_nothing(conversation: Conversation) -> None:
    await words(conversation.say("what do I hold?"))
    assert not conversation.session.told.accounts


@pytest.mark.parametrize(
    "rows",
    [
        MINE,
        MINE.replace("taxable,,", "taxable,self,") + OTHER.replace("taxable,,", "taxable,joint,"),
        MINE.replace("taxable", "roth_ira") + OTHER.replace("taxable", "traditional_ira"),
    ],
    ids=["one account", "owners in the file", "nothing taxable"],
)
def test_nothing_is_asked_where_an_owner_decides_nothing(rows: str) -> None:
    assert not owner_asks(build([read("file-1", (HEAD + rows).encode())], TODAY).household, Told())


def test_one_answer_names_several_owners() -> None:
    both = ("acct-1", "acct-2")
    assert owners_in("acct-1 is mine, acct-2 is my husband's", both) == {"acct-1": "self", "acct-2": "spouse"}
    assert owners_in("They are all mine", both) == dict.fromkeys(both, "self")
    assert owners_in("they are mine and my spouse's", both) == dict.fromkeys(both, "both")
    with pytest.raises(BadRequest, match="whose account"):
        owners_in("the blue one", both)
