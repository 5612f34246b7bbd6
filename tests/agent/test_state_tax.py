"""State tax in conversation: counted where it is known, tried out where asked, never taken for a move."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import Text
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation
from assistant.toolbox.person import Person
from tools.errors import BadRequest

TODAY = date(2026, 11, 20)


def opened() -> Conversation:
    return open_conversation(Settings(), TODAY, InlineEngine(), sample=True)


async def answer(conversation: Conversation, text: str) -> str:
    return "".join([event.text async for event in conversation.say(text) if isinstance(event, Text)])


def dollars(text: str, pattern: str) -> int:
    found = re.search(pattern.replace("#", r"\$([\d,]+)"), text)
    assert found, text
    return int(found[1].replace(",", ""))


async def test_a_sale_in_another_state_costs_that_state_s_tax_too() -> None:
    conversation = opened()
    here = await answer(conversation, "what if I sell 60 Apple?")
    there = await answer(conversation, "what would this cost me in Oregon?")
    assert "Oregon" not in here
    assert "State tax (estimate, OR 2026)" in there
    before_state = dollars(here, r"so \*\*#\*\* stays") + dollars(here, r"\*\*#\*\* to California")
    assert abs(before_state - dollars(there, r"\*\*#\*\* to Oregon") - dollars(there, r"so \*\*#\*\* stays")) <= 2


async def test_a_state_that_is_only_tried_out_is_not_remembered() -> None:
    conversation = opened()
    await answer(conversation, "what if I sell 60 Apple in Oregon?")
    assert "Oregon" not in await answer(conversation, "what if I sell 60 Apple?")


async def test_moving_to_a_state_without_tax_is_answered_as_such() -> None:
    conversation = opened()
    await answer(conversation, "we live in Oregon")
    assert "Oregon (estimate)" in await answer(conversation, "what if I sell 60 Apple?")
    assert "Nevada does not tax investment gains" in await answer(conversation, "and if we moved to Nevada?")


async def test_washington_leaves_a_small_gain_untaxed() -> None:
    conversation = opened()
    await answer(conversation, "what if I sell 60 Apple?")
    moved = await answer(conversation, "and if we move to Washington?")
    assert "State tax (estimate, WA 2026): these gains change nothing" in moved


async def test_losses_plans_and_the_year_carry_the_state_of_the_person() -> None:
    conversation = opened()
    for question in ("which losses can I harvest?", "what is my tax this year?"):
        said = await answer(conversation, question)
        assert "State tax (estimate, CA 2026)" in said
        assert "state tax is not included" not in said


def test_a_state_that_does_not_exist_is_refused_at_the_door() -> None:
    session = Session(TODAY, TODAY)
    with pytest.raises(BadRequest, match="XX"):
        Person(session).set_profile(state="XX")
