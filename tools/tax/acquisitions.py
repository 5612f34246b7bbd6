"""What an acquisition puts into an account: its basis, its holding period, and whether it is a purchase."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tools.errors import BadRequest, MissingFact
from tools.history import Action, Instrument, Transaction
from tools.money import ZERO
from tools.tax.lots import HeldLot

PURCHASES = frozenset((Action.OPEN, Action.BUY, Action.REINVEST, Action.VEST, Action.TRANSFER_IN, Action.EXERCISE))
"""Acquisitions that the wash-sale rule counts: gifts, inheritances, splits and tax-free exchanges are none."""

ACQUISITIONS = PURCHASES - {Action.EXERCISE} | {Action.GIFT_IN, Action.INHERIT}
_CONTRACTS = frozenset((Instrument.CALL, Instrument.PUT, Instrument.WARRANT))


def shares_of(event: Transaction) -> Decimal:
    """Return the shares of an event.

    Raises:
        BadRequest: They are missing, zero or negative.
    """
    if event.shares is None or not event.shares.is_finite() or event.shares <= 0:
        seen = "missing" if event.shares is None else f"{event.shares.normalize():f}"
        raise BadRequest(
            f"The shares of {event.symbol} ({event.action}, {event.on}) are {seen}.",
            "Write them as a positive number.",
            str(event.origin),
        )
    return event.shares


def contract_of(event: Transaction) -> Decimal:
    """Return how many shares one unit stands for: 1, or those that an option or a warrant is about."""
    return event.contract_shares if event.instrument in _CONTRACTS else Decimal(1)


def lot_of(event: Transaction) -> HeldLot:
    """Return the lot that an acquisition makes.

    Bought, reinvested and vested shares cost what was paid or taxed as pay, and count from the trade date. Shares
    inherited take their value at death and are long-term (IRC 1014, 1223(9)). Shares from outside keep what is stated:
    what they are worth on the day they come in is no basis.

    Raises:
        BadRequest: Shares or dollars are missing or negative, or a lot was acquired after it came in.
        MissingFact: A gift without the donor's basis and the value on the day of the gift.
    """
    amount = event.amount_usd
    if amount is not None and (not amount.is_finite() or amount < 0):
        raise BadRequest(
            f"The cost of {event.symbol} is {amount:f}.", "Write it as a positive number.", str(event.origin)
        )
    stated = event.action in (Action.OPEN, Action.TRANSFER_IN)
    acquired = event.acquired if stated else event.on
    said = event.acquired if stated or event.action is Action.GIFT_IN else None
    if said is not None and said > event.on:
        raise BadRequest(
            f"{event.symbol} is held from {event.on}, but was acquired on {said}, later.",
            "Correct one of the dates.",
            str(event.origin),
        )
    lot = HeldLot(
        acquisition_id=event.id,
        account_id=event.account_id,
        symbol=event.symbol,
        shares=shares_of(event),
        basis_usd=event.market_value_usd if amount is None and event.action is Action.VEST else amount,
        acquired=acquired,
        bought=acquired if event.action in PURCHASES else None,
        origin=event.origin,
        at=event.at,
        instrument=event.instrument,
        underlying=event.underlying,
        contract_shares=contract_of(event),
    )
    if event.action is Action.INHERIT:
        value = event.market_value_usd
        return replace(lot, inherited=True, basis_usd=amount if value is None else value)
    return _gift(lot, event) if event.action is Action.GIFT_IN else lot


def _gift(lot: HeldLot, event: Transaction) -> HeldLot:
    """Give a gift the donor's basis and dates; below it, the value on the day counts for a loss (IRC 1015, 1223(2))."""
    donor, value = event.donor_basis_usd, event.market_value_usd
    if donor is None or value is None:
        raise MissingFact(
            f"A gift of {event.symbol} needs the donor's basis and its value on the day.",
            "Add both to its row.",
            str(event.origin),
        )
    if min(donor, value) < ZERO:
        raise BadRequest("A gift's basis or value is negative.", "Write it as positive.", str(event.origin))
    gift = replace(lot, basis_usd=donor, acquired=event.acquired)
    return replace(gift, loss_basis_usd=value, loss_acquired=event.on) if value < donor else gift
