"""Files of past trades: our own, Schwab's transactions and Schwab's realized report."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.brokers.base import Reading
from tools.brokers.registry import read
from tools.errors import LotlineError
from tools.history import Action, Instrument
from tools.model import AccountType, Term

OWN = """account,account_type,date,time,action,symbol,quantity,price,fees,amount,acquired,basis,lots,ratio,instrument,\
underlying
Main 44331234,taxable,2024-03-05,,buy,MSFT,10,400,1.00,,,,,,,
Main 44331234,taxable,2026-06-10,,split,MSFT,,,,,,,,4:1,,
Main 44331234,taxable,2026-10-02,14:30,sell,msft,12,,,1200,,,2024-03-05:12,,,
IRA 777-12345,traditional_ira,2026-10-20,,reinvest,MSFT,0.5,99,,,,,,,,
Main 44331234,taxable,2026-10-21,,buy,MSFT 2027-01-15 C120,2,5,,1000,,,,,call,MSFT
"""
SCHWAB = """"Transactions  for account Individual ...123 as of 11/20/2026 17:56:01 ET From 01/01/2026 to 11/20/2026"
"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount",
"11/10/2026","Sell","ADBE","ADOBE INC","4","$345.00","$0.03","$1379.97",
"11/05/2026","Reinvest Shares","VTI","VANGUARD TOTAL STOCK MARKET ETF","0.291","$326.50","","-$95.01",
"11/05/2026","Reinvest Dividend","VTI","VANGUARD","","","","$95.01",
"10/16/2026 as of 10/15/2026","Bank Interest","","BANK INT","","","","$1.23",
"10/02/2026","Journaled Shares","MSFT","MICROSOFT","-3","","","",
"Transactions Total","","","","","","","-$1,829.80",
"""
REALIZED = """"Realized Gain/Loss - Lot Details for All_Accounts as of Fri Nov 20  17:55:09 EST 2026 \
from 01/01/2026 to 11/20/2026"
"Individual ...123"
"Symbol","Name","Closed Date","Opened Date","Quantity","Proceeds","Cost Basis (CB)","Gain/Loss ($)","Term",\
"Wash Sale?","Disallowed Loss"
"INTC","INTEL CORP","10/28/2026","01/15/2026","20","$660.00","$880.00","-$220.00","Short Term","Yes","$110.00"
"Joint ...456"
"Symbol","Name","Closed Date","Opened Date","Quantity","Proceeds","Cost Basis (CB)","Gain/Loss ($)","Term",\
"Wash Sale?","Disallowed Loss"
"PYPL","PAYPAL","05/04/2026","Various","30","$2,100.00","--","--","Long Term","No",""
"Total","","","","","$2,760.00","","","","",""
"""


def reading(text: str) -> Reading:
    found = read("file-1", text.encode())
    assert found.accounted_count == found.rows_count
    return found


def test_our_own_history_reads_every_column() -> None:
    rows = reading(OWN).trades
    assert [(row.on, row.action, row.symbol, row.shares) for row in rows] == [
        (date(2024, 3, 5), Action.BUY, "MSFT", Decimal(10)),
        (date(2026, 6, 10), Action.SPLIT, "MSFT", None),
        (date(2026, 10, 2), Action.SELL, "MSFT", Decimal(12)),
        (date(2026, 10, 20), Action.REINVEST, "MSFT", Decimal("0.5")),
        (date(2026, 10, 21), Action.BUY, "MSFT 2027-01-15 C120", Decimal(2)),
    ]
    assert rows[1].ratio == 4
    assert (rows[2].at, rows[2].amount_usd, rows[2].picks) == (time(14, 30), Decimal(1200), "2024-03-05:12")
    assert (rows[3].account_type, rows[3].account) == (AccountType.TRADITIONAL_IRA, "IRA …2345")
    assert (rows[4].instrument, rows[4].underlying) == (Instrument.CALL, "MSFT")


@pytest.mark.parametrize(
    ("cell", "row", "says"),
    [
        ("quantity", "Main,taxable,2026-01-02,buy,X,-5,100", "quantity: -5 is negative"),
        ("quantity", "Main,taxable,2026-01-02,buy,X,five,100", "quantity: “five” is not a number"),
        ("action", "Main,taxable,2026-01-02,hold,X,5,100", "action: “hold” is none of open, buy"),
        ("action", "Main,taxable,2026-01-02,,X,5,100", "action: the cell is empty"),
        ("date", "Main,taxable,soon,buy,X,5,100", "date: “soon” is not a date"),
        ("symbol", "Main,taxable,2026-01-02,buy,<b>,5,100", "symbol: “<b>” is not a ticker symbol"),
    ],
)
def test_a_bad_row_of_our_own_history_is_left_out_with_its_reason(cell: str, row: str, says: str) -> None:
    found = reading(
        f"account,account_type,date,action,symbol,quantity,amount\n{row}\nMain,taxable,2026-01-03,buy,Y,1,9\n"
    )
    (problem,) = found.problems
    assert problem.where == "file-1, row 2"
    assert problem.what.startswith(says)
    assert len(found.trades) == 1


def test_schwab_transactions_read_with_their_actions_and_signs() -> None:
    found = reading(SCHWAB)
    assert found.as_of == date(2026, 11, 20)
    assert [(row.action, row.symbol, row.shares, row.amount_usd) for row in found.trades] == [
        (Action.SELL, "ADBE", Decimal(4), Decimal("1379.97")),
        (Action.REINVEST, "VTI", Decimal("0.291"), Decimal("-95.01")),
        (Action.DIVIDEND, "VTI", None, Decimal("95.01")),
        (Action.OTHER, None, None, Decimal("1.23")),
        (Action.TRANSFER_OUT, "MSFT", Decimal(3), None),
    ]
    assert found.trades[3].on == date(2026, 10, 15)
    assert {row.account for row in found.trades} == {"Individual …123"}


def test_schwab_realized_rows_keep_their_account_and_unknown_stays_unknown() -> None:
    found = reading(REALIZED)
    assert found.as_of == date(2026, 11, 20)
    first, second = found.realized
    assert (first.account, first.acquired, first.basis_usd, first.disallowed_usd, first.term) == (
        "Individual …123",
        date(2026, 1, 15),
        Decimal(880),
        Decimal(110),
        Term.SHORT,
    )
    assert (second.account, second.acquired, second.basis_usd, second.term) == ("Joint …456", None, None, Term.LONG)


@given(st.sampled_from([OWN, SCHWAB, REALIZED]), st.data())
def test_a_cut_or_damaged_history_is_read_or_refused_by_name_and_loses_no_row(text: str, data: st.DataObject) -> None:
    cut = text[: data.draw(st.integers(0, len(text)))]
    place = data.draw(st.integers(0, max(len(cut) - 1, 0)))
    damaged = cut[:place] + data.draw(st.sampled_from(['"', ",", "\r\n", "\0", "=1+1", "ü", "-"])) + cut[place:]
    try:
        found = read("file-1", damaged.encode())
    except LotlineError:
        return
    assert found.accounted_count == found.rows_count


def test_a_file_that_puts_the_day_first_has_no_date_guessed() -> None:
    head = "account,account_type,date,action,symbol,quantity,amount\n"
    found = reading(f"{head}Main,taxable,03/04/2025,buy,X,5,100\nMain,taxable,25/04/2025,buy,Y,5,100\n")
    assert found.trades == ()
    assert "may be day or month first" in found.problems[0].what
    lots = read(
        "file-1", b"account,symbol,quantity,cost_per_share,acquired\nM,X,5,10,03/04/2025\nM,Y,5,10,25/04/2025\n"
    )
    assert [lot.acquired for lot in lots.lots] == [None, None]
    assert len(lots.problems) == 2
