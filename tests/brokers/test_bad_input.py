from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.bench.files import lots_file
from tools.brokers.registry import read
from tools.errors import FileProblem, LotlineError
from tools.household.build import build
from tools.money import ZERO

SCHWAB = (
    '"ZZZ Lot Details for XXXX-1234 as of 05:52 PM ET, 11/20/2026"\n\n'
    '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis",'
    '"Gain/Loss $","Gain/Loss %","Holding Period",\n'
    '"04/12/2021 10:15:00","200","$35.00","$65.00","$7,000.00","$13,000.00","-$6,000.00","-46.15%","Long Term",\n'
    '"Total","200","--","--","$7,000.00","$13,000.00","-$6,000.00","-46.15%","--",\n'
)
GENERIC = (
    "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
    "Joint,taxable,joint,ZZZ,Zed & Söhne,us_equity,40,116.00,2019-03-15,480.00\n"
    "Joint,taxable,joint,CASH,Cash,cash,2500,,,\n"
)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b" \n\r\n ", "empty"),
        (b"\x00\x01\x02\x03" * 10, "not text"),
        (b"PK\x03\x04rest", "spreadsheet or archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"hello world", "not one of the formats"),
        (b'{"a": 1}', "not one of the formats"),
        (b"account,symbol,quantity\n", "nothing below"),
        (b"Symbol,Description,Quantity,Price,Market Value,Cost Basis\nA,A,1,1,1,1\n", "not one of the formats"),
        (b"Security Description,Quantity,Date Acquired,Date Sold,Proceeds\nA,1,01/02/2026,1,1\n", "sales or a history"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_it_is_and_what_to_do(content: bytes, what: str) -> None:
    with pytest.raises(FileProblem) as refused:
        read("file-1", content)
    assert what in refused.value.what
    assert refused.value.fix
    assert refused.value.where == "file-1"


def test_a_file_too_large_is_refused_by_name_of_the_limit() -> None:
    with pytest.raises(FileProblem, match="50 MB"):
        read("file-1", b"a" * 50_000_001)


def survives(content: bytes) -> None:
    try:
        reading = read("file-1", content)
    except LotlineError:
        return
    assert reading.accounted_count == reading.rows_count
    loaded = build([reading], date(2026, 11, 20))
    if reading.trades or reading.realized:
        return
    assert len(loaded.household.lots) == len(reading.lots)
    assert sum((lot.shares for lot in loaded.household.lots), ZERO) == sum((lot.shares for lot in reading.lots), ZERO)
    assert set(reading.problems) <= set(loaded.problems)
    assert all(lot.shares > ZERO for lot in reading.lots)
    assert all(problem.where.startswith("file-1") and problem.what and problem.fix for problem in reading.problems)


@given(st.sampled_from([SCHWAB, GENERIC]), st.integers(0, 700))
def test_a_file_cut_anywhere_is_read_or_refused(text: str, length: int) -> None:
    survives(text.encode()[:length])


@given(st.sampled_from([SCHWAB, GENERIC]), st.integers(0, 600), st.binary(max_size=12))
@settings(max_examples=300)
def test_garbage_anywhere_is_read_around_or_refused(text: str, place: int, garbage: bytes) -> None:
    content = text.encode()
    survives(content[:place] + garbage + content[place:])


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    survives(content)


CELL = st.one_of(
    st.text(max_size=12), st.sampled_from(["=1+1", "--", "1e400", "-5", "9" * 14, "2020-01-01", "ZZZ", "CASH"])
)


@given(
    st.permutations(GENERIC.split("\n")[0].split(",")), st.lists(st.lists(CELL, min_size=8, max_size=12), max_size=4)
)
@settings(max_examples=300)
def test_any_cells_under_a_shuffled_header_are_read_or_refused(header: list[str], rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    survives("\n".join([",".join(header), *quoted]).encode("utf-8", errors="replace"))


@given(
    st.permutations(range(10)),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_shuffled_columns_encodings_and_line_ends_read_the_same(order: list[int], encoding: str, end: str) -> None:
    lines = [line.split(",") for line in GENERIC.splitlines()]
    text = end.join(",".join(line[place] for place in order) for line in lines) + end
    reading = read("file-1", text.encode(encoding))
    lot = reading.lots[0]
    assert (lot.name, lot.shares, lot.basis_usd) == ("Zed & Söhne", 40, 4640)
    assert reading.cash[0].amount_usd == 2500


@pytest.mark.parametrize(
    "content",
    [b"hello,world\n" * 260_000, b"a,b\r" * 260_000, "a,b\n".encode("utf-16-le").join([b"\xff\xfe", b""]) * 260_000],
    ids=["lf", "cr", "utf-16"],
)
def test_a_file_of_endless_lines_is_refused_by_name_of_the_limit(content: bytes) -> None:
    with pytest.raises(FileProblem, match="250,000 lines"):
        read("file-1", content)


@pytest.mark.parametrize("content", [b"a," * 200_000, b'"' * 300_000, b"a  b  " * 50_000, b"a|" * 200_000])
def test_a_line_of_endless_cells_is_refused_without_harm(content: bytes) -> None:
    with pytest.raises(FileProblem, match="not one of the formats"):
        read("file-1", content)


def test_a_hundred_thousand_rows_are_all_accounted_for_good_ones_and_bad() -> None:
    rows = lots_file(100_000).decode().splitlines()
    rows[5_000] = "Joint,taxable,joint,ZZZ,Zed,us_equity,many,116.00,2019-03-15,480.00"
    rows[77_000] = "Joint,taxable,joint,ZZZ,Zed,us_equity,40,116.00,2019-02-31,480.00"
    reading = read("file-1", "\n".join(rows).encode())
    assert reading.rows_count == reading.accounted_count == 100_000
    assert len(reading.lots) >= 99_998
    assert reading.problems
