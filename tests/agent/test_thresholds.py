"""Thresholds told in one plain sentence with figures, through the whole conversation with the built-in model."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import Text, TurnEnded
from assistant.settings import Settings
from assistant.start import open_conversation

TODAY = date(2026, 11, 20)
LOTS = (
    "account,account_type,symbol,quantity,cost_per_share,acquired,price\n"
    "Main,taxable,MSFT,1000,100,2019-03-05,500\n"
    "Main,taxable,INTC,1000,50,2024-03-05,20\n"
    "Main,taxable,GLD,100,150,2019-03-05,400\n"
)


async def conversation(income: int, status: str = "single") -> Conversation:
    opened = open_conversation(Settings(), TODAY, InlineEngine())
    [event async for event in opened.upload([("lots.csv", LOTS.encode())])]
    await said(opened, f"I'm {status}, my income is ${income:,} and I live in Texas")
    return opened


async def said(opened: Conversation, text: str) -> str:
    events: list[Any] = [event async for event in opened.say(text)]
    assert all(event.blocked == 0 for event in events if isinstance(event, TurnEnded))
    return "".join(event.text for event in events if isinstance(event, Text))


@pytest.mark.parametrize(
    ("income", "question", "sentence"),
    [
        # 40,000 taxable and 20,000 of gain (50 x 400): 10,550 above 49,450, at 15 %.
        (
            56_100,
            "what if I sell 50 Microsoft?",
            "$10,550 of it lies above $49,450 of taxable income, where long-term gains are taxed at 15% instead of 0%: "
            "that part costs $1,583.",
        ),
        # 190,000 and 20,000 of gain: 10,000 above 200,000, at 15 % + 3.8 %.
        (
            190_000,
            "what if I sell 50 Microsoft?",
            "$10,000 of it lies above $200,000 of income, where the extra 3.8% tax on investment income (NIIT) begins: "
            "that part costs $1,880 in all.",
        ),
        # 400,000 taxable and 200,000 of gain: 54,500 above 545,500, at 20 % + 3.8 % (and nothing of the AMT).
        (
            416_100,
            "what if I sell 500 Microsoft?",
            "$54,500 of it lies above $545,500 of taxable income, where the rate on long-term gains rises from 15% to "
            "20%",
        ),
        (
            416_100,
            "what if I sell 500 Microsoft?",
            "where the alternative minimum tax (AMT) exemption starts to shrink",
        ),
        # 30,000 of loss and nothing else: 3,000 counts, 27,000 is carried.
        (
            100_000,
            "what if I sell all my Intel?",
            "Of the loss that is left over, $3,000 counts against other income this year; $27,000 carries forward.",
        ),
    ],
    ids=["zero", "niit", "twenty", "amt", "loss-limit"],
)
async def test_a_threshold_that_a_sale_crosses_is_told_in_one_sentence(
    income: int, question: str, sentence: str
) -> None:
    assert sentence in await said(await conversation(income), question)


async def test_a_gain_on_gold_is_taxed_at_28_percent() -> None:
    # 25,000 of gain at 28 % + 3.8 %, with wages in the 35 % bracket.
    assert "owe about **$7,950** more" in await said(await conversation(400_000), "what if I sell all my GLD?")


async def test_losses_without_tax_to_save_are_said_to_have_no_benefit() -> None:
    answer = await said(await conversation(12_000), "which losses can I harvest?")
    assert "**that has no benefit for you this year**: you owe no federal tax that they could lower" in answer


async def test_the_next_thousand_of_each_kind_are_told_with_how_far_they_go() -> None:
    answer = await said(await conversation(56_100), "how much tax do I owe this year?")
    assert "| long-term gain | nothing | $9,450 |" in answer
    assert "| short-term gain | $120 more | $10,400 |" in answer
    assert "| long-term loss | $120 less | $3,000 |" in answer


async def test_a_sale_of_next_year_is_told_for_next_year() -> None:
    answer = await said(await conversation(100_000), "what if I sell 10 Microsoft on January 15, 2027?")
    assert "more for 2027" in answer
    assert "2027 limits are not in this version: 2026 used" in answer
    assert "Estimate for tax year 2027" in answer


@pytest.mark.parametrize(
    "question",
    [
        "what if I sell 10 Microsoft in January 2027?",
        "what if I sell 10 Microsoft in 2027?",
        "what if I sell 10 microsoft next year?",
        "how much tax do I owe in 2027?",
        "what will my tax be next year?",
    ],
)
async def test_a_month_or_year_to_come_is_answered_for_that_year_with_the_law_used(question: str) -> None:
    answer = await said(await conversation(100_000), question)
    assert "2027 limits are not in this version: 2026 used" in answer
    assert "Estimate for tax year 2027" in answer


async def test_wages_without_a_dollar_sign_are_taken_as_income() -> None:
    talk = await conversation(12_000)
    assert "100,000" in await said(talk, "I file single, 100000 wages")
