"""Interactive Brokers: Flex queries as XML or CSV, and the activity statement with its sections in one CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from xml.etree import ElementTree

from tools.brokers import cells
from tools.brokers.base import Findings, Reading
from tools.brokers.ibkr_columns import CASH, MOVE, POSITION, TRADE, table
from tools.brokers.ibkr_rows import Book
from tools.brokers.lines import HEADER_WITHIN, Line
from tools.brokers.table import Row, Sheet, Table, column_name
from tools.errors import FileProblem

_AGAIN = "Run the query again and drop its file."
_PERIOD_END = re.compile(r"([A-Z][a-z]+) ([0-9]{1,2}), ([0-9]{4})\s*$")
_ELEMENTS = {
    "OpenPosition": ("positions", table(POSITION, "symbol", "shares")),
    "Trade": ("trades", table(TRADE, "symbol", "shares")),
    "Lot": ("trades", table(TRADE, "symbol", "shares")),
    "CashReportCurrency": ("cash", table(CASH, "currency", "amount")),
    "CashTransaction": ("moves", table(MOVE, "on", "amount")),
    "Transfer": ("moves", table(MOVE, "symbol", "shares")),
    "CorporateAction": ("moves", table(MOVE, "symbol", "shares")),
}
_SECTIONS = {
    "open positions": ("positions", table(POSITION, "symbol", "shares")),
    "long open positions": ("positions", table(POSITION, "symbol", "shares")),
    "short open positions": ("positions", table(POSITION, "symbol", "shares")),
    "trades": ("trades", table(TRADE, "symbol", "on", "shares")),
    "cash report": ("cash", table(CASH, "currency", "amount")),
    "dividends": ("moves", table(MOVE, "on", "amount")),
    "transfers": ("moves", table(MOVE, "on", "symbol")),
    "corporate actions": ("moves", table(MOVE, "on", "words")),
}
_FLAT = (
    ("positions", table(POSITION, "symbol", "shares", "basis", "price")),
    ("trades", table(TRADE, "on", "shares", "price", "side")),
)


def _keep(book: Book, kind: str, row: Row) -> None:
    rows: list[Row] = getattr(book, kind)
    rows.append(row)


class FlexXml:
    """Reader of Flex query XML; a row is the number of the entry, in the order of the file."""

    name = "IBKR Flex XML"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the root element."""
        return any("<FlexQueryResponse" in line.text or "<FlexStatement" in line.text for line in lines[:HEADER_WITHIN])

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read positions, lots, trades, closed lots, cash and transfers.

        Raises:
            FileProblem: The text is no XML, or defines entities, which no broker's file does.
        """
        text = "\n".join(line.text for line in lines).lstrip("\ufeff \n")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise FileProblem("The XML file defines entities, which no Flex query does; it is not read.", _AGAIN, file)
        try:
            root = ElementTree.fromstring(text)
        except (ElementTree.ParseError, ValueError):
            raise FileProblem("The XML file is damaged or cut off.", _AGAIN, file) from None
        book = Book(Sheet(Findings(file), "IBKR"))
        number = 0
        for statement in root.iter("FlexStatement"):
            account, ends = statement.get("accountId", ""), statement.get("toDate", "")
            book.sheet.as_of = book.sheet.as_of or _compact(ends)
            for element in statement.iter():
                if element.tag in _ELEMENTS:
                    number += 1
                    _element(book, number, element.tag, {"accountId": account} | element.attrib)
        book.finish()
        return book.sheet.found.reading(self.name, number, book.sheet.as_of)


def _element(book: Book, number: int, tag: str, values: Mapping[str, str]) -> None:
    kind, declared = _ELEMENTS[tag]
    if tag == "Lot":
        values = {**values, "levelOfDetail": "CLOSED_LOT"}
    header, line = Line(0, tuple(values)), Line(number, tuple(values.values()))
    places = declared.places(header)
    if places is None:
        book.sheet.found.leave_out(number, f"The {tag} entry lacks what is needed.", "Add all fields to the query.")
    else:
        _keep(book, kind, Row(line, places, header, book.sheet))


def _compact(text: str) -> date | None:
    try:
        return cells.day(re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2}).*", r"\1-\2-\3", text))
    except cells.BadCell:
        return None


class ActivityCsv:
    """Reader of the activity statement: the first cell of a line is its section, the second what the line is."""

    name = "IBKR activity statement"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise a line whose second cell is Header under a known section or the statement's own."""
        known = {*_SECTIONS, "statement", "account information"}
        return any(
            len(line.cells) > 2 and line.cells[1].strip() == "Header" and column_name(line.cells[0]) in known
            for line in lines[:HEADER_WITHIN]
        )

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read the sections of positions, trades, cash, dividends, transfers and corporate actions."""
        book = Book(Sheet(Findings(file), "IBKR"))
        columns: dict[str, tuple[Line, Mapping[str, int]]] = {}
        for line in lines:
            section = column_name(line.cells[0]) if line.cells else ""
            what = line.cells[1].strip() if len(line.cells) > 1 else ""
            declared = _SECTIONS.get(section)
            if declared and what == "Header":
                columns[section] = (line, declared[1].places(line) or {})
            if declared and what == "Data" and section in columns and columns[section][1]:
                header, places = columns[section]
                self._data(book, declared[0], Row(line, places, header, book.sheet))
            else:
                _account_and_date(book.sheet, section, line)
                book.sheet.found.blank_count += 1
        book.finish()
        return book.sheet.found.reading(self.name, len(lines), book.sheet.as_of)

    def _data(self, book: Book, kind: str, row: Row) -> None:
        width = len(row.header.cells)
        first = " ".join(row.line.cells[2:4]).casefold()
        if any(cell.strip() for cell in row.line.cells[width:]) or (
            not row.line.complete and len(row.line.cells) < width
        ):
            book.sheet.found.leave_out(row.line.row, "The row is damaged or cut off; it is left out.", _AGAIN)
        elif (
            kind == "cash"
            and row.text("what").casefold() != "ending cash"
            or kind == "moves"
            and first.startswith("total")
        ):
            book.sheet.found.blank_count += 1
        else:
            _keep(book, kind, row)


def _account_and_date(sheet: Sheet, section: str, line: Line) -> None:
    named = [cell.strip() for cell in line.cells]
    if section == "account information" and named[1:3] == ["Data", "Account"] and len(named) > 3:
        sheet.account = sheet.label(named[3])
    if section == "statement" and named[1:3] == ["Data", "Period"] and len(named) > 3:
        found = _PERIOD_END.search(named[3])
        try:
            sheet.as_of = cells.day(f"{found[1][:3]}-{found[2]}-{found[3]}") if found else None
        except cells.BadCell:
            sheet.as_of = None


class FlexCsv:
    """Reader of a Flex query as one flat CSV, of trades or of open positions."""

    name = "IBKR Flex CSV"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise a header in the query's own words, which have no spaces."""
        return any(_flat(line) for line in lines[:HEADER_WITHIN])

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the first header."""
        book = Book(Sheet(Findings(file), "IBKR"))
        under: tuple[Line, str, Mapping[str, int]] | None = None
        rows_count = 0
        for line in lines:
            rows_count += under is not None
            if declared := _flat(line):
                book.sheet.found.blank_count += under is not None
                under = (line, declared[0], declared[1].places(line) or {})
            elif under and line.blank:
                book.sheet.found.blank_count += 1
            elif under and len(line.cells) != len(under[0].cells):
                what = (
                    f"The row has {len(line.cells)} cells where the header has {len(under[0].cells)}; it is left out."
                )
                book.sheet.found.leave_out(line.row, what, _AGAIN)
            elif under:
                _keep(book, under[1], Row(line, under[2], under[0], book.sheet))
        book.finish()
        return book.sheet.found.reading(self.name, rows_count, book.sheet.as_of)


def _flat(line: Line) -> tuple[str, Table] | None:
    named = {column_name(cell) for cell in line.cells}
    if not named & {"costbasismoney", "tradeprice", "currencyprimary", "ibcommission"}:
        return None
    return next((one for one in _FLAT if one[1].places(line) is not None), None)
