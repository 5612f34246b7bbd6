"""Gains that a set of sales would realize, by term, after the wash-sale rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term
from tools.analysis.wash import Leg, Wash, wash_of
from tools.errors import BadRequest, MissingFact
from tools.market.securities import is_collectible
from tools.model import AccountType, Household, Lot, Term
from tools.money import ZERO, cents
from tools.tax.wash_sale import Purchase
from tools.tax.year import Gains


@dataclass(frozen=True, slots=True)
class Realized:
    """Proceeds, basis and gain by term of sales made together. Gains are what counts, disallowed losses left out."""

    proceeds_usd: Decimal
    basis_usd: Decimal
    gains: Gains
    wash: Wash
    gain_by_lot: dict[str, Decimal]

    @property
    def gain_usd(self) -> Decimal:
        """Proceeds less basis of the taxable sales, before the wash-sale rule."""
        return sum(self.gain_by_lot.values(), ZERO)


def tax_ready(household: Household, lot: Lot) -> None:
    """Check that a sale of ``lot`` can be taxed.

    Raises:
        MissingFact: Its basis, date, price or account type is unknown.
    """
    kind = household.type_of(lot)
    if kind is AccountType.UNKNOWN:
        raise MissingFact(
            f"I don't know what kind of account {lot.account_id} is.",
            "Tell me whether it is taxable, an IRA, a Roth IRA or a 401(k).",
            str(lot.origin),
        )
    missing: dict[str, object] = {"price": household.price_of(lot.symbol)}
    if kind is AccountType.TAXABLE:
        missing |= {"cost": lot.basis_usd, "purchase date": lot.acquired}
    for word, value in missing.items():
        if value is None:
            raise MissingFact(
                f"The {word} of {lot.symbol} ({lot.id}) is unknown.", f"Add the {word} to the file.", str(lot.origin)
            )


def realize(household: Household, legs: Sequence[Leg], on: date, bought: Iterable[Purchase] = ()) -> Realized:
    """Add up what sales of ``legs`` on ``on`` realize; sheltered accounts realize nothing taxable.

    Raises:
        MissingFact: A lot's basis, date, price or account type is unknown.
        BadRequest: A lot was bought after ``on``.
    """
    wash = wash_of(household, legs, on, bought)
    proceeds = basis = short = long = collectible = ZERO
    gain_by_lot: dict[str, Decimal] = {}
    for leg in legs:
        tax_ready(household, leg.lot)
        if leg.lot.acquired is not None and leg.lot.acquired > on:
            raise BadRequest(f"{leg.lot.symbol} ({leg.lot.id}) was bought after {on}.", "Name a later date.")
        amount = cents(leg.shares * (household.price_of(leg.lot.symbol) or ZERO))
        proceeds += amount
        if household.type_of(leg.lot) is not AccountType.TAXABLE:
            continue
        cost = leg.lot.basis_of(leg.shares, amount) or ZERO
        basis += cost
        gain = amount - cost
        gain_by_lot[leg.lot.id] = gain
        counted = gain + wash.of_lot(leg.lot.id)
        if lot_term(leg.lot, on) is Term.LONG:
            long += counted
            collectible += counted if is_collectible(leg.lot.symbol) else ZERO
        else:
            short += counted
    return Realized(proceeds, basis, Gains(short, long, collectible), wash, gain_by_lot)
