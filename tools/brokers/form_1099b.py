"""The 1099-B style CSV that people have and that tax programs take: one closed lot a row, with its box.

Columns: Description, Date Acquired, Date Sold, Proceeds, Cost Basis, Adjustment Code, Adjustment Amount, Gain/Loss,
Box. A description reads ``10 sh. XYZ``, ``100 shares of XYZ`` or a known company's name; columns Symbol, Quantity and
Account are used where they are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, RealizedRow, unnamed_account
from tools.brokers.lines import HEADER_WITHIN, Line, heading
from tools.brokers.named import named
from tools.market.securities import all_known
from tools.model import Term

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
_NEEDED = {"description", "date acquired", "date sold", "proceeds", "cost basis"}
_DESCRIPTION = re.compile(
    r"(?P<shares>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?:sh\.?|shs\.?|shares?|units?|contracts?)?\s+(?:of\s+)?(?P<what>\S.*)",
    re.IGNORECASE,
)
_RETURNED = re.compile(r",? return of capital$", re.IGNORECASE)
_TERMS = dict.fromkeys("ABCGHI", Term.SHORT) | dict.fromkeys("DEFJKL", Term.LONG)


class Form1099B:
    """Reader of the 1099-B style CSV."""

    name = "Form 1099-B rows"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the header of closed lots."""
        return _header(lines) is not None

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the header; the header must be there."""
        header = _header(lines)
        if header is None:
            raise ValueError("no header: call fits() first")
        table = _Table(Findings(file), header)
        rows = [line for line in lines if line.row > header.row]
        for line in rows:
            table.take(line)
        return table.found.reading(self.name, len(rows), None)


def _header(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines[:HEADER_WITHIN] if {heading(cell) for cell in line.cells} >= _NEEDED), None)


class _Table:
    """One file while it is read."""

    def __init__(self, found: Findings, header: Line) -> None:
        self.found = found
        self._column = {heading(cell): place for place, cell in reversed(list(enumerate(header.cells)))}

    def take(self, line: Line) -> None:
        """Read one row into a closed lot, skip a total, or leave it out with a problem."""
        first = next((cell.strip() for cell in line.cells if cell.strip()), "")
        if line.blank or first.casefold().startswith("total"):
            self.found.blank_count += 1
            return
        try:
            self.found.realized.append(self._row(line))
        except cells.BadCell as bad:
            self.found.leave_out(line.row, f"{bad}. The row is left out.", "Correct that row and drop the file again.")

    def _row(self, line: Line) -> RealizedRow:
        sold, proceeds = self._day(line, "date sold"), self._number(line, "proceeds")
        if sold is None or proceeds is None:
            raise cells.BadCell("the date sold or the proceeds are missing")
        shares, symbol = self._what(line)
        return RealizedRow(
            row=line.row,
            account=cells.account_label(self._text(line, "account")) or unnamed_account(self.found.file),
            symbol=symbol,
            shares=shares,
            acquired=self._day(line, "date acquired"),
            sold=sold,
            proceeds_usd=proceeds,
            basis_usd=self._number(line, "cost basis"),
            term=_TERMS.get(self._text(line, "box").strip().upper()),
            disallowed_usd=self._disallowed(line),
        )

    def _what(self, line: Line) -> tuple[Decimal, str]:
        """Return shares and symbol, from their own columns or else from the description."""
        text = self._text(line, "description").strip()
        found = _DESCRIPTION.fullmatch(text)
        shares = self._number(line, "quantity") or (cells.number(found["shares"]) if found else None)
        if not shares:
            raise cells.BadCell(f"“{cells.shown(text)}” does not say how many shares, such as 10 sh. XYZ")
        said = self._text(line, "symbol").strip()
        return abs(shares), named(said).symbol if said else _symbol(found["what"] if found else text)

    def _disallowed(self, line: Line) -> Decimal | None:
        codes = self._text(line, "adjustment code").upper()
        amount = self._number(line, "adjustment amount")
        return abs(amount) if "W" in codes and amount else None

    def _text(self, line: Line, column: str) -> str:
        place = self._column.get(column)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def _number(self, line: Line, column: str) -> Decimal | None:
        try:
            return cells.number(self._text(line, column))
        except cells.BadCell as bad:
            raise cells.BadCell(f"{column}: {bad}") from None

    def _day(self, line: Line, column: str) -> date | None:
        text = self._text(line, column)
        try:
            return None if text.strip().casefold() == "inherited" else cells.day(text)
        except cells.BadCell as bad:
            raise cells.BadCell(f"{column}: {bad}") from None


def _symbol(words: str) -> str:
    """Read a ticker or contract in capitals, else exactly the name of a company or fund that is generally known."""
    bare = _RETURNED.sub("", words).strip()
    if bare == bare.upper():
        return named(bare).symbol
    wanted = bare.casefold()
    for one in all_known().values():
        if wanted in (one.name.casefold(), *(alias.casefold() for alias in one.aliases)):
            return one.symbol
    raise cells.BadCell(f"“{cells.shown(bare)}” is no ticker and no company that is known")
