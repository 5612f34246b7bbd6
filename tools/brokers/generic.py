"""Lotline's own lots file: one row a lot, one header row, columns in any order, unknown cells empty.

Columns: account, account_type, owner, symbol, name, asset_class, quantity, cost_per_share, acquired, price. Only
symbol and quantity must be there. Cash is the symbol CASH with the dollars as quantity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.base import CashRow, Findings, LotRow, Reading, unnamed_account
from tools.brokers.lines import HEADER_WITHIN, Line, heading
from tools.model import CASH, AccountType
from tools.money import ZERO, cents

COLUMNS = (
    "account",
    "account_type",
    "owner",
    "symbol",
    "name",
    "asset_class",
    "quantity",
    "cost_per_share",
    "acquired",
    "price",
)
_HEADINGS = {heading(column): column for column in COLUMNS}
_OURS_ALONE = frozenset(("account_type", "asset_class", "cost_per_share"))
_BROKERS_WORDS = frozenset(
    ("description", "market value", "mkt val (market value)", "current value", "total value", "value $", "last price")
    + ("last price $", "action", "trade date", "run date", "trans code", "transaction type", "security type")
    + ("asset type", "cost basis total", "cost basis", "open date", "holding period", "closed date", "proceeds")
    + ("account number", "record type")
)
_MOST_SHARES = Decimal(10) ** 10
_MOST_USD = Decimal(10) ** 9


def _header(lines: Sequence[Line]) -> Line | None:
    """Find our header. No broker writes underscores in its headings, so one of ours settles it."""
    for line in lines[:HEADER_WITHIN]:
        seen = {heading(cell) for cell in line.cells}
        if {"symbol", "quantity"} <= seen:
            as_written = {cell.strip().casefold() for cell in line.cells}
            return line if as_written & _OURS_ALONE or not seen & _BROKERS_WORDS else None
    return None


class GenericLots:
    """Reader of the documented lots CSV."""

    name = "Lotline lots"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise a header with symbol and quantity that is not some broker's positions or history."""
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


_WRITE_A_TYPE = f"Write one of {', '.join(one.value for one in AccountType if one is not AccountType.UNKNOWN)}."


@dataclass(frozen=True, slots=True)
class _Owned:
    account: str
    account_type: AccountType
    owner: str | None


