"""OFX and QFX investment statements: positions, cash and transactions. The format has no lots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, why
from tools.brokers.holdings import Holding, take_cash, take_position
from tools.brokers.lines import HEADER_WITHIN, Line
from tools.brokers.named import Named, is_money_fund, named, named_or_name, option
from tools.brokers.ofx_tree import Node, tree_of
from tools.brokers.past import Event, by_sign, fees, take_trade
from tools.brokers.table import AGAIN, Row, Sheet
from tools.errors import FileProblem
from tools.history import Action
from tools.money import ZERO

_POSITIONS = frozenset(("POSSTOCK", "POSMF", "POSOPT", "POSDEBT", "POSOTHER"))
_TICKER = re.compile(r"[A-Z]{1,5}(?:[./][A-Z])?")
_ACTIONS = {
    **dict.fromkeys(("BUYSTOCK", "BUYMF", "BUYOPT", "BUYDEBT", "BUYOTHER"), Action.BUY),
    **dict.fromkeys(("SELLSTOCK", "SELLMF", "SELLOPT", "SELLDEBT", "SELLOTHER"), Action.SELL),
    "REINVEST": Action.REINVEST,
    "INCOME": Action.DIVIDEND,
    "SPLIT": Action.SPLIT,
    "RETOFCAP": Action.RETURN_OF_CAPITAL,
    "CLOSUREOPT": Action.EXERCISE,
    **dict.fromkeys(("TRANSFER", "JRNLSEC"), Action.TRANSFER_IN),
    **dict.fromkeys(("INVBANKTRAN", "INVEXPENSE", "JRNLFUND", "MARGININTEREST"), Action.OTHER),
}
_KINDS = {
    "BUYTOCOVER": Action.COVER,
    "BUYTOCLOSE": Action.COVER,
    "SELLSHORT": Action.SHORT,
    "SELLTOOPEN": Action.SHORT,
    "EXPIRE": Action.EXPIRE,
    "OUT": Action.TRANSFER_OUT,
    "INTEREST": Action.OTHER,
}


@dataclass(frozen=True, slots=True)
class _Known:
    ticker: str
    name: str


class Ofx:
    """Reader of investment statements; a row is the number of the position, transaction or balance."""

    name = "OFX statement"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the header of version 1 or 2, or the root tag."""
        start = "\n".join(line.text for line in lines[:HEADER_WITHIN])[:4000].upper()
        return "OFXHEADER" in start or "<OFX>" in start

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every investment statement in the file.

        Raises:
            FileProblem: The file has none, or one in another currency than dollars.
        """
        root = tree_of("\n".join(line.text for line in lines))
        statements = root.all("INVSTMTRS")
        if not statements:
            what = "The OFX file is of a bank or card account, or cut off: it has no investments."
            raise FileProblem(what, "Download the investment account's file.", file)
        sheet = Sheet(Findings(file), "OFX")
        known = _securities(root)
        number = 0
        for statement in statements:
            currency = statement.value("CURDEF") or "USD"
            if currency.upper() != "USD":
                raise FileProblem(f"The amounts are in {cells.shown(currency)}.", "Only dollars can be read.", file)
            sheet.account = sheet.label(statement.value("ACCTID"))
            sheet.as_of = _day(statement.value("DTASOF")) or sheet.as_of
            number = _statement(sheet, statement, known, number)
        if sheet.found.positions:
            sheet.note("an OFX file has no lots; they must be rebuilt from trades or come from another file.")
        return sheet.found.reading(self.name, number, sheet.as_of)


def _statement(sheet: Sheet, statement: Node, known: Mapping[str, _Known], number: int) -> int:
    funds_before = len(sheet.found.cash)
    for node in statement.each():
        if node.name not in _POSITIONS and node.name not in _ACTIONS and node.name != "AVAILCASH":
            continue
        if node.name == "AVAILCASH" and not node.text:
            continue
        number += 1
        row = Row(Line(number, ()), {}, Line(0, ()), sheet)
        try:
            if node.name == "AVAILCASH":
                _cash(row, node.text, sum((one.amount_usd for one in sheet.found.cash[funds_before:]), ZERO))
            elif node.name in _POSITIONS:
                _position(row, node, known)
            else:
                _trade(row, node, known)
        except (cells.BadCell, ValidationError) as bad:
            sheet.found.leave_out(number, f"{node.name}: {why(bad)}. The entry is left out.", AGAIN)
    return number


def _securities(root: Node) -> dict[str, _Known]:
    found = {}
    for info in root.all("SECINFO"):
        found[info.value("UNIQUEID")] = _Known(info.value("TICKER"), info.value("SECNAME"))
    return found


def _security(node: Node, known: Mapping[str, _Known]) -> tuple[Named, str | None]:
    """Return the security by its ticker, by a memo that is one, or by its number, and its name."""
    number, memo = node.value("UNIQUEID"), node.value("MEMO")
    one = known.get(number, _Known("", ""))
    for text in (one.ticker, memo if _TICKER.fullmatch(memo) and not one.name.startswith(f"{memo} ") else ""):
        if text:
            return option(one.name) or option(text) or named(text), cells.words(one.name)
    return option(one.name) or option(memo) or named_or_name(number), cells.words(one.name or memo)


def _position(row: Row, node: Node, known: Mapping[str, _Known]) -> None:
    security, name = _security(node, known)
    price, value, shares = _number(node, "UNITPRICE"), _number(node, "MKTVAL"), _number(node, "UNITS")
    account = row.sheet.account or row.sheet.unnamed
    if is_money_fund(security.symbol, price):
        take_cash(row, account, value if value is not None else shares)
        return
    if not shares:
        raise cells.BadCell("the number of units is missing")
    owed = node.value("POSTYPE").upper() == "SHORT" and shares > ZERO
    kind = "fixed income" if node.name == "POSDEBT" else ""
    take_position(
        row,
        Holding(account, security, -shares if owed else shares, name, None, price if price else None, value, kind),
    )


def _cash(row: Row, text: str, funds: Decimal) -> None:
    """Keep the balance; when it equals the money market funds above it, they are one and the same cash."""
    amount = cells.number(text)
    if amount and amount == funds:
        what = f"Cash of ${amount:,} equals the money market funds in the file; it is taken to be the same money."
        row.sheet.found.leave_out(row.line.row, what, "If it is other money, add it as cash of its own.")
        return
    take_cash(row, row.sheet.account or row.sheet.unnamed, amount)


def _trade(row: Row, node: Node, known: Mapping[str, _Known]) -> None:
    on = _day(node.value("DTTRADE", "DTPOSTED"))
    if on is None:
        raise cells.BadCell("the trade date is missing")
    shares = _number(node, "UNITS")
    has_security = bool(node.value("UNIQUEID"))
    security, name = _security(node, known) if has_security else (None, None)
    kind = node.value("BUYTYPE", "OPTBUYTYPE", "SELLTYPE", "OPTSELLTYPE", "INCOMETYPE", "TFERACTION", "OPTACTION")
    action = _KINDS.get(kind.upper().replace(" ", ""), _ACTIONS[node.name])
    if node.name == "TRANSFER" and shares and shares < ZERO:
        action = by_sign(shares)
    take_trade(
        row,
        Event(
            account=row.sheet.account or row.sheet.unnamed,
            on=on,
            settled=_day(node.value("DTSETTLE")),
            action=action,
            words=f"{node.name} {kind}".strip(),
            named=security,
            name=name,
            shares=shares if node.name != "SPLIT" else None,
            price_usd=_number(node, "UNITPRICE") or None,
            fees_usd=fees(_number(node, "COMMISSION"), _number(node, "FEES")),
            amount_usd=_number(node, "TOTAL") if node.value("TOTAL") else _number(node, "TRNAMT"),
            ratio=_split(node) if node.name == "SPLIT" else None,
        ),
    )


def _split(node: Node) -> Decimal | None:
    new, old = _number(node, "NUMERATOR"), _number(node, "DENOMINATOR")
    return new / old if new and old and new > ZERO and old > ZERO else None


def _number(node: Node, name: str) -> Decimal | None:
    text = node.value(name)
    try:
        return cells.number(text)
    except cells.BadCell as bad:
        raise cells.BadCell(f"{name}: {bad}") from None


def _day(text: str) -> date | None:
    """Read ``20261120180800.000[-5:EST]``: the first eight digits."""
    found = re.match(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if not found:
        return None
    try:
        return cells.day(f"{found[1]}-{found[2]}-{found[3]}")
    except cells.BadCell:
        return None
