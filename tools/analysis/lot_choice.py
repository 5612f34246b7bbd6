"""Which lots a sale takes: first in, last in, dearest, or whatever costs the least tax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term
from tools.analysis.wash import Leg
from tools.model import Household, Lot, Term
from tools.money import ZERO

METHODS = ("min_tax", "fifo", "lifo", "hifo", "specific")


def pick_lots(
    household: Household,
    lots: Sequence[Lot],
    shares: Decimal,
    method: str,
    on: date,
    tax_of: Callable[[tuple[Leg, ...]], Decimal],
) -> tuple[Leg, ...]:
    """Choose the lots to sell; equal lots go oldest first, then by id. Taxable accounts come before sheltered ones."""
    orders: dict[str, Callable[[Lot], tuple[object, ...]]] = {
        "fifo": lambda lot: (lot.acquired or date.max,),
        "lifo": lambda lot: (-(lot.acquired or date.min).toordinal(),),
        "hifo": lambda lot: (-_cost(lot),),
        "hifo_long": lambda lot: (lot_term(lot, on) is not Term.LONG, -_cost(lot)),
        "specific": lambda lot: (lot.acquired or date.max,),
    }
    if method != "min_tax":
        return _take(household, lots, shares, orders[method])
    rates = {lot.id: _tax_a_share(lot, shares, tax_of) for lot in lots}
    orders["taxed_least"] = lambda lot: (rates[lot.id],)
    names = ("hifo", "hifo_long", "taxed_least", "fifo", "lifo")
    return min((_take(household, lots, shares, orders[name]) for name in names), key=tax_of)


def _tax_a_share(lot: Lot, shares: Decimal, tax_of: Callable[[tuple[Leg, ...]], Decimal]) -> Decimal:
    """Return the tax on a share if this lot alone were sold, as far as it goes."""
    part = min(lot.shares, shares)
    return tax_of((Leg(lot, part),)) / part if part > 0 else ZERO


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


def _cost(lot: Lot) -> Decimal:
    return (lot.basis_usd or ZERO) / lot.shares
