"""Lotline's own history file: one row an event, one header row, columns in any order, unknown cells empty.

Columns: account, account_type, owner, date, time, action, symbol, name, quantity, price, fees, amount, acquired, basis,
market_value, donor_basis, lots, instrument, underlying, ratio, other_symbol, basis_frac. Date and action must be there.
``action`` is one of ``tools.history.Action``; ``lots`` names what a sale takes, ``2024-03-05:10; 2025-01-02:5``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, TradeRow, unnamed_account, why
from tools.brokers.lines import HEADER_WITHIN, Line, heading
from tools.brokers.named import named
from tools.history import Action, Instrument
from tools.model import AccountType

NAME = "Lotline transactions"
COLUMNS = (
    *("account", "account_type", "owner", "date", "time", "action", "symbol", "name", "quantity", "price", "fees"),
    *("amount", "acquired", "basis", "market_value", "donor_basis", "lots", "instrument", "underlying", "ratio"),
    *("other_symbol", "basis_frac"),
)
_HEADINGS = {heading(column): column for column in COLUMNS}
_OURS = {"account type", "market value", "donor basis", "other symbol", "basis frac", "quantity"}
_TIME = re.compile(r"([0-2]?[0-9]):([0-5][0-9])(?::([0-5][0-9]))?")
_ALIASES = {
    "sold": "sell",
    "bought": "buy",
    "reinvestment": "reinvest",
    "vested": "vest",
    "dividend reinvested": "reinvest",
}
_V = TypeVar("_V")
_E = TypeVar("_E", bound=StrEnum)


def _header(lines: Sequence[Line]) -> Line | None:
    for line in lines[:HEADER_WITHIN]:
        seen = {heading(cell) for cell in line.cells if cell.strip()}
        if {"date", "action", "symbol"} <= seen and seen & _OURS and len(seen - _HEADINGS.keys()) <= len(seen) // 3:
            return line if not {"description", "fees & comm"} & seen else None
    return None


class OwnHistory:
    """Reader of the documented history CSV."""

    name = NAME

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise a header with date, action, symbol and quantity in our words."""
        return _header(lines) is not None

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the header; the header must be there."""
        header = _header(lines)
        if header is None:
            raise ValueError("no header: call fits() first")
        table = _Table(file, header)
        rows = [line for line in lines if line.row > header.row]
        table.learn(rows)
        for line in rows:
            table.take(line)
        return table.found.reading(self.name, len(rows), None)


class _Table:
    """One file while it is read."""

    def __init__(self, file: str, header: Line) -> None:
        self.found = Findings(file)
        self._day: Callable[[str], date | None] = cells.day
        named = [(_HEADINGS.get(heading(cell)), place) for place, cell in enumerate(header.cells)]
        self._column = {column: place for column, place in reversed(named) if column}
        extra = [
            cells.shown(header.cells[place]) for column, place in named if not column and header.cells[place].strip()
        ]
        if extra:
            self.found.notes.append(f"{file}: columns not used: {', '.join(extra)}.")

    def learn(self, rows: Sequence[Line]) -> None:
        """Find out from all dates of the file how they are written; where days lead, none is guessed."""
        if cells.days_lead(self._text(line, column) for line in rows for column in ("date", "acquired")):
            self._day = cells.told_day
        if one := cells.days_open(self._text(line, column) for line in rows for column in ("date", "acquired")):
            note = f"dates such as {one} are read month first; if yours put the day first, write them as 2025-04-03."
            self.found.notes.append(f"{self.found.file}: {note}")

    def take(self, line: Line) -> None:
        """Read one row into an event, or leave it out with a problem."""
        if line.blank:
            self.found.blank_count += 1
            return
        try:
            self.found.trades.append(self._event(line))
        except (cells.BadCell, ValidationError) as bad:
            self.found.leave_out(
                line.row, f"{why(bad)}. The row is left out.", "Correct that cell and drop the file again."
            )

    def _event(self, line: Line) -> TradeRow:
        on = self._may(line, "date", self._day)
        action = self._one_of(line, "action", Action)
        if on is None or action is None:
            raise cells.BadCell(f"{'date' if on is None else 'action'}: the cell is empty")
        return TradeRow(
            row=line.row,
            account=cells.account_label(self._text(line, "account")) or unnamed_account(self.found.file),
            account_type=self._may(line, "account_type", cells.account_type) or AccountType.UNKNOWN,
            owner=cells.words(self._text(line, "owner")),
            on=on,
            at=self._may(line, "time", _time),
            action=action,
            words=action.value,
            symbol=self._symbol(line, "symbol"),
            name=cells.words(self._text(line, "name")),
            instrument=self._one_of(line, "instrument", Instrument) or Instrument.STOCK,
            underlying=self._symbol(line, "underlying"),
            shares=self._positive(line, "quantity"),
            price_usd=self._positive(line, "price"),
            fees_usd=self._positive(line, "fees"),
            amount_usd=self._may(line, "amount", cells.number),
            acquired=self._may(line, "acquired", self._day),
            basis_usd=self._positive(line, "basis"),
            market_value_usd=self._positive(line, "market_value"),
            donor_basis_usd=self._positive(line, "donor_basis"),
            ratio=self._may(line, "ratio", _ratio),
            basis_frac=self._positive(line, "basis_frac"),
            other_symbol=self._symbol(line, "other_symbol"),
            picks=self._text(line, "lots").strip() or None,
        )

    def _text(self, line: Line, column: str) -> str:
        place = self._column.get(column)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def _may(self, line: Line, column: str, parse: Callable[[str], _V | None]) -> _V | None:
        try:
            return parse(self._text(line, column))
        except cells.BadCell as bad:
            raise cells.BadCell(f"{column}: {bad}") from None

    def _positive(self, line: Line, column: str) -> Decimal | None:
        found = self._may(line, column, cells.number)
        if found is not None and found < 0:
            raise cells.BadCell(f"{column}: {cells.shown(self._text(line, column))} is negative, write it as positive")
        return found

    def _symbol(self, line: Line, column: str) -> str | None:
        text = self._text(line, column)
        return None if cells.is_unknown(text) else self._may(line, column, lambda said: named(said).symbol)

    def _one_of(self, line: Line, column: str, kind: type[_E]) -> _E | None:
        text = " ".join(self._text(line, column).casefold().replace("_", " ").split())
        named = _ALIASES.get(text, text).replace(" ", "_")
        if not named:
            return None
        try:
            return kind(named)
        except ValueError:
            known = ", ".join(one.value for one in kind)
            raise cells.BadCell(f"{column}: “{cells.shown(text)}” is none of {known}") from None


def _time(text: str) -> time | None:
    if cells.is_unknown(text):
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23:
        raise cells.BadCell(f"“{cells.shown(text)}” is not a time such as 14:30")
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def _ratio(text: str) -> Decimal | None:
    """Read new shares for each old one: ``4``, ``4:1`` or ``1/10``."""
    parts = [cells.number(part) for part in re.split(r"[:/]| for ", text.strip())]
    if parts == [None]:
        return None
    known = [part for part in parts if part is not None and part > 0]
    if len(known) != len(parts) or len(parts) > 2:
        raise cells.BadCell(f"“{cells.shown(text)}” is not a ratio such as 4:1")
    return known[0] / known[1] if len(known) == 2 else known[0]
