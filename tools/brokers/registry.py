"""Which reader reads a file: decided by its content, never by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tools.brokers import (
    beancount_ledger,
    cells,
    etrade,
    fidelity,
    fidelity_past,
    ibkr,
    merrill,
    ofx,
    robinhood,
    schwab_json,
    schwab_positions,
    unknown,
    vanguard,
)
from tools.brokers.base import Reader, Reading
from tools.brokers.form_1099b import Form1099B
from tools.brokers.generic import COLUMNS, GenericLots
from tools.brokers.lines import HEADER_WITHIN, WORKBOOK, Line, heading, lines_of, other_cuts, text_of
from tools.brokers.own_history import OwnHistory
from tools.brokers.schwab_history import SchwabHistory
from tools.brokers.schwab_lots import SchwabLots
from tools.brokers.schwab_realized import SchwabRealized
from tools.brokers.table import TableReader
from tools.brokers.unknown import Proposal
from tools.errors import BadRequest, FileProblem

READERS: tuple[Reader, ...] = (
    beancount_ledger.Beancount(),
    ofx.Ofx(),
    ibkr.FlexXml(),
    ibkr.ActivityCsv(),
    ibkr.FlexCsv(),
    SchwabLots(),
    SchwabHistory(),
    SchwabRealized(),
    schwab_json.SchwabJson(),
    schwab_json.SchwabAwards(),
    schwab_positions.POSITIONS,
    fidelity.POSITIONS,
    fidelity.LOTS,
    fidelity.OPEN_LOTS,
    fidelity_past.HISTORY,
    fidelity_past.REALIZED,
    fidelity_past.CLOSED_LOTS,
    vanguard.LOTS,
    vanguard.DOWNLOAD,
    etrade.PORTFOLIO,
    etrade.HISTORY,
    etrade.GAINS,
    robinhood.ACTIVITY,
    merrill.POSITIONS,
    merrill.LOTS,
    merrill.HISTORY,
    OwnHistory(),
    Form1099B(),
    GenericLots(),
)

_WANTED = (
    "Drop an export of lots, positions or history from your broker (CSV, Excel, JSON, XML or QFX), or a lots file with "
    f"the columns {', '.join(COLUMNS)}."
)
# Header words of exports that people drop by mistake: they hold positions or history, but no lots.
_NO_LOTS = (
    ({"closed date", "proceeds"}, "sales already made"),
    ({"proceeds", "date sold"}, "sales already made"),
    ({"date", "action", "amount"}, "a transaction history"),
    ({"run date", "action"}, "a transaction history"),
    ({"trade date", "settlement date"}, "a transaction history"),
    ({"activity date", "trans code"}, "a transaction history"),
    ({"symbol", "last price", "current value"}, "positions without their lots"),
    ({"symbol", "description", "cost basis"}, "positions without their lots"),
    ({"symbol", "shares", "share price"}, "positions without their lots"),
    ({"symbol", "last price $", "value $"}, "positions without their lots"),
)


def read(label: str, content: bytes, symbol: str | None = None) -> Reading:
    """Read one file.

    Args:
        label: What the file is called in messages and origins, for example ``file-1``.
        content: The bytes as dropped.
        symbol: What the person says that the file is about, for formats that do not say it themselves.

    Raises:
        FileProblem: Empty, not text, of no known format, or without a single row that can be read.
    """
    first: tuple[Line, ...] | None = None
    for lines, notes in _cuts(label, content):
        first = lines if first is None else first
        reader = next((one for one in READERS if one.fits(lines)), None)
        if reader is not None:
            told = replace(reader, symbol=symbol) if isinstance(reader, TableReader) else reader
            found = told.read(label, lines)
            if not found.accounted_count - found.blank_count:
                raise FileProblem("The file has a header but nothing below it.", "Download it again.", label)
            return replace(found, digest=hashlib.sha256(content).hexdigest(), notes=(*found.notes, *notes))
    raise FileProblem(_unknown(first or ()), _WANTED, label)


def proposal(label: str, content: bytes) -> Proposal | None:
    """Propose what the columns of a table of no known format are, for the person to confirm; None without a table.

    Raises:
        FileProblem: Empty, or not text.
    """
    found = (unknown.propose(lines) for lines, _ in _cuts(label, content))
    return next((one for one in found if one is not None), None)


def read_confirmed(label: str, content: bytes, confirmed: Proposal) -> Reading:
    """Read a table with the columns that the person confirmed.

    Raises:
        FileProblem: Empty, or not text.
        BadRequest: The columns do not fit the file.
    """
    places = {column.field: column.place for column in confirmed.columns}
    for lines, _ in _cuts(label, content):
        if unknown.propose(lines) is not None:
            found = unknown.read_confirmed(label, lines, confirmed.header_row, places)
            return replace(found, digest=hashlib.sha256(content).hexdigest())
    raise BadRequest("The file holds no table with a symbol and a quantity.", "Drop the file that was proposed.", label)


def _cuts(label: str, content: bytes) -> Iterator[tuple[tuple[Line, ...], tuple[str, ...]]]:
    """Yield the lines of the file, cut in every way that a table may need, and what is to be said of the rest."""
    if content.startswith(WORKBOOK):
        from tools.brokers import excel  # openpyxl takes a while to import, and few files are workbooks

        sheets = excel.sheets_of(label, content)
        for title, lines in sheets:
            others = [one for one, _ in sheets if one != title]
            said = f"{label}: of the workbook only sheet “{cells.shown(title)}” is read."
            yield lines, (said,) if others else ()
        return
    text = text_of(label, content)
    lines = lines_of(text)
    yield lines, ()
    for cut in other_cuts(text, lines):
        yield cut, ()


def _unknown(lines: Sequence[Line]) -> str:
    for line in lines[:HEADER_WITHIN]:
        seen = {heading(cell) for cell in line.cells}
        for words, kind in _NO_LOTS:
            if words <= seen:
                return f"The file looks like {kind}; what is needed are the lots, with purchase dates and cost."
    return "The file is not one of the formats that can be read."
