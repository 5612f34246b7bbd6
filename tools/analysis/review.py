"""What has already happened: past sales judged by the wash-sale rule, where the losses went, what can still be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.errors import MissingFact
from tools.history import Transaction
from tools.household.past import Past, about, past_of
from tools.market.identical import table
from tools.model import AccountType, Household, Problem
from tools.money import ZERO
from tools.tax.closed import Closed, Washed, gains_of
from tools.tax.lots import HeldLot
from tools.tax.timeline import SALES
from tools.tax.unchecked import Unchecked, unchecked
from tools.tax.wash_sale import Purchase, clear_from, quiet_until
from tools.tax.year import Gains

_SHOWN_ELSEWHERE = frozenset(("open_window", "contested"))
"""A review has these beside the sale itself."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Shares that carry disallowed losses now. Sold from ``free_from`` on, with none bought around it, they free them.

    ``in_time`` tells whether that day is still in the year of the review.
    """

    symbol: str
    account_id: str
    shares: Decimal
    carried_usd: Decimal
    bought: date | None
    free_from: date
    in_time: bool


@dataclass(frozen=True, slots=True)
class PastSale:
    """One sale of one symbol, all its lots together. ``loss_usd`` is what the losing lots lost, positive."""

    id: str
    symbol: str
    account_id: str
    sold: date
    shares: Decimal
    gain_usd: Decimal | None
    loss_usd: Decimal
    disallowed_usd: Decimal
    permanent_usd: Decimal
    washed: tuple[Washed, ...]
    where: str
    open_until: date | None

    @property
    def deferred_usd(self) -> Decimal:
        """What moved into the basis of other shares."""
        return self.disallowed_usd - self.permanent_usd


@dataclass(frozen=True, slots=True)
class Review:
    """A year's sales so far. ``gains`` are what counts; ``unknown`` are sales whose cost nobody knows."""

    year: int
    sales: tuple[PastSale, ...]
    gains: Gains
    carriers: tuple[Carrier, ...]
    unknown: tuple[PastSale, ...]
    problems: tuple[Problem, ...]
    first: date
    last: date
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def losses(self) -> tuple[PastSale, ...]:
        """The sales with a losing lot."""
        return tuple(sale for sale in self.sales if sale.loss_usd > 0)

    @property
    def washed(self) -> tuple[PastSale, ...]:
        """The sales of which the rule took something."""
        return tuple(sale for sale in self.sales if sale.disallowed_usd > 0)


def review(household: Household, as_of: date, symbol: str | None = None) -> Review:
    """Judge the sales of the year of ``as_of``, of one symbol and its like or of all.

    Raises:
        MissingFact: No file shows past trades, or a sale is in an account whose type nobody has said.
    """
    if not household.history:
        raise MissingFact(
            "No file here shows past trades; lots alone tell what is held, not what was sold.",
            "Drop your broker's transaction history, and its realized gain and loss report if there is one.",
        )
    events = [event for event in household.history if event.on <= as_of]
    known = events
    if symbol is not None:
        events = about(events, symbol, table(household.own_groups).group_of)
    ask_for_types(household, events)
    past = past_of(events, household.account_by_id, group_of=table(household.own_groups).group_of)
    closed = [row for row in past.replay.closed if row.sold.year == as_of.year]
    # A loss of last December is still open in January, so it is judged too.
    late = [row for row in past.replay.closed if row.sold.year < as_of.year and as_of < quiet_until(row.sold)]
    sales = _sales([*late, *closed], as_of)
    days = [event.on for event in household.history if not event.worked_out and event.on <= as_of]
    return Review(
        year=as_of.year,
        sales=sales,
        gains=gains_of(closed),
        carriers=_carriers(household, past, as_of),
        unknown=tuple(sale for sale in sales if sale.gain_usd is None),
        problems=past.problems,
        first=min(days, default=as_of),
        last=max(days, default=as_of),
        unchecked=_unchecked(household, known, events, past, as_of),
    )


