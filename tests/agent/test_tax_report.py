"""Form 8949 and Schedule D through the whole conversation, with the built-in model."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from report_year import year

from assistant.adapters.engine import InlineEngine
from assistant.conversation import Conversation
from assistant.events import StepStarted, Text, TurnEnded
from assistant.settings import Settings
from assistant.start import open_conversation

TODAY = date(2026, 11, 20)
TRADES = (
    "account,account_type,date,action,symbol,quantity,amount\n"
    "Main,taxable,2024-02-01,buy,INTC,40,1760\n"
    "Main,taxable,2026-10-28,sell,INTC,20,660\n"
    "Main,taxable,2026-11-09,buy,INTC,10,341\n"
    "Main,taxable,2024-02-01,buy,ADBE,10,5000\n"
    "Main,taxable,2026-11-10,sell,ADBE,10,3450\n"
    "Roth,roth_ira,2026-11-12,buy,ADBE,4,1400\n"
)
# Intel lost 220, of which 110 is put off; Adobe lost 1,550, of which 620 is gone. Together -1,770 + 730 = -1,040.
BROKER = (
    "Description,Date Acquired,Date Sold,Proceeds,Cost Basis,Adjustment Code,Adjustment Amount,Gain/Loss,Box\n"
    "20 sh. INTC,02/01/2024,10/28/2026,660.00,880.00,W,110.00,-110.00,D\n"
    "10 sh. ADBE,02/01/2024,11/10/2026,3450.00,5000.00,,,-1550.00,D\n"
)


async def dropped(*texts: str) -> Conversation:
    conversation = open_conversation(Settings(), TODAY, InlineEngine())
    files = [(f"file{n}.csv", text.encode()) for n, text in enumerate(texts)]
    [event async for event in conversation.upload(files)]
    return conversation


async def said(conversation: Conversation, text: str) -> str:
    events: list[Any] = [event async for event in conversation.say(text)]
    assert all(event.blocked == 0 for event in events if isinstance(event, TurnEnded))
    return "".join(event.text for event in events if isinstance(event, Text))


@pytest.mark.parametrize(
    "question",
    [
        "show my 8949",
        "what goes on schedule D?",
        "tax report for my CPA",
        "make a form 8949",
        "export my realized gains report as csv",
        "give me the worksheet for my accountant",
        "does my 1099-B match?",
        "I need my capital gains report",
        "download my sales as an excel file",
    ],
)
async def test_the_report_is_asked_for_in_many_ways(question: str) -> None:
    conversation = await dropped(TRADES)
    events = [event async for event in conversation.say(question)]
    assert [event.tool for event in events if isinstance(event, StepStarted)] == ["tax_report"]
    assert "A worksheet, not the filed form" in "".join(event.text for event in events if isinstance(event, Text))


async def test_rows_lines_and_codes_are_shown_to_the_cent() -> None:
    answer = await said(await dropped(TRADES), "tax report for my CPA")
    assert "**Your sales of 2026 come to a net loss of $1,040**" in answer
    assert "| Line 8b | D | 2 | $4,110.00 | $5,880.00 | $730.00 | −$1,040.00 |" in answer
    adobe = "| 10 Adobe | February 1, 2024 | November 10 | $3,450.00 | $5,000.00 | W | $620.00 | −$930.00 | D |"
    assert adobe in answer
    assert "Line 15, net long-term: −$1,040.00. Line 16, together: −$1,040.00. Line 21, deducted: $1,040.00." in answer
    assert "lotline tax-report" in answer
    assert "Boxes are taken from dates" in answer


async def test_schedule_d_alone_shows_no_rows_and_8949_alone_no_lines() -> None:
    conversation = await dropped(TRADES)
    assert "| Form 8949 |" not in await said(conversation, "what goes on schedule D?")
    assert "Line 8b" not in await said(conversation, "show my 8949")


async def test_a_brokers_report_without_an_account_is_held_against_the_history_and_counted_once() -> None:
    conversation = await dropped(TRADES, BROKER)
    investor = conversation.session.investor
    assert (investor.short_gain_usd, investor.long_gain_usd) == (0, -1040)
    answer = await said(conversation, "does my 1099-B match?")
    assert "1 row agrees, 1 differs. Together it has −$1,660.00, these records −$1,040.00." in answer
    assert "$620.00: a wash sale that only shows across accounts or securities." in answer


async def test_a_report_that_agrees_is_said_to_agree() -> None:
    intel = "\n".join(line for line in TRADES.splitlines() if "ADBE" not in line) + "\n"
    answer = await said(await dropped(intel, BROKER.rsplit("10 sh.", 1)[0]), "does my 1099-B match?")
    assert "**Your broker's report agrees with these records to the cent**: 1 row." in answer


async def test_last_year_is_another_year_and_a_year_to_come_is_refused() -> None:
    conversation = await dropped(TRADES)
    assert "**Nothing to report for 2025:**" in await said(conversation, "show my 8949 for last year")
    assert "2027 has not begun" in await said(conversation, "show my 8949 for 2027")


async def test_losses_that_carry_over_are_said_by_term() -> None:
    big = TRADES.replace("ADBE,10,3450", "ADBE,10,50").replace("Roth,roth_ira,2026-11-12,buy,ADBE,4,1400\n", "")
    conversation = await dropped(big)
    await said(conversation, "I'm single and make $90,000")
    # -110 of Intel and -4,950 of Adobe: 5,060; 3,000 is deducted, 2,060 goes on.
    answer = await said(conversation, "what goes on schedule D?")
    assert "net loss of $5,060**, $3,000 of it deducted" in answer
    assert "$2,060 of long-term loss goes to next year." in answer


async def test_without_sales_the_answer_names_the_file_that_would_help() -> None:
    lots = "account,account_type,symbol,quantity,cost_per_share,acquired,price\nMain,taxable,INTC,10,44,2024-02-01,33\n"
    assert "Drop your broker's transaction history" in await said(await dropped(lots), "show my 8949")


async def test_a_cost_that_nobody_knows_is_said() -> None:
    unknown = (
        '"Transactions  for account Individual ...123 as of 11/20/2026 17:56:01 ET"\n'
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"05/04/2026","Sell","PYPL","PAYPAL HLDGS INC","30","$70.00","","$2100.00"\n'
    )
    conversation = await dropped(unknown)
    await said(conversation, "it's taxable")
    assert "1 row lacks a cost and is in no total" in await said(conversation, "show my 8949")


async def test_large_gains_bring_the_next_estimated_payment_with_both_safe_harbours() -> None:
    gain = (
        "account,account_type,date,action,symbol,quantity,amount\n"
        "Main,taxable,2020-02-03,buy,MSFT,100,17000\n"
        "Main,taxable,2026-10-05,sell,MSFT,100,52000\n"
    )
    conversation = await dropped(gain)
    await said(conversation, "I'm single and make $150,000")
    answer = await said(conversation, "what do I owe in tax so far?")
    # 15 % of 35,000 is 5,250; 90 % of it is 4,725.
    assert "Next estimated payment: **January 15, 2027**" in answer
    assert "$4,725 of it for gains (90% of the year's tax is" in answer
    assert "110% if last year's adjusted gross income was over $150,000" in answer
    assert "I don't know how much that is" in answer


async def test_a_year_of_every_kind_of_sale_is_shown_with_every_figure_bound() -> None:
    more = "acquired,market_value,donor_basis,instrument,underlying"
    rows = [f"account,account_type,date,action,symbol,quantity,amount,{more}"]
    for event in year():
        account = "Roth,roth_ira" if event.account_id == "roth" else "Main,taxable"
        amounts = (event.shares, event.amount_usd, event.acquired, event.market_value_usd, event.donor_basis_usd)
        written = ",".join("" if each is None else str(each) for each in amounts)
        rows.append(
            f"{account},{event.on},{event.action},{event.symbol},{written},{event.instrument},{event.underlying or ''}"
        )
    answer = await said(await dropped("\n".join(rows) + "\n"), "tax report for my CPA")
    assert "**Your sales of 2026 come to a net gain of $28,284.**" in answer
    assert "| Line 9 | K | 1 | $30,000.00 | $4,500.00 | $0.00 | $25,500.00 |" in answer
    assert "| 1 KO 2026-06-19 C75 | May 1, 2026 | June 19 | $0.00 | $120.00 | | | −$120.00 | A |" in answer
    assert "6 more rows are in the file." in answer
    assert "Form 6781" in answer
    assert "Line 21" not in answer
