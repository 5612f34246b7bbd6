"""Rows of history to transactions: every file's lines once, moves between the household's accounts as one event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel

from tools.brokers import cells
from tools.brokers.base import AccountRow, TradeRow
from tools.history import Action, LotPick, Origin, Transaction
from tools.household.snapshots import Placed
from tools.market.changes import splits_between
from tools.model import Problem
from tools.money import ZERO, cents
from tools.tax.acquisitions import ACQUISITIONS

_R = TypeVar("_R", bound=AccountRow)
_SILENT = frozenset((Action.DIVIDEND, Action.OTHER))
_WITHOUT_SHARES = frozenset((Action.SPLIT, Action.MERGE, Action.SPIN_OFF, Action.RENAME, Action.RETURN_OF_CAPITAL))
_SETTLES_WITHIN = timedelta(days=7)


def once(rows: Sequence[Placed[_R]]) -> list[Placed[_R]]:
    """Keep each line once over overlapping downloads; lines that one file itself repeats are real and stay."""
    by_file: dict[object, dict[int, list[Placed[_R]]]] = defaultdict(lambda: defaultdict(list))
    for placed in rows:
        by_file[_content(placed)][placed.file_number].append(placed)
    kept = [max(copies.values(), key=len) for copies in by_file.values()]
    return sorted((placed for rows in kept for placed in rows), key=lambda placed: (placed.file_number, placed.row.row))


def repeated(rows: Sequence[Placed[_R]], kept: Sequence[Placed[_R]]) -> Counter[str]:
    """Count, file by file, the rows that another file holds too and that therefore do not count."""
    return Counter(placed.file for placed in rows) - Counter(placed.file for placed in kept)


def _content(placed: Placed[_R]) -> tuple[str, str]:
    row: BaseModel = placed.row
    return placed.account_id, row.model_dump_json(exclude={"row", "account", "account_type", "owner", "name", "words"})


def transactions(rows: Sequence[Placed[TradeRow]]) -> tuple[list[Transaction], list[Problem]]:
    """Turn lines of history into transactions; what moves no shares is left out, what cannot be read is a problem."""
    events, problems = [], []
    for placed in once(rows):
        row = placed.row
        if row.action is Action.OTHER and row.symbol and row.shares and row.price_usd is None:
            what = f"{row.symbol}, “{row.words}” on {row.on}: what it does to the shares is not known."
            problems.append(
                Problem(f"{placed.file}, row {row.row}", what, "Say what happened, in a history of our own.")
            )
        if row.action in _SILENT or row.symbol is None:
            continue
        if row.shares is None and row.action not in _WITHOUT_SHARES:
            what = f"{row.symbol}, {row.action} on {row.on}: the number of shares is unknown. The row is left out."
            problems.append(Problem(f"{placed.file}, row {row.row}", what, "Add the shares to the row."))
            continue
        events.append(_transaction(placed, row.symbol))
    return _identified(_paired(events), rows), problems


def event_id(placed: Placed[_R]) -> str:
    """Name the event of a row, the same on every load."""
    return f"{placed.file}/{placed.row.row}"


def _transaction(placed: Placed[TradeRow], symbol: str) -> Transaction:
    row = placed.row
    return Transaction(
        id=event_id(placed),
        on=row.on,
        action=row.action,
        account_id=placed.account_id,
        symbol=symbol,
        origin=Origin(placed.file, row.row),
        shares=row.shares,
        amount_usd=_amount(row),
        at=row.at,
        instrument=row.instrument,
        underlying=row.underlying,
        acquired=row.acquired,
        market_value_usd=row.market_value_usd,
        donor_basis_usd=row.donor_basis_usd,
        ratio=row.ratio or _known_ratio(row, symbol),
        basis_frac=row.basis_frac,
        other_symbol=row.other_symbol,
    )


def _known_ratio(row: TradeRow, symbol: str) -> Decimal | None:
    """Return the ratio of a split that a history shows without one, where it is generally known."""
    if row.action is not Action.SPLIT:
        return None
    near = splits_between(symbol, row.on - _SETTLES_WITHIN, row.on + _SETTLES_WITHIN)
    return near[0].ratio if len(near) == 1 else None


def _amount(row: TradeRow) -> Decimal | None:
    """Return dollars without a sign: a stated basis, the amount, or shares times price with the fees."""
    if row.basis_usd is not None and row.action in ACQUISITIONS:
        return row.basis_usd
    if row.amount_usd is not None and (row.amount_usd != ZERO or row.action not in ACQUISITIONS):
        return abs(row.amount_usd)
    if row.shares is None or row.price_usd is None:
        return None
    fees = abs(row.fees_usd or ZERO)
    value = cents(row.shares * row.price_usd)
    return value + fees if row.action in ACQUISITIONS or row.action is Action.COVER else value - fees


def _paired(events: list[Transaction]) -> list[Transaction]:
    """Join what left one account and came into another within days as a transfer, which keeps basis and dates."""
    arrivals = [event for event in events if event.action is Action.TRANSFER_IN and event.amount_usd is None]
    joined: dict[str, Transaction] = {}
    for out in (event for event in events if event.action is Action.TRANSFER_OUT):
        found = next((arrival for arrival in arrivals if _same_move(out, arrival)), None)
        if found is not None:
            arrivals.remove(found)
            joined[found.id] = replace(out, action=Action.TRANSFER, to_account_id=found.account_id)
            joined[out.id] = joined[found.id]
    moved = {event.id: event for event in joined.values()}
    return [event for event in events if event.id not in joined] + list(moved.values())


def _same_move(out: Transaction, arrival: Transaction) -> bool:
    near = abs(arrival.on - out.on) <= _SETTLES_WITHIN
    alike = (out.symbol, out.shares) == (arrival.symbol, arrival.shares)
    return near and alike and out.account_id != arrival.account_id


def _identified(events: list[Transaction], rows: Sequence[Placed[TradeRow]]) -> list[Transaction]:
    """Resolve the lots that a sale's row names by purchase date: ``2024-03-05:10; 2025-01-02:5``."""
    named = {event_id(placed): placed.row.picks for placed in rows if placed.row.picks}
    if not named:
        return events
    return [
        replace(event, picks=_picks(event, named[event.id], events)) if event.id in named else event for event in events
    ]


def _picks(sale: Transaction, words: str, events: Sequence[Transaction]) -> tuple[LotPick, ...]:
    picks: list[LotPick] = []
    for part in filter(None, (piece.strip() for piece in words.split(";"))):
        day, _, count = part.partition(":")
        try:
            bought, shares = cells.day(day), cells.number(count)
        except cells.BadCell:
            continue
        picks += _from_day(sale, bought, shares, events)
    return tuple(picks)


def _from_day(
    sale: Transaction, bought: date | None, shares: Decimal | None, events: Sequence[Transaction]
) -> list[LotPick]:
    left, picks = shares or ZERO, []
    for event in events:
        mine = (event.account_id, event.symbol) == (sale.account_id, sale.symbol) and event.action in ACQUISITIONS
        if mine and left > 0 and bought in (event.on, event.acquired) and event.shares:
            picks.append(LotPick(event.id, min(left, event.shares)))
            left -= picks[-1].shares
    return picks
