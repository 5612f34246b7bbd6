"""What was held before the records begin, worked out from what is held now and from what was sold since.

A history of one year shows sales of lots bought long before. A realized report names those lots; a lots file shows
those still held. What neither shows has an unknown cost and date, and is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from tools.brokers.base import LotRow, PositionRow, RealizedRow
from tools.history import Action, LotPick, Origin, Transaction
from tools.household.records import event_id
from tools.household.snapshots import Placed
from tools.model import Problem
from tools.money import ZERO
from tools.tax.acquisitions import ACQUISITIONS
from tools.tax.timeline import SALES

Place = tuple[str, str]


@dataclass
class _Holding:
    """One symbol in one account while its opening is worked out."""

    place: Place
    events: list[Transaction]
    lots: list[Placed[LotRow]] = field(default_factory=list)
    realized: list[Placed[RealizedRow]] = field(default_factory=list)
    snapshot: bool = False
    whole: bool = False
    total: Decimal | None = None
    free: dict[str, Decimal] = field(default_factory=dict)
    opened: list[Transaction] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def with_openings(
    events: Sequence[Transaction],
    lots: Sequence[Placed[LotRow]],
    realized: Sequence[Placed[RealizedRow]],
    whole_files: frozenset[str] = frozenset(),
    positions: Sequence[Placed[PositionRow]] = (),
) -> tuple[list[Transaction], list[Problem]]:
    """Add the lots that the history presupposes, and identify those that its sales took.

    Args:
        events: Transactions of all files.
        lots: What is held now, as far as lots files say.
        realized: Closed lots as brokers report them; each is matched with its sale or stands for one.
        positions: How many shares are held now, where no lots file says.
        whole_files: Files that claim to hold the whole history, where a sale of what was never bought is an error.
    """
    holdings: dict[Place, _Holding] = {}

    def holding(place: Place) -> _Holding:
        return holdings.setdefault(place, _Holding(place, []))

    for event in events:
        holding((event.account_id, event.symbol)).events.append(event)
    for one in realized:
        holding((one.account_id, one.row.symbol)).realized.append(one)
    for placed in lots:
        place = (placed.account_id, placed.row.symbol)
        if place in holdings:
            holdings[place].lots.append(placed)
    dated = {placed.account_id for placed in lots}
    totals = {(placed.account_id, placed.row.symbol): placed.row.shares for placed in positions}
    for each in holdings.values():
        each.snapshot = each.place[0] in dated
        each.total = totals.get(each.place)
        each.whole = all(event.origin.file in whole_files for event in each.events) and not each.realized
        _open(each)
    found = [event for each in holdings.values() for event in (*each.opened, *each.events)]
    return found, [problem for each in holdings.values() for problem in each.problems]


def _open(held: _Holding) -> None:
    held.free = {event.id: event.shares or ZERO for event in held.events if event.action in ACQUISITIONS}
    for event in held.events:
        for pick in event.picks:
            held.free[pick.acquisition_id] = held.free.get(pick.acquisition_id, ZERO) - pick.shares
    for sold in sorted({one.row.sold for one in held.realized}):
        _report(held, sold, [one for one in held.realized if one.row.sold == sold])
    if held.whole and not held.snapshot:
        return
    _still_held(held)
    _held_before(held)
    if held.snapshot or not held.whole:
        _unexplained(held)


def _report(held: _Holding, sold: date, rows: list[Placed[RealizedRow]]) -> None:
    """Match closed lots of one day with the day's sales, or let them stand for a sale that no history shows."""
    sales = [e for e in held.events if e.action in SALES and e.on == sold and not e.picks]
    reported = sum((one.row.shares for one in rows), ZERO)
    if not sales:
        for one in rows:
            pick = _source(held, one)
            held.events.append(replace(_sale(one), picks=pick))
        return
    if reported != sum((sale.shares or ZERO for sale in sales), ZERO):
        what = f"{held.place[1]}, sold {sold}: the report closes {_plain(reported)} shares, the history sells others."
        held.problems.append(Problem(f"{rows[0].file}, row {rows[0].row.row}", what, "Check both files for that day."))
        return
    picks = [pick for one in rows for pick in _source(held, one)]
    for sale in sales:
        taken, picks = _share(picks, sale.shares or ZERO)
        held.events[held.events.index(sale)] = replace(sale, picks=tuple(taken))


def _source(held: _Holding, one: Placed[RealizedRow]) -> tuple[LotPick, ...]:
    """Return the acquisitions that a closed lot came from: those of the history, else one put before it."""
    left, picks = one.row.shares, []
    for event in held.events:
        free = held.free.get(event.id, ZERO)
        if one.row.acquired in (event.on, event.acquired) and free > 0 and left > 0:
            picks.append(LotPick(event.id, min(free, left)))
            held.free[event.id] -= picks[-1].shares
            left -= picks[-1].shares
    if left > 0:
        basis = one.row.basis_usd if left == one.row.shares else None
        opened = _opening(held, f"{event_id(one)}/lot", one.row.acquired, left, basis, Origin(one.file, one.row.row))
        picks.append(LotPick(opened.id, left))
    return tuple(picks)


