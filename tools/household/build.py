"""Readings to one household: files matched, every row kept or accounted for, nothing filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.brokers.base import CashRow, LotRow, Reading
from tools.household.accounts import AccountBook
from tools.household.reconcile import Check, reconcile
from tools.household.snapshots import Placed, newest, prices_of, securities_of
from tools.model import Account, AccountType, Household, Lot, Origin, Problem
from tools.money import ZERO


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
    ``problems`` repeats ``household.problems``: those of the files, of reconciling and of matching.
    """

    household: Household
    files: tuple[FileRead, ...]
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def build(readings: Sequence[Reading], as_of: date) -> Loaded:
    """Make one household of all files read.

    Args:
        readings: The files in the order in which they were dropped.
        as_of: The day of the question; no lot can have been acquired later.
    """
    kept, notes = _once(readings)
    book = AccountBook()
    placed_lots, placed_cash = _placed(kept, book)
    lot_rows, lot_problems = newest(placed_lots, lambda row: row.symbol)
    cash_rows, cash_problems = newest(placed_cash, lambda _: "Cash")
    lots, date_problems = _lots(lot_rows, as_of)
    prices, price_problems = prices_of(lot_rows)
    securities, class_problems = securities_of(lot_rows, prices)
    checks, check_problems = reconcile(kept)
    read = [problem for one in kept for problem in one.problems]
    problems = (*read, *check_problems, *book.problems(), *lot_problems, *cash_problems)
    problems = (*problems, *date_problems, *price_problems, *class_problems)
    household = Household(book.accounts(), lots, _cash(cash_rows), securities, problems)
    files = tuple(FileRead(one.file, one.format, len(one.lots), one.rows_count, one.as_of) for one in kept)
    return Loaded(household, files, checks, problems, unknown_in(household), (*notes, *_notes_of(kept)))


def _placed(readings: Sequence[Reading], book: AccountBook) -> tuple[list[Placed[LotRow]], list[Placed[CashRow]]]:
    """Give every row its account, file by file and row by row, so that accounts are numbered as first seen."""
    lots: list[Placed[LotRow]] = []
    cash: list[Placed[CashRow]] = []
    for n, one in enumerate(readings):
        for row in sorted((*one.lots, *one.cash), key=lambda row: row.row):
            if isinstance(row, LotRow):
                lots.append(Placed(book.take(row), n, one.file, one.as_of, row))
            elif isinstance(row, CashRow):
                cash.append(Placed(book.take(row), n, one.file, one.as_of, row))
    return lots, cash


def _once(readings: Sequence[Reading]) -> tuple[list[Reading], list[str]]:
    """Drop a file whose content was already given."""
    first: dict[str, Reading] = {}
    notes = []
    for n, one in enumerate(readings):
        key = one.digest or f"#{n}"
        if key in first:
            notes.append(f"{one.file} has the same content as {first[key].file} and is counted once.")
        else:
            first[key] = one
    return list(first.values()), notes


def _notes_of(readings: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(note for one in readings for note in one.notes)


def _lots(rows: Sequence[Placed[LotRow]], as_of: date) -> tuple[tuple[Lot, ...], list[Problem]]:
    """Number the lots by account, symbol, date, file and row; a date after ``as_of`` is a problem and unknown."""
    problems = []
    lots = []
    for number, placed in enumerate(sorted(rows, key=_order), start=1):
        row, origin = placed.row, Origin(placed.file, placed.row.row)
        acquired = row.acquired
        if acquired is not None and acquired > as_of:
            what = f"{row.symbol} was acquired on {acquired}, which is after {as_of}; the date is taken as unknown."
            problems.append(Problem(str(origin), what, "Correct the purchase date."))
            acquired = None
        lots.append(Lot(f"lot-{number}", placed.account_id, row.symbol, row.shares, row.basis_usd, acquired, origin))
    return tuple(lots), problems


def _order(placed: Placed[LotRow]) -> tuple[int, str, date, int, int]:
    acquired = placed.row.acquired or date.max
    return int(placed.account_id.split("-")[1]), placed.row.symbol, acquired, placed.file_number, placed.row.row


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