class _Table:
    """One file while it is read."""

    def __init__(self, file: str, header: Line) -> None:
        self.found = Findings(file)
        self._width = len(header.cells)
        self._column: dict[str, int] = {}
        self._labels: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._day: Callable[[str], date | None] = cells.day
        extra = []
        for place, cell in enumerate(header.cells):
            column = _HEADINGS.get(heading(cell))
            if column and column not in self._column:
                self._column[column] = place
            elif cell.strip():
                extra.append(cells.shown(cell))
        if extra:
            self.found.notes.append(f"{file}: columns not used: {', '.join(extra)}.")

    def learn(self, rows: Sequence[Line]) -> None:
        """Find out from all dates of the file how they are written; where days lead, none is guessed."""
        if cells.days_lead(self._text(line, "acquired") for line in rows):
            self._day = cells.told_day
        if one := cells.days_open(self._text(line, "acquired") for line in rows):
            note = f"dates such as {one} are read month first; if yours put the day first, write them as 2025-04-03."
            self.found.notes.append(f"{self.found.file}: {note}")

    def take(self, line: Line) -> None:
        """Read one row into a lot or cash, or leave it out with a problem."""
        if line.blank:
            self.found.blank_count += 1
        elif len(line.cells) > self._width and any(cell.strip() for cell in line.cells[self._width :]):
            what = f"The row has {len(line.cells)} cells where the header has {self._width}."
            self._leave_out(line, what, "Put quotes around numbers and names that hold a comma.")
        elif len(line.cells) < self._width and not line.complete:
            what = f"The file ends in the middle of this row, after {len(line.cells)} of {self._width} cells."
            self._leave_out(line, what, "Download the file again; this one is cut off.")
        elif self._text(line, "symbol").strip().upper() == CASH:
            self._cash(line)
        else:
            self._lot(line)

    def _leave_out(self, line: Line, what: str, fix: str) -> None:
        self.found.leave_out(line.row, f"{what} The row is left out.", fix)

    def _text(self, line: Line, column: str) -> str:
        try:
            return line.cells[self._column[column]]
        except (KeyError, IndexError):
            return ""

    def _cash(self, line: Line) -> None:
        amount = self._quantity(line, "the dollars of cash", zero_allowed=True)
        if amount is None:
            return
        owned = self._owned(line)
        self.found.cash.append(
            CashRow(
                row=line.row,
                account=owned.account,
                account_type=owned.account_type,
                owner=owned.owner,
                amount_usd=cents(amount),
            )
        )

    def _lot(self, line: Line) -> None:
        try:
            symbol = cells.ticker(self._text(line, "symbol"))
        except cells.BadCell as bad:
            return self._leave_out(line, f"symbol: {bad}.", "Give the ticker symbol that your broker shows.")
        shares = self._quantity(line, "the number of shares")
        if shares is None:
            return None
        owned = self._owned(line)
        cost = self._dollars(line, "cost_per_share")
        self.found.lots.append(
            LotRow(
                row=line.row,
                account=owned.account,
                account_type=owned.account_type,
                owner=owned.owner,
                symbol=symbol,
                name=cells.words(self._text(line, "name")),
                asset_class=self._asset_class(line),
                shares=shares,
                basis_usd=None if cost is None else cents(cost * shares),
                acquired=self._acquired(line),
                price_usd=self._dollars(line, "price"),
            )
        )
        return None

    def _quantity(self, line: Line, meaning: str, *, zero_allowed: bool = False) -> Decimal | None:
        """Return the quantity; when it cannot be used, leave the row out and return None."""
        text = self._text(line, "quantity")
        fix = f"Write {meaning} as a positive number."
        try:
            value = cells.number(text)
            wrong = "the cell is empty" if value is None else f"{cells.shown(text)} is not possible"
        except cells.BadCell as bad:
            value, wrong = None, str(bad)
        if value is not None and (ZERO < value <= _MOST_SHARES or (value == ZERO and zero_allowed)):
            return value
        self._leave_out(line, f"quantity: {wrong}.", fix)
        return None

    def _dollars(self, line: Line, column: str) -> Decimal | None:
        text = self._text(line, column)
        fix = "Write dollars per share, or leave the cell empty if you do not know."
        value = self.found.cell(line.row, column, text, cells.number, fix)
        if value is not None and not ZERO <= value <= _MOST_USD or (column == "price" and value == ZERO):
            what = f"{column}: {cells.shown(text)} is not possible; taken as unknown."
            self.found.problem(line.row, what, fix)
            return None
        return value

    def _acquired(self, line: Line) -> date | None:
        fix = "Write the purchase date as 2024-03-15 or 03/15/2024, or leave the cell empty if you do not know."
        return self.found.cell(line.row, "acquired", self._text(line, "acquired"), self._day, fix)

    def _asset_class(self, line: Line) -> str | None:
        fix = "Write us_equity, intl_equity, bonds, real_estate or a word of your own."
        return self.found.cell(line.row, "asset_class", self._text(line, "asset_class"), cells.asset_class, fix)

    def _owned(self, line: Line) -> _Owned:
        raw = self._text(line, "account")
        owner = cells.words(self._text(line, "owner"))
        return _Owned(self._label(raw), self._account_type(line), owner)

    def _label(self, raw: str) -> str:
        """Shorten the number; two numbers that end alike stay two accounts."""
        known = self._spelled.get(raw)
        if known is None:
            known = self._spelled[raw] = self._new_label(raw)
        return known

    def _new_label(self, raw: str) -> str:
        key = " ".join(raw.split()).casefold()
        if key not in self._labels:
            label = cells.account_label(raw) or unnamed_account(self.found.file)
            alike = sum(1 for one in self._labels.values() if one.split(" #")[0].casefold() == label.casefold())
            self._labels[key] = f"{label} #{alike + 1}" if alike else label
        return self._labels[key]

    def _account_type(self, line: Line) -> AccountType:
        text = self._text(line, "account_type")
        found = self.found.cell(line.row, "account_type", text, cells.account_type, _WRITE_A_TYPE)
        return found or AccountType.UNKNOWN
