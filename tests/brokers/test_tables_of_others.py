"""Workbooks, pasted tables and tables of brokers that are not known."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from tools.brokers.registry import proposal, read, read_confirmed
from tools.errors import BadRequest, FileProblem

CHASE = (
    "Account,Ticker,Quantity,Local Unit Cost,Orig Cost (Local),Acquisition Date,Price,Market Value\n"
    "Main 12345678,BRK/B,2,400,800.00,2024-03-05,500,1000.00\n"
    "Main 12345678,MSFT,3,,--,01/15/2026,480,1440.00\n"
)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_reads_like_the_same_table_as_text() -> None:
    rows: list[list[object]] = [
        ["symbol", "quantity", "cost_per_share", "acquired", "price"],
        ["MSFT", 40, 116.1, datetime.fromisoformat("2019-03-15"), 480],
        ["VTI", 0.1 + 0.2, "=1+1", date(2020, 1, 2), None],
    ]
    found = read("file-1", workbook(("Lots", rows)))
    first, second = found.lots
    assert (first.shares, first.basis_usd, first.acquired) == (Decimal(40), Decimal("4644.00"), date(2019, 3, 15))
    assert second.shares == Decimal("0.3")
    assert second.basis_usd is None


def test_of_several_sheets_the_one_with_lots_is_read_and_the_rest_is_said() -> None:
    lots: list[list[object]] = [["symbol", "quantity"], ["MSFT", 1]]
    found = read("file-1", workbook(("Read me", [["hello"]]), ("Lots", lots)))
    assert len(found.lots) == 1
    assert "Lots" in found.notes[-1]


def test_a_workbook_that_defines_entities_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(FileProblem, match="entities"):
        read("file-1", out.getvalue())


def test_a_broken_archive_is_refused_by_name() -> None:
    whole = workbook(("Lots", [["symbol", "quantity"], ["MSFT", 1]]))
    for length in (4, 100, len(whole) // 2, len(whole) - 5):
        with pytest.raises(FileProblem, match="cannot be opened"):
            read("file-1", whole[:length])


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_a_pasted_table_is_cut_at_tabs_or_wide_gaps(gap: str) -> None:
    rows = ["Symbol|Quantity|Cost per share|Acquired", "MSFT|1,000|$116.00|03/15/2019", "BRK B|2|$400.00|01/02/2024"]
    found = read("file-1", "\n".join(rows).replace("|", gap).encode())
    assert [(lot.symbol, lot.shares, lot.basis_usd) for lot in found.lots] == [
        ("MSFT", Decimal(1000), Decimal(116000)),
        ("BRK.B", Decimal(2), Decimal(800)),
    ]


def test_an_unknown_table_is_not_read_but_its_columns_are_proposed() -> None:
    with pytest.raises(FileProblem):
        read("file-1", CHASE.encode())
    found = proposal("file-1", CHASE.encode())
    assert found is not None
    assert {column.field: column.heading for column in found.columns} == {
        "account": "Account",
        "symbol": "Ticker",
        "shares": "Quantity",
        "each": "Local Unit Cost",
        "basis": "Orig Cost (Local)",
        "acquired": "Acquisition Date",
        "price": "Price",
        "value": "Market Value",
    }
    assert found.has_lots
    assert not found.questions
    assert "12345678" not in str(found)


def test_a_confirmed_table_reads_into_lots() -> None:
    confirmed = proposal("file-1", CHASE.encode())
    assert confirmed is not None
    found = read_confirmed("file-1", CHASE.encode(), confirmed)
    assert [(lot.account, lot.symbol, lot.shares, lot.basis_usd, lot.acquired) for lot in found.lots] == [
        ("Main …5678", "BRK.B", Decimal(2), Decimal(800), date(2024, 3, 5)),
        ("Main …5678", "MSFT", Decimal(3), None, date(2026, 1, 15)),
    ]
    assert found.accounted_count == found.rows_count == 2


def test_a_column_with_two_meanings_is_asked_about_and_not_taken() -> None:
    found = proposal("file-1", b"Ticker,Shares,Cost\nMSFT,3,900\n")
    assert found is not None
    assert found.questions == ("Is “Cost” the cost of all shares or the cost of one share, or neither?",)
    assert [column.field for column in found.columns] == ["symbol", "shares"]


def test_a_file_without_a_table_has_nothing_to_propose_or_confirm() -> None:
    confirmed = proposal("file-1", CHASE.encode())
    assert confirmed is not None
    assert proposal("file-1", b"Dear Sir, I hold some stocks.\n") is None
    with pytest.raises(BadRequest):
        read_confirmed("file-1", b"Dear Sir, I hold some stocks.\n", confirmed)
