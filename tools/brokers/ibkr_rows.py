"""What Interactive Brokers' rows mean, the same for its XML and its CSV: one level of detail counts, never two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import TotalRow, why
from tools.brokers.holdings import Holding, take_cash, take_lot, take_position, whole_shares
from tools.brokers.named import Named, named, named_or_name, option
from tools.brokers.past import Close, Event, action_of, by_sign, fees, take_closed, take_trade
from tools.brokers.table import AGAIN, Row, Sheet, Table
from tools.history import Action, Instrument
from tools.money import ZERO, cents

_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[;, T].*)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[;, T].*)?")
_FROM_NAME = re.compile(r"(?P<symbol>[A-Z0-9. ]{1,12})\(")
_NO_STOCK = ("opt", "fop", "fut", "equity and index options", "options on futures", "futures", "warrants", "war")
_CASH = ("cash", "forex")
_CORPORATE = {"fs": Action.SPLIT, "rs": Action.SPLIT, "so": Action.SPIN_OFF, "tc": Action.MERGE, "ic": Action.RENAME}


@dataclass
class Book:
    """The rows of one file by kind, until all are known and the level of detail can be chosen."""

    sheet: Sheet
    positions: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)
    cash: list[Row] = field(default_factory=list)
    moves: list[Row] = field(default_factory=list)

    def finish(self) -> None:
        """Turn all rows into holdings and events."""
        every = (*self.positions, *self.trades, *self.moves)
        self._day = _days([row.text(name) for row in every for name in ("opened", "held_from", "on")])
        self._holdings()
        self._trades()
        for row in self.cash:
            self._guard(row, self._cash)
        for row in self.moves:
            self._guard(row, self._move)

    def _guard(self, row: Row, take: Callable[[Row], None]) -> None:
        try:
            currency = row.text("currency").upper()
            if currency not in ("", "USD", "BASE_SUMMARY", "BASE CURRENCY SUMMARY"):
                raise cells.BadCell(f"the amounts are in {cells.shown(currency)}; only dollars can be read")
            take(row)
        except (cells.BadCell, ValidationError) as bad:
            self.sheet.found.leave_out(row.line.row, f"{why(bad)}. The row is left out.", AGAIN)

    def _account(self, row: Row) -> str:
        return (
            self.sheet.label(row.text("account")) if row.text("account") else self.sheet.account or self.sheet.unnamed
        )

    def _holdings(self) -> None:
        """Keep lots where a holding has lots, and its summary where it has none or is no stock."""
        by_holding: dict[tuple[str, str], list[Row]] = {}
        for row in self.positions:
            by_holding.setdefault((row.text("account"), row.text("symbol")), []).append(row)
        for rows in by_holding.values():
            lots = [row for row in rows if _is_lot(row)]
            sums = [row for row in rows if not _is_lot(row)]
            stock = bool(lots) and not lots[0].text("category").casefold().startswith(_NO_STOCK)
            as_lots = stock and not any(row.text("shares").startswith("-") for row in lots)
            before = len(self.sheet.found.lots)
            for row in lots if as_lots else sums or lots:
                self._guard(row, self._lot if as_lots else self._position)
            for row in sums if as_lots else lots if sums else []:
                self._sum(row, len(lots), before) if as_lots else self._skip()

    def _skip(self) -> None:
        self.sheet.found.blank_count += 1

    def _sum(self, row: Row, count: int, before: int) -> None:
        """Keep the summary as the total over the lots that follow it directly; elsewhere compare it at once."""
        found = self.sheet.found
        lots = found.lots[before:]
        shares = row.number("shares")
        follows = [lot.row for lot in lots] == list(range(row.line.row + 1, row.line.row + 1 + count))
        if follows and lots:
            basis = row.number("basis")
            total = TotalRow(
                row=lots[-1].row + 1,
                first_row=row.line.row,
                account=lots[0].account,
                symbol=lots[0].symbol,
                shares=shares,
                basis_usd=None if basis is None else cents(basis),
            )
            found.totals.append(total)
            return
        found.blank_count += 1
        held = sum((lot.shares for lot in lots), ZERO)
        if shares is not None and held != shares:
            what = f"The lots of {cells.shown(row.text('symbol'))} add up to {held} shares, the summary says {shares}."
            found.problem(row.line.row, what, "Download the statement again; a row may be missing.")

    def _holding(self, row: Row) -> Holding:
        return Holding(
            account=self._account(row),
            named=_security(row),
            shares=whole_shares(row),
            name=cells.words(row.text("name")),
            basis_usd=row.number("basis"),
            price_usd=row.dollars("price"),
            value_usd=row.number("value"),
            kind="bond" if row.text("category").casefold().startswith(("bond", "bill")) else "",
        )

    def _position(self, row: Row) -> None:
        take_position(row, self._holding(row))

    def _lot(self, row: Row) -> None:
        """Keep a lot; the days that a wash sale or a transfer put in front of the purchase count for the term."""
        opened, held_from = row.may("opened", self._day), row.may("held_from", self._day)
        tacked = (opened - held_from).days if opened and held_from and held_from < opened else 0
        take_lot(row, self._holding(row), opened, tacked)

    def _trades(self) -> None:
        levels = {_level(row) for row in self.trades}
        chosen = next((one for one in ("execution", "trade", "order", "") if one in levels), "")
        for row in self.trades:
            level = _level(row)
            if level in ("closedlot", "lot"):
                self._guard(row, self._closed)
            elif level in (chosen, ""):
                self._guard(row, self._trade)
            else:
                self._skip()

    def _trade(self, row: Row) -> None:
        quantity, amount = row.must("shares", cells.number), row.must("amount", cells.number)
        fee, proceeds = row.number("fees"), row.must("proceeds", cells.number)
        money = row.number("money")
        proceeds = -money if proceeds is None and money is not None else proceeds
        if amount is None and proceeds is not None:
            amount = proceeds + (-abs(fee) if fee is not None and fee < ZERO else fee or ZERO)
        take_trade(
            row,
            Event(
                account=self._account(row),
                on=self._when(row),
                action=_action(row, quantity),
                words=row.text("side") or ("BUY" if quantity and quantity > ZERO else "SELL"),
                named=_security(row),
                name=cells.words(row.text("name")),
                shares=quantity,
                price_usd=row.must("price", cells.number),
                fees_usd=fees(fee),
                amount_usd=amount,
            ),
        )

    def _closed(self, row: Row) -> None:
        basis, gain = row.must("basis", cells.number), row.must("gain", cells.number)
        known = basis is not None and gain is not None
        take_closed(
            row,
            Close(
                account=self._account(row),
                named=_security(row),
                shares=whole_shares(row),
                acquired=row.may("opened", self._day),
                sold=self._when(row),
                proceeds_usd=abs(basis) + gain if basis is not None and gain is not None and known else None,
                basis_usd=None if basis is None else abs(basis),
                gain_usd=gain,
            ),
        )

    def _when(self, row: Row) -> date:
        on = row.must("on", self._day)
        if on is None:
            raise cells.BadCell("the date is missing")
        return on

    def _cash(self, row: Row) -> None:
        if row.text("currency").upper() == "USD":
            take_cash(row, self._account(row), row.must("amount", cells.number))
        else:
            self._skip()

    def _move(self, row: Row) -> None:
        """Keep a dividend, a transfer or a corporate action."""
        words, quantity = row.text("words") or row.text("kind"), row.must("shares", cells.number)
        direction, code = row.text("direction").casefold(), row.text("kind").casefold()
        action = _CORPORATE.get(code) or action_of(f"{row.text('kind')} {words}", quantity)
        if direction in ("in", "out"):
            action = Action.TRANSFER_IN if direction == "in" else Action.TRANSFER_OUT
        take_trade(
            row,
            Event(
                account=self._account(row),
                on=self._when(row),
                action=action,
                words=words,
                named=_mentioned(row),
                shares=quantity,
                amount_usd=row.must("amount", cells.number),
            ),
        )


def _is_lot(row: Row) -> bool:
    level = _level(row)
    return level == "lot" or (not level and not cells.is_unknown(row.text("opened")))


def _level(row: Row) -> str:
    return row.text("level").casefold().replace("_", "").replace(" ", "")


def _security(row: Row) -> Named:
    """Read the security; an option also from its description."""
    symbol = row.text("symbol") or row.text("isin")
    if row.text("category").casefold().startswith(("opt", "equity and index options")):
        found = option(symbol) or option(row.text("name"))
        if found is None:
            raise cells.BadCell(f"“{cells.shown(symbol)}” does not name the option")
        return found
    one = named(symbol) if not row.text("category").casefold().startswith(("bond", "bill")) else named_or_name(symbol)
    if row.text("category").casefold().startswith(("war",)):
        return Named(one.symbol, Instrument.WARRANT)
    if row.text("category").casefold().startswith("fut"):
        return Named(one.symbol, Instrument.SECTION_1256)
    return Named(one.symbol, Instrument.CRYPTO) if row.text("category").casefold().startswith("crypto") else one


def _mentioned(row: Row) -> Named | None:
    if not cells.is_unknown(row.text("symbol")):
        return named(row.text("symbol"))
    found = _FROM_NAME.match(row.text("words"))
    return named(found["symbol"]) if found else None


def _action(row: Row, quantity: Decimal | None) -> Action:
    if row.text("category").casefold().startswith(_CASH):
        return Action.OTHER
    codes = {code.strip() for code in re.split(r"[;,]", row.text("codes"))}
    if "Ep" in codes:
        return Action.EXPIRE
    if codes & {"Ex", "A"}:
        return Action.EXERCISE
    came_in = by_sign(quantity) is Action.TRANSFER_IN
    side = row.text("side").casefold()
    came_in = side.startswith("buy") if side else came_in
    closes, opens = bool({"C"} & codes), bool({"O"} & codes)
    closes, opens = closes or row.text("open_close") == "C", opens or row.text("open_close") == "O"
    if came_in:
        return Action.COVER if closes and not opens else Action.BUY
    return Action.SHORT if opens and not closes else Action.SELL


def _days(texts: Iterable[str]) -> Callable[[str], date | None]:
    """Return how to read the file's dates; of dates with slashes the file itself must show which order they have."""
    slashed = [found for text in texts if (found := _SLASHED.fullmatch(text.strip()))]
    european = any(int(found[1]) > 12 for found in slashed)
    american = any(int(found[2]) > 12 for found in slashed)

    def read(text: str) -> date | None:
        bare = text.strip()
        if found := _COMPACT.fullmatch(bare):
            return cells.day(f"{found[1]}-{found[2]}-{found[3]}")
        if found := _SLASHED.fullmatch(bare):
            if european == american:
                raise cells.BadCell(f"“{cells.shown(bare)}” can be read as month/day or as day/month")
            day, month = (found[1], found[2]) if european else (found[2], found[1])
            return cells.day(f"{found[3]}-{month}-{day}")
        return cells.day(re.split(r"[;,]", bare)[0])

    return read


