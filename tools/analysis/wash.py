"""The wash-sale rule applied to what is held: which sales would match which purchases, and from when none would.

IRC 1091; the matching itself is in ``tools.tax.wash_sale``. A lots file shows purchases still held. It cannot show
shares that were bought and sold again, other accounts, options, or purchases that are only planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.market.identical import group_of
from tools.model import AccountType, Household, Lot, Trade
from tools.money import ZERO, cents
from tools.tax.wash_sale import Match, Purchase, Sale, first_clear_day, match, quiet_until, window


@dataclass(frozen=True, slots=True)
class Leg:
    """Part of a lot that would be sold."""

    lot: Lot
    shares: Decimal


@dataclass(frozen=True, slots=True)
class Wash:
    """What the rule takes from a set of sales made together on one day."""

    matches: tuple[Match, ...]

    @property
    def disallowed_usd(self) -> Decimal:
        """Loss that does not count now."""
        return sum((found.disallowed_usd for found in self.matches), ZERO)

    @property
    def permanent_usd(self) -> Decimal:
        """The part that is lost for good, because a sheltered account bought."""
        return sum((found.disallowed_usd for found in self.matches if found.permanent), ZERO)

    @property
    def deferred_usd(self) -> Decimal:
        """The part that moves into the basis of the replacement."""
        return self.disallowed_usd - self.permanent_usd

    def of_lot(self, lot_id: str) -> Decimal:
        """Return the disallowed loss of one lot."""
        return sum((found.disallowed_usd for found in self.matches if found.lot_id == lot_id), ZERO)


def wash_of(household: Household, legs: Sequence[Leg], on: date, bought: Iterable[Purchase] = ()) -> Wash:
    """Judge sales of ``legs`` made together on ``on``; ``bought`` are purchases that the same plan makes."""
    losses = [sale for leg in legs if (sale := _loss(household, leg, on)) is not None]
    return Wash(match(losses, [*purchases_near(household, on, _left(household, legs)), *bought]))


def _left(household: Household, legs: Sequence[Leg]) -> dict[str, Decimal]:
    left = {lot.id: lot.shares for lot in household.lots}
    for leg in legs:
        left[leg.lot.id] -= leg.shares
    return left


def blocking_legs(household: Household, legs: Sequence[Leg], on: date) -> tuple[Purchase, ...]:
    """Return every purchase near ``on``, still held once ``legs`` are sold, that could match one of their losses.

    More than those that match now: the next purchase takes the place of one whose window has passed.
    """
    losses = [sale for leg in legs if (sale := _loss(household, leg, on)) is not None]
    near = purchases_near(household, on, _left(household, legs))
    return tuple(p for p in near if any(p.group == sale.group and p.id != sale.lot_id for sale in losses))


def purchases_near(household: Household, on: date, held: dict[str, Decimal] | None = None) -> list[Purchase]:
    """Return the purchases inside the 61 days around ``on`` that are still held, ``held`` shares of each lot."""
    first, last = window(on)
    found = []
    for lot in household.lots:
        shares = lot.shares if held is None else held[lot.id]
        free = min(shares, lot.shares - lot.used_shares)
        if lot.acquired is None or not first <= lot.acquired <= last or free <= 0:
            continue
        sheltered = household.type_of(lot).sheltered
        found.append(
            Purchase(
                lot.id, group_in(household, lot.symbol, lot.account_id), lot.acquired, free, sheltered, lot.account_id
            )
        )
    return found


def planned_purchases(household: Household, trades: Iterable[Trade], on: date) -> list[Purchase]:
    """Return the purchases that a plan itself makes, as possible replacements for its own losses."""
    return [
        Purchase(
            f"buy-{n}",
            group_in(household, t.symbol, t.account_id),
            on,
            t.shares,
            household.account_by_id[t.account_id].type.sheltered,
            t.account_id,
        )
        for n, t in enumerate(trades)
        if t.side == "buy"
    ]


def blocking(household: Household, lot: Lot, on: date) -> tuple[Purchase, ...]:
    """Return the other purchases near ``on`` that would match a loss sale of ``lot``."""
    group = group_in(household, lot.symbol, lot.account_id)
    return tuple(p for p in purchases_near(household, on) if p.group == group and p.id != lot.id)


def sold_at_loss_lately(household: Household, on: date) -> frozenset[str]:
    """Return the symbols with a known loss sale so near that a purchase on ``on`` would undo it."""
    return frozenset(sale.symbol for sale in household.loss_sales if sale.sold <= on < quiet_until(sale.sold))


def group_in(household: Household, symbol: str, account_id: str) -> str:
    """Return the group of a symbol in one account: another person's account has groups of its own."""
    group, another = group_of(symbol, household.own_groups), household.account_by_id[account_id].another
    return group if another is None else f"{group} of {another}"


def clear_day(blockers: Sequence[Purchase]) -> date | None:
    """Return the first day on which none of these purchases matches a sale any more, None when none does now."""
    return max((first_clear_day(purchase.bought) for purchase in blockers), default=None)


def years_held_elsewhere(household: Household, symbol: str, on: date) -> tuple[Lot, ...]:
    """Return sheltered lots of the group that are too old to matter: no wash sale, but reinvestment would be one."""
    own, (first, _) = household.own_groups, window(on)
    group = group_of(symbol, own)
    return tuple(
        lot
        for lot in household.lots
        if group_of(lot.symbol, own) == group
        and household.type_of(lot).sheltered
        and household.account_by_id[lot.account_id].another is None
        and lot.acquired is not None
        and lot.acquired < first
    )


def _loss(household: Household, leg: Leg, on: date) -> Sale | None:
    price = household.price_of(leg.lot.symbol)
    if household.type_of(leg.lot) is not AccountType.TAXABLE or price is None:
        return None
    proceeds = cents(leg.shares * price)
    basis = leg.lot.basis_of(leg.shares, proceeds)
    if basis is None:
        return None
    loss = basis - proceeds
    if loss <= 0 or leg.lot.acquired is None:
        return None
    return Sale(
        leg.lot.id,
        group_in(household, leg.lot.symbol, leg.lot.account_id),
        on,
        leg.shares,
        loss,
        leg.lot.acquired,
        tacked_days=leg.lot.tacked_days,
    )
