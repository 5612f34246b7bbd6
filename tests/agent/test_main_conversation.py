"""The first conversation on the sample household, as a person holds it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import ApprovalCard, Event, Text, TurnEnded
from assistant.samples import load_sample
from assistant.settings import Settings
from assistant.start import open_conversation

ROOT = Path(__file__).parents[2]
STARTER = "How should I rebalance to cut my taxes?"
MAIN = (
    "what do I hold?",
    "how far am I off target?",
    "which losses can I harvest?",
    "is it a wash sale if I sell Adobe?",
    "what if I sell 40 AMD?",
    STARTER,
    "why that lot?",
    "leave Apple alone",
    "keep gains under $8,000",
    "I'm in the 32 % bracket",
    "do it",
)
GENERAL = {"V", "HD", "QQQ", "VTI", "BND", "VXUS"}
"""Symbols that are words, or that explain a rule in general."""


def opened(today: date) -> Conversation:
    return open_conversation(Settings(), today, InlineEngine(), sample=True)


async def said(conversation: Conversation, text: str) -> list[Event]:
    return [event async for event in conversation.say(text)]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


async def whole(today: date) -> list[str]:
    conversation = opened(today)
    return [text_of(await said(conversation, line)) for line in MAIN]


async def test_the_answers_do_not_depend_on_the_clock() -> None:
    on_the_day = await whole(date(2026, 11, 20))
    for later in (date(2026, 11, 21), date(2026, 12, 20), date(2028, 11, 20)):
        assert await whole(later) == on_the_day
    assert all(on_the_day)


async def test_no_figure_is_blocked_and_every_one_can_be_opened() -> None:
    conversation = opened(date(2026, 11, 22))
    for line in MAIN:
        end = next(event for event in await said(conversation, line) if isinstance(event, TurnEnded))
        assert end.blocked == 0, line
        for fact in end.facts:
            assert fact.label
            assert fact.source


async def test_do_it_brings_up_the_card_and_only_the_button_places_it() -> None:
    conversation = opened(date(2026, 11, 22))
    await said(conversation, STARTER)
    before = conversation.session.household
    card = next(event for event in await said(conversation, "do it") if isinstance(event, ApprovalCard))
    plan = conversation.session.plans[card.plan_id]
    assert len(card.lines) == len(plan.trades)
    assert conversation.session.household is before
    done = text_of([event async for event in conversation.approve(card.plan_id)])
    assert "on paper" in done
    assert conversation.session.household == plan.after or conversation.session.household.lots == plan.after.lots
    again = text_of([event async for event in conversation.approve(card.plan_id)])
    assert "nothing was traded" in again.lower()
    assert conversation.session.household.lots == plan.after.lots


async def test_after_the_fills_a_purchase_that_would_undo_a_loss_is_flagged() -> None:
    conversation = opened(date(2026, 11, 22))
    await said(conversation, STARTER)
    card = next(event for event in await said(conversation, "do it") if isinstance(event, ApprovalCard))
    assert [event async for event in conversation.approve(card.plan_id)]
    answer = text_of(await said(conversation, "is it a wash sale if I buy AMD?"))
    assert "That would be a wash sale." in answer
    assert "December 21" in answer


def test_nothing_of_the_sample_is_written_into_the_code() -> None:
    sample = load_sample()
    rows = list(csv.DictReader(io.StringIO(sample.files[0][1].decode())))
    symbols = {row["symbol"] for row in rows} - GENERAL - {"CASH"}
    figures = {row[key] for row in rows for key in ("price", "cost_per_share") if "." in row[key] and len(row[key]) > 4}
    owners = {word for owner in sample.owners for word in owner.split()}
    sources = [path for folder in ("tools", "prompts", "assistant") for path in (ROOT / folder).rglob("*")]
    kept = [p for p in sources if p.suffix in (".py", ".md", ".yaml") and "samples" not in p.parts]
    assert len(kept) > 80
    for path in kept:
        text = path.read_text(encoding="utf-8")
        found = {
            word for word in symbols | figures | owners if re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.]\d)\b", text)
        }
        assert not found, f"{path.relative_to(ROOT)}: {sorted(found)}"


@pytest.mark.parametrize("line", MAIN)
async def test_each_answer_reads_as_sentences(line: str) -> None:
    conversation = opened(date(2026, 11, 22))
    if line in MAIN[6:]:
        await said(conversation, STARTER)
    text = text_of(await said(conversation, line))
    assert "{{" not in text
    assert "acct-" not in text
    assert "person-" not in text
    assert "None" not in text
    assert "  " not in text.replace("\n", "")