def _still_held(held: _Holding) -> None:
    """Put before the records what is held now and was not acquired in them."""
    for placed in held.lots:
        row, left = placed.row, placed.row.shares
        for event in held.events:
            free = held.free.get(event.id, ZERO)
            if row.acquired in (event.on, event.acquired) and free > 0 and left > 0:
                held.free[event.id] -= min(free, left)
                left -= min(free, left)
        if left > 0:
            then = left * _unsplit(held, row.acquired)
            basis = row.basis_usd if left == row.shares else None
            _opening(held, f"{event_id(placed)}/lot", row.acquired, then, basis, Origin(placed.file, row.row))


def _held_before(held: _Holding) -> None:
    """Open the shares that the position and the history together presuppose; first in, they are sold first.

    What they cost is unknown. Splits and moves between accounts would have to be undone first, so they are left alone.
    """
    simple = ACQUISITIONS | SALES
    if held.snapshot or held.total is None or any(event.action not in simple for event in held.events):
        return
    came = sum((e.shares or ZERO for e in (*held.events, *held.opened) if e.action in ACQUISITIONS), ZERO)
    left = held.total + sum((e.shares or ZERO for e in held.events if e.action in SALES), ZERO) - came
    if left <= 0 or not held.events:
        return
    opened = _opening(held, f"{held.events[0].id}/before", None, left, None, held.events[0].origin)
    for sale in sorted((e for e in held.events if e.action in SALES and not e.picks), key=lambda e: (e.on, e.id)):
        part = min(left, sale.shares or ZERO)
        if part > 0:
            held.events[held.events.index(sale)] = replace(sale, picks=(LotPick(opened.id, part),))
            left -= part


def _unexplained(held: _Holding) -> None:
    """Let a sale whose lots no file names take what the history bought and no longer holds, else an unknown lot."""
    for place, sale in enumerate(held.events):
        if sale.action not in SALES or sale.picks or sale.shares is None:
            continue
        left, picks = sale.shares, []
        for event in sorted(held.events, key=lambda each: (each.on, each.id)):
            free = held.free.get(event.id, ZERO)
            if held.snapshot and free > 0 and left > 0 and event.on <= sale.on:
                picks.append(LotPick(event.id, min(free, left)))
                held.free[event.id] -= picks[-1].shares
                left -= picks[-1].shares
        if not held.snapshot:
            left -= min(left, _free_by(held, sale))
        if left > 0:
            unknown = _opening(held, f"{sale.id}/lot", None, left, None, sale.origin)
            picks.append(LotPick(unknown.id, left))
        held.events[place] = replace(sale, picks=tuple(picks))


def _free_by(held: _Holding, sale: Transaction) -> Decimal:
    """Take shares for a sale first in, first out from what the history acquired by then, and return how many."""
    wanted, found = sale.shares or ZERO, ZERO
    for event in sorted(held.events, key=lambda each: (each.on, each.id)):
        free = held.free.get(event.id, ZERO)
        if free > 0 and event.on <= sale.on and found < wanted:
            used = min(free, wanted - found)
            held.free[event.id] -= used
            found += used
    return found


def _opening(
    held: _Holding, name: str, acquired: date | None, shares: Decimal, basis_usd: Decimal | None, origin: Origin
) -> Transaction:
    first = min((event.on for event in held.events), default=date.min + timedelta(days=1))
    known = acquired is not None
    event = Transaction(
        id=name,
        on=acquired if acquired is not None else first - timedelta(days=1),
        action=Action.BUY if known else Action.OPEN,
        account_id=held.place[0],
        symbol=held.place[1],
        origin=origin,
        shares=shares,
        amount_usd=basis_usd,
        acquired=acquired,
        worked_out=True,
    )
    held.opened.append(event)
    return event


def _unsplit(held: _Holding, acquired: date | None) -> Decimal:
    factor = Decimal(1)
    for event in held.events:
        if event.action is Action.SPLIT and event.ratio and acquired is not None and event.on > acquired:
            factor /= event.ratio
    return factor


def _sale(one: Placed[RealizedRow]) -> Transaction:
    return Transaction(
        id=event_id(one),
        on=one.row.sold,
        action=Action.SELL,
        account_id=one.account_id,
        symbol=one.row.symbol,
        origin=Origin(one.file, one.row.row),
        shares=one.row.shares,
        amount_usd=one.row.proceeds_usd,
    )


def _share(picks: Iterable[LotPick], shares: Decimal) -> tuple[list[LotPick], list[LotPick]]:
    taken: list[LotPick] = []
    rest: list[LotPick] = []
    for pick in picks:
        part = min(pick.shares, shares - sum((each.shares for each in taken), ZERO))
        taken += [LotPick(pick.acquisition_id, part)] if part > 0 else []
        rest += [LotPick(pick.acquisition_id, pick.shares - part)] if pick.shares > part else []
    return taken, rest


def _plain(shares: Decimal) -> str:
    return f"{shares.normalize():f}"
