"""Vanguard: cost basis lots, and ofxdownload.csv with holdings and transactions stacked, also of 529 plans."""

from __future__ import annotations

import re

from tools.brokers import cells
from tools.brokers.holdings import Holding, even_prices, take_cash, take_lot, take_position, whole_shares
from tools.brokers.lines import Line
from tools.brokers.named import Named, is_money_fund, named, named_or_name
from tools.brokers.past import Event, action_of, fees, take_trade, when
from tools.brokers.table import Row, Sheet, Table, TableReader, prose
from tools.history import Action

_AS_OF = re.compile(r"as of ([0-9]{1,2}/[0-9]{1,2}/[0-9]{4})")


_OPPOSITE = {Action.BUY: -1, Action.REINVEST: -1, Action.SELL: 1}


def _aside(sheet: Sheet, line: Line) -> bool:
    return prose(line)


def _account(row: Row) -> str:
    plan = "529 plan " if "symbol" not in row.places else ""
    return row.sheet.label(f"{plan}{row.text('account')}".strip())


def _lot(row: Row) -> None:
    if row.sheet.as_of is None and (found := _AS_OF.search(" ".join(row.header.cells))):
        row.sheet.as_of = cells.day(found[1])
    symbol, value = row.text("symbol"), row.number("value")
    if row.text("account").casefold() in ("total", "totals", "grand total") and not row.text("shares"):
        row.sheet.found.blank_count += 1
        return
    if is_money_fund(symbol):
        take_cash(row, _account(row), value)
        return
    if row.text("method").casefold().startswith("av"):
        row.sheet.note("some funds use average cost; their lots share one cost per share.")
    one = Holding(
        account=_account(row),
        named=_named(row),
        shares=whole_shares(row),
        name=cells.words(row.text("name")),
        basis_usd=row.number("basis"),
        value_usd=value,
    )
    take_lot(row, one, row.may("acquired", cells.day))


def _named(row: Row) -> Named:
    found = named_or_name(row.text("name")) if cells.is_unknown(row.text("symbol")) else row.must("symbol", named)
    if found is None:
        raise cells.BadCell("the symbol is missing")
    return found


def _position(row: Row) -> None:
    price, value, symbol = row.dollars("price"), row.number("value"), row.text("symbol")
    if is_money_fund(symbol, price) or (cells.is_unknown(symbol) and "cash" in row.text("name").casefold().split()):
        take_cash(row, _account(row), value if value is not None else row.number("shares"))
        return
    one = Holding(
        account=_account(row),
        named=_named(row),
        shares=whole_shares(row),
        name=cells.words(row.text("name")),
        price_usd=price,
        value_usd=value,
    )
    take_position(row, one)


def _trade(row: Row) -> None:
    quantity = row.must("shares", cells.number)
    words = row.text("type")
    has_symbol = not cells.is_unknown(row.text("symbol"))
    net = row.must("amount", cells.number)
    amount, action = net if net is not None else row.number("gross"), action_of(words, quantity)
    if amount is not None and "symbol" not in row.places and action in _OPPOSITE:
        # A 529 plan counts money as the plan sees it: a contribution, which buys, comes in.
        amount = abs(amount) * _OPPOSITE[action]
    take_trade(
        row,
        Event(
            account=_account(row),
            on=when(row),
            settled=row.may("settled", cells.day),
            action=action,
            words=words,
            named=_named(row) if has_symbol or "symbol" not in row.places else None,
            name=cells.words(row.text("name")),
            shares=quantity,
            price_usd=row.must("price", cells.number),
            fees_usd=fees(row.number("fees")) or None,
            amount_usd=amount,
        ),
    )


_LOT = {
    "account": ("account", "account number"),
    "symbol": ("symbol/cusip", "symbol", "ticker"),
    "name": ("description", "security description"),
    "acquired": ("acquired date", "date acquired"),
    "method": ("cost basis method",),
    "shares": ("quantity", "shares"),
    "each": ("cost per share",),
    "basis": ("total cost",),
    "value": ("market value as of…", "market value"),
}
_HELD = {
    "account": ("account number", "fund account number"),
    "name": ("investment name", "fund name"),
    "symbol": ("symbol",),
    "shares": ("shares",),
    "price": ("share price", "price"),
    "value": ("total value",),
}
_PAST = {
    "account": ("account number",),
    "on": ("trade date",),
    "settled": ("settlement date", "process date"),
    "type": ("transaction type",),
    "name": ("investment name",),
    "symbol": ("symbol",),
    "shares": ("shares",),
    "price": ("share price",),
    "gross": ("principal amount", "gross amount"),
    "fees": ("commissions and fees", "commission fees", "commission and fees"),
    "amount": ("net amount",),
}
LOTS = TableReader(
    "Vanguard cost basis lots",
    "Vanguard",
    (Table(_LOT, frozenset(("symbol", "acquired", "method", "shares", "basis")), _lot),),
    _aside,
    even_prices,
)
DOWNLOAD = TableReader(
    "Vanguard download",
    "Vanguard",
    (
        Table(_HELD, frozenset(("account", "name", "shares", "price", "value")), _position),
        Table(_PAST, frozenset(("account", "on", "type", "name", "shares", "amount")), _trade),
    ),
    _aside,
)
