"""The machine under every table that a broker writes: which columns, which accounts, what each row is.

A format declares its tables: the names its columns go by, which of them must be there, and what to make of a row. The
machine finds the headers, also when they come again, hands titles, account lines and footers to the format, and
accounts for every row below the first header: a row becomes a value, is blank or a repeated heading, or is left out
with a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, why
from tools.brokers.lines import HEADER_WITHIN, MAX_HEADING, Line, heading
from tools.errors import FileProblem
from tools.money import ZERO

MOST = Decimal(10) ** 11
AGAIN = "Download the file again, or correct the cell."
_SPACE = " \t\n\r\u00a0\u200b\ufeff"
_Value = TypeVar("_Value")
_TAG = re.compile(r"<[^<>]{0,200}>")


def column_name(cell: str) -> str:
    """Normalise the name of a column: mark-up, footnote signs and capitals do not count."""
    bare = _TAG.sub("", cell[:MAX_HEADING]).replace("†", "").replace("*", "").replace("(†)", "")
    return heading(bare).removesuffix(" ()")


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table.

    ``columns`` gives each field the names it goes by, best first; a name that ends with ``…`` stands for all that begin
    like it. A line that has every ``needed`` field and no ``never`` name is the header. ``take`` reads one row and
    raises ``BadCell`` when the row cannot be used. ``at`` is the header's row and places where a person said them.
    """

    columns: Mapping[str, tuple[str, ...]]
    needed: frozenset[str]
    take: Callable[[Row], None]
    never: frozenset[str] = frozenset()
    at: tuple[int, Mapping[str, int]] | None = None

    def places(self, line: Line) -> dict[str, int] | None:
        """Return where each field stands, None when the line is not this table's header."""
        if self.at is not None:
            return dict(self.at[1]) if line.row == self.at[0] else None
        named = [column_name(cell) for cell in line.cells]
        if not self.never.isdisjoint(named):
            return None
        found = {field: place for field, names in self.columns.items() if (place := _place(names, named)) is not None}
        return found if self.needed <= found.keys() and len(set(found.values())) >= len(self.needed) else None


def _place(names: Sequence[str], named: Sequence[str]) -> int | None:
    for name in names:
        if name.endswith("…"):
            found = next((place for place, one in enumerate(named) if one.startswith(name[:-1])), None)
        else:
            found = named.index(name) if name in named else None
        if found is not None:
            return found
    return None


@dataclass
class Sheet:
    """One file while it is read: what stood above the row at hand, and what was found so far."""

    found: Findings
    broker: str
    account: str | None = None
    as_of: date | None = None
    symbol: str | None = None
    summed: int = 0
    nameless: list[tuple[Line, Decimal]] = field(default_factory=list)
    nested: object = None
    account_row: int = 0
    values: dict[int, Decimal] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def label(self, raw: str) -> str:
        """Shorten the number in an account's name; two numbers that end alike stay two accounts."""
        if raw not in self._labels:
            label = cells.account_label(raw) or self.unnamed
            alike = sum(1 for one in self._labels.values() if one.split(" #")[0].casefold() == label.casefold())
            self._labels[raw] = f"{label} #{alike + 1}" if alike and cells.account_label(raw) else label
        return self._labels[raw]

    @property
    def unnamed(self) -> str:
        """What an account is called that the file does not name."""
        return f"{self.broker} account in {self.found.file}"

    def note(self, text: str) -> None:
        """Say something of the whole file, once."""
        said = f"{self.found.file}: {text}"
        if said not in self._said:
            self._said.add(said)
            self.found.notes.append(said)


@dataclass(frozen=True, slots=True)
class Row:
    """One row under a header, read by the names of its columns."""

    line: Line
    places: Mapping[str, int]
    header: Line
    sheet: Sheet

    def text(self, field: str) -> str:
        """Return a cell without the spaces around it, empty when the table has no such column."""
        place = self.places.get(field)
        return self.line.cells[place].strip(_SPACE) if place is not None and place < len(self.line.cells) else ""

    def must(self, field: str, parse: Callable[[str], _Value | None]) -> _Value | None:
        """Parse a cell without which the row is of no use.

        Raises:
            BadCell: The cell holds something else; the message names the column.
        """
        try:
            return parse(self.text(field))
        except cells.BadCell as bad:
            raise cells.BadCell(f"{self._called(field)}: {bad}") from None

    def may(self, field: str, parse: Callable[[str], _Value | None]) -> _Value | None:
        """Parse a cell; what cannot be read is a problem and stays unknown."""
        try:
            return parse(self.text(field))
        except cells.BadCell as bad:
            what = f"{self._called(field)}: {bad}; taken as unknown."
            self.sheet.found.problem(self.line.row, what, AGAIN)
            return None

    def number(self, field: str) -> Decimal | None:
        """Read a number that the row can do without."""
        return self.may(field, cells.number)

    def dollars(self, field: str) -> Decimal | None:
        """Read an amount that cannot be negative; one that is becomes a problem and stays unknown."""
        value = self.number(field)
        if value is not None and not ZERO <= value <= MOST:
            what = f"{self._called(field)}: {cells.shown(self.text(field))} is not possible; taken as unknown."
            self.sheet.found.problem(self.line.row, what, AGAIN)
            return None
        return value

    def _called(self, field: str) -> str:
        place = self.places.get(field)
        return cells.shown(_TAG.sub("", self.header.cells[place])) if place is not None else field.replace("_", " ")


