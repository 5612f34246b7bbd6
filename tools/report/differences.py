"""Why a broker's figures and the ledger's differ: each column's reason, and what it does to the gain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tools.brokers.base import RealizedRow
from tools.model import Term
from tools.money import ZERO
from tools.report.form_8949 import FormRow, dollars
from tools.tax.closed import Closed

_PENNIES = Decimal("0.05")


class Reason(StrEnum):
    """Why two rows differ, or why one side lacks a row."""

    ACROSS_ACCOUNTS = "wash_sale_across_accounts"
    CARRIED_BASIS = "earlier_wash_sale_in_basis"
    BASIS_HOLDS_ADJUSTMENT = "basis_holds_the_adjustment"
    BROKER_ONLY = "wash_sale_only_there"
    LEDGER_ONLY = "wash_sale_only_here"
    OTHER_LOT = "other_lot"
    ROUNDING = "rounding"
    DATE = "date"
    TERM = "term"
    NOT_REPORTED = "basis_not_reported"
    UNKNOWN_HERE = "basis_unknown_here"
    UNEXPLAINED = "unexplained"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that differs. ``gain_usd`` is what it adds to the ledger's gain over the broker's."""

    column: str
    reason: Reason
    ledger: Decimal | date | Term | None
    reported: Decimal | date | Term | None
    gain_usd: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows of both sides that are the same sale."""

    rows: tuple[FormRow, ...]
    reported: tuple[RealizedRow, ...]

    @property
    def single(self) -> bool:
        """Tell whether one row stands against one."""
        return len(self.rows) == len(self.reported) == 1


def differences(pair: Pair, closed: Sequence[Closed]) -> tuple[Difference, ...]:
    """Return every difference of a pair with its reason."""
    return (*_dates(pair), *_proceeds(pair), *_basis(pair, closed), *_disallowed(pair, closed))


def _dates(pair: Pair) -> Iterable[Difference]:
    row, one = pair.rows[0], pair.reported[0]
    if row.sold != one.sold:
        yield Difference("sold", Reason.DATE, row.sold, one.sold)
    if not pair.single:
        return
    if one.acquired is not None and row.acquired != one.acquired and not row.inherited:
        reason = Reason.DATE if row.basis_usd == one.basis_usd else Reason.OTHER_LOT
        yield Difference("acquired", reason, row.acquired, one.acquired)
    term = Term.LONG if row.long_term else Term.SHORT
    if one.term is not None and one.term is not term:
        yield Difference("term", Reason.TERM, term, one.term)


def _proceeds(pair: Pair) -> Iterable[Difference]:
    ledger = sum((row.proceeds_usd for row in pair.rows), ZERO)
    reported = sum((one.proceeds_usd for one in pair.reported), ZERO)
    if ledger != reported and not _gain_unknown(pair):
        reason = Reason.ROUNDING if _rounded(ledger, reported) else Reason.UNEXPLAINED
        yield Difference("proceeds", reason, ledger, reported, ledger - reported)


def _gain_unknown(pair: Pair) -> bool:
    return any(row.basis_usd is None for row in pair.rows) or any(one.basis_usd is None for one in pair.reported)


def _basis(pair: Pair, closed: Sequence[Closed]) -> Iterable[Difference]:
    if _gain_unknown(pair):
        yield from _unknown(pair)
        return
    ledger = sum((row.basis_usd or ZERO for row in pair.rows), ZERO)
    reported = sum((one.basis_usd or ZERO for one in pair.reported), ZERO)
    if ledger != reported:
        yield Difference("basis", _basis_reason(pair, closed, ledger, reported), ledger, reported, reported - ledger)


def _unknown(pair: Pair) -> Iterable[Difference]:
    """Set the whole known gain of either side against the side that has none."""
    mine = sum((row.gain_usd or ZERO for row in pair.rows), ZERO)
    theirs = sum((_gain(one) for one in pair.reported), ZERO)
    here = any(row.basis_usd is None for row in pair.rows)
    there = any(one.basis_usd is None for one in pair.reported)
    if here and there and mine == theirs:
        return
    reason = Reason.UNKNOWN_HERE if here else Reason.NOT_REPORTED
    yield Difference("basis", reason, None if here else mine, None if there else theirs, mine - theirs)


def _gain(one: RealizedRow) -> Decimal:
    return ZERO if one.basis_usd is None else one.proceeds_usd - one.basis_usd + (one.disallowed_usd or ZERO)


def _basis_reason(pair: Pair, closed: Sequence[Closed], ledger: Decimal, reported: Decimal) -> Reason:
    more = ledger - reported
    taken = sum((row.adjustment_usd for row in pair.rows), ZERO)
    if _rounded(ledger, reported):
        return Reason.ROUNDING
    if taken and more == taken and not any(one.disallowed_usd for one in pair.reported):
        return Reason.BASIS_HOLDS_ADJUSTMENT
    if ZERO < more <= _carried(pair, closed):
        return Reason.CARRIED_BASIS
    row, one = pair.rows[0], pair.reported[0]
    if pair.single and one.acquired is not None and row.acquired != one.acquired:
        return Reason.OTHER_LOT
    return Reason.UNEXPLAINED


def _carried(pair: Pair, closed: Sequence[Closed]) -> Decimal:
    """Return the losses that earlier sales put into the basis of these lots' purchases."""
    ids = {row.id for row in pair.rows}
    purchases = {row.acquisition_id for row in closed if row.id in ids}
    parts = (part for row in closed for part in row.washed if not part.permanent and part.purchase_id in purchases)
    return sum((part.disallowed_usd for part in parts), ZERO)


def _disallowed(pair: Pair, closed: Sequence[Closed]) -> Iterable[Difference]:
    if _gain_unknown(pair):
        return
    ledger = sum((row.adjustment_usd for row in pair.rows), ZERO)
    reported = sum((one.disallowed_usd or ZERO for one in pair.reported), ZERO)
    if ledger != reported:
        reason = _wash_reason(pair, closed, ledger, reported)
        yield Difference("disallowed", reason, ledger, reported, ledger - reported)


def _wash_reason(pair: Pair, closed: Sequence[Closed], ledger: Decimal, reported: Decimal) -> Reason:
    if _rounded(ledger, reported):
        return Reason.ROUNDING
    mine = sum((row.basis_usd or ZERO for row in pair.rows), ZERO)
    theirs = sum((one.basis_usd or ZERO for one in pair.reported), ZERO)
    if not reported and mine - theirs == ledger:
        return Reason.BASIS_HOLDS_ADJUSTMENT
    if reported > ledger:
        return Reason.BROKER_ONLY
    return Reason.ACROSS_ACCOUNTS if _seen_elsewhere(pair, closed) else Reason.LEDGER_ONLY


def _seen_elsewhere(pair: Pair, closed: Sequence[Closed]) -> bool:
    """Tell whether a purchase behind the disallowed loss is one that the selling account's broker cannot see."""
    ids = {row.id for row in pair.rows}
    mine = (row for row in closed if row.id in ids)
    return any((part.account_id, part.symbol) != (row.account_id, row.symbol) for row in mine for part in row.washed)


def _rounded(ledger: Decimal, reported: Decimal) -> bool:
    """Tell whether two amounts differ by pennies, or by the broker's rounding to whole dollars."""
    if (ledger > 0) != (reported > 0):
        return False
    whole = reported == reported.to_integral_value() and dollars(ledger) == reported
    return abs(ledger - reported) <= _PENNIES or whole
