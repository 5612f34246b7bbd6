"""Laws that hold for every format: damage ends in a named error or in problems, and no row is lost."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.brokers.base import Reading
from tools.brokers.pasted import pasted_table
from tools.brokers.registry import read
from tools.errors import LotlineError
from tools.household.build import build
from tools.household.files import OpenFile, answer_columns, read_file
from tools.household.told import Told

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(
    case.parent / name
    for case in GOLDEN.glob("*/*/expected.json")
    for name in json.loads(case.read_text(encoding="utf-8"))["files"]
)
NASTY = [
    '"',
    ",",
    "\r\n",
    "\0",
    "=1+1",
    "ü",
    "-",
    "<",
    ">",
    "--",
    "(5)",
    "1,234.56",
    "9" * 17,
    "{",
    "]",
    "\ufeff",
    "1e9",
]
TABLES = [
    "fidelity_positions/one_account/positions.csv",
    "fidelity_lots/one_account/lots.csv",
    "schwab_positions/one_account/positions.csv",
    "vanguard_lots/one_account/lots.csv",
    "etrade_gains/one_year/gains.csv",
    "etrade_history/one_year/transactions.csv",
]


def read_or_refused(content: bytes) -> Reading | None:
    try:
        found = read("file-1", content)
    except LotlineError:
        return None
    assert found.accounted_count == found.rows_count
    assert all(one.where and one.what and one.fix for one in found.problems)
    return found


def values(found: Reading | None) -> list[str]:
    assert found is not None
    rows = (*found.lots, *found.cash, *found.positions, *found.trades, *found.realized)
    return [row.model_dump_json() for row in rows]


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=400)
def test_a_file_cut_anywhere_is_read_or_refused_and_loses_no_row(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    read_or_refused(content[: data.draw(st.integers(0, len(content)))])


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=600)
def test_damage_anywhere_is_read_around_or_refused(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 8))
        text = text[:place] + data.draw(st.sampled_from(NASTY)) + text[place + gone :]
    read_or_refused(text.encode())


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=400)
def test_any_cell_may_hold_anything(path: Path, data: st.DataObject) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    cells = next(csv.reader([lines[place]]), [])
    if cells:
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.one_of(st.sampled_from(NASTY), st.text()))
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    lines[place] = out.getvalue().rstrip("\r\n")
    read_or_refused("\n".join(lines).encode("utf-8", errors="replace"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_read_alike(path: Path, encoding: str, end: str) -> None:
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    changed = read_or_refused(text.replace("\n", end).encode(encoding, errors="replace"))
    assert values(changed) == values(read_or_refused(path.read_bytes()))


@given(st.sampled_from(TABLES), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_columns_in_any_order_read_alike(name: str, random: Random) -> None:
    content = (GOLDEN / name).read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    header = next(number for number, row in enumerate(rows) if len(row) > 8)
    order = list(range(len(rows[header])))
    random.shuffle(order)
    out = io.StringIO()
    for row in rows:
        wide = len(row) >= len(order) - 1 and len(row) > 8
        padded = [*row, *[""] * len(order)]
        csv.writer(out).writerow([padded[place] for place in order] if wide else row)
    assert values(read_or_refused(out.getvalue().encode())) == values(read_or_refused(content))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("more", [1, 2, 7])
def test_empty_trailing_columns_change_nothing(name: str, more: int) -> None:
    content = (GOLDEN / name).read_bytes()
    wide = written([[*row, *[""] * more] if row else row for row in rows_of(content)])
    assert values(read_or_refused(wide)) == values(read_or_refused(content))


def spelled(cell: str) -> str:
    """Write a plain amount as accountants do: thousands with commas, negatives in parentheses."""
    found = re.fullmatch(r"(-?)\$?(-?)([0-9]{1,9})(\.[0-9]+)", cell.strip())
    if found is None:
        return cell
    amount = f"${int(found[3]):,}{found[4]}"
    return f"({amount})" if found[1] or found[2] else amount


@pytest.mark.parametrize("name", TABLES)
def test_thousand_separators_and_parentheses_read_alike(name: str) -> None:
    content = (GOLDEN / name).read_bytes()
    changed = written([[spelled(cell) for cell in row] for row in rows_of(content)])
    assert changed != content
    assert values(read_or_refused(changed)) == values(read_or_refused(content))


@given(st.sampled_from(TABLES), st.data())
@settings(max_examples=100)
def test_a_line_end_inside_a_cell_costs_at_most_its_own_row_and_is_said(name: str, data: st.DataObject) -> None:
    content = (GOLDEN / name).read_bytes()
    rows = rows_of(content)
    wide = [number for number, row in enumerate(rows) if len(row) > 8]
    place = data.draw(st.sampled_from(wide[1:]))
    cell = data.draw(st.integers(0, len(rows[place]) - 1))
    rows[place][cell] = f"{rows[place][cell]}\nmore"
    found, before = read_or_refused(written(rows)), read_or_refused(content)
    assert found is not None
    assert before is not None
    lost = len(values(before)) - len(values(found))
    assert lost <= 1
    assert not lost or len(found.problems) > len(before.problems)


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=150)
def test_damage_never_stops_the_building_of_the_household(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8")
    place = data.draw(st.integers(0, len(text)))
    text = text[:place] + data.draw(st.sampled_from(NASTY)) + text[place + data.draw(st.integers(0, 40)) :]
    found = read_or_refused(text.encode())
    if found is not None:
        loaded = build([found], date(2026, 11, 20))
        assert set(found.problems) <= set(loaded.problems)


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=100)
def test_any_part_of_a_file_may_be_pasted(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8")
    begin = data.draw(st.integers(0, len(text)))
    found = pasted_table(text[begin : begin + data.draw(st.integers(0, 2_000))])
    if found is not None:
        with suppress(LotlineError):
            read_file("file-1", found.content, Told())


@given(st.lists(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(NASTY)), max_size=5), max_size=5))
@settings(max_examples=150)
def test_any_table_of_no_known_layout_is_proposed_read_or_refused(rows: list[list[str]]) -> None:
    content = written([["Ticker", "Units", "Cost", "Date"], *rows])
    with suppress(LotlineError):
        found = read_file("file-1", content, Told())
        if isinstance(found, OpenFile):
            told, _ = answer_columns(Told(), found, "cost is per share, the date is the purchase date")
            reading = read_file("file-1", content, told)
            assert isinstance(reading, Reading)
            assert reading.accounted_count == reading.rows_count
