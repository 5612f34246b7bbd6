"""Fidelity holdings: positions (three generations of headings), open lots of one security, and the table of lots.

Column names as in public importers' test data; the open lots file does not say of which security it is.
"""

from __future__ import annotations

import re
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.holdings import (
    Holding,
    even_prices,
    take_cash,
    take_lot,
    take_position,
    whole_shares,
)
from tools.brokers.lines import Line
from tools.brokers.named import Named, is_money_fund, named, named_or_name
from tools.brokers.table import Row, Sheet, Table, TableReader, prose
from tools.money import ZERO

_DOWNLOADED = re.compile(r"date downloaded\s+(?P<when>[A-Za-z]{3}-[0-9]{1,2}-[0-9]{4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})")


def aside(sheet: Sheet, line: Line) -> bool:
    """Take the disclaimers and the date below a Fidelity table: one cell of several words alone in its line."""
    filled = [cell.strip() for cell in line.cells if cell.strip()]
    if found := _DOWNLOADED.search(" ".join(filled).casefold()):
        try:
            sheet.as_of = cells.day(found["when"])
        except cells.BadCell:
            return True
        return True
    return prose(line)


def account_of(row: Row) -> str:
    """Return the label of the row's account from its name and number."""
    return row.sheet.label(" ".join(filter(None, (row.text("account"), row.text("number")))))


def _position(row: Row) -> None:
    account, symbol = account_of(row), row.text("symbol")
    value, price = row.number("value"), row.dollars("price")
    if "pending activity" in symbol.casefold() or "pending activity" in row.text("name").casefold():
        row.sheet.note(f"row {row.line.row}: pending activity of {cells.shown(row.text('value'))} is not counted yet.")
        row.sheet.found.blank_count += 1
    elif is_money_fund(symbol, price) or "held in money market" in row.text("name").casefold():
        take_cash(row, account, value if value is not None else row.number("shares"))
    else:
        take_position(row, _holding(row, account, _named(row), price, value))


def _named(row: Row) -> Named:
    """Read the symbol; a fund of a workplace plan that has none goes by its name."""
    symbol = row.text("symbol")
    return named_or_name(row.text("name")) if cells.is_unknown(symbol) else row_symbol(row)


def row_symbol(row: Row) -> Named:
    """Read the symbol that must be there.

    Raises:
        BadCell: The cell names no security.
    """
    found = row.must("symbol", named)
    if found is None:
        raise cells.BadCell("the symbol is missing")
    return found


def _holding(row: Row, account: str, symbol: Named, price: Decimal | None, value: Decimal | None) -> Holding:
    basis, gain = row.number("basis"), row.number("gain")
    if basis is None and value is not None and gain is not None:
        basis = value - gain
    return Holding(
        account=account,
        named=symbol,
        shares=whole_shares(row),
        name=cells.words(row.text("name")),
        basis_usd=basis,
        price_usd=price,
        value_usd=value,
    )


def _lot(row: Row) -> None:
    one = _holding(row, account_of(row), row_symbol(row), row.dollars("price"), row.number("value"))
    take_lot(row, one, row.may("acquired", cells.day))


def _open_lot(row: Row) -> None:
    """Keep a lot of the security that the person named; before that, keep nothing of it but its shares."""
    shares = whole_shares(row)
    if row.sheet.symbol is None:
        row.sheet.nameless.append((row.line, shares))
        row.sheet.found.left_out_count += 1
        return
    one = Holding(
        account=row.sheet.unnamed,
        named=named(row.sheet.symbol),
        shares=shares,
        basis_usd=row.number("basis"),
        value_usd=row.number("value"),
    )
    take_lot(row, one, row.may("acquired", cells.day))


def _ask_symbol(sheet: Sheet) -> None:
    even_prices(sheet)
    if sheet.nameless:
        shares = sum((one for _, one in sheet.nameless), ZERO)
        what = f"The file lists {len(sheet.nameless)} lots, {shares} shares, but not of which security."
        sheet.found.problem(sheet.nameless[0][0].row, what, "Say the symbol of this file.")


def _open_aside(sheet: Sheet, line: Line) -> bool:
    text = " ".join(line.cells).strip().casefold()
    return text.startswith("the values are displayed in") or aside(sheet, line)


_POSITION = {
    "number": ("account number",),
    "account": ("account name", "account name/number"),
    "symbol": ("symbol",),
    "name": ("description",),
    "shares": ("quantity",),
    "price": ("last price",),
    "value": ("current value",),
    "gain": ("total gain/loss dollar",),
    "basis": ("cost basis total", "cost basis"),
}
_LOT = {
    "number": ("account number",),
    "account": ("account name", "account"),
    "symbol": ("symbol",),
    "name": ("description",),
    "acquired": ("acquired", "date acquired"),
    "shares": ("quantity",),
    "price": ("last price",),
    "value": ("current value",),
    "gain": ("total gain/loss", "total gain/loss ($)", "total gain/loss dollar"),
    "basis": ("cost basis total",),
}
_OPEN_LOT = {
    "acquired": ("date acquired",),
    "shares": ("quantity",),
    "basis": ("cost basis",),
    "each": ("cost basis/share",),
    "value": ("value",),
    "source": ("share source",),
    "term": ("holding period",),
}

POSITIONS = TableReader(
    "Fidelity positions",
    "Fidelity",
    (Table(_POSITION, frozenset(("symbol", "shares", "price", "value")), _position, frozenset(("acquired",))),),
    aside,
)
LOTS = TableReader(
    "Fidelity lots",
    "Fidelity",
    (Table(_LOT, frozenset(("symbol", "acquired", "shares", "value", "basis")), _lot),),
    aside,
    even_prices,
)
OPEN_LOTS = TableReader(
    "Fidelity open lots",
    "Fidelity",
    (
        Table(
            _OPEN_LOT,
            frozenset(("acquired", "shares", "basis", "each", "value")),
            _open_lot,
            frozenset(("symbol", "proceeds")),
        ),
    ),
    _open_aside,
    _ask_symbol,
)
__all__ = ["LOTS", "OPEN_LOTS", "POSITIONS", "account_of", "aside", "row_symbol"]
