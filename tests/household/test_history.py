"""Histories become ledgers: what was held before, which lots a sale took, what is rebuilt, what stays unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tools.analysis.review import review
from tools.brokers.base import LotRow, PositionRow, Reading, RealizedRow, TradeRow
from tools.brokers.own_history import NAME as OWN_HISTORY
from tools.history import Action
from tools.household.build import Loaded, build
from tools.model import AccountType, Term
from tools.money import ZERO

ON = date(2026, 11, 20)


def day(text: str) -> date:
    return date.fromisoformat(text)


def trade(row: int, on: str, action: str, shares: str | None, amount: str | None, **more: Any) -> TradeRow:
    more = {"account": "Main …123", "account_type": AccountType.TAXABLE, "symbol": "X", **more}
    count = None if shares is None else Decimal(shares)
    money = None if amount is None else Decimal(amount)
    return TradeRow(row=row, on=day(on), action=Action(action), shares=count, amount_usd=money, **more)


def closed(
    row: int, acquired: str | None, sold: str, shares: str, proceeds: str, basis: str | None, **more: Any
) -> RealizedRow:
    return RealizedRow(
        row=row,
        account="Main …123",
        account_type=AccountType.TAXABLE,
        symbol=more.pop("symbol", "X"),
        shares=Decimal(shares),
        acquired=day(acquired) if acquired else None,
        sold=day(sold),
        proceeds_usd=Decimal(proceeds),
        basis_usd=Decimal(basis) if basis else None,
        **more,
    )


def lot(row: int, acquired: str, shares: str, basis: str, symbol: str = "X") -> LotRow:
    return LotRow(
        row=row,
        account="Main …123",
        account_type=AccountType.TAXABLE,
        symbol=symbol,
        shares=Decimal(shares),
        basis_usd=Decimal(basis),
        acquired=day(acquired),
    )


def reading(file: str, *, format: str = "Some broker", **rows: Any) -> Reading:  # noqa: A002
    count = sum(map(len, rows.values()))
    return Reading(file=file, format=format, rows_count=count, digest=file, as_of=ON, **rows)


def loaded(*readings: Reading) -> Loaded:
    return build(readings, ON)


def held(found: Loaded) -> list[tuple[str, Decimal, Decimal | None, date | None]]:
    return [(one.symbol, one.shares, one.basis_usd, one.acquired) for one in found.household.lots]


def test_lots_are_rebuilt_first_in_first_out_and_said_to_be() -> None:
    trades = (
        trade(2, "2024-01-05", "buy", "10", "-1000"),
        trade(3, "2025-01-06", "buy", "10", "-1500"),
        trade(4, "2026-03-02", "sell", "12", "1440"),
    )
    found = loaded(reading("file-1", trades=trades))
    # 10 of the first and 2 of the second lot are sold; 8 of 1,500/10 stay: 1,200.
    assert held(found) == [("X", Decimal(8), Decimal(1200), day("2025-01-06"))]
    assert found.notes == ("The lots of X are rebuilt from history, first in, first out.",)


def test_a_sale_of_lots_bought_before_the_records_is_unknown_and_said_with_its_row() -> None:
    found = loaded(reading("file-1", trades=(trade(7, "2026-05-04", "sell", "30", "2100"),)))
    (sale,) = review(found.household, ON).unknown
    assert (sale.gain_usd, sale.shares, sale.where) == (None, Decimal(30), "file-1, row 7")
    assert found.problems == ()


def test_a_realized_report_names_the_lots_of_a_sale() -> None:
    trades = (trade(2, "2026-05-04", "sell", "30", "2100"),)
    rows = (closed(5, "2021-03-01", "2026-05-04", "30", "2100", "2500", term=Term.LONG),)
    (sale,) = review(loaded(reading("file-1", trades=trades), reading("file-2", realized=rows)).household, ON).sales
    assert (sale.gain_usd, sale.loss_usd) == (Decimal(-400), Decimal(400))


def test_a_realized_report_alone_stands_for_the_sales() -> None:
    rows = (
        closed(5, "2021-03-01", "2026-05-04", "30", "2100", "2500"),
        closed(6, "2026-01-05", "2026-05-04", "5", "350", "300"),
    )
    found = review(loaded(reading("file-2", realized=rows)).household, ON)
    assert (found.gains.long_usd, found.gains.short_usd) == (Decimal(-400), Decimal(50))


def test_lots_still_held_are_not_taken_by_a_sale_of_others() -> None:
    trades = (trade(2, "2026-02-02", "buy", "5", "-500"), trade(3, "2026-06-01", "sell", "5", "450"))
    found = loaded(reading("file-1", trades=trades), reading("file-2", lots=(lot(4, "2019-01-02", "9", "90"),)))
    (sale,) = review(found.household, ON).sales
    # The old lot is still there, so the five bought in February were sold: 450 - 500.
    assert sale.gain_usd == Decimal(-50)
    assert held(found) == [("X", Decimal(9), Decimal(90), day("2019-01-02"))]


def test_one_download_twice_and_overlapping_ones_count_once_but_equal_lines_of_one_file_stay_two() -> None:
    first = (trade(2, "2026-02-02", "buy", "5", "-500"), trade(3, "2026-02-02", "buy", "5", "-500"))
    second = (trade(9, "2026-02-02", "buy", "5", "-500"), trade(10, "2026-02-02", "buy", "5", "-500"))
    later = (*second, trade(11, "2026-07-01", "buy", "1", "-120"))
    found = loaded(reading("file-1", trades=first), reading("file-2", trades=later))
    assert sum((one.shares for one in found.household.lots), ZERO) == 11


def test_shares_moved_between_own_accounts_keep_their_basis_and_day() -> None:
    other = {"account": "Second …999"}
    trades = (
        trade(2, "2024-02-02", "buy", "10", "-1000"),
        trade(3, "2026-03-02", "transfer_out", "10", None),
        trade(4, "2026-03-04", "transfer_in", "10", None, **other),
    )
    found = loaded(reading("file-1", trades=trades))
    assert held(found) == [("X", Decimal(10), Decimal(1000), day("2024-02-02"))]
    assert [one.account_id for one in found.household.lots] == ["acct-2"]


def test_a_broken_record_blocks_its_own_symbol_and_no_other() -> None:
    trades = (
        trade(2, "2026-02-02", "buy", "5", "-500"),
        trade(3, "2026-03-02", "split", None, None),
        trade(4, "2026-02-02", "buy", "5", "-700", symbol="Y"),
    )
    found = loaded(reading("file-1", trades=trades))
    (problem,) = found.problems
    assert problem.where == "file-1, row 3"
    assert "ratio" in problem.what
    assert [row[0] for row in held(found)] == ["Y"]


def test_in_a_whole_history_a_sale_of_more_than_was_bought_is_an_error_with_its_row() -> None:
    trades = (trade(2, "2026-02-02", "buy", "5", "-500"), trade(3, "2026-03-02", "sell", "6", "660"))
    (problem,) = loaded(reading("file-1", format=OWN_HISTORY, trades=trades)).problems
    assert problem.where == "file-1, row 3"
    assert problem.what.startswith("6 X are sold on 2026-03-02, but only 5 are held")


def test_a_split_between_the_purchase_and_now_is_undone_for_the_opening_lot() -> None:
    trades = (trade(2, "2026-06-10", "split", None, None, ratio=Decimal(4)),)
    found = loaded(reading("file-1", trades=trades), reading("file-2", lots=(lot(3, "2022-01-03", "40", "1000"),)))
    (opened,) = [event for event in found.household.history if event.action is Action.BUY]
    assert (opened.shares, opened.amount_usd) == (Decimal(10), Decimal(1000))


def test_an_unknown_cost_in_a_report_stays_unknown() -> None:
    rows = (closed(5, None, "2026-05-04", "30", "2100", None),)
    (sale,) = review(loaded(reading("file-2", realized=rows)).household, ON).unknown
    assert sale.gain_usd is None


def position(row: int, shares: str, basis: str | None = None, symbol: str = "X") -> PositionRow:
    return PositionRow(
        row=row,
        account="Main …123",
        account_type=AccountType.TAXABLE,
        symbol=symbol,
        shares=Decimal(shares),
        basis_usd=None if basis is None else Decimal(basis),
        price_usd=Decimal(50),
    )


def test_a_position_alone_is_a_lot_of_unknown_date_with_its_whole_cost() -> None:
    found = loaded(reading("file-1", positions=(position(4, "10", "900"),)))
    assert held(found) == [("X", Decimal(10), Decimal(900), None)]
    assert found.unknown[-2:] == ("acquired", "asset_class")


def test_lots_and_positions_of_one_holding_count_once_and_are_compared() -> None:
    lots = (lot(3, "2024-01-05", "4", "400"), lot(4, "2025-01-06", "6", "500"))
    found = loaded(reading("file-1", lots=lots), reading("file-2", positions=(position(4, "10", "900"),)))
    assert sum((one.shares for one in found.household.lots), ZERO) == 10
    assert [check.matches for check in found.checks] == [True]
    off = loaded(reading("file-1", lots=lots), reading("file-2", positions=(position(4, "12", "900"),)))
    assert [check.matches for check in off.checks] == [False]
    assert "come to 10 shares at $900, the positions to 12 shares at $900" in off.problems[0].what
    assert held(off)[-1] == ("X", Decimal(2), None, None)


def test_a_sale_takes_what_was_held_before_the_records_first_when_the_position_shows_that_there_was_some() -> None:
    trades = (trade(2, "2026-02-10", "buy", "10", "-5000"), trade(3, "2026-06-15", "sell", "5", "2350"))
    found = loaded(reading("file-1", trades=trades, positions=(position(9, "50"),)))
    # 50 now, 10 bought and 5 sold since: 45 were there before, and first in, first out sells 5 of those.
    assert sorted(held(found), key=str) == [
        ("X", Decimal(10), Decimal(5000), day("2026-02-10")),
        ("X", Decimal(40), None, None),
    ]
    assert [sale.gain_usd for sale in review(found.household, ON).sales] == [None]


def test_a_symbol_that_changed_is_one_holding() -> None:
    trades = (
        trade(2, "2021-03-01", "buy", "10", "-2500", symbol="FB"),
        trade(3, "2026-03-02", "sell", "4", "2400", symbol="META"),
    )
    found = loaded(reading("file-1", trades=trades))
    assert held(found) == [("META", Decimal(6), Decimal(1500), day("2021-03-01"))]


def test_a_well_known_split_without_a_ratio_is_understood() -> None:
    trades = (
        trade(2, "2022-03-01", "buy", "2", "-600", symbol="TSLA"),
        trade(3, "2022-08-25", "split", "4", None, symbol="TSLA"),
    )
    assert held(loaded(reading("file-1", trades=trades)))[0][:3] == ("TSLA", Decimal(6), Decimal(600))


def test_an_action_that_nobody_knows_is_said_when_it_has_shares() -> None:
    trades = (trade(2, "2026-02-10", "other", "5", None, words="Weird New Thing"),)
    (problem,) = loaded(reading("file-1", trades=trades)).problems
    assert (problem.where, "Weird New Thing" in problem.what) == ("file-1, row 2", True)
