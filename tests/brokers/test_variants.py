"""Other years and other views of the same exports, as people meet them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.brokers.base import Reading
from tools.brokers.named import named
from tools.brokers.registry import read
from tools.errors import FileProblem
from tools.history import Action, Instrument
from tools.model import AccountType, Term


def reading(text: str, symbol: str | None = None) -> Reading:
    found = read("file-1", text.encode(), symbol)
    assert found.accounted_count == found.rows_count
    return found


OLD = "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Last Price Change,Current Value,"
OLD += "Today's Gain/Loss Dollar,Today's Gain/Loss Percent,Total Gain/Loss Dollar,Total Gain/Loss Percent,"


@pytest.mark.parametrize(
    "rest",
    [
        "Percent Of Account,Cost Basis Total,Average Cost Basis,Type",
        "Percent Of Account,Cost Basis,Cost Basis Per Share,Type",
    ],
    ids=["2023", "2021"],
)
def test_fidelity_positions_of_other_years(rest: str) -> None:
    found = reading(
        f"{OLD}{rest}\n"
        "X00000001,Roth IRA,FXAIX,FIDELITY 500,10.5,$200.00,+$1.00,$2100.00,+$1,+1%,+$100,+5%,50%,"
        "$2000.00,$190.48,Cash,\n"
        "X00000001,Roth IRA,FDRXX**,HELD IN MONEY MARKET,,,,$25.00,,,,,1%,,,Cash,\n"
        "Z00000002,Joint WROS, -SNDK270917C1500,SNDK SEP 17 2027 $1500 CALL,-1,$10.00,+$0,"
        "-$1000.00,+$0,+0%,--,--,1%,--,--,Margin,\n"
        "Z00000002,Joint WROS,912810TM0,UNITED STATES TREAS BDS,1000,$99.5,+$0,$995.00,+$0,+0%,n/a,"
        "n/a,1%,n/a,n/a,Cash,\n"
        "Z00000002,401(k),,SP 500 INDEX PL CL C,3,$10,+$0,$30,+$0,+0%,n/a,n/a,1%,n/a,n/a,,\n"
    )
    fund, call, bond, pool = found.positions
    assert (fund.shares, fund.basis_usd, fund.account, fund.account_type) == (
        Decimal("10.5"),
        Decimal(2000),
        "Roth IRA …0001",
        AccountType.ROTH_IRA,
    )
    assert (call.symbol, call.instrument, call.shares, call.basis_usd) == (
        "SNDK 2027-09-17 C1500",
        Instrument.CALL,
        Decimal(-1),
        None,
    )
    assert (bond.symbol, bond.basis_usd) == ("912810TM0", None)
    assert (pool.symbol, pool.account_type) == ("SP 500 INDEX PL CL C", AccountType.K401)
    assert [row.amount_usd for row in found.cash] == [Decimal(25)]


def test_fidelity_open_lots_read_once_the_person_says_the_symbol() -> None:
    text = (
        "Date acquired,Quantity,Cost basis,Cost basis/share,Value,Gain/loss,Sale availability date,"
        "Transfer availability date,Grant date,Share source,Holding period\n"
        "May-15-2025,10.0000,1000.00,100.00,1200.00,200.00,-,-,-,DO,Long\n"
        "May-15-2025,10.0000,1000.00,100.00,1200.00,200.00,-,-,-,DO,Long\n"
        ",\nThe values are displayed in USD\n"
    )
    asked = reading(text)
    assert not asked.lots
    assert "not of which security" in asked.problems[0].what
    told = reading(text, "msft")
    assert [(lot.symbol, lot.shares, lot.price_usd) for lot in told.lots] == [("MSFT", Decimal(10), Decimal(120))] * 2
    assert not told.problems


def test_fidelity_closed_lots_read_once_the_person_says_the_symbol() -> None:
    text = 'Date acquired,Quantity,<span style="color: rgb(0,0,51);">Date sold or transferred</span>,Proceeds,'
    text += "Cost basis,Gain/loss,Term\nMAY/15/2023,2,JUN/03/2026,500.00,300.00,200.00,LONG\n"
    (row,) = reading(text, "AAPL").realized
    assert (row.symbol, row.acquired, row.sold, row.term) == ("AAPL", date(2023, 5, 15), date(2026, 6, 3), Term.LONG)


FIDELITY_ROWS = {
    "Run Date,Action,Symbol,Security Description,Security Type,Quantity,Price ($),Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date": " 05/04/2026, YOU SOLD APPLE INC (AAPL) (Cash),AAPL,APPLE INC,"
    "Cash,-4,100.00,1.00,0.03,,398.97,05/05/2026",
    "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Accrued Interest ($),"
    "Amount ($),Cash Balance ($),Settlement Date": " 05/04/2026, YOU SOLD APPLE INC (AAPL) (Cash),AAPL,APPLE INC,"
    "Cash,-4,100.00,1.00,0.03,,398.97,500.00,05/05/2026",
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date": "05/04/2026,Joint,X00000001,YOU SOLD APPLE INC,AAPL,APPLE,"
    "Cash,100.00,-4,1.00,0.03,,398.97,05/05/2026",
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Exchange Quantity,Exchange Currency,Quantity,"
    "Currency,Price,Exchange Rate,Commission,Fees,Accrued Interest,Amount,Settlement Date": "05/04/2026,Joint,"
    "X00000001,YOU SOLD APPLE INC,AAPL,APPLE,Cash,0,,USD,100.00,-4,0,1.00,0.03,,398.97,05/05/2026",
}


@pytest.mark.parametrize(("header", "row"), FIDELITY_ROWS.items(), ids=["one", "balance", "accounts", "shifted"])
def test_fidelity_history_of_every_layout_says_the_same(header: str, row: str) -> None:
    (sale,) = reading(f"\n\n\n{header}\n{row}\n").trades
    assert (sale.action, sale.on, sale.shares, sale.price_usd, sale.fees_usd, sale.amount_usd) == (
        Action.SELL,
        date(2026, 5, 4),
        Decimal(4),
        Decimal(100),
        Decimal("1.03"),
        Decimal("398.97"),
    )


def test_a_shifted_row_whose_amount_does_not_fit_is_left_out() -> None:
    header, row = list(FIDELITY_ROWS.items())[3]
    found = reading(f"{header}\n{row.replace('398.97', '9000.00')}\n")
    assert not found.trades
    assert "do not stand under their headings" in found.problems[0].what


@pytest.mark.parametrize(
    ("words", "quantity", "action"),
    [
        ("YOU BOUGHT OPENING TRANSACTION CALL (SPY)", "1", Action.BUY),
        ("YOU SOLD OPENING TRANSACTION CALL (SPY)", "-1", Action.SHORT),
        ("YOU BOUGHT CLOSING TRANSACTION CALL (SPY)", "1", Action.COVER),
        ("REINVESTMENT APPLE", "0.1", Action.REINVEST),
        ("FOREIGN TAX PAID APPLE", "", Action.OTHER),
        ("JOURNALED SHARES", "-3", Action.TRANSFER_OUT),
        ("TRANSFERRED FROM X12", "3", Action.TRANSFER_IN),
        ("MERGER MER FROM 123", "3", Action.MERGE),
    ],
)
def test_fidelity_words_say_what_happened(words: str, quantity: str, action: Action) -> None:
    header = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)"
    (row,) = reading(f"{header}\n05/04/2026, {words},SPY,SPY,Cash,{quantity},,,,1\n").trades
    assert row.action is action


def test_schwab_positions_with_other_columns_and_an_unnamed_one() -> None:
    found = reading(
        '"Positions for account Individual ...123 as of 12:33 PM ET, 2025/05/04"\n"","","","","",""\n'
        '"Symbol","","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type"\n'
        '"BRK/B","","2","500.00","$1,000.00","Incomplete","Equity"\n'
        '"AAPL 01/15/2027 200.00 C","","-1","5.00","-$500.00","$400.00","Option"\n'
        '"Cash & Cash Investments","--","--","--","$12.34","--","Cash and Money Market"\n'
        '"Account Total","","--","--","$512.34","--","--"\n'
    )
    stock, call = found.positions
    assert (stock.symbol, stock.basis_usd, stock.price_usd) == ("BRK.B", None, Decimal(500))
    assert (call.symbol, call.shares, call.instrument) == ("AAPL 2027-01-15 C200", Decimal(-1), Instrument.CALL)
    assert found.cash[0].amount_usd == Decimal("12.34")
    assert found.as_of == date(2025, 5, 4)


def test_schwab_positions_whose_basis_does_not_add_up_say_so() -> None:
    found = reading(
        '"Positions for account Individual ...123 as of 12:33 PM ET, 2025/05/04"\n'
        "Symbol,Quantity,Price,Market Value,Cost Basis\nAAPL,1,5,5,4\nPositions Total,,,5,$9.00\n"
    )
    assert "the broker's total says $9.00" in found.problems[0].what


def test_schwab_realized_summary_of_2021() -> None:
    (row,) = reading(
        '"Symbol","Name","Closed Date","Quantity","Proceeds","CostBasis","Total Gain/Loss ($)"\n'
        '"VOO","VANGUARD S&P 500","9/27/2021","100","$40,000.00","$30,000.00","$10,000.00"\n'
    ).realized
    assert (row.symbol, row.sold, row.basis_usd, row.acquired) == ("VOO", date(2021, 9, 27), Decimal(30000), None)


def test_vanguard_download_of_529_plans_and_sweeps() -> None:
    found = reading(
        "Fund Account Number,Fund Name,Price,Shares,Total Value\n"
        "123456789-01,Vanguard 500 Index Portfolio,$50.00,10.000,$500.00\n\n\n"
        "Account Number,Trade Date,Process Date,Transaction Type,Transaction Description,Investment Name,Share Price,"
        "Shares,Gross Amount,Net Amount\n"
        "123456789-01,01/02/2026,01/03/2026,Contribution,AIP,Vanguard 500 Index Portfolio,$50.00,"
        "10.000,$500.00,$500.00\n"
    )
    assert found.positions[0].symbol == "VANGUARD 500 INDEX PORTFOLIO"
    assert found.positions[0].account_type is AccountType.PLAN_529
    assert found.trades[0].action is Action.BUY
    # The plan counts what came in; the account paid it.
    assert found.trades[0].amount_usd == Decimal("-500.00")
    assert "123456789" not in str(found)


def test_vanguard_older_amounts_in_parentheses() -> None:
    found = reading(
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
        "Investment Name,Symbol,Shares,"
        "Share Price,Principal Amount,Commission Fees,Net Amount,Accrued Interest,Account Type,\n"
        "12345678,01/02/2026,01/03/2026,Buy,Buy,VTI,VTI,10,240,(2400.00),0.0,(2400.00),0.0,CASH,\n"
        "12345678,01/02/2026,01/03/2026,Sweep out,Sweep,VMFXX,VMFXX,-2400,1.0,2400.00,0.0,2400.00,0.0,CASH,\n"
    )
    buy, sweep = found.trades
    assert (buy.amount_usd, buy.shares) == (Decimal(-2400), Decimal(10))
    assert (sweep.action, sweep.shares) == (Action.OTHER, None)


def test_etrade_transactions_of_the_old_layout() -> None:
    found = reading(
        "For Account:,####3525\n\nTransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,"
        "Description\n\n06/12/20,Sold,EQ,ABC,-50,2500.00,50.00,4.95,ABC CORP            \n"
        "06/11/20,Bought To Open,OPTN,QQQ Dec 31 '26 $600 Put,1,-500.65,5.00,0.65,QQQ\n"
    )
    sold, put = found.trades
    assert (sold.account, sold.shares, sold.fees_usd) == ("…3525", Decimal(50), Decimal("4.95"))
    assert (put.symbol, put.instrument, put.underlying) == ("QQQ 2026-12-31 P600", Instrument.PUT, "QQQ")


def test_etrade_lots_without_a_date_options_and_certificates_are_kept() -> None:
    found = reading(
        "Symbol,Qty #,Value $,Total Cost\n\ufeff\u200bABC,30.0000,600.0000,480.0000\n     --,"
        "10.0000,200.0000,100.0000\n"
        "     01/15/2022,20.0000,400.0000,380.0000\nQQQ Dec 31 '26 $600 Put,2,100.00,90.00\n"
        "GOLDMAN SACHS BK USA C D 4.5% 12/01/2027,10000,9990.00,10000.00\nCASH,,690.22,\nTOTAL,,1,1\n"
    )
    assert [(lot.acquired, lot.basis_usd, lot.price_usd) for lot in found.lots] == [
        (None, Decimal(100), Decimal(20)),
        (date(2022, 1, 15), Decimal(380), Decimal(20)),
    ]
    assert [row.shares for row in found.totals] == [Decimal(30)]
    assert [row.symbol for row in found.positions] == [
        "QQQ 2026-12-31 P600",
        "GOLDMAN SACHS BK USA C D 4.5% 12/01/2027",
    ]


def test_robinhood_options_and_unknown_codes() -> None:
    found = reading(
        '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
        '"Quantity","Price","Amount"\n'
        '"1/2/2026","1/2/2026","1/5/2026","AAPL","AAPL 1/16/2026 Call $150.00","STO","1","$2.00","$199.95"\n'
        '"1/16/2026","1/16/2026","1/16/2026","AAPL",'
        '"Option Expiration for AAPL 1/16/2026 Call $150.00","OEXP","1S","",""\n'
        '"1/17/2026","1/17/2026","1/17/2026","AAPL","Apple\nCUSIP: 037833100","XYZQ","3","",""\n'
    )
    short, expired, strange = found.trades
    assert (short.action, short.symbol, short.instrument) == (Action.SHORT, "AAPL 2026-01-16 C150", Instrument.CALL)
    assert (expired.action, expired.shares) == (Action.EXPIRE, Decimal(1))
    assert strange.action is Action.OTHER
    assert "XYZQ" in found.problems[0].what


def test_merrill_noise_in_a_symbol_and_the_window_layout() -> None:
    found = reading(
        '"Exported on: 08/15/2026 08:53 PM ET"\r\n"Positions" ,"Description" ,"Quantity" ,"Price" ,"Value" ,'
        '"Total Client Investment" \r\n"JEPI !  Executed Buy" ,"JPM" ,"10" ,"$50.00" ,"$500.00" ,"$450.00" \r\n'
    )
    assert [(row.symbol, row.basis_usd) for row in found.positions] == [("JEPI", Decimal(450))]
    activity = reading(
        '"Settlement date","Description","Type","Symbol/ CUSIP","Quantity","Price","Amount"\n'
        '"08/15/2026","Dividend JPM","Dividends","JEPI","--","--",'
        '"+$44.92"\n"Total Aug 2026 - Oct 2026","","","","","",""\n'
    )
    (row,) = activity.trades
    assert (row.action, row.amount_usd, row.on) == (Action.DIVIDEND, Decimal("44.92"), date(2026, 8, 15))
    assert "settlement days only" in activity.notes[0]


FLEX = (
    '<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1234567" toDate="20261120"><OpenPositions>'
    "{}</OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"
)
HELD = (
    '<OpenPosition currency="USD" assetCategory="STK" symbol="BRK B" position="{}" markPrice="5" costBasisMoney="{}" '
)
HELD += 'levelOfDetail="{}" openDateTime="{}" holdingPeriodDateTime="{}"/>'


def test_ibkr_summaries_and_lots_are_never_both_counted() -> None:
    lots = HELD.format(2, 8, "LOT", "20261109;101500", "20260127;101500") + HELD.format(1, 3, "LOT", "2026-01-05", "")
    both = reading(FLEX.format(HELD.format(3, 11, "SUMMARY", "", "") + lots))
    assert [(lot.symbol, lot.shares, lot.tacked_days) for lot in both.lots] == [
        ("BRK.B", Decimal(2), 286),  # 2026-01-27 to 2026-11-09
        ("BRK.B", Decimal(1), 0),
    ]
    assert not both.positions
    alone = reading(FLEX.format(HELD.format(3, 11, "SUMMARY", "", "")))
    assert (len(alone.positions), len(alone.lots)) == (1, 0)
    apart = reading(FLEX.format(lots + HELD.format(4, 11, "SUMMARY", "", "")))
    assert (len(apart.lots), len(apart.positions)) == (2, 0)
    assert "the summary says 4" in apart.problems[0].what


@pytest.mark.parametrize(
    ("dates", "acquired"),
    [
        (("03/04/2026", "25/12/2025"), date(2026, 4, 3)),
        (("03/04/2026", "12/25/2025"), date(2026, 3, 4)),
        (("03/04/2026", "05/06/2025"), None),
    ],
    ids=["european", "american", "either"],
)
def test_ibkr_dates_with_slashes_are_read_only_when_the_file_shows_their_order(
    dates: tuple[str, str], acquired: date | None
) -> None:
    found = reading(FLEX.format("".join(HELD.format(1, 3, "LOT", day, "") for day in dates)))
    assert found.lots[0].acquired == acquired
    assert bool(found.problems) == (acquired is None)


def test_ibkr_entities_and_other_currencies_are_not_read() -> None:
    with pytest.raises(FileProblem, match="entities"):
        read("file-1", f'<!DOCTYPE a [<!ENTITY x "y">]>{FLEX.format("")}'.encode())
    found = reading(FLEX.format(HELD.format(1, 3, "LOT", "20260101", "").replace("USD", "EUR")))
    assert not found.lots
    assert "EUR" in found.problems[0].what


def test_ofx_version_two_reads_like_version_one() -> None:
    text = (
        '<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?><OFX><INVSTMTRS><DTASOF>20261120</DTASOF>'
        "<CURDEF>USD</CURDEF><INVACCTFROM><ACCTID>123456789</ACCTID></INVACCTFROM><INVTRANLIST><SPLIT><INVTRAN>"
        "<DTTRADE>20260610</DTTRADE></INVTRAN><SECID><UNIQUEID>594918104</UNIQUEID></SECID><NUMERATOR>4</NUMERATOR>"
        "<DENOMINATOR>1</DENOMINATOR></SPLIT></INVTRANLIST><INVPOSLIST><POSSTOCK><INVPOS><SECID><UNIQUEID>594918104"
        "</UNIQUEID></SECID><POSTYPE>SHORT</POSTYPE><UNITS>3</UNITS><UNITPRICE>480</UNITPRICE></INVPOS></POSSTOCK>"
        "</INVPOSLIST></INVSTMTRS><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>594918104</UNIQUEID></SECID><SECNAME>"
        "A &amp; B</SECNAME><TICKER>MSFT</TICKER></SECINFO></STOCKINFO></SECLIST></OFX>"
    )
    found = reading(text)
    assert [(row.symbol, row.shares, row.name) for row in found.positions] == [("MSFT", Decimal(-3), "A & B")]
    assert [(row.action, row.ratio) for row in found.trades] == [(Action.SPLIT, Decimal(4))]


def test_a_bank_statement_in_ofx_says_that_it_has_no_investments() -> None:
    with pytest.raises(FileProblem, match="no investments"):
        read("file-1", b"OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD</STMTRS></BANKMSGSRSV1></OFX>")


def test_ten_thousand_lots_lose_none() -> None:
    header = (
        "Account Name,Symbol,Description,Acquired,Term,Current Value,Quantity,Average Cost Basis,Cost Basis Total\n"
    )
    row = 'Individual - TOD,AAPL,APPLE INC,Aug-31-2020,Long,"$16,200.00",60.000,$129.00,"$7,740.00"\n'
    assert len(reading(header + row * 10_000).lots) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "AAPL 01/17/2025 150.00 C",
        "AAPL 1/17/2025 Call $150.00",
        "AAPL 01/17/25 C150",
        "AAPL Jan 17 '25 $150 Call",
        "AAPL  250117C00150000",
        "-AAPL250117C150",
        "AAPL 17JAN25 150 C",
        "AAPL 20250117 150 C",
        "CALL AAPL JAN 17 25 150",
        "CALL (AAPL) APPLE INC JAN 17 25 $150 (100 SHS)",
        "AAPL 2025-01-17 C150",
    ],
)
def test_an_option_has_one_name_whatever_the_broker_calls_it(text: str) -> None:
    assert named(text).symbol == "AAPL 2025-01-17 C150"


@pytest.mark.parametrize(
    ("text", "symbol"), [("BRKB", "BRK.B"), ("BRK/B", "BRK.B"), ("BRK B", "BRK.B"), ("META", "META"), ("ABBA", "ABBA")]
)
def test_class_shares_have_one_name(text: str, symbol: str) -> None:
    assert named(text).symbol == symbol


def test_a_bond_priced_for_a_hundred_of_face_is_worth_what_the_file_says() -> None:
    found = reading(
        '"Positions for account Roth Contributory IRA ...456 as of 09:31 AM ET, 11/20/2026"\n\n'
        '"Symbol ","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis ","Asset Type"\n'
        '"AAPL","APPLE INC","10","$200.00","$2,000.00","$2,500.00","Equity"\n'
        '"912828YK0","US TREASURY 1.375% 10/15/31","5,000","98.5","$4,925.00","$4,900.00","Fixed Income"\n'
        '"Futures Cash","","--","--","$0.00","--","--"\n'
    )
    # 5,000 of face at 98.5 for each 100 is 5,000 x 0.985 = 4,925; a stock's price stays as it is.
    assert [row.price_usd for row in found.positions] == [Decimal(200), Decimal("0.985")]
    assert {row.account_type for row in found.positions} == {AccountType.ROTH_IRA}
    assert not found.problems
    assert any("for each $100 of face" in note for note in found.notes)


def test_an_etrade_account_summary_of_two_columns_names_the_account() -> None:
    found = reading(
        "Account Summary\nAccount,Total Assets\nIndividual -3525,100\n\nSymbol,Qty #,Value $,Total Cost\n"
        "AAPL,50,750.00,600.00\n     01/15/2022,40,600.00,480.00\n     --,10,150.00,120.00\nTOTAL,,750.00,600\n"
    )
    assert {lot.account for lot in found.lots} == {"Individual …3525"}
    assert [lot.acquired for lot in found.lots] == [date(2022, 1, 15), None]


def test_sums_and_pending_activity_are_no_holdings() -> None:
    merrill = reading(
        '"Exported on: 11/20/2026 08:53 PM ET" \n"Selected account(s):CMA-Edge 00X-00000" \n,\n'
        '"Positions" ,"Description" ,"Quantity" ,"Price" ,"Day\'s Price $ Chg % Chg" ,"Value" ,'
        '"Cumulative Investment Return $" ,"Day\'s Value Change $" ,"Total Client Investment" ,'
        '"Unrealized Gain/Loss $ Chg % Chg" \n'
        '"AAPL" ,"APPLE INC" ,"10" ,"$200.00" ,"--" ,"$2,000.00" ,"--" ,"--" ,"$2,500.00" ,"-$500.00 -20.00%" \n'
        '"Pending activity" ,"" ,"" ,"" ,"" ,"$7.00" ,"" ,"" ,"" ,"" \n'
    )
    assert any("pending activity" in note for note in merrill.notes)
    vanguard = reading(
        "Account,Symbol/CUSIP,Description,Acquired date,Cost basis method,Quantity,Cost per share,Total cost,"
        "Covered/Non-covered\nJoint -12345678,VTI,TOTAL STOCK,03/04/2019,MinTax,10,$150.00,$1500.00,Covered\n"
        "Total,,,,,,,$1500.00,\n"
    )
    assert len(merrill.positions) == len(vanguard.lots) == 1
    assert not merrill.problems + vanguard.problems
