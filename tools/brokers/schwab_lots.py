"""Schwab lot details: one file a symbol, with the symbol, the account and the date in the title.

Three layouts are read: the plain one (Open Date, Quantity, Price, Cost/Share, ...), the extended one (each of date and
cost twice, wash-adjusted and as traded), and lots of several accounts in one table with Account Name and
Symbol. Column names as in public importers' test data (jbms/beancount-import, redstreet/beancount_reds_importers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.base import Findings, LotRow, Reading, TotalRow
from tools.brokers.lines import Line
from tools.brokers.schwab_layout import Title, columns_of, header_of, title_of
from tools.money import CENT, ZERO, cents
from tools.tax.holding_period import term_on

_ASK_AGAIN = "Export the lot details again, or correct the cell."
_MOST_USD = Decimal(10) ** 11


@dataclass(frozen=True)
class SchwabLots:
    """Reader of Schwab's lot details export; ``symbol`` is what the person said where the title was lost."""

    symbol: str | None = None
    name: str = "Schwab lot details"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the header row of a lot table."""
        return header_of(lines) is not None

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every row below the header; nothing but its rows where nobody says which symbol the lots are of."""
        header = header_of(lines)
        if header is None:
            raise ValueError("no header: call fits() first")
        title = title_of([line for line in lines if line.row < header.row])
        rows = [line for line in lines if line.row > header.row]
        if title.symbol is None and "symbol" not in columns_of(header):
            if self.symbol is None:
                return self._without_symbol(file, rows, title.as_of)
            title = replace(title, symbol=cells.ticker(self.symbol))
        table = _Table(file, header, title)
        for line in rows:
            table.take(line)
        table.finish()
        return table.found.reading(self.name, len(rows), title.as_of)

    def _without_symbol(self, file: str, rows: Sequence[Line], as_of: date | None) -> Reading:
        found = Findings(file)
        found.blank_count = sum(line.blank for line in rows)
        found.left_out_count = len(rows) - found.blank_count
        what = "The file lists lots but its title does not say of which symbol."
        found.problem(rows[0].row if rows else 1, what, "Say the symbol of this file.")
        return replace(found.reading(self.name, len(rows), as_of), asks_symbol=bool(found.left_out_count))


