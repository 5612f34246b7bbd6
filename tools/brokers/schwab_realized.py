"""Schwab's realized gain and loss export, lot details: for each account a line, a header and the closed lots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, RealizedRow, unnamed_account, why
from tools.brokers.lines import HEADER_WITHIN, Line, heading
from tools.brokers.named import named
from tools.model import Term

_TITLE = re.compile(r"^\s*Realized Gain/Loss\b.*? as of (?P<when>.+?)(?: from .*)?$", re.IGNORECASE)
_WORDY = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2})\s+([0-9]{1,2})\s.*\b([0-9]{4})\b")
_NEEDED = {"symbol", "closed date", "quantity", "proceeds"}
_NAMES = {
    "basis": ("cost basis (cb)", "costbasis", "cost basis"),
    "gain": ("gain/loss ($)", "total gain/loss ($)"),
    "opened": ("opened date",),
    "washed": ("disallowed loss",),
}


def _is_header(line: Line) -> bool:
    return {heading(cell) for cell in line.cells} >= _NEEDED


class SchwabRealized:
    """Reader of the realized gain and loss CSV."""

    name = "Schwab realized gain and loss"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the header of closed lots."""
        return any(_is_header(line) for line in lines[:HEADER_WITHIN])

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every account's closed lots."""
        table = _Table(Findings(file))
        start = next(line.row for line in lines if _is_header(line))
        as_of = None
        rows_count = 0
        for line in lines:
            rows_count += line.row > start
            if line.row <= start:
                found = _TITLE.match(" ".join(line.cells))
                as_of = _day(found["when"]) if found else as_of
            table.take(line, counted=line.row > start)
        return table.found.reading(self.name, rows_count, as_of)


class _Table:
    """One file while it is read; the account's line changes the account of what follows."""

    def __init__(self, found: Findings) -> None:
        self.found = found
        self._account = unnamed_account(found.file)
        self._column: dict[str, int] = {}

    def take(self, line: Line, *, counted: bool) -> None:
        """Read one line: a header, an account's name, a closed lot, or something to leave out."""
        filled = [cell for cell in line.cells if cell.strip()]
        if _is_header(line):
            self._column = {heading(cell): place for place, cell in reversed(list(enumerate(line.cells)))}
        elif len(filled) == 1 and not _TITLE.match(filled[0]):
            self._account = cells.account_label(filled[0]) or self._account
        elif counted and filled and "total" not in filled[0].casefold():
            self._lot(line)
            return
        self.found.blank_count += counted

    def _lot(self, line: Line) -> None:
        try:
            self.found.realized.append(self._row(line))
        except (cells.BadCell, ValidationError) as bad:
            self.found.leave_out(line.row, f"{why(bad)}. The row is left out.", "Download the report again.")

    def _row(self, line: Line) -> RealizedRow:
        sold, shares = cells.day(self._text(line, "closed date")), self._number(line, "quantity")
        proceeds = self._number(line, "proceeds")
        if sold is None or not shares or proceeds is None:
            raise cells.BadCell("the closed date, the quantity or the proceeds are missing")
        basis, gain = self._number(line, *_NAMES["basis"]), self._number(line, *_NAMES["gain"])
        term = self._text(line, "term").strip().casefold()
        return RealizedRow(
            row=line.row,
            account=self._account,
            symbol=named(self._text(line, "symbol")).symbol,
            name=cells.words(self._text(line, "name")),
            shares=abs(shares),
            acquired=cells.day(self._text(line, *_NAMES["opened"])),
            sold=sold,
            proceeds_usd=proceeds,
            basis_usd=proceeds - gain if basis is None and gain is not None else basis,
            term=Term.LONG if term.startswith("long") else Term.SHORT if term.startswith("short") else None,
            disallowed_usd=self._number(line, *_NAMES["washed"]),
        )

    def _text(self, line: Line, *names: str) -> str:
        places = (self._column[name] for name in names if name in self._column)
        place = next(places, None)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def _number(self, line: Line, *names: str) -> Decimal | None:
        try:
            return cells.number(self._text(line, *names))
        except cells.BadCell as bad:
            raise cells.BadCell(f"{names[0]}: {bad}") from None


def _day(text: str) -> date | None:
    found = _WORDY.search(text)
    try:
        return cells.day(f"{found[1]}-{found[2]}-{found[3]}" if found else text.split()[0])
    except cells.BadCell:
        return None
