"""Readings to one household: files matched, every row kept or accounted for, nothing filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar, cast

from tools.brokers import own_history
from tools.brokers.base import AccountRow, CashRow, LotRow, PositionRow, Reading, RealizedRow, TradeRow
from tools.facts import listed
from tools.history import Transaction
from tools.household.accounts import AccountBook
from tools.household.apply import Teller
from tools.household.nameless import with_accounts
from tools.household.opening import with_openings
from tools.household.positions import from_positions, priced
from tools.household.rebuilt import rebuilt_lots, with_used
from tools.household.reconcile import Check, reconcile
from tools.household.records import once, repeated, transactions
from tools.household.snapshots import Placed, newest, prices_of, securities_of
from tools.household.superseded import still_shown
from tools.household.told import LotKey, Told
from tools.market.changes import symbol_on
from tools.model import Account, AccountType, Household, LossSale, Lot, Origin, OwnGroup, Problem
from tools.money import ZERO
from tools.tax.closed import Closed, gains_of
from tools.tax.situation import Gains

_R = TypeVar("_R", bound=AccountRow)


@dataclass(frozen=True, slots=True)
class FileRead:
    """What became of one file."""

    file: str
    format: str
    lots_count: int
    rows_count: int
    as_of: date | None


@dataclass(frozen=True)
class Loaded:
    """A household and what is to be said of its files.

    ``unknown`` names what the files do not tell: account_type, owner, cash, basis, acquired, price, asset_class.
    ``realized`` is what the history realized in the year of the question, None without one.
    ``problems`` repeats ``household.problems``: those of the files, of reconciling and of matching. ``keys`` names each
    lot by what its file tells of it, for ``Told``. ``rebuilt`` are the lots that no file shows and a history explains.
    """

    household: Household
    files: tuple[FileRead, ...]
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    realized: Gains | None = None
    keys: Mapping[str, LotKey] = field(default_factory=dict)
    rebuilt: frozenset[str] = frozenset()


def build(
    readings: Sequence[Reading],
    as_of: date,
    told: Told | None = None,
    own: tuple[OwnGroup, ...] = (),
) -> Loaded:
    """Make one household of all files read.

    Args:
        readings: The files in the order in which they were dropped.
        as_of: The day of the question; no lot can have been acquired later.
        told: What the person said of accounts and lots where the files say nothing; marked as told in each lot.
        own: What the person takes for substantially identical, or for different.
    """
    kept, notes = _once(with_accounts(readings))
    book = AccountBook(told)
    teller = Teller(book, told or Told())
    placed = _placed(kept, book, as_of)
    lots_shown, lots_gone = still_shown(_of(LotRow, placed), kept)
    lot_rows, lot_problems = newest(lots_shown, lambda row: row.symbol)
    lot_rows = teller.lots(lot_rows)
    cash_rows, cash_problems = newest(_of(CashRow, placed), lambda _: "Cash")
    trades = _of(TradeRow, placed)
    positions_shown, positions_gone = still_shown(_of(PositionRow, placed), kept)
    notes += [*lots_gone, *positions_gone]
    shown, position_problems = newest(positions_shown, lambda row: row.symbol)
    reported = _of(RealizedRow, placed)
    closed = once(reported)
    notes += _repeats(repeated(trades, once(trades)) + repeated(reported, closed))
    past = _history(trades, lot_rows, closed, shown, kept)
    accounts = {one.id: one for one in book.accounts()}
    rebuilt, replayed = rebuilt_lots(past.events, accounts, lot_rows, trades, own)
    rebuilt = teller.lots(rebuilt)
    if rebuilt:
        symbols = listed(sorted({one.row.symbol for one in rebuilt}))
        notes.append(f"The lots of {symbols} are rebuilt from history, first in, first out.")
    positions = from_positions(shown, [*lot_rows, *rebuilt])
    lot_rows = [*lot_rows, *rebuilt, *teller.lots(positions.lots)]
    lot_rows.sort(key=_order)
    dated, date_problems = _lots(lot_rows, as_of)
    lots = with_used(dated, replayed)
    named = [*lot_rows, *map(priced, shown)]
    prices, price_problems = prices_of(named)
    securities, class_problems = securities_of(named, prices)
    checks, check_problems = reconcile(kept)
    checks = tuple(replace(check, account=book.id_of(check.account)) for check in checks)
    read = [problem for one in kept for problem in one.problems]
    problems = (*read, *check_problems, *book.problems(), *lot_problems, *cash_problems)
    problems = (
        *problems,
        *position_problems,
        *positions.problems,
        *date_problems,
        *price_problems,
        *class_problems,
        *past.problems,
        *replayed.problems,
    )
    sold = tuple(_loss_sales(replayed.replay.closed))
    household = Household(book.accounts(), lots, _cash(cash_rows), securities, problems, sold, past.events, own)
    files = tuple(FileRead(one.file, one.format, len(one.lots), one.rows_count, one.as_of) for one in kept)
    unknown, said = unknown_in(household), (*notes, *positions.notes, *teller.notes, *_notes_of(kept))
    year = [row for row in replayed.replay.closed if row.sold.year == as_of.year]
    realized = gains_of(year) if past.events else None
    named_lots = list(zip(dated, lot_rows, strict=True))
    keys = {lot.id: placed.key for lot, placed in named_lots if placed.key}
    worked_out = {placed.key for placed in rebuilt}
    made = frozenset(lot.id for lot, placed in named_lots if placed.key in worked_out)
    return Loaded(household, files, (*checks, *positions.checks), problems, unknown, said, realized, keys, made)


@dataclass(frozen=True, slots=True)
class _History:
    events: tuple[Transaction, ...]
    problems: tuple[Problem, ...]


def _history(
    trades: Sequence[Placed[TradeRow]],
    lots: Sequence[Placed[LotRow]],
    realized: Sequence[Placed[RealizedRow]],
    positions: Sequence[Placed[PositionRow]],
    readings: Sequence[Reading],
) -> _History:
    """Join lines of history, realized reports and lots into what happened, with what was held before."""
    events, problems = transactions(trades)
    whole = frozenset(one.file for one in readings if one.format == own_history.NAME)
    opened, contradictions = with_openings(events, lots, realized, whole, positions)
    return _History(tuple(opened), (*problems, *contradictions))


def _loss_sales(closed: Iterable[Closed]) -> Iterator[LossSale]:
    """Yield the sales whose loss a purchase within 30 days would undo."""
    for row in closed:
        loss = -(row.counted_usd or ZERO)
        if loss > 0:
            yield LossSale(row.symbol, row.account_id, row.sold, row.shares, loss)


def _named_today(row: AccountRow, written: date, as_of: date) -> AccountRow:
    """Call a security by its symbol of today: what was sold as FB is bought back as META."""
    if isinstance(row, CashRow):
        return row
    symbol: str | None = getattr(row, "symbol", None)
    day = row.on if isinstance(row, TradeRow) else row.sold if isinstance(row, RealizedRow) else written
    now = symbol_on(symbol, day, as_of) if symbol else symbol
    return row if now == symbol else row.model_copy(update={"symbol": now})


def _placed(readings: Sequence[Reading], book: AccountBook, as_of: date) -> list[Placed[AccountRow]]:
    """Give every row its account, file by file and row by row, so that accounts are numbered as first seen."""
    return [
        Placed(book.take(row), n, one.file, one.as_of, _named_today(row, one.as_of or as_of, as_of))
        for n, one in enumerate(readings)
        for row in sorted((*one.lots, *one.cash, *one.positions, *one.trades, *one.realized), key=lambda row: row.row)
    ]


def _of(kind: type[_R], placed: Sequence[Placed[AccountRow]]) -> list[Placed[_R]]:
    return cast("list[Placed[_R]]", [one for one in placed if isinstance(one.row, kind)])


def _once(readings: Sequence[Reading]) -> tuple[list[Reading], list[str]]:
    """Drop a file whose content was already given."""
    first: dict[str, Reading] = {}
    notes = []
    for n, one in enumerate(readings):
        key = one.digest or f"#{n}"
        if key in first:
            rows = f"{one.rows_count} {'row' if one.rows_count == 1 else 'rows'}"
            notes.append(f"{one.file} has the same content as {first[key].file}; its {rows} count once.")
        else:
            first[key] = one
    return list(first.values()), notes


def _repeats(counts: Mapping[str, int]) -> list[str]:
    return [
        f"{count} {'row' if count == 1 else 'rows'} of {file} {'is' if count == 1 else 'are'} in another file too and "
        f"{'counts' if count == 1 else 'count'} once."
        for file, count in sorted(counts.items())
    ]


def _notes_of(readings: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(note for one in readings for note in one.notes)


def _lots(rows: Sequence[Placed[LotRow]], as_of: date) -> tuple[tuple[Lot, ...], list[Problem]]:
    """Number the lots by account, symbol, date and shares, the very same by file and row.

    A date after ``as_of`` is a problem and unknown.
    """
    problems = []
    lots = []
    for number, placed in enumerate(rows, start=1):
        row, origin = placed.row, Origin(placed.file, placed.row.row)
        acquired = row.acquired
        if acquired is not None and acquired > as_of:
            what = f"{row.symbol} was acquired on {acquired}, which is after {as_of}; the date is taken as unknown."
            problems.append(Problem(str(origin), what, "Correct the purchase date."))
            acquired = None
        lot = Lot(
            f"lot-{number}",
            placed.account_id,
            row.symbol,
            row.shares,
            row.basis_usd,
            acquired,
            origin,
            tacked_days=row.tacked_days,
            inherited=row.inherited,
            loss_basis_usd=row.loss_basis_usd,
            told=row.told,
        )
        lots.append(lot)
    return tuple(lots), problems


def _order(placed: Placed[LotRow]) -> tuple[int, str, date, Decimal, Decimal, int, int]:
    row = placed.row
    # As the file tells it, so that a date or a cost told since does not renumber the lots.
    acquired = (placed.key.acquired if placed.key else row.acquired) or date.max
    basis = None if "basis" in row.told else row.basis_usd
    bought = acquired, basis or ZERO, row.shares
    return int(placed.account_id.split("-")[1]), row.symbol, *bought, placed.file_number, row.row


def _cash(rows: Sequence[Placed[CashRow]]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for placed in rows:
        total[placed.account_id] = total.get(placed.account_id, ZERO) + placed.row.amount_usd
    return total


def unknown_in(household: Household) -> tuple[str, ...]:
    """Name what is not known of a household, in the order in which it matters."""
    accounts, lots = household.accounts, household.lots
    held = [household.securities[symbol] for symbol in household.symbols]
    missing = {
        "account_type": any(one.type is AccountType.UNKNOWN for one in accounts),
        "owner": any(one.owner is None for one in accounts),
        "cash": any(one.id not in household.cash_usd for one in accounts),
        "basis": any(one.basis_usd is None and _taxed(household.account_by_id[one.account_id]) for one in lots),
        "acquired": any(one.acquired is None for one in lots),
        "price": any(one.price_usd is None for one in held),
        "asset_class": any(one.asset_class is None for one in held),
    }
    return tuple(name for name, is_missing in missing.items() if is_missing)


def _taxed(account: Account) -> bool:
    return not account.type.sheltered
