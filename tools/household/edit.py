"""Changes to a household: what the person says of an account, and what an order fills. Each returns a new household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.market.securities import info
from tools.model import CASH, Account, AccountType, Household, Lot, Origin, Security, Trade
from tools.money import ZERO

PAPER_ORDER = "paper order"


def set_account(household: Household, account_id: str, type: AccountType | None, owner: str | None) -> Household:  # noqa: A002
    """Record what the person says of one account; None leaves that side as it is.

    Raises:
        UnknownThing: No account has this id.
    """
    account = _account(household, account_id)
    changed = replace(account, type=type or account.type, owner=owner or account.owner)
    return replace(household, accounts=tuple(changed if one.id == account_id else one for one in household.accounts))


def _account(household: Household, account_id: str) -> Account:
    account = household.account_by_id.get(account_id)
    if account is None:
        known = ", ".join(one.id for one in household.accounts) or "none"
        raise UnknownThing(f"There is no account {account_id[:40]}.", f"The accounts are: {known}.", "account")
    return account


def apply_trades(
    household: Household,
    trades: Sequence[Trade],
    on: date,
    prices: Mapping[str, Decimal] | None = None,
    deposits_usd: Mapping[str, Decimal] | None = None,
) -> Household:
    """Book filled trades, all or nothing.

    A sale reduces the lot it names, with the basis in proportion to the cent; a lot sold out is gone. A purchase makes
    a new lot. Cash moves where it is known; unknown cash stays unknown.

    Args:
        household: The household before.
        trades: The fills, in order.
        on: The trade date, which new lots carry.
        prices: Prices of symbols not held before; the fill's own price where absent.
        deposits_usd: New money by account id, arriving before the trades.

    Raises:
        BadRequest: More is sold than held, a quantity is not positive, or known cash does not suffice.
        UnknownThing: A lot or account is not in the household.
        MissingFact: A sale names no lot.
    """
    books = _Books({lot.id: lot for lot in household.lots}, dict(household.cash_usd), _next_number(household))
    for account_id, amount in (deposits_usd or {}).items():
        books.move(_account(household, account_id).id, amount)
    for row, trade in enumerate(trades, start=1):
        _account(household, trade.account_id)
        books.book(trade, on, row)
    _refuse_overdraft(household, books.cash)
    securities = _with_new_securities(household.securities, trades, on, prices or {})
    return replace(household, lots=tuple(books.lots.values()), cash_usd=books.cash, securities=securities)


@dataclass
class _Books:
    """Lots and cash while an order is booked."""

    lots: dict[str, Lot]
    cash: dict[str, Decimal]
    next_number: int

    def book(self, trade: Trade, on: date, row: int) -> None:
        if trade.shares <= ZERO or trade.price_usd < ZERO or trade.side not in ("buy", "sell"):
            what = f"{trade.side} {trade.shares} {trade.symbol} is not a trade."
            raise BadRequest(what, "Trade a positive number of shares.")
        if trade.side == "sell":
            self._sell(trade)
            self.move(trade.account_id, trade.amount_usd)
        else:
            lot = _bought(trade, f"lot-{self.next_number}", on, row)
            self.lots[lot.id] = lot
            self.next_number += 1
            self.move(trade.account_id, -trade.amount_usd)

    def move(self, account_id: str, amount_usd: Decimal) -> None:
        if account_id in self.cash:
            self.cash[account_id] += amount_usd

    def _sell(self, trade: Trade) -> None:
        lot = _lot_sold(self.lots, trade)
        if trade.shares == lot.shares:
            del self.lots[lot.id]
            return
        sold = lot.basis_of(trade.shares)
        left = None if lot.basis_usd is None or sold is None else lot.basis_usd - sold
        self.lots[lot.id] = replace(lot, shares=lot.shares - trade.shares, basis_usd=left)


def _lot_sold(lots: Mapping[str, Lot], trade: Trade) -> Lot:
    if trade.lot_id is None:
        raise MissingFact(f"The sale of {trade.symbol} names no lot.", "Name the lot to sell from.")
    lot = lots.get(trade.lot_id)
    if lot is None or lot.symbol != trade.symbol or lot.account_id != trade.account_id:
        raise UnknownThing(f"{trade.account_id} holds no {trade.symbol} in {trade.lot_id}.", "Make the plan again.")
    if trade.shares > lot.shares:
        what = f"{trade.shares} {trade.symbol} cannot be sold from {lot.id}, which holds {lot.shares}."
        raise BadRequest(what, "Sell at most what the lot holds.")
    return lot


def _next_number(household: Household) -> int:
    numbers = [int(lot.id.removeprefix("lot-")) for lot in household.lots if lot.id.removeprefix("lot-").isdigit()]
    return max(numbers, default=0) + 1


def _bought(trade: Trade, lot_id: str, on: date, row: int) -> Lot:
    """Make the lot of a purchase. A loss that a wash sale moves into this lot would be added to its basis here."""
    origin = Origin(PAPER_ORDER, row)
    return Lot(lot_id, trade.account_id, trade.symbol, trade.shares, trade.amount_usd, on, origin)


def _refuse_overdraft(household: Household, cash: Mapping[str, Decimal]) -> None:
    for account_id, amount in cash.items():
        if amount < min(ZERO, household.cash_usd[account_id]):
            what = f"The purchases in {account_id} cost ${-amount:,} more than its cash and sales bring in."
            raise BadRequest(what, "Buy less, or sell more in the same account.", account_id)


def _with_new_securities(
    known: Mapping[str, Security], trades: Sequence[Trade], on: date, prices: Mapping[str, Decimal]
) -> dict[str, Security]:
    securities = dict(known)
    for trade in trades:
        if trade.symbol != CASH and trade.symbol not in securities:
            general = info(trade.symbol)
            name, of_class = (general.name, general.asset_class) if general else (trade.symbol, None)
            price = prices.get(trade.symbol, trade.price_usd)
            securities[trade.symbol] = Security(trade.symbol, name, of_class, price, on)
    return securities
