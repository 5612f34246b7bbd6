"""What if I sell: lots, gain by term, tax, cash that stays, weight before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from tools.analysis.holdings import days_to_long, lot_term, name_of
from tools.analysis.realize import Realized, realize, tax_ready
from tools.analysis.wash import Leg
from tools.errors import BadRequest, UnknownThing
from tools.facts import FactBook, Json
from tools.model import AccountType, Household, Investor, Lot, Term
from tools.money import ZERO
from tools.tax.holding_period import long_term_from
from tools.tax.law import Law
from tools.tax.year import Gains, TaxRange, change_range

METHODS = ("min_tax", "fifo", "lifo", "hifo", "specific")


@dataclass(frozen=True, slots=True)
class SimulatedSale:
    """A sale that has not happened, with its tax as the whole return with it less the whole return without it."""

    symbol: str
    legs: tuple[Leg, ...]
    method: str
    on: date
    realized: Realized
    tax: TaxRange
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
    """The same sale once its short-term gains have turned long-term."""

    from_date: date
    tax: TaxRange


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

    Without a lot, the method picks: ``min_tax`` tries every method and keeps the least tax.

    Raises:
        BadRequest: More than is held, or nothing would be sold.
        UnknownThing: The symbol or lot is not held.
        MissingFact: The basis, date, price or account type of a lot is unknown.
    """
    lots = _sellable(household, symbol, lot_id)
    held = sum((lot.shares for lot in lots), ZERO)
    price = household.price_of(symbol) or ZERO
    tax_on = _taxer(household, investor, law, on)
    method = "specific" if lot_id else method

    def legs_for(count: Decimal) -> tuple[Leg, ...]:
        return pick_lots(household, lots, count, method, on, lambda legs: tax_on(legs).low.extra_tax_usd)

    if shares is None and amount_usd is not None:
        shares = min(held, (amount_usd / price).to_integral_value(ROUND_CEILING))
        _enough(amount_usd, held * price, symbol)
    elif shares is None and net_usd is not None:
        shares = _least(
            held, lambda n: _proceeds(legs_for(n), price) - tax_on(legs_for(n)).high.extra_tax_usd >= net_usd
        )
        if shares is None:
            raise BadRequest(f"Selling all of {symbol} would leave less than that after tax.", "Name a smaller amount.")
    elif shares is None and max_tax_usd is not None:
        over = _least(held, lambda n: tax_on(legs_for(n)).high.extra_tax_usd > max_tax_usd)
        shares = held if over is None else over - 1
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
        weight_before_frac=worth / total,
        weight_after_frac=(worth - realized.proceeds_usd) / total,
        waiting=_waiting(household, investor, law, legs, on),
        other=_dearest(lots, legs, shares, tax_on) if not lot_id else None,
    )


def pick_lots(
    household: Household,
    lots: Sequence[Lot],
    shares: Decimal,
    method: str,
    on: date,
    tax_of: Callable[[tuple[Leg, ...]], Decimal],
) -> tuple[Leg, ...]:
    """Choose the lots to sell; equal lots go oldest first, then by id. Taxable accounts come before sheltered ones."""
    orders = {
        "fifo": lambda lot: (lot.acquired or date.max,),
        "lifo": lambda lot: (-(lot.acquired or date.min).toordinal(),),
        "hifo": lambda lot: (-_cost(lot),),
        "hifo_long": lambda lot: (lot_term(lot, on) is not Term.LONG, -_cost(lot)),
        "specific": lambda lot: (lot.acquired or date.max,),
    }
    if method != "min_tax":
        return _take(household, lots, shares, orders[method])
    tries = [_take(household, lots, shares, orders[name]) for name in ("hifo", "hifo_long", "fifo", "lifo")]
    return min(tries, key=tax_of)


def _take(
    household: Household, lots: Sequence[Lot], shares: Decimal, order: Callable[[Lot], tuple[object, ...]]
) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    left = shares
    ranked = sorted(
        lots, key=lambda lot: (household.type_of(lot).sheltered, *order(lot), lot.acquired or date.max, lot.id)
    )
    for lot in ranked:
        if left > 0:
            legs.append(Leg(lot, min(left, lot.shares)))
            left -= legs[-1].shares
    return tuple(legs)


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


