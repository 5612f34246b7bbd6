"""Rows of the past, whatever the broker: trades and closed lots made the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.base import RealizedRow, TradeRow
from tools.brokers.named import Named, is_money_fund, type_of
from tools.brokers.table import MOST, Row
from tools.history import Action, Instrument
from tools.model import Term
from tools.money import ZERO

_NO_SHARES = frozenset((Action.DIVIDEND, Action.OTHER))
_MOVES = frozenset((Action.TRANSFER_IN, Action.TRANSFER_OUT))


@dataclass(frozen=True, slots=True)
class Event:
    """What a row of history says, signs as in the file."""

    account: str
    on: date
    action: Action
    words: str
    named: Named | None = None
    name: str | None = None
    settled: date | None = None
    at: time | None = None
    shares: Decimal | None = None
    price_usd: Decimal | None = None
    fees_usd: Decimal | None = None
    amount_usd: Decimal | None = None
    acquired: date | None = None
    basis_usd: Decimal | None = None
    market_value_usd: Decimal | None = None
    ratio: Decimal | None = None


def take_trade(row: Row, one: Event) -> None:
    """Keep one line of history; buying and selling a money market fund moves cash only."""
    for value in (one.shares, one.price_usd, one.fees_usd, one.amount_usd):
        if value is not None and abs(value) > MOST:
            raise cells.BadCell(f"{value} is not possible")
    action, symbol = one.action, one.named.symbol if one.named else None
    if symbol and is_money_fund(symbol, one.price_usd or None) and action not in _MOVES:
        action = Action.DIVIDEND if action is Action.DIVIDEND else Action.OTHER
    if one.action is Action.OTHER and action is one.action and one.shares and symbol and not is_money_fund(symbol):
        what = f"“{cells.shown(one.words)}”: what this did to {abs(one.shares)} shares of {symbol} is not known."
        row.sheet.found.problem(row.line.row, what, "Say what happened, or add it in a history file of your own.")
    shares = None if not one.shares or action in _NO_SHARES else abs(one.shares)
    price = one.price_usd if one.price_usd is not None and one.price_usd > ZERO else None
    row.sheet.found.trades.append(
        TradeRow(
            row=row.line.row,
            account=one.account,
            account_type=type_of(one.account),
            on=one.on,
            at=one.at,
            settled=one.settled,
            action=action,
            words=cells.words(one.words) or "",
            symbol=symbol,
            name=one.name,
            instrument=one.named.instrument if one.named else Instrument.STOCK,
            underlying=one.named.underlying if one.named else None,
            shares=shares,
            price_usd=price,
            fees_usd=None if one.fees_usd is None else abs(one.fees_usd),
            amount_usd=one.amount_usd,
            acquired=one.acquired,
            basis_usd=one.basis_usd,
            market_value_usd=one.market_value_usd,
            ratio=one.ratio,
        )
    )


def when(row: Row, field: str = "on") -> date:
    """Read the day of an event, which must be there.

    Raises:
        BadCell: It is not there or is not a date.
    """
    on = row.must(field, cells.day)
    if on is None:
        raise cells.BadCell(f"date: “{cells.shown(row.text(field))}” is not a date")
    return on


def fees(*parts: Decimal | None) -> Decimal | None:
    """Add the fees that are stated; None when none is."""
    known = [abs(part) for part in parts if part is not None]
    return sum(known, ZERO) if known else None


def by_sign(quantity: Decimal | None) -> Action:
    """Tell shares that came in from shares that went out by the sign; OTHER when no shares moved."""
    if not quantity:
        return Action.OTHER
    return Action.TRANSFER_IN if quantity > ZERO else Action.TRANSFER_OUT


_COMMON = (
    (r"(bought|buy) to (cover|close)|^cover", Action.COVER),
    (r"sold short|sell short|short sale|(sold|sell) to open", Action.SHORT),
    (r"in lieu", Action.CASH_IN_LIEU),
    (r"expir", Action.EXPIRE),
    (r"exercis|assign", Action.EXERCISE),
    (r"reinvest", Action.REINVEST),
    (r"^(bought|buy|purchase|contribution)", Action.BUY),
    (r"^(sold|sell|sale|redemption)", Action.SELL),
    (r"split", Action.SPLIT),
    (r"merger", Action.MERGE),
    (r"spin.?off", Action.SPIN_OFF),
    (r"return of (capital|principal)", Action.RETURN_OF_CAPITAL),
    (r"name change", Action.RENAME),
    (r"\bvest", Action.VEST),
    (r"dividend|cap(ital)?\.? gain|distribution", Action.DIVIDEND),
)
_TRANSFER = re.compile(r"transfer|journal|deliver|receiv|conversion|rollover|acat", re.IGNORECASE)


def action_of(words: str, quantity: Decimal | None) -> Action:
    """Read what a broker's own words say happened; a reinvestment that bought no shares is the dividend itself."""
    found = first_of(words, _COMMON)
    if found is None:
        return by_sign(quantity) if _TRANSFER.search(words) else Action.OTHER
    if not quantity and found in (Action.REINVEST, Action.BUY, Action.SELL):
        return Action.DIVIDEND if found is Action.REINVEST else Action.OTHER
    return found


def first_of(words: str, table: tuple[tuple[str, Action], ...]) -> Action | None:
    """Return the action of the first pattern that the words contain; None when none does."""
    return next((action for pattern, action in table if re.search(pattern, words, re.IGNORECASE)), None)


@dataclass(frozen=True, slots=True)
class Close:
    """What a row says of a closed lot. ``gain_usd`` gives the basis where the row states none."""

    account: str
    named: Named
    shares: Decimal
    acquired: date | None
    sold: date
    proceeds_usd: Decimal | None
    basis_usd: Decimal | None
    name: str | None = None
    gain_usd: Decimal | None = None
    term: Term | None = None
    disallowed_usd: Decimal | None = None


def take_closed(row: Row, one: Close) -> None:
    """Keep one closed lot.

    Raises:
        BadCell: The proceeds are unknown.
    """
    if one.proceeds_usd is None:
        raise cells.BadCell("the proceeds are unknown")
    basis = one.basis_usd
    if basis is None and one.gain_usd is not None:
        basis = one.proceeds_usd - one.gain_usd
    row.sheet.found.realized.append(
        RealizedRow(
            row=row.line.row,
            account=one.account,
            account_type=type_of(one.account),
            symbol=one.named.symbol,
            name=one.name,
            shares=abs(one.shares),
            acquired=one.acquired,
            sold=one.sold,
            proceeds_usd=one.proceeds_usd,
            basis_usd=basis,
            term=one.term,
            disallowed_usd=one.disallowed_usd,
        )
    )


def term_of(text: str) -> Term | None:
    """Read ``Long``, ``LONG``, ``Short Term``; None when it says neither."""
    bare = text.strip().casefold()
    return Term.LONG if bare.startswith("long") else Term.SHORT if bare.startswith("short") else None
