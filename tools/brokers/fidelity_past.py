"""Fidelity's past: the account history in its several column orders, the realized report and the closed lots."""

from __future__ import annotations

import re
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.fidelity import account_of, aside
from tools.brokers.holdings import whole_shares
from tools.brokers.named import named
from tools.brokers.past import Close, Event, by_sign, fees, first_of, take_closed, take_trade, term_of, when
from tools.brokers.table import Row, Sheet, Table, TableReader
from tools.history import Action
from tools.model import Term
from tools.money import ZERO

_ACTIONS = (
    (r"^you bought.*\bclosing transaction", Action.COVER),
    (r"^you bought.*\bshort cover", Action.COVER),
    (r"^you bought", Action.BUY),
    (r"^you sold.*\bopening transaction", Action.SHORT),
    (r"^you sold short|^short sale", Action.SHORT),
    (r"^you sold", Action.SELL),
    (r"^reinvestment", Action.REINVEST),
    (r"^(dividend|long-term cap gain|short-term cap gain|royalty)", Action.DIVIDEND),
    (r"^in lieu|cash in lieu", Action.CASH_IN_LIEU),
    (r"^expired", Action.EXPIRE),
    (r"^(assigned|exercised)", Action.EXERCISE),
    (r"^merger", Action.MERGE),
    (r"^(reverse split|forward split|stock split|distribution.*\bsplit)", Action.SPLIT),
    (r"^(spin-?off|distribution.*\bspin-?off)", Action.SPIN_OFF),
    (r"^return of capital", Action.RETURN_OF_CAPITAL),
    (r"^name changed?", Action.RENAME),
    (r"^conversion shares deposited", Action.VEST),
)
_MOVES = re.compile(
    r"^(journaled|transferred|transfer of assets|shares? (?:deposited|received|delivered))", re.IGNORECASE
)
_SYMBOL_CUSIP = re.compile(r"(?P<symbol>.+?)\s*\((?P<cusip>[0-9A-Z]{9})\)")


def _trade(row: Row) -> None:
    words = " ".join(row.text("action").split())
    quantity, price = _quantity_and_price(row)
    action = by_sign(quantity) if _MOVES.match(words) else first_of(words, _ACTIONS) or Action.OTHER
    symbol = row.text("symbol")
    take_trade(
        row,
        Event(
            account=account_of(row),
            on=when(row),
            settled=row.may("settled", cells.day),
            action=action,
            words=words,
            named=None if cells.is_unknown(symbol) else row.must("symbol", named),
            name=cells.words(row.text("name")),
            shares=quantity,
            price_usd=price,
            fees_usd=fees(row.number("commission"), row.number("fees")),
            amount_usd=row.must("amount", cells.number),
        ),
    )


def _quantity_and_price(row: Row) -> tuple[Decimal | None, Decimal | None]:
    """Read both; in some years the cells stand one column to the left of their headings, currency under quantity.

    Raises:
        BadCell: The quantity is no number and the cells do not stand as in those years.
    """
    if re.fullmatch(r"[A-Za-z]{3}", row.text("shares")):
        shares, price = row.must("price", cells.number), row.must("currency", cells.number)
        amount = row.number("amount")
        if shares and price and amount is not None and abs(abs(shares * price) - abs(amount)) > abs(amount) / 20 + 10:
            raise cells.BadCell(
                "the cells do not stand under their headings, and quantity times price is not the amount"
            )
        return shares, price
    return row.must("shares", cells.number), row.must("price", cells.number)


def _realized(row: Row) -> None:
    symbol = row.text("symbol")
    both = _SYMBOL_CUSIP.fullmatch(symbol)
    short, long = row.number("short"), row.number("long")
    known = [one for one in (short, long) if one is not None]
    take_closed(
        row,
        Close(
            account=account_of(row),
            named=named(both["symbol"] if both else symbol),
            name=cells.words(row.text("name")),
            shares=whole_shares(row),
            acquired=row.may("acquired", cells.day),
            sold=when(row, "sold"),
            proceeds_usd=row.must("proceeds", cells.number),
            basis_usd=row.number("basis"),
            gain_usd=sum(known, ZERO) if known else row.number("gain"),
            term=_term(row, short, long),
            disallowed_usd=row.number("disallowed"),
        ),
    )


