from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.brokers.base import Reading
from tools.brokers.registry import read
from tools.errors import FileProblem
from tools.model import AccountType

HEADER = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price"
GOOD = "Joint,taxable,joint,MSFT,Microsoft,us_equity,40,116.00,2019-03-15,480.00"


def rows(*lines: str, header: str = HEADER) -> Reading:
    return read("file-1", "\n".join((header, *lines, "")).encode())


def test_the_whole_cost_is_quantity_times_cost_per_share_to_the_cent() -> None:
    lot = rows("A,taxable,,VTI,,us_equity,0.333,10.01,2020-01-02,1").lots[0]
    assert lot.basis_usd == Decimal("3.33")  # 0.333 x 10.01 = 3.33333


def test_symbol_and_quantity_alone_are_enough() -> None:
    reading = rows("MSFT,40", header="symbol,quantity")
    lot = reading.lots[0]
    assert (lot.shares, lot.basis_usd, lot.acquired, lot.price_usd) == (Decimal(40), None, None, None)
    assert lot.account_type is AccountType.UNKNOWN
    assert not reading.problems


@pytest.mark.parametrize("missing", ["symbol", "quantity"])
def test_without_symbol_or_quantity_the_file_is_refused(missing: str) -> None:
    header = ",".join(column for column in HEADER.split(",") if column != missing)
    with pytest.raises(FileProblem) as refused:
        rows("a,b,c,d,e,f,g,h,i", header=header)
    assert "symbol" in refused.value.fix


def test_unknown_columns_are_a_note_and_not_an_error() -> None:
    reading = rows(GOOD + ",hello", header=HEADER + ",colour")
    assert len(reading.lots) == 1
    assert not reading.problems
    assert "colour" in reading.notes[0]


def test_spaces_capitals_and_order_of_columns_do_not_matter() -> None:
    reading = rows("480,2019-03-15,40,MSFT,116", header="Price, Acquired ,QUANTITY,Symbol,Cost per share")
    lot = reading.lots[0]
    assert (lot.symbol, lot.basis_usd, str(lot.acquired)) == ("MSFT", Decimal("4640.00"), "2019-03-15")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_as_well(separator: str) -> None:
    reading = rows(GOOD.replace(",", separator), header=HEADER.replace(",", separator))
    assert reading.lots[0].symbol == "MSFT"


@pytest.mark.parametrize(
    ("row", "what", "lots"),
    [
        ("A,taxable,,MSFT,,us_equity,-5,1,2020-01-02,1", "-5 is not possible", 0),
        ("A,taxable,,MSFT,,us_equity,0,1,2020-01-02,1", "0 is not possible", 0),
        ("A,taxable,,MSFT,,us_equity,many,1,2020-01-02,1", "“many” is not a number", 0),
        ("A,taxable,,MSFT,,us_equity,=2*3,1,2020-01-02,1", "“=2*3” is not a number", 0),
        ("A,taxable,,MSFT,,us_equity,,1,2020-01-02,1", "the cell is empty", 0),
        ("A,taxable,,=A1,,us_equity,5,1,2020-01-02,1", "“=A1” is not a ticker", 0),
        ("A,taxable,,MSFT,,us_equity,1,234,5,1,2020-01-02,1", "12 cells where the header has 10", 0),
        ("A,taxable,,MSFT,,us_equity,5,cheap,2020-01-02,1", "“cheap” is not a number", 1),
        ("A,taxable,,MSFT,,us_equity,5,-3,2020-01-02,1", "-3 is not possible", 1),
        ("A,taxable,,MSFT,,us_equity,5,1,31/12/2020,1", "“31/12/2020” is not a date", 1),
        ("A,taxable,,MSFT,,us_equity,5,1,1066-10-14,1", "“1066-10-14” is not a date", 1),
        ("A,taxable,,MSFT,,us_equity,5,1,2020-01-02,-1", "-1 is not possible", 1),
        ("A,taxable,,MSFT,,us_equity,5,1,2020-01-02,0", "price: 0 is not possible", 1),
        ("A,offshore,,MSFT,,us_equity,5,1,2020-01-02,1", "“offshore” is not a type", 1),
        ("A,taxable,,MSFT,,<b>,5,1,2020-01-02,1", "“<b>” is not a class", 1),
        ("A,taxable,,CASH,,cash,-5,,,", "-5 is not possible", 0),
    ],
)
def test_an_impossible_value_names_its_row_and_the_rest_is_read(row: str, what: str, lots: int) -> None:
    reading = rows(row, GOOD)
    problem = reading.problems[0]
    assert problem.where == "file-1, row 2"
    assert what in problem.what
    assert problem.fix
    assert len(reading.problems) == 1
    assert len(reading.lots) == lots + 1
    assert reading.accounted_count == reading.rows_count == 2


def test_a_missing_cost_or_date_is_unknown_and_no_problem() -> None:
    reading = rows("A,taxable,,MSFT,,us_equity,5,,,1")
    assert (reading.lots[0].basis_usd, reading.lots[0].acquired) == (None, None)
    assert not reading.problems


def test_equal_lots_in_one_file_are_both_real() -> None:
    assert len(rows(GOOD, GOOD).lots) == 2


def test_a_row_cut_off_at_the_end_is_left_out_and_said() -> None:
    cut = f"{HEADER}\n{GOOD}\nJoint,taxable,joint,VTI,Van".encode()
    reading = read("file-1", cut)
    assert [lot.symbol for lot in reading.lots] == ["MSFT"]
    assert "ends in the middle" in reading.problems[0].what
    assert reading.accounted_count == reading.rows_count


def test_two_account_numbers_with_the_same_ending_stay_two_accounts() -> None:
    first, second = "Bank 111-0001234,,,MSFT,,,1,1,,1", "Bank 222-0001234,,,MSFT,,,1,1,,1"
    assert len({lot.account for lot in rows(first, second).lots}) == 2


def test_a_stray_quote_spoils_one_row_only() -> None:
    reading = rows('A,taxable,,"MSFT,,us_equity,5,1,2020-01-02,1', GOOD)
    assert [lot.row for lot in reading.lots] == [3]
    assert reading.problems[0].where == "file-1, row 2"


def test_asset_classes_of_ones_own_are_kept() -> None:
    assert rows("A,taxable,,GLD,,Precious Metals,5,1,2020-01-02,1").lots[0].asset_class == "precious_metals"


def test_dates_that_could_be_read_two_ways_are_said_to_be_read_month_first() -> None:
    rows = "symbol,quantity,cost_per_share,acquired\nZEB,1,2,03/04/2021\nYAK,1,2,{}\n"
    open_dates = read("file-1", rows.format("05/05/2021").encode())
    assert open_dates.lots[0].acquired == date(2021, 3, 4)
    assert any("03/04/2021 are read month first" in note for note in open_dates.notes)
    settled = read("file-1", rows.format("05/25/2021").encode())
    assert not any("month first" in note for note in settled.notes)
    iso = read("file-1", rows.replace("03/04/2021", "2021-03-04").format("2021-05-05").encode())
    assert not any("month first" in note for note in iso.notes)