def _unchecked(
    household: Household, known: Sequence[Transaction], events: Sequence[Transaction], past: Past, as_of: date
) -> tuple[Unchecked, ...]:
    """List the open points; purchases of securities that stand close are looked at, though nobody asked about them."""
    like = table(household.own_groups)
    asked = {event.id for event in events}
    close = {each.symbol for event in events for each in like.related(event.symbol)}
    seen = [event for event in known if event.id in asked or event.symbol in close]
    found = unchecked(seen, household.account_by_id, past.replay, as_of, like.group_of, like.related)
    return tuple(point for point in found if point.code not in _SHOWN_ELSEWHERE)


def ask_for_types(household: Household, events: Iterable[Transaction]) -> None:
    """Refuse to judge a sale in an account whose type nobody has said.

    Raises:
        MissingFact: There is one.
    """
    for event in events:
        if event.action in SALES and household.account_by_id[event.account_id].type is AccountType.UNKNOWN:
            raise MissingFact(
                f"{event.symbol} was sold in {event.account_id}, and I don't know what kind of account that is.",
                "Tell me whether it is taxable, an IRA, a Roth IRA or a 401(k).",
                str(event.origin),
            )


def _sales(closed: Sequence[Closed], as_of: date) -> tuple[PastSale, ...]:
    by_sale: dict[str, list[Closed]] = {}
    for row in closed:
        by_sale.setdefault(row.sale_id, []).append(row)
    return tuple(sorted((_sale(rows, as_of) for rows in by_sale.values()), key=lambda sale: (sale.sold, sale.id)))


def _sale(rows: Sequence[Closed], as_of: date) -> PastSale:
    first = rows[0]
    gains = [row.gain_usd for row in rows]
    loss = sum((-gain for gain in gains if gain is not None and gain < 0), ZERO)
    quiet = quiet_until(first.sold)
    return PastSale(
        id=first.sale_id,
        symbol=first.symbol,
        account_id=first.account_id,
        sold=first.sold,
        shares=sum((row.shares for row in rows), ZERO),
        gain_usd=None if None in gains else sum((gain for gain in gains if gain is not None), ZERO),
        loss_usd=loss,
        disallowed_usd=sum((row.disallowed_usd for row in rows), ZERO),
        permanent_usd=sum((row.permanent_usd for row in rows), ZERO),
        washed=tuple(part for row in rows for part in row.washed),
        where=str(first.sale_origin),
        open_until=quiet if loss > 0 and as_of < quiet else None,
    )


def _carriers(household: Household, past: Past, as_of: date) -> tuple[Carrier, ...]:
    carrying: dict[tuple[str, str], list[HeldLot]] = {}
    for lot in past.replay.held:
        if lot.washed_usd > 0:
            carrying.setdefault((lot.acquisition_id, lot.account_id), []).append(lot)
    purchases = [_purchase(household, lot, lot.bought) for lot in past.replay.held if lot.bought is not None]
    group_of = table(household.own_groups).group_of
    return tuple(_carrier(lots, purchases, group_of(lots[0].symbol), as_of) for lots in carrying.values())


def _purchase(household: Household, lot: HeldLot, bought: date) -> Purchase:
    sheltered = household.account_by_id[lot.account_id].type.sheltered
    group = table(household.own_groups).group_of(lot.symbol)
    return Purchase(lot.acquisition_id, group, bought, lot.shares, sheltered, lot.account_id)


def _carrier(lots: Sequence[HeldLot], purchases: Sequence[Purchase], group: str, as_of: date) -> Carrier:
    # The shares that carry the loss are sold themselves; only other purchases stand in the way.
    lot = lots[0]
    free = clear_from(purchases, group, as_of, lot.acquisition_id)
    return Carrier(
        symbol=lot.symbol,
        account_id=lot.account_id,
        shares=sum((each.shares for each in lots), ZERO),
        carried_usd=sum((each.washed_usd for each in lots), ZERO),
        bought=lot.bought,
        free_from=free,
        in_time=free.year == as_of.year,
    )
