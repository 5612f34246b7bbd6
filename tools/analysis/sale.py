"""What if I sell: lots, gain by term, tax, cash that stays, weight before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from tools.analysis.holdings import days_to_long
from tools.analysis.lot_choice import pick_lots
from tools.analysis.realize import Realized, realize, tax_ready
from tools.analysis.wash import Leg
from tools.errors import BadRequest, UnknownThing
from tools.model import AccountType, Household, Investor, Lot
from tools.money import ZERO
from tools.tax.holding_period import long_term_from
from tools.tax.law import Law, law_for
from tools.tax.state_year import StateRange, state_change_range
from tools.tax.year import Gains, TaxRange, change_range, next_year


@dataclass(frozen=True, slots=True)
class SimulatedSale:
    """A sale that has not happened, with its tax as the whole return with it less the whole return without it."""

    symbol: str
    legs: tuple[Leg, ...]
    method: str
    on: date
    realized: Realized
    tax: TaxRange
    state: StateRange | None
    weight_before_frac: Decimal
    weight_after_frac: Decimal
    waiting: Waiting | None
    other: OtherLot | None

    @property
    def shares(self) -> Decimal:
        """Shares sold in all."""
        return sum((leg.shares for leg in self.legs), ZERO)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The same sale once its short-term gains have turned long-term; ``next_year`` when that is another tax year."""

    from_date: date
    tax: TaxRange
    next_year: bool


@dataclass(frozen=True, slots=True)
class OtherLot:
    """The same number of shares from the lot that would cost the most tax."""

    lot: Lot
    tax: TaxRange


def simulate_sale(
    household: Household,
    investor: Investor,
    law: Law,
    on: date,
    symbol: str,
    *,
    shares: Decimal | None = None,
    amount_usd: Decimal | None = None,
    net_usd: Decimal | None = None,
    max_tax_usd: Decimal | None = None,
    lot_id: str | None = None,
    method: str = "min_tax",
) -> SimulatedSale:
    """Work out a sale of ``shares``, of an amount, of what leaves ``net_usd`` or costs ``max_tax_usd``, or of all.

    Without a lot, the method picks: ``min_tax`` tries every method and keeps the least tax. While income or status is
    unknown, ``net_usd`` and ``max_tax_usd`` hold at the most tax that may be due, that of the state included.

    Raises:
        BadRequest: More than is held, or nothing would be sold.
        UnknownThing: The symbol or lot is not held.
        MissingFact: The basis, date, price or account type of a lot is unknown.
    """
    lots = _sellable(household, symbol, lot_id)
    held = sum((lot.shares for lot in lots), ZERO)
    price = household.price_of(symbol) or ZERO
    if not price:
        raise BadRequest(f"{symbol} at a price of zero brings in nothing.", "Give the price per share.")
    tax_on = _taxer(household, investor, law, on)

    def state_on(legs: Sequence[Leg]) -> StateRange | None:
        return state_change_range(investor, realize(household, legs, on).gains, law, on.year)

    def most_on(legs: Sequence[Leg]) -> Decimal:
        state = state_on(legs)
        return tax_on(legs).most_tax_usd + (state.high.extra_usd if state else ZERO)

    method = "specific" if lot_id else method

    def legs_for(count: Decimal) -> tuple[Leg, ...]:
        return pick_lots(household, lots, count, method, on, most_on)

    if shares is None and amount_usd is not None:
        shares = min(held, (amount_usd / price).to_integral_value(ROUND_CEILING))
        _enough(amount_usd, held * price, symbol)
    elif shares is None and net_usd is not None:
        shares = _least(held, lambda n: _proceeds(legs_for(n), price) - most_on(legs_for(n)) >= net_usd)
        if shares is None:
            raise BadRequest(f"Selling all of {symbol} would leave less than that after tax.", "Name a smaller amount.")
    elif shares is None and max_tax_usd is not None:
        over = _least(held, lambda n: most_on(legs_for(n)) > max_tax_usd)
        shares = held if over is None else over.to_integral_value(ROUND_CEILING) - 1
    shares = held if shares is None else shares
    if shares <= 0:
        raise BadRequest("That comes to no shares at all.", "Name a number of shares, an amount, or a higher limit.")
    if shares > held:
        raise BadRequest(
            f"You hold {held.normalize():f} shares of {symbol} there, not {shares.normalize():f}.", "Name fewer."
        )
    legs = legs_for(shares)
    realized = realize(household, legs, on)
    total = household.value_usd or Decimal(1)
    worth = sum((household.value_of(lot) or ZERO for lot in household.lots_of(symbol)), ZERO)
    return SimulatedSale(
        symbol=symbol,
        legs=legs,
        method=method,
        on=on,
        realized=realized,
        tax=tax_on(legs),
        state=state_on(legs),
        weight_before_frac=worth / total,
        weight_after_frac=(worth - realized.proceeds_usd) / total,
        waiting=_waiting(household, investor, law, legs, on),
        other=_dearest(lots, legs, shares, tax_on) if not lot_id else None,
    )