POSITION = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "category": ("assetcategory", "asset category", "assetclass"),
    "symbol": ("symbol",),
    "name": ("description",),
    "shares": ("position", "quantity"),
    "price": ("markprice", "close price"),
    "basis": ("costbasismoney", "cost basis"),
    "value": ("positionvalue", "value"),
    "opened": ("opendatetime", "open"),
    "held_from": ("holdingperioddatetime",),
    "level": ("levelofdetail", "datadiscriminator"),
}
TRADE = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "category": ("assetcategory", "asset category", "assetclass"),
    "symbol": ("symbol",),
    "isin": ("isin",),
    "name": ("description",),
    "on": ("tradedate", "date/time", "datetime"),
    "shares": ("quantity",),
    "price": ("tradeprice", "t. price"),
    "fees": ("ibcommission", "comm/fee", "comm in usd"),
    "amount": ("netcash",),
    "proceeds": ("proceeds",),
    "money": ("trademoney",),
    "basis": ("cost", "costbasis", "basis"),
    "gain": ("fifopnlrealized", "realized p/l"),
    "side": ("buysell", "buy/sell"),
    "open_close": ("opencloseindicator", "open/closeindicator"),
    "codes": ("notes", "notes/codes", "code"),
    "opened": ("opendatetime",),
    "level": ("levelofdetail", "datadiscriminator"),
}
CASH = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "amount": ("endingcash", "total"),
    "what": ("currency summary",),
}
MOVE = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "symbol": ("symbol",),
    "on": ("datetime", "date/time", "date", "reportdate", "report date"),
    "kind": ("type",),
    "words": ("description", "actiondescription"),
    "direction": ("direction",),
    "shares": ("quantity", "qty"),
    "amount": ("amount", "proceeds"),
}


def table(columns: Mapping[str, tuple[str, ...]], *needed: str) -> Table:
    """Return a declaration whose rows the book keeps."""
    return Table(columns, frozenset(needed), lambda row: None)