def _term(row: Row, short: Decimal | None, long: Decimal | None) -> Term | None:
    """Return the stated term, or the one column of the two that holds a gain; both or neither say nothing."""
    if "term" in row.places:
        return term_of(row.text("term"))
    if bool(short) == bool(long):
        return None if (short is None) == (long is None) else Term.SHORT if short is not None else Term.LONG
    return Term.SHORT if short else Term.LONG


def _closed(row: Row) -> None:
    """Keep a closed lot of a file that does not say of which security; until it is said, keep its shares alone."""
    shares = whole_shares(row)
    if row.sheet.symbol is None:
        row.sheet.nameless.append((row.line, shares))
        row.sheet.found.left_out_count += 1
        return
    take_closed(
        row,
        Close(
            account=row.sheet.unnamed,
            named=named(row.sheet.symbol),
            shares=shares,
            acquired=row.may("acquired", cells.day),
            sold=when(row, "sold"),
            proceeds_usd=row.must("proceeds", cells.number),
            basis_usd=row.number("basis"),
            gain_usd=row.number("gain"),
            term=term_of(row.text("term")),
        ),
    )


def _ask_symbol(sheet: Sheet) -> None:
    if sheet.nameless:
        what = f"The file lists {len(sheet.nameless)} closed lots, but not of which security."
        sheet.found.problem(sheet.nameless[0][0].row, what, "Say the symbol of this file.")


_HISTORY = {
    "on": ("run date",),
    "account": ("account", "account name"),
    "number": ("account number",),
    "action": ("action",),
    "symbol": ("symbol",),
    "name": ("security description", "description"),
    "shares": ("quantity",),
    "price": ("price ($)", "price"),
    "currency": ("currency",),
    "commission": ("commission ($)", "commission"),
    "fees": ("fees ($)", "fees"),
    "amount": ("amount ($)", "amount"),
    "settled": ("settlement date",),
}
_REALIZED = {
    "account": ("account name", "account"),
    "number": ("account number",),
    "symbol": ("symbol(cusip)", "symbol (cusip)", "symbol"),
    "name": ("security description", "description"),
    "shares": ("quantity",),
    "acquired": ("date acquired",),
    "sold": ("date sold",),
    "proceeds": ("proceeds",),
    "basis": ("cost basis",),
    "short": ("short term gain/loss",),
    "long": ("long term gain/loss",),
    "gain": ("gain/loss", "total gain/loss"),
    "disallowed": ("wash sale loss disallowed", "disallowed loss"),
    "term": ("term",),
}
_CLOSED = {
    "acquired": ("date acquired",),
    "shares": ("quantity",),
    "sold": ("date sold or transferred",),
    "proceeds": ("proceeds",),
    "basis": ("cost basis",),
    "gain": ("gain/loss",),
    "term": ("term",),
}

HISTORY = TableReader(
    "Fidelity history", "Fidelity", (Table(_HISTORY, frozenset(("on", "action", "amount")), _trade),), aside
)
REALIZED = TableReader(
    "Fidelity realized gain and loss",
    "Fidelity",
    (
        Table(
            _REALIZED,
            frozenset(("symbol", "shares", "acquired", "sold", "proceeds", "basis")),
            _realized,
            frozenset(("record type", "date acquired (wash sale toggle = on)")),
        ),
    ),
    aside,
)
CLOSED_LOTS = TableReader(
    "Fidelity closed lots",
    "Fidelity",
    (Table(_CLOSED, frozenset(("shares", "acquired", "sold", "proceeds")), _closed, frozenset(("symbol",))),),
    aside,
    _ask_symbol,
)
