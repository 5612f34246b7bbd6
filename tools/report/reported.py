"""What the brokers report of one year: each closed lot once, with its account, without those of sheltered accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tools.brokers.base import Reading, RealizedRow
from tools.household.accounts import same_account
from tools.household.nameless import is_unnamed, with_accounts
from tools.model import Account, Household, Origin
from tools.report.reconcile import Reported


def reported_in(readings: Sequence[Reading], household: Household, year: int) -> list[Reported]:
    """Collect the closed lots of a year over all files.

    A file given twice and downloads that overlap count once; lots that one file itself repeats are real and stay. A
    lot without its account's name can belong to any account.
    """
    copies: dict[tuple[object, ...], dict[str, list[Reported]]] = defaultdict(lambda: defaultdict(list))
    for one in _rows(readings, household, year):
        copies[_content(one)][one.origin.file].append(one)
    return [one for files in copies.values() for one in max(files.values(), key=len)]


def _rows(readings: Sequence[Reading], household: Household, year: int) -> Iterator[Reported]:
    for reading in with_accounts(readings):
        for row in reading.realized:
            account = _account(row, household)
            if row.sold.year == year and not (account is not None and account.type.sheltered):
                named = account is not None and not is_unnamed(row.account)
                yield Reported(row, Origin(reading.file, row.row), account.id if account and named else None)


def _account(row: RealizedRow, household: Household) -> Account | None:
    return next((one for one in household.accounts if same_account(one.name, row.account)), None)


def _content(one: Reported) -> tuple[object, ...]:
    row = one.row
    amounts: tuple[Decimal | None, ...] = (row.shares, row.proceeds_usd, row.basis_usd)
    return one.account_id, row.symbol, row.acquired, row.sold, *amounts
