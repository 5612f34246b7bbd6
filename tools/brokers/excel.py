"""Excel workbooks to lines: the values that were last computed, never a formula, a link or a macro."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from decimal import Decimal
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from tools.brokers.lines import MAX_BYTES, Line
from tools.errors import FileProblem

_MOST_UNPACKED = 6 * MAX_BYTES
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError)
_BROKEN += (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, NotImplementedError)


def sheets_of(label: str, content: bytes) -> list[tuple[str, tuple[Line, ...]]]:
    """Read the sheets of a workbook that hold anything, with their names.

    Raises:
        FileProblem: The file is no workbook, is damaged, defines entities, or unpacks to too much.
    """
    try:
        _check(label, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which do not matter here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            found = [(sheet.title, _lines(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
            book.close()
    except _BROKEN:
        what = "The file is a spreadsheet or archive that cannot be opened."
        raise FileProblem(what, "Save or export it as CSV and drop that.", label) from None
    return [(title, lines) for title, lines in found if any(not line.blank for line in lines)]


def _check(label: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
            raise FileProblem("The spreadsheet unpacks to too much data.", "Export one account at a time.", label)
        for name in packed.namelist():
            with packed.open(name) as part:
                if b"<!DOCTYPE" in part.read(2000):
                    raise FileProblem("The spreadsheet defines entities; it is not read.", "Save it as CSV.", label)


def _lines(rows: object) -> tuple[Line, ...]:
    lines = []
    for number, row in enumerate(rows if hasattr(rows, "__iter__") else (), start=1):
        cells = tuple(_text(value) for value in row)
        lines.append(Line(number, cells, text="\t".join(cells)))
    return tuple(lines)


def _text(value: object) -> str:
    """Write a cell as a CSV would: dates in ISO order, numbers without the noise of binary fractions."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(format(value, '.15g')):f}"
    return str(value)
