"""Wash sales (IRC 1091): which loss is disallowed, and which purchase it moves to. One pass over one set of sales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from tools.money import ZERO, share_of
from tools.tax.law import latest_law


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of part of one lot. ``loss_usd`` is positive; a gain is zero or negative and never matched.

    ``group`` names what counts as substantially identical. ``acquired`` is None when nobody knows. ``tacked_days`` are
    days held before an earlier wash sale; ``id`` tells sales of one lot apart.
    """

    lot_id: str
    group: str
    sold: date
    shares: Decimal
    loss_usd: Decimal
    acquired: date | None
    at: time | None = None
    tacked_days: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase by anyone in the household; ``shares`` are those still held once the sales are done.

    ``id`` is the lot's id where the purchase is a lot; ``lot_id`` says so where several purchases are parts of one.
    ``sheltered`` is true in an IRA, 401(k) or HSA. A contract to buy stands in the group of what it buys, for that
    many shares, and in ``own_group`` for itself.
    """

    id: str
    group: str
    bought: date
    shares: Decimal
    sheltered: bool
    account_id: str
    at: time | None = None
    lot_id: str = ""
    own_group: str = ""

    def replaces(self, sale: Sale) -> bool:
        """Tell whether a loss of ``sale`` can move here, the dates apart: the rest of its own purchase cannot."""
        return sale.group in (self.group, self.own_group) and (self.lot_id or self.id) != sale.lot_id


@dataclass(frozen=True, slots=True)
class Match:
    """A part of a loss that a purchase disallows.

    ``permanent``: bought in a sheltered account, the loss is lost for good (Rev. Rul. 2008-5). ``contested``: the
    purchase is not later than that of the lot sold, where the law is unsettled and the careful reading counts it.
    ``tacked_days`` are the days that the sold lot was held, added to those of the replacement (IRC 1223(3)).
    """

    sale_id: str
    lot_id: str
    purchase_id: str
    account_id: str
    shares: Decimal
    disallowed_usd: Decimal
    permanent: bool
    contested: bool
    tacked_days: int

    def adjusted(self, basis_usd: Decimal) -> Decimal:
        """Return the basis of the matched replacement shares with the loss added (Reg. 1.1091-2)."""
        return basis_usd if self.permanent else basis_usd + self.disallowed_usd


def window(sold: date) -> tuple[date, date]:
    """Return the first and the last day on which a purchase disallows a loss of ``sold``: 61 days, both included."""
    rule = latest_law().wash_sale
    return sold - timedelta(days=rule.before_days), sold + timedelta(days=rule.after_days)


def first_clear_day(bought: date) -> date:
    """Return the first day on which a sale at a loss no longer meets a purchase of ``bought``."""
    return bought + timedelta(days=latest_law().wash_sale.before_days + 1)


def quiet_until(sold: date) -> date:
    """Return the first day on which buying is safe again after a sale at a loss."""
    return sold + timedelta(days=latest_law().wash_sale.after_days + 1)


def clear_from(purchases: Iterable[Purchase], group: str, as_of: date, lot_id: str | None = None) -> date:
    """Return the first day, ``as_of`` or later, on which the whole loss counts if nobody in the household buys.

    Args:
        purchases: All purchases of the household.
        group: What is to be sold.
        as_of: The earliest day of the sale.
        lot_id: The lot to be sold, whose own purchase does not count.
    """
    near = (each for each in purchases if each.group == group and each.shares > 0)
    others = (each.bought for each in near if (each.lot_id or each.id) != lot_id)
    day = as_of
    for bought in sorted(others):
        first, last = window(day)
        day = first_clear_day(bought) if first <= bought <= last else day
    return day


def match(sales: Iterable[Sale], purchases: Iterable[Purchase]) -> tuple[Match, ...]:
    """Match losses to replacement purchases (Reg. 1.1091-1(b)-(e)).

    Losses go in the order sold, on one day by time where it is known, else in the order acquired; replacements in the
    order bought. Each replacement share is used once; a partial match disallows by shares, to the cent. The rest of
    the purchase that is sold is no replacement (Rev. Rul. 56-602).
    """
    in_order = sorted(purchases, key=_order_bought)
    left = [each.shares for each in in_order]
    found: list[Match] = []
    for sale in sorted(sales, key=_order_sold):
        if sale.loss_usd > 0:
            found.extend(_matches_of(sale, in_order, left))
    return tuple(found)


def _order_bought(purchase: Purchase) -> tuple[date, time, bool, int, str, str]:
    """Order purchases by day and time; among those that nothing tells apart a sheltered account's come first.

    That is the careful reading: what a sheltered account takes over is lost for good.
    """
    name = purchase.lot_id or purchase.id
    return purchase.bought, purchase.at or time.min, not purchase.sheltered, len(name), name, purchase.id


def _order_sold(sale: Sale) -> tuple[date, time, date, int, str, str]:
    # By length first: lot-9 before lot-10, so that lots keep their order when other accounts move their numbers.
    return sale.sold, sale.at or time.min, sale.acquired or date.max, len(sale.lot_id), sale.lot_id, sale.id


def _matches_of(sale: Sale, purchases: list[Purchase], left: list[Decimal]) -> Iterator[Match]:
    first, last = window(sale.sold)
    unmatched = sale.shares
    disallowed_so_far = ZERO
    for place, purchase in enumerate(purchases):
        shares = min(unmatched, left[place])
        if shares <= 0 or not purchase.replaces(sale) or not first <= purchase.bought <= last:
            continue
        left[place] -= shares
        unmatched -= shares
        # Rounding the running total keeps the parts equal to the whole to the cent.
        total = share_of(sale.loss_usd, sale.shares - unmatched, sale.shares)
        yield _match(sale, purchase, shares, total - disallowed_so_far)
        disallowed_so_far = total


def _match(sale: Sale, purchase: Purchase, shares: Decimal, disallowed_usd: Decimal) -> Match:
    return Match(
        sale_id=sale.id or sale.lot_id,
        lot_id=sale.lot_id,
        purchase_id=purchase.id,
        account_id=purchase.account_id,
        shares=shares,
        disallowed_usd=disallowed_usd,
        permanent=purchase.sheltered,
        contested=sale.acquired is not None and purchase.bought <= sale.acquired,
        tacked_days=0 if sale.acquired is None else (sale.sold - sale.acquired).days + sale.tacked_days,
    )
