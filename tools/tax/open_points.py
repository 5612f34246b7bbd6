"""The points of a year's sales that a replay leaves open: one finder for each kind, see ``unchecked``."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tools.history import Action, Instrument, Transaction
from tools.market.identical import Related
from tools.market.securities import info
from tools.model import Account, AccountType, Origin
from tools.tax.closed import Closed
from tools.tax.wash_sale import window

GroupOf = Callable[[str], str]
RelatedTo = Callable[[str], Iterable[Related]]
_OPTIONS = frozenset((Instrument.CALL, Instrument.PUT))


@dataclass(frozen=True, slots=True)
class Seen:
    """A year of a history: ``losses`` are the rows that count as a loss, ``bought`` every purchase with its day."""

    events: Sequence[Transaction]
    accounts: Mapping[str, Account]
    closed: Sequence[Closed]
    losses: Sequence[Closed]
    bought: Sequence[tuple[date | None, Transaction]]
    as_of: date
    group_of: GroupOf
    related: RelatedTo

    def near(self, loss: Closed) -> Iterator[Transaction]:
        """Go through the purchases within the window of a loss."""
        first, last = window(loss.sold)
        return (event for day, event in self.bought if day is not None and first <= day <= last)

    def same(self, one: str | None, other: str | None) -> bool:
        """Tell whether two symbols count as one."""
        return bool(one and other) and self.group_of(one or "") == self.group_of(other or "")


Point = tuple[str, str, Origin]
"""Code, sentence and row."""


def _shorts(seen: Seen) -> Iterator[Point]:
    for event in seen.events:
        stock = event.instrument is Instrument.STOCK and event.on.year == seen.as_of.year
        if stock and event.action in (Action.SHORT, Action.COVER):
            yield (
                "short_sale",
                f"Short sales of {event.symbol} have rules of their own on losses, dates and early gains, "
                "which are not checked (IRC 1091(e), 1233, 1259).",
                event.origin,
            )


def _written_puts(seen: Seen) -> Iterator[Point]:
    for loss in seen.losses:
        first, last = window(loss.sold)
        for event in seen.events:
            written = event.action is Action.SHORT and event.instrument is Instrument.PUT and first <= event.on <= last
            if written and loss.instrument is Instrument.STOCK and seen.same(event.underlying, loss.symbol):
                yield (
                    "written_put",
                    f"A put on {loss.symbol} was written around a loss; deep in the money, it takes that loss "
                    "(Rev. Rul. 85-87). How deep it was is not known.",
                    event.origin,
                )


def _option_losses(seen: Seen) -> Iterator[Point]:
    for loss in seen.losses:
        if loss.instrument not in _OPTIONS:
            continue
        for event in seen.near(loss):
            if event.instrument is Instrument.STOCK and seen.same(event.symbol, loss.underlying):
                yield (
                    "option_loss",
                    f"A loss on an option counts although {loss.underlying} itself was bought around it; "
                    "whether the two are substantially identical is not settled.",
                    loss.sale_origin,
                )


def _cautions(seen: Seen) -> Iterator[Point]:
    for loss in seen.losses:
        close = {each.symbol: each for each in seen.related(loss.symbol) if each.grade == "caution"}
        for event in seen.near(loss):
            if event.symbol in close:
                yield (
                    "caution_pair",
                    f"{event.symbol} was bought around the loss on {loss.symbol}, which counts here; a strict reading "
                    f"disallows it. {close[event.symbol].why}",
                    event.origin,
                )


def _contested(seen: Seen) -> Iterator[Point]:
    for row in seen.closed:
        for part in row.washed:
            if part.contested:
                yield (
                    "contested",
                    f"The loss on {row.symbol} is disallowed by shares that are not newer than those sold; "
                    "the law is unsettled there.",
                    part.origin,
                )


def _unknown_dates(seen: Seen) -> Iterator[Point]:
    for row in seen.closed:
        if row.term is None:
            yield (
                "unknown_term",
                f"Nobody knows when the {row.symbol} that was sold had been bought; it is taken as short-term.",
                row.lot_origin,
            )
    for loss in seen.losses:
        for day, event in seen.bought:
            if day is None and seen.same(event.symbol, loss.symbol) and event.id != loss.acquisition_id:
                yield (
                    "unknown_purchase_date",
                    f"Nobody knows when other {event.symbol} had been bought; within 30 days it would take a loss.",
                    event.origin,
                )


def _unknown_accounts(seen: Seen) -> Iterator[Point]:
    everything = [(loss, event) for loss in seen.closed if loss.washed for event in seen.near(loss)]
    for loss, event in everything:
        kind = seen.accounts[event.account_id].type
        if kind is AccountType.UNKNOWN and seen.same(event.underlying or event.symbol, loss.symbol):
            yield (
                "unknown_account",
                f"{event.symbol} was bought in an account of unknown kind; in a retirement account the loss that it "
                "takes is gone for good.",
                event.origin,
            )


def _outside(seen: Seen) -> Iterator[Point]:
    for row in seen.closed:
        if row.instrument is Instrument.SECTION_1256:
            yield (
                "section_1256",
                "Section 1256 contracts are 60 % long-term and valued at the year's end; neither is computed here.",
                row.sale_origin,
            )
    for row in seen.losses:
        if row.instrument is Instrument.CRYPTO:
            yield (
                "crypto",
                "The wash-sale rule does not reach crypto under the law of today; the loss counts.",
                row.sale_origin,
            )


def _six_months(seen: Seen) -> Iterator[Point]:
    for loss in seen.losses:
        known = info(loss.symbol)
        fund = known is not None and (known.kind == "fund" or known.asset_class == "real_estate")
        if fund and not loss.inherited and loss.acquired and _within_six_months(loss):
            yield (
                "six_months",
                f"{loss.symbol} was held for six months or less: capital-gain dividends on it make the loss long-term, "
                "exempt ones disallow it (IRC 852(b)(4), 857(b)(8)). What it paid is not checked.",
                loss.sale_origin,
            )


def _within_six_months(loss: Closed) -> bool:
    start = (loss.acquired or loss.sold) - timedelta(days=loss.tacked_days)
    year, month = start.year + (start.month + 5) // 12, (start.month + 5) % 12 + 1
    return loss.sold <= date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _open_windows(seen: Seen) -> Iterator[Point]:
    for loss in seen.losses:
        last = window(loss.sold)[1]
        if seen.as_of <= last and loss.instrument not in (Instrument.CRYPTO, Instrument.SECTION_1256):
            yield (
                "open_window",
                f"A purchase of {loss.symbol} up to {last} can still take the loss of {loss.sold}.",
                loss.sale_origin,
            )


FINDERS: tuple[Callable[[Seen], Iterator[Point]], ...] = (
    *(_contested, _cautions, _written_puts, _option_losses, _unknown_dates, _unknown_accounts),
    *(_six_months, _shorts, _outside, _open_windows),
)
