"""Options and warrants that are exercised: a call becomes shares, a put sells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tools.errors import MissingFact
from tools.history import Action, Instrument, Transaction
from tools.money import ZERO, share_of
from tools.tax.lots import HeldLot, tidy

Place = tuple[str, str, int]


def exercised(event: Transaction, symbol: str, options: Sequence[HeldLot]) -> list[HeldLot]:
    """Return the shares that calls or warrants become; the strike is shared over them to the cent.

    Days that a wash sale added stay: a contract that took over a loss passes its days on (IRC 1223(3)).
    """
    contracts = sum((option.shares for option in options), ZERO)
    lots: list[HeldLot] = []
    done = given = ZERO
    for option in options:
        done += option.shares
        so_far = share_of(event.amount_usd or ZERO, done, contracts)
        lots.append(_as_stock(option, event, symbol, so_far - given))
        given = so_far
    return lots


def _as_stock(option: HeldLot, event: Transaction, symbol: str, strike_usd: Decimal) -> HeldLot:
    return replace(
        option,
        acquisition_id=event.id,
        symbol=symbol,
        shares=tidy(option.shares * option.contract_shares),
        basis_usd=None if option.basis_usd is None else option.basis_usd + strike_usd,
        acquired=event.on,
        bought=event.on,
        origin=event.origin,
        at=event.at,
        instrument=Instrument.STOCK,
        underlying=None,
        contract_shares=Decimal(1),
    )


def bought_by(event: Transaction, options: Sequence[HeldLot], first: date, used: dict[Place, Decimal]) -> Transaction:
    """Read an exercise to come as a purchase of stock, for as many shares as the rule does not count elsewhere.

    Contracts that were bought since ``first`` count on their own, and those that took a loss have served. Identified
    contracts go first, then the oldest.

    Args:
        event: The exercise.
        options: The contracts of its symbol that the account holds.
        first: The first day of the window.
        used: Contracts of each of these lots that exercises before this one take; this one adds its own.
    """
    named = {pick.acquisition_id: pick.shares for pick in event.picks}
    held = {lot.acquisition_id for lot in options}
    left = (event.shares or ZERO) - sum((part for name, part in named.items() if name not in held), ZERO)
    stock_shares = ZERO
    for n, lot in sorted(enumerate(options), key=lambda each: _exercised_first(each[1], named)):
        place = (lot.account_id, lot.symbol, n)
        taken = min(left, lot.shares - used.get(place, ZERO), named.get(lot.acquisition_id, left))
        used[place] = used.get(place, ZERO) + taken
        left -= taken
        if lot.acquisition_id in named:
            named[lot.acquisition_id] -= taken
        older = lot.bought is None or lot.bought < first
        if older and not lot.replaces and lot.instrument is not Instrument.PUT:
            stock_shares += taken * lot.contract_shares
    stock = event.other_symbol or event.underlying or event.symbol
    return replace(event, symbol=stock, shares=tidy(stock_shares), instrument=Instrument.STOCK, underlying=None)


def _exercised_first(lot: HeldLot, named: Mapping[str, Decimal]) -> tuple[object, ...]:
    return lot.acquisition_id not in named, lot.bought or date.min, lot.acquisition_id, not lot.replaces


def put_sale(event: Transaction, symbol: str, puts: Sequence[HeldLot]) -> Transaction:
    """Return the sale of shares that exercising puts makes; what the puts cost lowers its proceeds.

    Raises:
        MissingFact: Nobody knows what a put cost.
    """
    paid = ZERO
    for put in puts:
        if put.basis_usd is None:
            raise MissingFact(f"The cost of {put.symbol} is unknown.", "Add it to its row.", str(put.origin))
        paid += put.basis_usd
    return replace(
        event,
        action=Action.SELL,
        symbol=symbol,
        shares=sum((tidy(put.shares * put.contract_shares) for put in puts), ZERO),
        amount_usd=(event.amount_usd or ZERO) - paid,
        instrument=Instrument.STOCK,
        underlying=None,
    )
