"""The year's papers as files: CSV, XLSX, JSON and TXF. Text cells are inert: no spreadsheet runs them as formulas."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from tools.errors import BadRequest
from tools.money import cents
from tools.report.form_8949 import FormRow
from tools.report.papers import TaxPapers

COLUMNS = (
    "Description",
    "Date Acquired",
    "Date Sold",
    "Proceeds",
    "Cost Basis",
    "Adjustment Code",
    "Adjustment Amount",
    "Gain/Loss",
    "Box",
)
TXF_CODES = {"A": 321, "B": 711, "C": 712, "D": 323, "E": 713, "F": 714}
"""TXF v042 reference numbers; the format is older than the boxes G to L and has none for them."""
WORKSHEET = "A worksheet, not the filed form."


def inert(text: str) -> str:
    """Mark text that a spreadsheet would run as a formula as plain text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_csv(papers: TaxPapers) -> bytes:
    """Write the rows under exactly the columns that tax programs and preparers expect."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in papers.form.rows:
        writer.writerow(_text(cell) for cell in _cells(row))
    return out.getvalue().encode()


def as_xlsx(papers: TaxPapers) -> bytes:
    """Write three sheets: the rows, the lines of Schedule D, and what was assumed or left out."""
    book = Workbook(write_only=True)
    _sheet(book.create_sheet("Form 8949"), [COLUMNS, *map(_cells, papers.form.rows)])
    _sheet(book.create_sheet("Schedule D"), [("Line", "Amount"), *_lines(papers)])
    _sheet(book.create_sheet("Notes"), [(words,) for words in (WORKSHEET, *papers.notes)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(papers: TaxPapers) -> bytes:
    """Write rows, totals, lines, the carryover worksheet and notes; dollars as text, to keep the cents."""
    schedule = papers.schedule
    content = {
        "note": WORKSHEET,
        "year": papers.form.year,
        "rows": [
            dict(zip(("id", "part", *COLUMNS), (row.id, row.part, *map(_text, _cells(row))), strict=True))
            for row in papers.form.rows
        ],
        "totals": {
            box: {
                "count": total.count,
                "proceeds": _text(total.proceeds_usd),
                "basis": _text(total.basis_usd),
                "adjustment": _text(total.adjustment_usd),
                "gain": _text(total.gain_usd),
            }
            for box, total in schedule.by_box.items()
        },
        "schedule_d": {name: _text(amount) for name, amount in schedule.line.items()},
        "carryover_worksheet": {str(number): _text(amount) for number, amount in (schedule.carryover or {}).items()},
        "left_out": [f"{each.symbol}, {each.sold}: {each.why}" for each in papers.form.left_out],
        "notes": list(papers.notes),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_txf(papers: TaxPapers) -> bytes:
    """Write TXF v042, best effort: one record a row, with the disallowed loss as a third amount.

    Raises:
        BadRequest: A row stands under a box G to L, is adjusted otherwise than by a wash sale, or has no known cost;
            the format cannot say that.
    """
    lines = ["V042", "ALotline", f"D{papers.as_of:%m/%d/%Y}", "^"]
    for row in papers.form.rows:
        lines += _txf(row)
    return ("\r\n".join(lines) + "\r\n").encode("ascii", "replace")


FORMATS: dict[str, Callable[[TaxPapers], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json, "txf": as_txf}


def export(papers: TaxPapers, format_name: str) -> bytes:
    """Write the papers in one of ``FORMATS``.

    Raises:
        BadRequest: No such format, or one that cannot hold a row.
    """
    if format_name not in FORMATS:
        raise BadRequest(f"“{format_name}” is no format of the report.", f"Choose {', '.join(FORMATS)}.")
    return FORMATS[format_name](papers)


def _cells(row: FormRow) -> tuple[str | Decimal | None, ...]:
    return (
        row.description,
        row.acquired_words,
        f"{row.sold:%m/%d/%Y}",
        row.proceeds_usd,
        row.basis_usd,
        row.codes,
        row.adjustment_usd if row.codes else None,
        row.gain_usd,
        row.box,
    )


def _text(cell: str | Decimal | None) -> str:
    if isinstance(cell, Decimal):
        return f"{cents(cell):f}"
    return "" if cell is None else inert(cell)


def _lines(papers: TaxPapers) -> Iterable[tuple[str, Decimal]]:
    order = ("1b", "2", "3", "6", "7", "8b", "9", "10", "14", "15", "16", "21")
    yield from ((name, papers.schedule.line[name]) for name in order)
    for number, amount in (papers.schedule.carryover or {}).items():
        yield f"Capital Loss Carryover Worksheet {number}", amount


def _sheet(sheet: WriteOnlyWorksheet, rows: Iterable[Iterable[str | Decimal | None]]) -> None:
    for row in rows:
        sheet.append([_as_text(sheet, value) if isinstance(value, str) else value for value in row])


def _as_text(sheet: WriteOnlyWorksheet, words: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=inert(words))
    cell.data_type = "s"
    return cell


def _txf(row: FormRow) -> list[str]:
    code = TXF_CODES.get(row.box)
    if code is None or row.basis_usd is None or "B" in row.codes:
        why = "a digital asset" if code is None else "without a cost" if row.basis_usd is None else "under code B"
        raise BadRequest(
            f"{row.description}, sold {row.sold}, is {why}, which the TXF format cannot hold.", "Choose csv or xlsx."
        )
    wash = [f"${cents(row.adjustment_usd):f}"] if row.adjustment_usd else []
    return [
        "TD",
        f"N{code}",
        "C1",
        "L1",
        f"P{row.description}",
        f"D{_txf_day(row)}",
        f"D{row.sold:%m/%d/%Y}",
        f"${cents(row.basis_usd):f}",
        f"${cents(row.proceeds_usd):f}",
        *wash,
        "^",
    ]


def _txf_day(row: FormRow) -> str:
    return row.acquired_words.title() if row.acquired is None else _us(row.acquired)


def _us(day: date) -> str:
    return f"{day:%m/%d/%Y}"