def _cost(lot: Lot) -> Decimal:
    return (lot.basis_usd or ZERO) / lot.shares


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
    """Return the tax once every short-term gain sold here is long-term, at the rates of the year of ``law``."""
    days = [
        long_term_from(leg.lot.acquired)
        for leg in legs
        if leg.lot.acquired and days_to_long(leg.lot, on) is not None and (household.gain_of(leg.lot) or ZERO) > 0
    ]
    if not days or all(household.type_of(leg.lot).sheltered for leg in legs):
        return None
    gains = realize(household, legs, on).gains
    turned = sum(
        (
            realize(household, [leg], on).gain_usd
            for leg in legs
            if lot_term(leg.lot, on) is Term.SHORT and (household.gain_of(leg.lot) or ZERO) > 0
        ),
        ZERO,
    )
    return Waiting(max(days), change_range(investor, Gains(gains.short_usd - turned, gains.long_usd + turned), law))


def _dearest(
    lots: Sequence[Lot], legs: Sequence[Leg], shares: Decimal, tax_on: Callable[[Sequence[Leg]], TaxRange]
) -> OtherLot | None:
    used = {leg.lot.id for leg in legs}
    others = [lot for lot in lots if lot.id not in used and lot.shares >= shares]
    if not others:
        return None
    rated = [OtherLot(lot, tax_on([Leg(lot, shares)])) for lot in others]
    return max(rated, key=lambda other: other.tax.low.extra_tax_usd)


def tax_figures(name: str, tax: TaxRange) -> dict[str, Decimal | None]:
    """Return ``<name>_usd``, or its low and high ends when income or status is unknown."""
    if tax.exact:
        return {f"{name}_usd": tax.low.extra_tax_usd}
    ends = sorted((tax.low.extra_tax_usd, tax.high.extra_tax_usd))
    return {f"{name}_usd": None, f"{name}_low_usd": ends[0], f"{name}_high_usd": ends[1]}


def describe_sale(household: Household, sale: SimulatedSale, book: FactBook) -> dict[str, Json]:
    """Write the simulated sale as JSON with facts."""
    realized, name = sale.realized, name_of(household, sale.symbol)
    tax = tax_figures("tax", sale.tax)
    net = {
        key.replace("tax", "net"): None if value is None else realized.proceeds_usd - value
        for key, value in tax.items()
    }
    if not sale.tax.exact:
        net["net_low_usd"], net["net_high_usd"] = net["net_high_usd"], net["net_low_usd"]
    figures = {
        "sold_shares": sale.shares,
        "proceeds_usd": realized.proceeds_usd,
        "basis_usd": realized.basis_usd,
        "gain_usd": realized.gain_usd,
        "short_gain_usd": realized.gains.short_usd,
        "long_gain_usd": realized.gains.long_usd,
        "disallowed_usd": realized.wash.disallowed_usd,
        "permanent_usd": realized.wash.permanent_usd,
        "weight_before_frac": sale.weight_before_frac,
        "weight_after_frac": sale.weight_after_frac,
        "lots_count": len(sale.legs),
        **tax,
        **net,
    }
    head = book.row("", figures, entity=sale.symbol, of=name, symbol=sale.symbol, name=name, method=sale.method)
    return {
        **head,
        "taxable": bool(realized.gain_by_lot),
        "lots": [_leg_row(household, sale, leg, book) for leg in sale.legs],
        "wait": _wait_row(sale, book),
        "other": _other_row(sale, book),
    }


def _leg_row(household: Household, sale: SimulatedSale, leg: Leg, book: FactBook) -> dict[str, Json]:
    term = lot_term(leg.lot, sale.on)
    turns = long_term_from(leg.lot.acquired) if leg.lot.acquired and term is Term.SHORT else None
    figures = {
        "sold_shares": leg.shares,
        "acquired_date": leg.lot.acquired,
        "gain_usd": sale.realized.gain_by_lot.get(leg.lot.id),
        "turns_long_date": turns,
    }
    words = {"lot": leg.lot.id, "account": leg.lot.account_id, "term": term.value if term else "unknown"}
    return book.row(leg.lot.id, figures, entity=sale.symbol, of=f"{sale.symbol} {leg.lot.id}", **words)


def _wait_row(sale: SimulatedSale, book: FactBook) -> dict[str, Json] | None:
    if sale.waiting is None:
        return None
    figures = {"from_date": sale.waiting.from_date, **tax_figures("tax", sale.waiting.tax)}
    return book.row("wait", figures, entity=sale.symbol, of="Waiting for long-term")


def _other_row(sale: SimulatedSale, book: FactBook) -> dict[str, Json] | None:
    if sale.other is None:
        return None
    figures = {"acquired_date": sale.other.lot.acquired, **tax_figures("tax", sale.other.tax)}
    return book.row("other", figures, entity=sale.symbol, of="Another lot", lot=sale.other.lot.id)
