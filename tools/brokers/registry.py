"""Which reader reads a file: decided by its content, never by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
from tools.brokers.lines import HEADER_WITHIN, WORKBOOK, Line, lines_of, other_cuts, text_of
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


@dataclass(frozen=True)
class Recognised:
    """A file cut into lines as its format needs it, and the readers that take it for theirs, the first one first.

    Without a reader the lines are those of the first cut that holds a table at all, for ``proposal``.
    """

    label: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    readers: tuple[Reader, ...]
    digest: str
    proposal: Proposal | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats that the content may be of."""
        return tuple(reader.name for reader in self.readers)


def recognise(label: str, content: bytes) -> Recognised:
    """Find the formats that a file may be of, by its content.

    Raises:
        FileProblem: Empty, too large, or not text.
    """
    digest = hashlib.sha256(content).hexdigest()
    table: Recognised | None = None
    for lines, notes in _cuts(label, content):
        readers = _fitting(lines)
        if readers:
            return Recognised(label, lines, notes, readers, digest)
        found = None if table and table.proposal else unknown.propose(lines)
        table = Recognised(label, lines, notes, (), digest, found) if found or table is None else table
    return table or Recognised(label, (), (), (), digest)


def _fitting(lines: Sequence[Line]) -> tuple[Reader, ...]:
    """Return the readers that fit; the most general one, our own lots table, only where no other does."""
    found = tuple(one for one in READERS if one.fits(lines))
    return tuple(one for one in found if not isinstance(one, GenericLots)) or found


def read_as(file: Recognised, format_name: str | None = None, symbol: str | None = None) -> Reading:
    """Read a recognised file.

    Args:
        file: What ``recognise`` found.
        format_name: Which of its formats, where the person said; the first one otherwise.
        symbol: What the person says that the file is about, for formats that do not say it themselves.

    Raises:
        FileProblem: Of no known format, or without a single row that can be read.
    """
    reader = next((one for one in file.readers if format_name in (None, one.name)), None)
    if reader is None:
        past = any(unknown.tells_of_the_past(line) for line in file.lines[:HEADER_WITHIN])
        kind = "sales or a history in a layout that is not known" if past else ""
        what = f"The file looks like {kind}." if kind else "The file is not one of the formats that can be read."
        raise FileProblem(what, _WANTED, file.label)
    told = replace(reader, symbol=symbol) if isinstance(reader, TableReader | SchwabLots) else reader
    found = told.read(file.label, file.lines)
    if not found.accounted_count - found.blank_count:
        raise FileProblem("The file has a header but nothing below it.", "Download it again.", file.label)
    return replace(found, digest=file.digest, notes=(*found.notes, *file.notes))


def read(label: str, content: bytes, symbol: str | None = None) -> Reading:
    """Read one file.

    Args:
        label: What the file is called in messages and origins, for example ``file-1``.
        content: The bytes as dropped.
        symbol: What the person says that the file is about, for formats that do not say it themselves.

    Raises:
        FileProblem: Empty, not text, of no known format, or without a single row that can be read.
    """
    return read_as(recognise(label, content), symbol=symbol)


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
    return read_table(recognise(label, content), {column.field: column.place for column in confirmed.columns})


def read_table(file: Recognised, places: Mapping[str, int]) -> Reading:
    """Read a table of no known format with the columns that the person confirmed: field to place, counted from 0.

    Raises:
        BadRequest: The file holds no such table, or the columns do not fit it.
    """
    if file.proposal is None:
        fix = "Drop the file that was proposed."
        raise BadRequest("The file holds no table with a symbol and a quantity.", fix, file.label)
    found = unknown.read_confirmed(file.label, file.lines, file.proposal.header_row, places)
    return replace(found, digest=file.digest, notes=(*found.notes, *file.notes))


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
