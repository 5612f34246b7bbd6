"""Files that leave something open are asked about once and read at once the next time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tools.brokers.base import Reading
from tools.errors import BadRequest
from tools.household.files import OpenFile, answer_columns, answer_symbol, read_file
from tools.household.told import Told

UNKNOWN = b"Ticker,Units,Cost,Date,Last,Memo\nZEB,30,31.50,2021-03-05,40,x\nYAK,10,90,2022-04-06,91,\n"
OPEN_LOTS = Path(__file__).parents[1] / "golden/fidelity_open_lots"


def opened(content: bytes, told: Told | None = None) -> OpenFile:
    found = read_file("file-1", content, told or Told())
    assert isinstance(found, OpenFile)
    return found


def settled(content: bytes, *replies: str) -> Reading:
    told, file = Told(), opened(content)
    for reply in replies:
        told, file = answer_columns(told, file, reply)
    found = read_file("file-1", content, told)
    assert isinstance(found, Reading)
    return found


def test_the_unclear_columns_of_an_unknown_table_are_asked_one_by_one() -> None:
    file = opened(UNKNOWN)
    assert file.questions == (
        "Is “Cost” the cost of all shares or the cost of one share, or neither?",
        "Is “Date” the day of purchase, or neither?",
    )
    told, file = answer_columns(Told(), file, "cost is per share")
    assert file.questions == ("Is “Date” the day of purchase, or neither?",)
    assert isinstance(read_file("file-1", UNKNOWN, told), OpenFile)


@pytest.mark.parametrize(
    ("replies", "basis", "acquired"),
    [
        (("yes, cost is per share and the date is the purchase date",), "945.00", date(2021, 3, 5)),
        (("cost is per share", "the date is the purchase date"), "945.00", date(2021, 3, 5)),
        (("cost is the total, ignore the date",), "31.50", None),
        (("Cost is for all shares. Date is when I bought",), "31.50", date(2021, 3, 5)),
    ],
)
def test_an_unknown_table_is_read_as_the_person_says(
    replies: tuple[str, ...], basis: str, acquired: date | None
) -> None:
    reading = settled(UNKNOWN, *replies)
    row = reading.lots[0] if reading.lots else reading.positions[0]
    assert (row.symbol, row.shares, row.basis_usd) == ("ZEB", Decimal(30), Decimal(basis))
    assert getattr(row, "acquired", None) == acquired
    assert reading.accounted_count == reading.rows_count == 2


def test_a_confirmed_layout_is_read_at_once_the_next_time_whatever_its_rows() -> None:
    told, _ = answer_columns(Told(), opened(UNKNOWN), "cost is per share, the date is the purchase date")
    again = read_file("file-2", b"TICKER, Units ,Cost,Date,Last,Memo\nXEN,1,5,2020-01-06,6,\n", told)
    assert isinstance(again, Reading)
    assert [lot.symbol for lot in again.lots] == ["XEN"]
    assert any("confirmed" in note for note in again.notes)
    assert isinstance(read_file("file-3", b"Ticker,Units,Cost,Last\nXEN,1,5,6\n", told), OpenFile)


@pytest.mark.parametrize("reply", ["no", "how should I rebalance?", ""])
def test_a_reply_that_says_nothing_of_the_columns_is_refused(reply: str) -> None:
    with pytest.raises(BadRequest):
        answer_columns(Told(), opened(UNKNOWN), reply)


def test_a_column_that_was_taken_wrongly_can_be_corrected() -> None:
    content = b"Ticker,Units,Price,Closing\nZEB,30,31.50,40\n"
    reading = settled(content, "Price is the total cost and Closing is the price")
    assert (reading.positions[0].basis_usd, reading.positions[0].price_usd) == (Decimal("31.50"), Decimal(40))


def test_a_plain_yes_does_not_answer_an_open_question() -> None:
    _, file = answer_columns(Told(), opened(UNKNOWN), "yes")
    assert len(file.questions) == 2


def test_a_file_that_names_no_security_is_asked_once_and_remembered() -> None:
    content = next(path for path in sorted(OPEN_LOTS.rglob("*.csv"))).read_bytes()
    file = opened(content)
    assert file.asks_symbol
    reading = read_file("file-9", content, answer_symbol(Told(), file, "ZEB"))
    assert isinstance(reading, Reading)
    assert {lot.symbol for lot in reading.lots} == {"ZEB"}
    assert reading.accounted_count == reading.rows_count


def test_sales_in_an_unknown_layout_are_never_taken_for_holdings() -> None:
    from tools.errors import FileProblem

    with pytest.raises(FileProblem, match="sales or a history"):
        read_file("file-1", b"Ticker,Units,Date Sold,Proceeds\nZEB,30,2021-03-05,40\n", Told())
