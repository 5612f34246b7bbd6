"""Options and warrants that are exercised: a call becomes shares, a put sells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tools.errors import MissingFact
from tools.history import Action, Instrument, Transaction
from tools.money import ZERO, share_of
from tools.tax.lots import HeldLot, tidy


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
