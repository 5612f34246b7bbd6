"""'Did I already mess up?' through the whole conversation, from files of past trades, with the built-in model."""

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
HEAD = "account,account_type,date,action,symbol,quantity,amount\n"
TRADES = HEAD + (
    "Main,taxable,2024-02-01,buy,INTC,40,1760\n"
    "Main,taxable,2026-10-28,sell,INTC,20,660\n"
    "Main,taxable,2026-11-09,buy,INTC,10,341\n"
    "Main,taxable,2024-02-01,buy,ADBE,10,5000\n"
    "Main,taxable,2026-11-10,sell,ADBE,10,3450\n"
    "Roth,roth_ira,2026-11-12,buy,ADBE,4,1400\n"
)
# Intel: 20 cost 880, brought 660; 10 of 20 bought back, so 110 of 220 is put off.
# Adobe: 10 cost 5,000, brought 3,450; 4 of 10 bought in the Roth, so 620 of 1,550 is gone. Together 1,770 and 730.


def words(events: list[Any]) -> str:
    assert all(event.blocked == 0 for event in events if isinstance(event, TurnEnded))
    return "".join(event.text for event in events if isinstance(event, Text))


async def dropped(text: str) -> Conversation:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    [event async for event in conversation.upload([("trades.csv", text.encode())])]
    return conversation


async def said(conversation: Conversation, text: str) -> str:
    return words([event async for event in conversation.say(text)])


@pytest.mark.parametrize(
    "question",
    ["did I already mess up?", "any wash sales so far this year?", "were my sales ok?", "check my past trades"],
)
async def test_past_losses_are_judged_with_their_purchases_and_what_can_still_be_done(question: str) -> None:
    answer = await said(await dropped(TRADES), question)
    assert "Of the $1,770 of losses that you took this year, **$730 does not count**" in answer
    assert "$620 of it is lost for good; $110 is only put off" in answer
    assert "10 shares were bought November 9 in Main (trades.csv, row 4): $110 moved into their cost." in answer
    assert "4 shares were bought November 12 in Roth (trades.csv, row 7): $620 is lost for good." in answer
    assert "Sell the 10 Intel shares that carry $110" in answer
    assert "Don't buy Adobe in any account before December 11" in answer


async def test_a_clean_year_is_said_to_be_clean_as_far_as_the_records_show() -> None:
    clean = HEAD + "Main,taxable,2024-02-01,buy,INTC,40,1760\nMain,taxable,2026-05-28,sell,INTC,20,660\n"
    answer = await said(await dropped(clean), "did I already mess up?")
    assert "**All $220 of the losses that you took this year count**, as far as these records show." in answer
    assert "accounts you haven't shown me" in answer


async def test_without_past_trades_the_answer_names_the_file_that_would_help() -> None:
    lots = "account,account_type,symbol,quantity,cost_per_share,acquired,price\nMain,taxable,INTC,10,44,2024-02-01,33\n"
    answer = await said(await dropped(lots), "did I already mess up?")
    assert "Drop your broker's transaction history" in answer


async def test_one_symbols_past_sale_can_be_asked_about() -> None:
    answer = await said(await dropped(TRADES), "was my Intel sale a wash sale?")
    assert "Of the $220 of losses" in answer
    assert "Adobe" not in answer


async def test_a_sale_of_unknown_cost_is_not_judged_and_says_which_report_would_tell() -> None:
    unknown = (
        '"Transactions  for account Individual ...123 as of 11/20/2026 17:56:01 ET"\n'
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"05/04/2026","Sell","PYPL","PAYPAL HLDGS INC","30","$70.00","","$2100.00"\n'
    )
    conversation = await dropped(unknown)
    await said(conversation, "it's taxable")
    answer = await said(conversation, "did I already mess up?")
    assert "**I can't tell yet.**" in answer
    assert "30 PayPal sold May 4 (trades.csv, row 3)" in answer
    assert "realized gain and loss report" in answer


async def test_losses_taken_this_year_count_in_later_answers() -> None:
    conversation = await dropped(TRADES)
    investor = conversation.session.investor
    # 1,770 - 730 counts, all of it long-term.
    assert (investor.short_gain_usd, investor.long_gain_usd) == (0, -1040)
    assert "From December 11 you can buy it again" in await said(conversation, "can I buy Adobe back?")


async def test_a_broken_record_says_what_to_change_and_the_rest_is_judged() -> None:
    broken = TRADES + "Main,taxable,2026-03-02,sell,MSFT,5,2000\nMain,taxable,2026-04-02,buy,MSFT,5,1900\n"
    conversation = await dropped(broken)
    answer = await said(conversation, "did I already mess up?")
    assert "5 MSFT are sold on 2026-03-02" in answer
    assert "$730 does not count" in answer


async def test_what_is_not_settled_is_said_with_its_row() -> None:
    funds = HEAD + (
        "Main,taxable,2024-02-01,buy,VOO,10,5000\n"
        "Main,taxable,2026-06-15,sell,VOO,10,4600\n"
        "Roth,roth_ira,2026-06-20,buy,IVV,4,1840\n"
    )
    answer = await said(await dropped(funds), "did I already mess up?")
    assert "**All $400 of the losses that you took this year count**" in answer
    assert "**Not checked or not settled:**" in answer
    assert "IVV was bought around the loss on VOO" in answer
    assert "(trades.csv, row 4)" in answer


