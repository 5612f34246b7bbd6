"""Robinhood's activity report: one account without a name, descriptions of several lines in one cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.lines import Line
from tools.brokers.named import Named, named, option
from tools.brokers.past import Event, by_sign, take_trade, when
from tools.brokers.table import Row, Sheet, Table, TableReader
from tools.history import Action

_BEGINS = re.compile(r'\s*"?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"?,')
_ENDS = re.compile(r'\s*(?:""\s*$|"",)')
_CONTRACT = re.compile(r"(?:option (?:expiration|assignment|exercise) for )?(?P<contract>.+)", re.IGNORECASE)
_CODES = {
    "buy": Action.BUY,
    "sell": Action.SELL,
    "cdiv": Action.DIVIDEND,
    "mdiv": Action.DIVIDEND,
    "sto": Action.SHORT,
    "bto": Action.BUY,
    "stc": Action.SELL,
    "btc": Action.COVER,
    "oexp": Action.EXPIRE,
    "oasgn": Action.EXERCISE,
    "oexcs": Action.EXERCISE,
    "spl": Action.SPLIT,
    "spr": Action.SPLIT,
    "acati": Action.TRANSFER_IN,
    "acato": Action.TRANSFER_OUT,
    "rec": Action.TRANSFER_IN,
    "mrgs": Action.MERGE,
    "soff": Action.SPIN_OFF,
    "cil": Action.CASH_IN_LIEU,
    "roc": Action.RETURN_OF_CAPITAL,
}
_OPTION_CODES = frozenset(("sto", "bto", "stc", "btc", "oexp", "oasgn", "oexcs"))


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Join the lines of one row: a row begins with a date, and what follows belongs to it."""
    return [one for group in _groups(lines) for one in _one(group)]


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        begins = _BEGINS.match(line.text) is not None
        if group and (begins or _ENDS.match(line.text) or not _BEGINS.match(group[0].text)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _one(group: list[Line]) -> list[Line]:
    if len(group) == 1:
        return group
    try:
        rows = list(csv.reader("\n".join(line.text for line in group).splitlines(keepends=True)))
    except csv.Error:
        return group
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) != 1:
        return group
    return [Line(group[0].row, tuple(rows[0]), group[-1].complete)]


def _aside(sheet: Sheet, line: Line) -> bool:
    filled = [cell.strip() for cell in line.cells if cell.strip()]
    return len(filled) == 1 and filled[0].casefold().startswith("the data provided")


def _trade(row: Row) -> None:
    code, description = row.text("code").casefold(), row.text("name")
    quantity = row.must("shares", _quantity)
    security = _security(row, code, description)
    action = _CODES.get(code, Action.OTHER)
    if code == "buy" and "dividend reinvestment" in description.casefold():
        action = Action.REINVEST
    if action in (Action.TRANSFER_IN, Action.TRANSFER_OUT) and quantity and quantity < 0:
        action = by_sign(quantity)
    row.sheet.note("Robinhood's report names no account, and no basis of shares that were transferred in.")
    take_trade(
        row,
        Event(
            account=row.sheet.unnamed,
            on=when(row),
            settled=row.may("settled", cells.day),
            action=action,
            words=row.text("code"),
            named=security,
            name=cells.words(description.split("\n")[0]),
            shares=quantity,
            price_usd=row.must("price", cells.number),
            amount_usd=row.must("amount", cells.number),
        ),
    )


def _security(row: Row, code: str, description: str) -> Named | None:
    """Read the security; a trade in options names the contract in its description."""
    symbol = row.text("symbol")
    if code in _OPTION_CODES:
        found = _CONTRACT.fullmatch(description.split("\n")[0].strip())
        contract = option(found["contract"]) if found else None
        if contract is None:
            raise cells.BadCell(f"Description: “{cells.shown(description)}” does not name the option")
        return contract
    return None if cells.is_unknown(symbol) else row.must("symbol", named)


def _quantity(text: str) -> Decimal | None:
    return cells.number(text.strip().removesuffix("S"))


_COLUMNS = {
    "on": ("activity date",),
    "settled": ("settle date",),
    "symbol": ("instrument",),
    "name": ("description",),
    "code": ("trans code",),
    "shares": ("quantity",),
    "price": ("price",),
    "amount": ("amount",),
}
ACTIVITY = TableReader(
    "Robinhood activity",
    "Robinhood",
    (Table(_COLUMNS, frozenset(("on", "symbol", "code", "amount")), _trade),),
    _aside,
    prepare=_joined,
)