def prose(line: Line) -> bool:
    """Recognise a disclaimer: several words in the first cell and nothing beside them."""
    return bool(line.cells) and len(line.cells[0].split()) > 2 and not any(cell.strip() for cell in line.cells[1:])


def nothing(sheet: Sheet, line: Line) -> bool:
    """Recognise no line as a title, account line or footer."""
    return False


@dataclass(frozen=True)
class TableReader:
    """Reader of a format that consists of tables.

    ``aside`` is asked about every line that is no header: it takes what it recognises as a title, an account line or a
    footer and returns True. ``finish`` sees the whole file at the end. ``symbol`` is what the person said that a file
    is about whose rows do not say it. ``prepare`` joins lines that are one row.
    """

    name: str
    broker: str
    tables: tuple[Table, ...]
    aside: Callable[[Sheet, Line], bool] = nothing
    finish: Callable[[Sheet], None] | None = None
    mark: Callable[[Sequence[Line]], bool] | None = None
    symbol: str | None = None
    prepare: Callable[[Sequence[Line]], Sequence[Line]] | None = None

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise a header of one of the tables, and the format's own mark where it has one."""
        if not any(table.places(line) is not None for line in lines[:HEADER_WITHIN] for table in self.tables):
            return False
        return self.mark is None or self.mark(lines[:HEADER_WITHIN])

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the first header; a header must be there."""
        sheet = Sheet(Findings(file), self.broker, symbol=self.symbol)
        heads = _Heads(self.tables)
        rows_count = 0
        for line in self.prepare(lines) if self.prepare else lines:
            below = heads.table is not None
            rows_count += below
            if heads.see(line, below) or line.blank or self.aside(sheet, line):
                sheet.found.blank_count += below
            elif below:
                self._take(Row(line, heads.places, heads.line, sheet), heads.table)
        if self.finish:
            self.finish(sheet)
        return replace(sheet.found.reading(self.name, rows_count, sheet.as_of), asks_symbol=bool(sheet.nameless))

    def _take(self, row: Row, table: Table | None) -> None:
        found, width, count = row.sheet.found, len(row.header.cells), len(row.line.cells)
        if any(cell.strip() for cell in row.line.cells[width:]):
            what = f"The row has {count} cells where the header has {width}; it is left out."
            found.leave_out(row.line.row, what, "Download the file again; this row is damaged.")
        elif not row.line.complete and count < width - 1:
            what = f"The file ends in the middle of this row, after {count} of {width} cells; it is left out."
            found.leave_out(row.line.row, what, "Download the file again.")
        elif table is not None:
            try:
                table.take(row)
            except (cells.BadCell, ValidationError) as bad:
                found.leave_out(row.line.row, f"{why(bad)}. The row is left out.", AGAIN)


class _Heads:
    """Which header the rows stand under."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.table: Table | None = None
        self.places: Mapping[str, int] = {}
        self.line = Line(1, ())
        self._tables = tables
        self._names = {name for table in tables for names in table.columns.values() for name in names}

    def see(self, line: Line, below: bool) -> bool:
        """Take a line that is a header; below the first one only lines that begin like one are looked at."""
        if below and column_name(next((cell for cell in line.cells if cell.strip()), "")) not in self._names:
            return False
        for table in self._tables:
            places = table.places(line)
            if places is not None:
                self.table, self.places, self.line = table, places, line
                self._names.add(column_name(next((cell for cell in line.cells if cell.strip()), "")))
                return True
        return False


def without_header(file: str, format_name: str) -> FileProblem:
    """Return the error for a file that looks like a format but holds none of its tables."""
    return FileProblem(f"The file begins like {format_name} but holds no table.", "Download it again.", file)
