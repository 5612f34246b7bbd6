"""Schwab's transactions CSV: a title that may be missing, a header, one row an action, a total at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, TradeRow, unnamed_account, why
from tools.brokers.lines import HEADER_WITHIN, Line, heading
from tools.brokers.named import named
from tools.history import Action, Instrument

_TITLE = re.compile(r"^\s*Transactions\s+for account (?P<account>.+?) as of (?P<when>\S+)", re.IGNORECASE)
_NEEDED = {"date", "action", "symbol", "description", "quantity", "price", "fees & comm", "amount"}
ACTIONS = {
    "buy": Action.BUY,
    "reinvest shares": Action.REINVEST,
    "sell": Action.SELL,
    "sale": Action.SELL,
    "sell short": Action.SHORT,
    "buy to cover": Action.COVER,
    "buy to open": Action.BUY,
    "sell to close": Action.SELL,
    "sell to open": Action.SHORT,
    "buy to close": Action.COVER,
    "expired": Action.EXPIRE,
    "stock plan activity": Action.VEST,
    "cash in lieu": Action.CASH_IN_LIEU,
}
"""What the actions do; a dividend, interest or fee moves no shares. Journals and transfers go by their sign."""
_MOVES = {"journal", "journaled shares", "security transfer", "internal transfer"}
_CORPORATE = {"stock split": Action.SPLIT, "reverse split": Action.SPLIT, "stock merger": Action.MERGE}
_CORPORATE |= {"spin-off": Action.SPIN_OFF, "name change": Action.RENAME}


def _header(lines: Sequence[Line]) -> Line | None:
    for line in lines[:HEADER_WITHIN]:
        if {heading(cell) for cell in line.cells} >= _NEEDED:
            return line
    return None


class SchwabHistory:
    """Reader of the transactions CSV."""

    name = "Schwab transactions"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the header row, with or without a title above it."""
        return _header(lines) is not None

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the header; the header must be there."""
        header = _header(lines)
        if header is None:
            raise ValueError("no header: call fits() first")
        account, as_of = _title(lines, header.row)
        table = _Table(Findings(file), header, account or unnamed_account(file))
        rows = [line for line in lines if line.row > header.row]
        for line in rows:
            table.take(line)
        return table.found.reading(self.name, len(rows), as_of)


def _title(lines: Sequence[Line], before: int) -> tuple[str | None, date | None]:
    for line in lines[: before - 1]:
        found = _TITLE.match(" ".join(line.cells))
        if found:
            try:
                return cells.account_label(found["account"]), cells.day(found["when"])
            except cells.BadCell:
                return cells.account_label(found["account"]), None
    return None, None


class _Table:
    """One file while it is read."""

    def __init__(self, found: Findings, header: Line, account: str) -> None:
        self.found = found
        self._account = account
        self._column = {heading(cell): place for place, cell in reversed(list(enumerate(header.cells)))}

    def take(self, line: Line) -> None:
        """Read one row into an event, or leave it out with a problem."""
        first = self._text(line, "date").strip()
        if line.blank or first.casefold().startswith("transactions total"):
            self.found.blank_count += 1
            return
        try:
            self.found.trades.append(self._event(line))
        except (cells.BadCell, ValidationError) as bad:
            self.found.leave_out(line.row, f"{why(bad)}. The row is left out.", "Download the history again.")

    def _event(self, line: Line) -> TradeRow:
        on = cells.day(self._text(line, "date"))
        if on is None:
            raise cells.BadCell("date: the cell is empty")
        words = " ".join(self._text(line, "action").split())
        quantity, amount = self._number(line, "quantity"), self._number(line, "amount")
        symbol, instrument, underlying = _security(self._text(line, "symbol"))
        return TradeRow(
            row=line.row,
            account=self._account,
            on=on,
            action=_action(words, quantity),
            words=cells.words(words) or "",
            symbol=symbol,
            name=cells.words(self._text(line, "description")),
            instrument=instrument,
            underlying=underlying,
            shares=None if quantity is None else abs(quantity),
            price_usd=self._number(line, "price"),
            fees_usd=self._number(line, "fees & comm"),
            amount_usd=amount,
        )

    def _text(self, line: Line, column: str) -> str:
        place = self._column.get(column)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def _number(self, line: Line, column: str) -> Decimal | None:
        try:
            return cells.number(self._text(line, column))
        except cells.BadCell as bad:
            raise cells.BadCell(f"{column}: {bad}") from None


def _action(words: str, quantity: Decimal | None) -> Action:
    named = words.casefold()
    if named in ACTIONS:
        return ACTIONS[named]
    if named in _CORPORATE:
        return _CORPORATE[named]
    if named in _MOVES and quantity:
        return Action.TRANSFER_IN if quantity > 0 else Action.TRANSFER_OUT
    return Action.DIVIDEND if "div" in named else Action.OTHER


def _security(text: str) -> tuple[str | None, Instrument, str | None]:
    if cells.is_unknown(text):
        return None, Instrument.STOCK, None
    found = named(text)
    return found.symbol, found.instrument, found.underlying
