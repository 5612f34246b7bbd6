"""Merrill: positions without and with tax lots, a flat lot export, and activity in both layouts.

The heading above the lots of a position has not been seen in a real file; any order of its columns is read.
"""

from __future__ import annotations

import re

from tools.brokers import cells
from tools.brokers.holdings import (
    Holding,
    Nested,
    even_prices,
    price_of,
    take_cash,
    take_lot,
    take_position,
    whole_shares,
)
from tools.brokers.lines import Line
from tools.brokers.named import is_money_fund, named_or_name
from tools.brokers.past import Event, action_of, take_trade
from tools.brokers.table import Row, Sheet, Table, TableReader, column_name, prose

_EXPORTED = re.compile(r"exported on:\s*(?P<when>[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})", re.IGNORECASE)
_SELECTED = re.compile(r"selected account\(s\):\s*(?P<account>.+)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})|--")
_NOISE = re.compile(r"\s*!.*|\s{2,}.*|\s+executed\b.*", re.IGNORECASE)
_TOTALS = ("total", "totals", "balances", "subtotal")


def _aside(sheet: Sheet, line: Line) -> bool:
    """Take the date and the account above the table."""
    text = " ".join(cell.strip() for cell in line.cells if cell.strip())
    if found := _EXPORTED.match(text):
        sheet.as_of = cells.day(found["when"])
        return True
    if found := _SELECTED.match(text):
        names = found["account"].strip(" ,")
        sheet.account = None if "," in names or names.casefold() == "all" else sheet.label(names)
        return True
    return prose(line)


def _account(row: Row) -> str:
    named = row.text("account")
    return row.sheet.label(named) if named else row.sheet.account or row.sheet.unnamed


def _flat(row: Row) -> None:
    symbol = _NOISE.sub("", row.text("symbol"))
    if not _summary(row, symbol):
        take_position(row, _holding(row, symbol))


def _summary(row: Row, symbol: str) -> bool:
    """Take what is no holding: sums, and the money accounts, which are cash."""
    bare = symbol.casefold()
    if bare.startswith(_TOTALS):
        row.sheet.found.blank_count += 1
    elif bare == "pending activity":
        row.sheet.found.blank_count += 1
        row.sheet.note(f"row {row.line.row}: pending activity is not counted yet.")
    elif bare in ("money accounts", "cash", "cash balance") or is_money_fund(symbol, row.number("price") or None):
        take_cash(row, _account(row), row.number("value"))
    else:
        return False
    return True


def _holding(row: Row, symbol: str) -> Holding:
    return Holding(
        account=_account(row),
        named=named_or_name(symbol),
        shares=whole_shares(row),
        name=cells.words(row.text("name")),
        basis_usd=row.number("basis"),
        price_usd=row.dollars("price"),
        value_usd=row.number("value"),
    )


def _with_lots(row: Row) -> None:
    """Read a position, the heading of its lots, or a lot: a date stands where the symbol would."""
    nested, symbol = Nested.of(row.sheet), _NOISE.sub("", row.text("symbol"))
    if column_name(symbol).startswith("acquisition date") or column_name(symbol) == "acquired":
        nested.lot_places = Table(_INNER, frozenset(("acquired",)), _with_lots).places(row.line)
        row.sheet.found.blank_count += 1
    elif _DATE.fullmatch(symbol):
        _lot(Row(row.line, nested.lot_places or row.places, row.header, row.sheet), nested)
    elif not _summary(row, symbol):
        nested.position(row, _holding(row, symbol))


def _lot(row: Row, nested: Nested) -> None:
    held = nested.holding
    if held is None:
        raise cells.BadCell("a lot without the position that it belongs to")
    price = row.dollars("price") or price_of(held)
    one = Holding(held.account, held.named, whole_shares(row), held.name, row.number("basis"), price)
    acquired = row.may("acquired" if "acquired" in row.places else "symbol", cells.day)
    take_lot(row, one, acquired)


def _close(sheet: Sheet) -> None:
    Nested.of(sheet).close(sheet)
    even_prices(sheet)


def _flat_lot(row: Row) -> None:
    row.sheet.as_of = row.sheet.as_of or row.may("cob", cells.day)
    if not _summary(row, row.text("symbol")):
        take_lot(row, _holding(row, _NOISE.sub("", row.text("symbol"))), row.may("acquired", cells.day))


def _trade(row: Row) -> None:
    first = next((cell.strip() for cell in row.line.cells if cell.strip()), "")
    if first.casefold().startswith("total"):
        row.sheet.found.blank_count += 1
        return
    quantity, symbol, words = row.must("shares", cells.number), row.text("symbol"), row.text("name")
    settled, on = row.may("settled", cells.day), row.must("on", cells.day)
    if on is None and "on" not in row.places and settled is not None:
        row.sheet.note("the file gives settlement days only; a trade was a business day or two earlier.")
    if on is None and (on := settled) is None:
        raise cells.BadCell("the date is missing")
    take_trade(
        row,
        Event(
            account=_account(row),
            on=on,
            settled=settled,
            action=action_of(words, quantity),
            words=words,
            named=None if cells.is_unknown(symbol) else named_or_name(_NOISE.sub("", symbol)),
            name=cells.words(words),
            shares=quantity,
            price_usd=row.must("price", cells.number),
            amount_usd=row.must("amount", cells.number),
        ),
    )


_FLAT = {
    "symbol": ("symbol", "positions"),
    "name": ("description",),
    "shares": ("quantity",),
    "price": ("price",),
    "value": ("value",),
    "basis": ("total client investment",),
    "account": ("account",),
}
_NESTED = {
    "symbol": ("symbol", "positions"),
    "name": ("description",),
    "shares": ("quantity",),
    "each": ("unit cost",),
    "basis": ("cost basis",),
    "price": ("price",),
    "value": ("value",),
}
_INNER = _NESTED | {"symbol": (), "acquired": ("acquisition date", "acquisition date…", "acquired")}
_FLAT_LOT = {
    "symbol": ("symbol", "cusip #"),
    "name": ("security description", "description"),
    "shares": ("quantity",),
    "basis": ("cost basis ($)", "cost basis"),
    "value": ("value ($)", "value"),
    "acquired": ("acquisition date",),
    "cob": ("cob date",),
    "account": ("account",),
}
_HISTORY = {
    "on": ("trade date",),
    "settled": ("settlement date",),
    "account": ("account",),
    "name": ("description",),
    "type": ("type",),
    "symbol": ("symbol/ cusip", "symbol/cusip"),
    "shares": ("quantity",),
    "price": ("price",),
    "amount": ("amount",),
}
POSITIONS = TableReader(
    "Merrill positions",
    "Merrill",
    (
        Table(_FLAT, frozenset(("symbol", "shares", "value", "basis")), _flat),
        Table(
            _NESTED, frozenset(("symbol", "shares", "each", "basis", "value")), _with_lots, frozenset(("market value",))
        ),
    ),
    _aside,
    _close,
)
LOTS = TableReader(
    "Merrill lots",
    "Merrill",
    (Table(_FLAT_LOT, frozenset(("symbol", "shares", "basis", "acquired", "cob")), _flat_lot),),
    _aside,
    even_prices,
)
HISTORY = TableReader(
    "Merrill activity",
    "Merrill",
    (Table(_HISTORY, frozenset(("settled", "name", "type", "symbol", "amount")), _trade),),
    _aside,
)
