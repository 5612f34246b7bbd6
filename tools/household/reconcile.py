"""The broker's own totals against the lots that were read, to the cent and to the share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.brokers.base import LotRow, Reading, TotalRow
from tools.model import Problem
from tools.money import ZERO


@dataclass(frozen=True, slots=True)
class Check:
    """One reconciliation. ``shares`` and ``basis_usd`` are sums of the lots read, ``said_*`` the broker's total.

    ``account`` is the account's id in the household, or its label until that is known.
    """

    file: str
    row: int
    symbol: str
    shares: Decimal
    basis_usd: Decimal | None
    said_shares: Decimal | None
    said_basis_usd: Decimal | None
    matches: bool
    account: str = ""


def reconcile(readings: Sequence[Reading]) -> tuple[tuple[Check, ...], list[Problem]]:
    """Compare every total row with the lots above it; a difference is a problem that names the file."""
    checks = tuple(_check(one, total) for one in readings for total in one.totals)
    return checks, [_problem(check) for check in checks if not check.matches]


def _check(reading: Reading, total: TotalRow) -> Check:
    lots = [lot for lot in reading.lots if total.first_row <= lot.row < total.row]
    shares, basis = sum((lot.shares for lot in lots), ZERO), _basis(lots)
    same_shares = total.shares is None or total.shares == shares
    same_basis = total.basis_usd is None or basis is None or total.basis_usd == basis
    symbol = total.symbol or ", ".join(sorted({lot.symbol for lot in lots})) or "no lots"
    matches = same_shares and same_basis and not (total.shares is None and total.basis_usd is None)
    return Check(reading.file, total.row, symbol, shares, basis, total.shares, total.basis_usd, matches, total.account)


def _basis(lots: Sequence[LotRow]) -> Decimal | None:
    known = [lot.basis_usd for lot in lots if lot.basis_usd is not None]
    return sum(known, ZERO) if len(known) == len(lots) else None


def _problem(check: Check) -> Problem:
    read = f"{check.shares} shares" + (f" with a basis of ${check.basis_usd:,}" if check.basis_usd is not None else "")
    said = f"{check.said_shares if check.said_shares is not None else 'unknown'} shares"
    said += f" and ${check.said_basis_usd:,}" if check.said_basis_usd is not None else ""
    what = f"The lots of {check.symbol} add up to {read}, the broker's total says {said}."
    return Problem(f"{check.file}, row {check.row}", what, "Download the file again; a row may be missing or damaged.")
