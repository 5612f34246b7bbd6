"""E*TRADE: the portfolio download, also with its lots expanded, transactions old and new, and gains of stock plans."""

from __future__ import annotations

import re
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.holdings import Holding, Nested, price_of, take_cash, take_lot, whole_shares
from tools.brokers.lines import Line
from tools.brokers.named import named, named_or_name
from tools.brokers.past import Close, Event, action_of, fees, take_closed, take_trade, term_of, when
from tools.brokers.table import Row, Sheet, Table, TableReader, column_name, prose
from tools.history import Instrument

_GENERATED = re.compile(r"generated at ([A-Za-z]{3} [0-9]{1,2} [0-9]{4})", re.IGNORECASE)
_ACTIVITY = re.compile(r"^account activity for (?P<account>.+?) from ", re.IGNORECASE)
_LOT_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})|--")
_MASKED = re.compile(r"(?<=\s)-(?=[0-9]{3,4}$)")


def _aside(sheet: Sheet, line: Line) -> bool:
    """Take the account's summary above the positions and the date below them."""
    first = line.cells[0].strip()
    text = " ".join(line.cells).strip()
    if sheet.account_row == line.row:
        sheet.account = sheet.label(_MASKED.sub("...", first))
        return True
    if found := _GENERATED.search(text):
        sheet.as_of = cells.day(found[1])
        return True
    if found := _ACTIVITY.match(text):
        sheet.account = sheet.label(_MASKED.sub("...", found["account"]))
        return True
    if first.casefold() == "for account:" and len(line.cells) > 1:
        sheet.account = sheet.label(line.cells[1].replace("#", "*"))
        return True
    if column_name(first) == "account" and len(line.cells) > 1:
        sheet.account_row = line.row + 1
        return True
    return prose(line)


def _account(row: Row) -> str:
    return row.sheet.account or row.sheet.unnamed


def _position(row: Row) -> None:
    symbol, nested = row.text("symbol"), Nested.of(row.sheet)
    if _LOT_DATE.fullmatch(symbol):
        _lot(row, nested)
    elif symbol.casefold() == "cash":
        take_cash(row, _account(row), row.number("value"))
    elif symbol.casefold() in ("total", "totals"):
        row.sheet.found.blank_count += 1
    else:
        nested.position(row, _holding(row))


def _holding(row: Row) -> Holding:
    value, price = row.number("value"), row.dollars("price")
    security, shares = named_or_name(row.text("symbol")), whole_shares(row)
    one = Holding(_account(row), security, shares, None, _basis(row, security.instrument, shares, value), price, value)
    worked_out = price_of(one) if security.instrument is Instrument.STOCK else price
    return Holding(one.account, security, shares, None, one.basis_usd, worked_out, value)


def _basis(row: Row, instrument: Instrument, shares: Decimal, value: Decimal | None) -> Decimal | None:
    """Return the total cost: as stated, else value less gain, else price paid by shares, which is rounded."""
    stated, gain, paid = row.number("basis"), row.number("gain"), row.number("paid")
    if stated is not None:
        return stated
    if value is not None and gain is not None:
        return value - gain
    return None if paid is None or instrument is not Instrument.STOCK else paid * shares


def _lot(row: Row, nested: Nested) -> None:
    held = nested.holding
    if held is None:
        raise cells.BadCell("a lot without the position that it belongs to")
    basis, shares = row.number("basis"), whole_shares(row)
    paid = row.number("paid")
    if basis is None and paid is not None and held.named.instrument is Instrument.STOCK:
        basis = paid * shares
    one = Holding(held.account, held.named, shares, None, basis, held.price_usd, row.number("value"))
    take_lot(row, one, row.may("symbol", cells.day))


def _close(sheet: Sheet) -> None:
    Nested.of(sheet).close(sheet)


def _trade(row: Row) -> None:
    quantity = row.must("shares", cells.number)
    symbol, words = row.text("symbol"), row.text("type")
    take_trade(
        row,
        Event(
            account=_account(row),
            on=when(row),
            settled=row.may("settled", cells.day),
            action=action_of(words, quantity),
            words=words,
            named=None if cells.is_unknown(symbol) else named_or_name(symbol),
            name=cells.words(row.text("name")),
            shares=quantity,
            price_usd=row.must("price", cells.number) or None,
            fees_usd=fees(row.number("commission")) or None,
            amount_usd=row.must("amount", cells.number),
        ),
    )


def _closed(row: Row) -> None:
    if row.text("record").casefold() != "sell":
        row.sheet.found.blank_count += 1
        if row.text("record").casefold() != "summary":
            row.sheet.note(f"row {row.line.row}: “{cells.shown(row.text('record'))}” is no sale and does not count.")
        return
    take_closed(
        row,
        Close(
            account=row.sheet.unnamed,
            named=named(row.text("symbol")),
            shares=whole_shares(row),
            acquired=row.may("acquired", cells.day),
            sold=when(row, "sold"),
            proceeds_usd=row.must("proceeds", cells.number),
            basis_usd=row.number("basis"),
            gain_usd=row.number("gain"),
            term=term_of(row.text("term")),
            disallowed_usd=row.dollars("disallowed"),
        ),
    )


_POSITION = {
    "symbol": ("symbol",),
    "price": ("last price $", "last price"),
    "shares": ("quantity", "qty #", "qty"),
    "paid": ("price paid $", "price paid"),
    "gain": ("total gain $",),
    "value": ("value $", "market value $"),
    "basis": ("total cost", "total cost $", "cost basis $"),
}
_TRADE = {
    "on": ("activity/trade date", "transactiondate"),
    "settled": ("settlement date",),
    "type": ("activity type", "transactiontype"),
    "name": ("description",),
    "symbol": ("symbol",),
    "shares": ("quantity #", "quantity"),
    "price": ("price $", "price"),
    "amount": ("amount $", "amount"),
    "commission": ("commission",),
}
_CLOSED = {
    "record": ("record type",),
    "symbol": ("symbol",),
    "shares": ("quantity", "qty."),
    "acquired": ("date acquired",),
    "sold": ("date sold",),
    "proceeds": ("total proceeds",),
    "basis": ("adjusted cost basis",),
    "gain": ("adjusted gain/loss",),
    "term": ("capital gains status",),
    "disallowed": ("total wash sale adjustment amount",),
}
PORTFOLIO = TableReader(
    "E*TRADE portfolio",
    "E*TRADE",
    (Table(_POSITION, frozenset(("symbol", "shares", "value")), _position),),
    _aside,
    _close,
)
HISTORY = TableReader(
    "E*TRADE transactions",
    "E*TRADE",
    (Table(_TRADE, frozenset(("on", "type", "symbol", "shares", "amount")), _trade),),
    _aside,
)
GAINS = TableReader(
    "E*TRADE gains and losses",
    "E*TRADE",
    (Table(_CLOSED, frozenset(("record", "symbol", "shares", "sold", "proceeds")), _closed),),
)