OWN = b'[[group]]\nkey = "MINE"\ngrade = "same"\nsymbols = ["VOO", "IVV"]\nwhy = "My adviser says so."\n'
FUNDS = HEAD + (
    "Main,taxable,2024-02-01,buy,VOO,10,5000\n"
    "Main,taxable,2026-06-15,sell,VOO,10,4600\n"
    "Main,taxable,2026-06-20,buy,IVV,4,1840\n"
)


async def test_a_file_of_ones_own_groups_changes_what_is_a_wash_sale() -> None:
    conversation = await dropped(FUNDS)
    assert "**All $400 of the losses" in await said(conversation, "did I already mess up?")
    answer = words([event async for event in conversation.upload([("own.toml", OWN)])])
    assert "could not be read" not in answer
    # 4 of 10 shares bought as IVV: 160 of 400.
    assert "**$160 does not count**" in await said(conversation, "did I already mess up?")


async def test_the_two_files_may_come_together() -> None:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    [event async for event in conversation.upload([("own.toml", OWN), ("trades.csv", FUNDS.encode())])]
    assert "**$160 does not count**" in await said(conversation, "did I already mess up?")


async def test_a_broken_file_of_ones_own_groups_says_what_to_change_and_changes_nothing() -> None:
    conversation = await dropped(FUNDS)
    answer = words([event async for event in conversation.upload([("own.toml", b"[[group]]\nkey = 1\n")])])
    assert "own.toml could not be read" in answer
    assert "**All $400 of the losses" in await said(conversation, "did I already mess up?")


async def test_a_file_of_ones_own_groups_alone_leaves_the_sample_open() -> None:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    answer = words([event async for event in conversation.upload([("own.toml", OWN)])])
    assert "could not be read" not in answer
    assert conversation.session.own_groups[0].symbols == ("VOO", "IVV")


OPTION = (
    "account,account_type,date,action,symbol,quantity,price,instrument,underlying\n"
    "Main,taxable,2025-03-03,buy,AMD,200,150,,\n"
    "Main,taxable,2026-10-20,sell,AMD,200,120,,\n"
    "Main,taxable,2026-10-25,buy,AMD 270115C,1,10,call,AMD\n"
)
# 200 lost 30 each, 6,000; one call is 100 shares, so half.


@pytest.mark.parametrize("question", ["did I already mess up?", "was my AMD sale a wash sale?"])
async def test_a_call_bought_back_is_found_under_the_name_of_its_stock_and_told_as_a_contract(question: str) -> None:
    answer = await said(await dropped(OPTION), question)
    assert "**$3,000 does not count**" in answer
    assert "1 call contract was bought October 25 in Main" in answer
    assert "AMD call contract that carries $3,000" in answer


async def test_records_that_contradict_themselves_are_not_told_as_a_year_without_sales() -> None:
    short = HEAD + "Main,taxable,2026-02-03,sell,DIS,50,4000\nMain,taxable,2026-02-13,buy,DIS,20,1640\n"
    answer = await said(await dropped(short), "did I already mess up?")
    assert "**I can't judge that yet:** the records contradict themselves." in answer
    assert "no sale" not in answer


async def test_asking_to_buy_back_is_not_answered_by_a_no_that_means_yes() -> None:
    conversation = await dropped(TRADES)
    assert "**That would be a wash sale.** Buying Adobe" in await said(conversation, "can I buy Adobe back?")
    old = HEAD + "Main,taxable,2024-02-01,buy,INTC,40,1760\nMain,taxable,2026-05-28,sell,INTC,20,660\n"
    assert "**No wash sale.** Buying Intel" in await said(await dropped(old), "can I buy Intel back?")


@pytest.mark.parametrize("text", ["", "date,symbol,price\n2025-01-01,AAPL,100\n"])
async def test_a_file_that_cannot_be_read_is_named_by_its_own_name(text: str) -> None:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    answer = words([event async for event in conversation.upload([("mine.csv", text.encode())])])
    assert "mine.csv could not be " in answer


async def test_losses_so_far_are_worth_a_range_while_the_income_is_unknown() -> None:
    # 900 lost against ordinary income: from nothing without tax to 37 % of it, never above zero.
    lost = HEAD + "Main,taxable,2024-02-01,buy,NKE,10,1900\nMain,taxable,2026-03-02,sell,NKE,10,1000\n"
    answer = await said(await dropped(lost), "how much tax do I owe")
    assert "Your gains and losses lower your federal tax for 2026 by about" in answer
    assert "to $333** so far" in answer


async def test_what_has_no_price_is_worth_an_unknown_amount_and_not_nothing() -> None:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    read = words([event async for event in conversation.upload([("trades.csv", TRADES.encode())])])
    held = await said(conversation, "what do I hold?")
    assert "$0" not in read + held
    assert "what they are worth is unknown" in held
