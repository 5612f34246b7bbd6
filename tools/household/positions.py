"""Positions without lots: what they add to the lots that are known, and whether both agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.brokers.base import LotRow, PositionRow
from tools.history import Instrument
from tools.household.reconcile import Check
from tools.household.snapshots import Placed
from tools.model import Problem
from tools.money import ZERO


@dataclass(frozen=True, slots=True)
class Positions:
    """Lots of unknown purchase date for what no lot explains, the comparisons made, and what to say."""

    lots: tuple[Placed[LotRow], ...]
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def from_positions(positions: Sequence[Placed[PositionRow]], lots: Sequence[Placed[LotRow]]) -> Positions:
    """Compare each position with its lots; what they do not explain becomes a lot of unknown date.

    A position that no lot explains at all keeps its whole cost. Options and what is owed stay outside of the holdings.
    """
    added: list[Placed[LotRow]] = []
    checks: list[Check] = []
    problems: list[Problem] = []
    outside: list[str] = []
    for placed in positions:
        row = placed.row
        if row.instrument is not Instrument.STOCK or row.shares <= 0:
            outside += [] if row.shares == 0 else [row.symbol]
            continue
        mine = [lot for lot in lots if (lot.account_id, lot.row.symbol) == (placed.account_id, row.symbol)]
        held = sum((lot.row.shares for lot in mine), ZERO)
        if mine:
            check = _check(placed, mine, held)
            checks.append(check)
            problems += [] if check.matches else [_problem(check)]
        if row.shares > held:
            added.append(_rest(placed, row.shares - held, whole=not mine))
    return Positions(tuple(added), tuple(checks), tuple(problems), _notes(outside))


def priced(placed: Placed[PositionRow]) -> Placed[LotRow]:
    """Return a position as a row that names its security and price."""
    return _rest(placed, abs(placed.row.shares) or Decimal(1), whole=True)


def _rest(placed: Placed[PositionRow], shares: Decimal, *, whole: bool) -> Placed[LotRow]:
    row = placed.row
    lot = LotRow(
        row=row.row,
        account=row.account,
        account_type=row.account_type,
        owner=row.owner,
        symbol=row.symbol,
        name=row.name,
        asset_class=row.asset_class,
        shares=shares,
        basis_usd=row.basis_usd if whole and (row.basis_usd or ZERO) >= 0 else None,
        price_usd=row.price_usd,
    )
    return Placed(placed.account_id, placed.file_number, placed.file, placed.as_of, lot)


def _check(placed: Placed[PositionRow], lots: Sequence[Placed[LotRow]], held: Decimal) -> Check:
    row = placed.row
    bases = [lot.row.basis_usd for lot in lots]
    basis = None if None in bases else sum((each for each in bases if each is not None), ZERO)
    same = row.basis_usd is None or basis is None or row.basis_usd == basis
    matches = row.shares == held and same
    account = placed.account_id
    return Check(placed.file, row.row, row.symbol, held, basis, row.shares, row.basis_usd, matches, account)


def _problem(check: Check) -> Problem:
    lots = f"{check.shares.normalize():f} shares" + ("" if check.basis_usd is None else f" at ${check.basis_usd:,}")
    said = f"{(check.said_shares or ZERO).normalize():f} shares"
    said += "" if check.said_basis_usd is None else f" at ${check.said_basis_usd:,}"
    what = f"The lots of {check.symbol} come to {lots}, the positions to {said}."
    return Problem(f"{check.file}, row {check.row}", what, "Drop lots and positions of the same day.")


def _notes(outside: Sequence[str]) -> tuple[str, ...]:
    if not outside:
        return ()
    names = ", ".join(sorted(set(outside)))
    return (f"Not part of the holdings here, as options and short positions are not planned for: {names}.",)
