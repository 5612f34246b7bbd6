"""A broker's realized report against the ledger, row by row: what agrees, what differs and why, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tools.brokers.base import RealizedRow
from tools.model import Origin
from tools.money import ZERO
from tools.report.differences import Difference, Pair, Reason, differences
from tools.report.form_8949 import FormRow
from tools.tax.closed import Closed

_SETTLES_WITHIN = timedelta(days=7)
_WRONG_BASIS = frozenset((Reason.CARRIED_BASIS, Reason.UNEXPLAINED))
_Fits = Callable[[FormRow, "Reported"], bool]


@dataclass(frozen=True, slots=True)
class Reported:
    """A closed lot as a broker reports it. ``account_id`` None: the file does not say which account."""

    row: RealizedRow
    origin: Origin
    account_id: str | None = None

    @property
    def gain_usd(self) -> Decimal | None:
        """The gain that counts, by the broker: proceeds less basis, with the disallowed loss added back."""
        row = self.row
        return None if row.basis_usd is None else row.proceeds_usd - row.basis_usd + (row.disallowed_usd or ZERO)


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows of both sides that are the same sale, and how they differ; several where one side adds up lots."""

    rows: tuple[FormRow, ...]
    reported: tuple[Reported, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every row of either side once. Unknown gains count as zero here and are a reason of their own."""

    matched: tuple[Matched, ...]
    only_ledger: tuple[FormRow, ...]
    only_reported: tuple[Reported, ...]
    ledger_usd: Decimal
    reported_usd: Decimal

    @property
    def differing(self) -> tuple[Matched, ...]:
        """The matches with a difference."""
        return tuple(match for match in self.matched if match.differences)

    @property
    def by_reason(self) -> dict[Reason, Decimal]:
        """What each reason adds to the ledger's gain over the broker's; together exactly the difference of totals."""
        found: dict[Reason, Decimal] = {}
        for match in self.matched:
            for each in match.differences:
                found[each.reason] = found.get(each.reason, ZERO) + each.gain_usd
        for row in self.only_ledger:
            found[Reason.MISSING_THERE] = found.get(Reason.MISSING_THERE, ZERO) + (row.gain_usd or ZERO)
        for one in self.only_reported:
            found[Reason.MISSING_HERE] = found.get(Reason.MISSING_HERE, ZERO) - (one.gain_usd or ZERO)
        return found

    @property
    def ties(self) -> bool:
        """Tell whether both sides agree to the cent, row by row."""
        return not (self.differing or self.only_ledger or self.only_reported)

    @property
    def reported_basis_usd(self) -> dict[str, Decimal]:
        """The broker's basis by row id, where it is wrong: what ``as_reported`` takes.

        Not where the broker closed another lot, which is a question and no correction, where pennies differ, or where
        the basis holds the wash-sale adjustment already: then the gross loss and W are reported.
        """
        alone = (match for match in self.differing if len(match.rows) == len(match.reported) == 1)
        return {
            match.rows[0].id: each.reported
            for match in alone
            for each in match.differences
            if each.reason in _WRONG_BASIS and each.column == "basis" and isinstance(each.reported, Decimal)
        }


def reconcile(rows: Sequence[FormRow], closed: Iterable[Closed], reported: Sequence[Reported]) -> Reconciliation:
    """Match each reported lot with the ledger's rows of the same security.

    Tried in turn: the same day, shares and purchase date; the same day and shares; all that is left of one day added
    up, where the shares are equal; the same shares within a week (settlement dates).

    Args:
        rows: The year's rows of Form 8949, to the cent and as the ledger has them.
        closed: All that the ledger closed, which holds the wash sales behind the rows.
        reported: The broker's rows of the same year.
    """
    desk = _Desk(list(rows), list(reported))
    desk.one_to_one(lambda row, one: _same_day(row, one) and _same_lot(row, one))
    desk.one_to_one(_same_day)
    desk.whole_days()
    desk.one_to_one(lambda row, one: abs(row.sold - one.row.sold) <= _SETTLES_WITHIN)
    ledger = list(closed)
    return Reconciliation(
        matched=tuple(Matched(mine, theirs, differences(_pair(mine, theirs), ledger)) for mine, theirs in desk.found),
        only_ledger=tuple(desk.rows),
        only_reported=tuple(desk.reported),
        ledger_usd=sum((row.gain_usd or ZERO for row in rows), ZERO),
        reported_usd=sum((one.gain_usd or ZERO for one in reported), ZERO),
    )


def _same_day(row: FormRow, one: Reported) -> bool:
    return row.sold == one.row.sold


def _same_lot(row: FormRow, one: Reported) -> bool:
    return row.acquired == one.row.acquired and one.account_id in (None, row.account_id)


class _Desk:
    """What is not matched yet, and what is."""

    def __init__(self, rows: list[FormRow], reported: list[Reported]) -> None:
        self.rows, self.reported = rows, reported
        self.found: list[tuple[tuple[FormRow, ...], tuple[Reported, ...]]] = []

    def one_to_one(self, fits: _Fits) -> None:
        """Pair single rows of one symbol and as many shares."""
        for one in list(self.reported):
            alike = (row for row in self.rows if _alike(row, one) and fits(row, one))
            # Of several, the nearest in dollars: equal lots sold on one day are told apart by their basis.
            row = min(alike, key=lambda row: _distance(row, one), default=None)
            if row is not None:
                self._take((row,), (one,))

    def whole_days(self) -> None:
        """Pair all that is left of one symbol on one day, where both sides come to the same shares."""
        days = sorted({(one.row.symbol, one.row.sold) for one in self.reported})
        for symbol, sold in days:
            mine = tuple(row for row in self.rows if (row.symbol, row.sold) == (symbol, sold))
            theirs = tuple(one for one in self.reported if (one.row.symbol, one.row.sold) == (symbol, sold))
            if mine and sum(row.shares for row in mine) == sum(one.row.shares for one in theirs):
                self._take(mine, theirs)

    def _take(self, mine: tuple[FormRow, ...], theirs: tuple[Reported, ...]) -> None:
        self.found.append((mine, theirs))
        self.rows = [row for row in self.rows if row not in mine]
        # By identity: a broker may close two lots that are alike in everything.
        self.reported = [one for one in self.reported if not any(one is taken for taken in theirs)]


def _alike(row: FormRow, one: Reported) -> bool:
    account = one.account_id in (None, row.account_id)
    return account and row.symbol == one.row.symbol and row.shares == one.row.shares


def _distance(row: FormRow, one: Reported) -> tuple[bool, Decimal]:
    basis = abs((row.basis_usd or ZERO) - (one.row.basis_usd or ZERO))
    return row.acquired != one.row.acquired, basis + abs(row.proceeds_usd - one.row.proceeds_usd)


def _pair(mine: tuple[FormRow, ...], theirs: tuple[Reported, ...]) -> Pair:
    return Pair(mine, tuple(one.row for one in theirs))
