"""Schwab positions: the one-account export of 2025 and 2026 with columns in any order, and all accounts of 2020 on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from tools.brokers import cells
from tools.brokers.holdings import Holding, check_total, take_cash, take_position, whole_shares
from tools.brokers.lines import Line
from tools.brokers.named import is_money_fund, named_or_name
from tools.brokers.table import Row, Sheet, Table, TableReader, column_name

_TITLE = re.compile(r"^positions for (?:account )?(?P<account>.+?)(?: as of (?P<when>.+))?$", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}")
_TOTALS = frozenset(("account total", "positions total", "total", "totals"))
_MARKS = frozenset(
    ("mkt val (market value)", "qty (quantity)", "day change $", "price change $", "reinvest?", "security type")
    + ("% of account", "% of acct (% of account)", "reinvest dividends?", "asset type")
)


def _aside(sheet: Sheet, line: Line) -> bool:
    """Take the title, and in the all-accounts file the line that names the account of the table below."""
    filled = [cell.strip() for cell in line.cells if cell.strip()]
    if title := _TITLE.match(" ".join(filled)):
        sheet.as_of = _day(title["when"] or "") or sheet.as_of
        named = title["account"].casefold().replace("-", " ")
        sheet.account = None if named == "all accounts" else sheet.label(title["account"])
        return True
    if len(filled) == 1 and line.complete and re.search(r"[0-9]{3}", filled[0]) and " " in filled[0]:
        sheet.account = sheet.label(filled[0])
        return True
    return False


def _day(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return cells.day(found[0]) if found else None
    except cells.BadCell:
        return None


def _position(row: Row) -> None:
    symbol = row.text("symbol")
    account = row.sheet.label(row.text("account")) if row.text("account") else row.sheet.account or row.sheet.unnamed
    price, value = row.dollars("price"), row.number("value")
    if symbol.casefold() in _TOTALS:
        check_total(row)
    elif _is_cash(row, symbol) or is_money_fund(symbol, price):
        take_cash(row, account, value)
    else:
        one = Holding(
            account=account,
            named=named_or_name(symbol),
            shares=whole_shares(row),
            name=cells.words(row.text("name")),
            basis_usd=row.number("basis"),
            price_usd=price,
            value_usd=value,
            kind=row.text("kind"),
        )
        take_position(row, one)


def _is_cash(row: Row, symbol: str) -> bool:
    return (
        symbol.casefold().startswith(("cash &", "futures cash"))
        or row.text("kind").casefold() == "cash and money market"
    )


def _is_schwab(lines: Sequence[Line]) -> bool:
    return any(_MARKS & {column_name(cell) for cell in line.cells} for line in lines) or any(
        _TITLE.match(" ".join(line.cells).strip()) for line in lines
    )


_COLUMNS = {
    "account": ("account name", "account"),
    "symbol": ("symbol",),
    "name": ("description",),
    "shares": ("qty (quantity)", "quantity", "qty"),
    "price": ("price",),
    "value": ("mkt val (market value)", "market value", "mkt val"),
    "basis": ("cost basis",),
    "kind": ("asset type", "security type"),
}
POSITIONS = TableReader(
    "Schwab positions",
    "Schwab",
    (
        Table(
            _COLUMNS,
            frozenset(("symbol", "shares", "price", "value")),
            _position,
            frozenset(("open date", "acquired date")),
        ),
    ),
    _aside,
    mark=_is_schwab,
)