def _sellable(household: Household, symbol: str, lot_id: str | None) -> tuple[Lot, ...]:
    lots = household.lots_of(symbol)
    if not lots:
        raise UnknownThing(f"{symbol} is not in this household.", "Ask what you hold to see the list.")
    if lot_id:
        lots = tuple(lot for lot in lots if lot.id == lot_id)
        if not lots:
            raise UnknownThing(f"There is no {lot_id} of {symbol}.", "Ask for the lots of that holding.")
    elif any(household.type_of(lot) is AccountType.TAXABLE for lot in lots):
        lots = tuple(lot for lot in lots if household.type_of(lot) is AccountType.TAXABLE)
    for lot in lots:
        tax_ready(household, lot)
    return lots


def _taxer(household: Household, investor: Investor, law: Law, on: date) -> Callable[[Sequence[Leg]], TaxRange]:
    return lambda legs: change_range(investor, realize(household, legs, on).gains, law)


def _proceeds(legs: Sequence[Leg], price: Decimal) -> Decimal:
    return sum((leg.shares for leg in legs), ZERO) * price


def _enough(wanted: Decimal, worth: Decimal, symbol: str) -> None:
    if wanted > worth:
        raise BadRequest(f"All of your {symbol} is worth less than that.", "Name a smaller amount.")


def _least(held: Decimal, reached: Callable[[Decimal], bool]) -> Decimal | None:
    """Return the fewest whole shares (or all that is held) that reach a goal, by bisection; None when nothing does."""
    if not reached(held):
        return None
    low, high = 0, int(held.to_integral_value(ROUND_CEILING))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(min(held, Decimal(middle))) else (middle, high)
    return min(held, Decimal(high))


def _waiting(household: Household, investor: Investor, law: Law, legs: Sequence[Leg], on: date) -> Waiting | None:
    """Return the tax once every short-term gain sold here is long-term, as the year of that day would find it."""
    turning = [leg for leg in legs if _turns_long(household, leg, on)]
    if not turning:
        return None
    from_date = max(long_term_from(leg.lot.acquired) for leg in turning if leg.lot.acquired)
    later = from_date.year > on.year
    gains = realize(household, legs, on).gains
    turned = sum((realize(household, [leg], on).gain_usd for leg in turning), ZERO)
    then = Gains(gains.short_usd - turned, gains.long_usd + turned)
    person, year = (next_year(investor, law), law_for(from_date.year)) if later else (investor, law)
    return Waiting(from_date, change_range(person, then, year), later)


def _turns_long(household: Household, leg: Leg, on: date) -> bool:
    """Tell whether a leg is a taxable short-term gain that a later sale would make long-term."""
    taxable = household.type_of(leg.lot) is AccountType.TAXABLE
    return taxable and days_to_long(leg.lot, on) is not None and (household.gain_of(leg.lot) or ZERO) > 0


def _dearest(
    lots: Sequence[Lot], legs: Sequence[Leg], shares: Decimal, tax_on: Callable[[Sequence[Leg]], TaxRange]
) -> OtherLot | None:
    used = {leg.lot.id for leg in legs}
    others = [lot for lot in lots if lot.id not in used and lot.shares >= shares]
    if not others:
        return None
    rated = [OtherLot(lot, tax_on([Leg(lot, shares)])) for lot in others]
    return max(rated, key=lambda other: other.tax.most_tax_usd)
