from __future__ import annotations

from pathlib import Path

import pytest

from tools.brokers.registry import read

INTC = (Path(__file__).parents[1] / "golden/schwab_lots/two_symbols/INTC.csv").read_text(encoding="utf-8")


def test_a_lot_with_an_unknown_basis_is_kept_with_the_basis_unknown() -> None:
    reading = read("file-1", INTC.replace('"$42.00","$1,750.00","$2,100.00"', '"--","$1,750.00","--"').encode())
    assert [lot.basis_usd is None for lot in reading.lots] == [False, True, False]


def test_a_file_without_its_total_says_that_it_may_be_cut_off() -> None:
    reading = read("file-1", INTC[: INTC.index('"Total"')].encode())
    assert len(reading.lots) == 3
    assert "Total" in reading.problems[0].what


def test_a_file_cut_inside_a_row_leaves_that_row_out_and_says_so() -> None:
    reading = read("file-1", INTC[: INTC.index("$45.10")].encode())
    assert len(reading.lots) == 2
    assert [problem.where for problem in reading.problems] == ["file-1, row 6", "file-1, row 5"]
    assert reading.accounted_count == reading.rows_count


def test_a_file_whose_title_is_gone_asks_for_the_symbol_and_is_read_once_it_is_told() -> None:
    content = INTC.split("\n", 2)[2].encode()
    asked = read("file-1", content)
    assert asked.asks_symbol
    assert "symbol" in asked.problems[0].what
    assert asked.accounted_count == asked.rows_count
    told = read("file-1", content, symbol="INTC")
    assert not told.asks_symbol
    assert [lot.shares for lot in told.lots] == [lot.shares for lot in read("file-1", INTC.encode()).lots]


def test_a_negative_quantity_is_left_out_with_its_row() -> None:
    reading = read("file-1", INTC.replace('"200"', '"-200"').encode())
    assert reading.problems[0].where == "file-1, row 4"
    assert len(reading.lots) == 2


def test_a_value_that_is_not_quantity_times_price_is_said() -> None:
    reading = read("file-1", INTC.replace('"$7,000.00"', '"$7,001.00"').encode())
    assert "7,001.00" in reading.problems[0].what
    assert len(reading.lots) == 3


def test_a_term_that_contradicts_the_date_is_said_and_the_date_used() -> None:
    reading = read("file-1", INTC.replace('-16.67%","Short Term"', '-16.67%","Long Term"').encode())
    assert "long term" in reading.problems[0].what
    assert str(reading.lots[1].acquired) == "2026-03-02"


@pytest.mark.parametrize(
    "change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), str.upper], ids=["bom", "crlf", "case"]
)
def test_marks_line_ends_and_capitals_do_not_matter(change: object) -> None:
    assert callable(change)
    assert len(read("file-1", change(INTC).encode()).lots) == 3


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_read_alike(encoding: str) -> None:
    assert len(read("file-1", INTC.encode(encoding)).lots) == 3


@pytest.mark.parametrize(
    ("seen", "instead", "what", "lots"),
    [
        ("INTC", "=1+1", "“=1+1” is not a ticker", 0),
        ("$65.00", "cheap", "", 1),
        ('"$13,000.00"', '"-$13,000.00"', "-$13,000.00 is not possible", 1),
        ("04/12/2021", "04/12/1821", "“04/12/1821” is not a date", 1),
        ("04/12/2021", "--", "", 1),
    ],
)
def test_one_bad_cell_of_an_all_accounts_table_is_named_and_the_rest_read(
    seen: str, instead: str, what: str, lots: int
) -> None:
    header = "Account Name,Symbol,Open Date,Quantity,Price,Cost Per Share,Market Value,Cost Basis,Holding Period\n"
    row = 'Individual XXXX-1234,INTC,04/12/2021,200,$35.00,$65.00,"$7,000.00","$13,000.00",Long Term\n'
    reading = read("file-1", (header + row.replace(seen, instead) + row).encode())
    assert len(reading.lots) == lots + 1
    assert [problem.where for problem in reading.problems] == (["file-1, row 2"] if what else [])
    assert all(what in problem.what for problem in reading.problems)
