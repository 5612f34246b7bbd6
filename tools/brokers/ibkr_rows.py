"""What Interactive Brokers' rows mean, the same for its XML and its CSV: one level of detail counts, never two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import TotalRow, why
from tools.brokers.holdings import Holding, take_cash, take_lot, take_position, whole_shares
from tools.brokers.ibkr_meaning import action, days, is_lot, level_of, mentioned, security
from tools.brokers.past import Close, Event, action_of, fees, take_closed, take_trade
from tools.brokers.table import AGAIN, Row, Sheet
from tools.history import Action
from tools.money import ZERO, cents

_NO_STOCK = ("opt", "fop", "fut", "equity and index options", "options on futures", "futures", "warrants", "war")
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
        self._day = days([row.text(name) for row in every for name in ("opened", "held_from", "on")])
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
            lots = [row for row in rows if is_lot(row)]
            sums = [row for row in rows if not is_lot(row)]
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
            named=security(row),
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
        levels = {level_of(row) for row in self.trades}
        chosen = next((one for one in ("execution", "trade", "order", "") if one in levels), "")
        for row in self.trades:
            level = level_of(row)
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
                action=action(row, quantity),
                words=row.text("side") or ("BUY" if quantity and quantity > ZERO else "SELL"),
                named=security(row),
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
                named=security(row),
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
                named=mentioned(row),
                shares=quantity,
                amount_usd=row.must("amount", cells.number),
            ),
        )