class _Table:
    """One file while it is read."""

    def __init__(self, file: str, header: Line, title: Title) -> None:
        self.found = Findings(file)
        self._columns = columns_of(header)
        self._width = len(header.cells)
        self._title = title
        self._first_row = header.row + 1

    def _text(self, line: Line, field: str) -> str:
        place = self._columns.get(field)
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def take(self, line: Line) -> None:
        """Read one row into a lot or a total, or leave it out with a problem."""
        first = next((cell.strip().casefold() for cell in line.cells if cell.strip()), "")
        if line.blank:
            self.found.blank_count += 1
        elif "total" in (first, *(self._text(line, field).strip().casefold() for field in ("symbol", "open"))):
            self._total(line)
        elif any(cell.strip() for cell in line.cells[self._width :]) or (len(line.cells) < self._width - 1):
            what = f"The row has {len(line.cells)} cells where the header has {self._width}; it is left out."
            self.found.leave_out(line.row, what, "Download the file again; this row is damaged or cut off.")
        else:
            self._lot(line)

    def _total(self, line: Line) -> None:
        shares, basis = self._text(line, "shares"), self._text(line, "basis")
        self.found.totals.append(
            TotalRow(
                row=line.row,
                first_row=self._first_row,
                account=self._account(line),
                symbol=self._title.symbol,
                shares=self.found.cell(line.row, "total quantity", shares, cells.number, _ASK_AGAIN),
                basis_usd=self.found.cell(line.row, "total cost basis", basis, cells.number, _ASK_AGAIN),
            )
        )
        self._first_row = line.row + 1

    def finish(self) -> None:
        """Say when the file ends before its total."""
        if self._title.symbol is not None and not self.found.totals:
            where = max((lot.row for lot in self.found.lots), default=self._first_row - 1)
            what = "The file ends without its Total row, so it may be cut off and the lots could not be reconciled."
            self.found.problem(where, what, "Download the lot details again.")

    def _account(self, line: Line) -> str:
        named = cells.account_label(self._text(line, "account"))
        return named or self._title.account or f"Schwab account in {self.found.file}"

    def _lot(self, line: Line) -> None:
        symbol, shares = self._symbol(line), self._shares(line)
        if symbol is None or shares is None:
            return
        price = self._dollars(line, "price")
        self.found.lots.append(
            LotRow(
                row=line.row,
                account=self._account(line),
                symbol=symbol,
                shares=shares,
                price_usd=price or None,
                basis_usd=self._basis(line, shares),
                acquired=self._acquired(line),
            )
        )
        self._check_value(line, shares, price)

    def _symbol(self, line: Line) -> str | None:
        if "symbol" not in self._columns:
            return self._title.symbol
        try:
            return cells.ticker(self._text(line, "symbol"))
        except cells.BadCell as bad:
            self.found.leave_out(line.row, f"Symbol: {bad}. The row is left out.", _ASK_AGAIN)
            return None

    def _shares(self, line: Line) -> Decimal | None:
        text = self._text(line, "shares")
        try:
            value = cells.number(text)
        except cells.BadCell:
            value = None
        if value is None or not ZERO < value <= _MOST_USD:
            what = f"Quantity: “{cells.shown(text)}” is not a positive number of shares. The row is left out."
            self.found.leave_out(line.row, what, _ASK_AGAIN)
            return None
        return value

    def _dollars(self, line: Line, field: str) -> Decimal | None:
        text = self._text(line, field)
        value = self.found.cell(line.row, field.replace("_", " "), text, cells.number, _ASK_AGAIN)
        if value is not None and not ZERO <= value <= _MOST_USD:
            what = f"{field.replace('_', ' ')}: {cells.shown(text)} is not possible; taken as unknown."
            self.found.problem(line.row, what, _ASK_AGAIN)
            return None
        return value

    def _basis(self, line: Line, shares: Decimal) -> Decimal | None:
        """Return the adjusted basis: of the two in the extended layout the larger, as a disallowed loss only adds."""
        known = [one for one in (self._dollars(line, "basis"), self._dollars(line, "traded_basis")) if one is not None]
        if known:
            return cents(max(known))
        each = self._dollars(line, "cost_each")
        return None if each is None else cents(each * shares)

    def _acquired(self, line: Line) -> date | None:
        """Return the day of purchase: of two dates the later, as a wash sale only moves the start back."""
        fix = "Correct the open date, or tell Lotline nothing and it stays unknown."
        opened = self.found.cell(line.row, "Open Date", self._text(line, "open"), cells.day, fix)
        traded = self.found.cell(line.row, "Transaction Open", self._text(line, "traded"), cells.day, fix)
        if opened and traded and opened != traded:
            early, late = min(opened, traded), max(opened, traded)
            what = f"After a wash sale the broker counts the holding period from {early}, the purchase was on {late}."
            self.found.problem(line.row, what, "The purchase date is used; a gain may be long-term earlier than shown.")
        acquired = max((one for one in (opened, traded) if one), default=None)
        self._check_term(line, acquired)
        return acquired

    def _check_term(self, line: Line, acquired: date | None) -> None:
        said = self._text(line, "term").strip().casefold()
        if acquired is None or self._title.as_of is None or said not in ("short term", "long term"):
            return
        if said != f"{term_on(acquired, self._title.as_of).value} term":
            what = f"The broker calls this lot {said}, but it was opened on {acquired}."
            fix = "A wash sale or a gift can move the start of the holding period; check the lot with your broker."
            self.found.problem(line.row, what, fix)

    def _check_value(self, line: Line, shares: Decimal, price: Decimal | None) -> None:
        value = self._dollars(line, "value")
        if price and value is not None and abs(cents(shares * price) - value) > CENT:
            what = f"Market value ${value:,} is not {shares} shares at ${price:,}."
            self.found.problem(line.row, what, "Quantity and price are used; check them with your broker.")
