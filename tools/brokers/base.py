"""What every reader returns: rows with where they stood, totals to reconcile, and every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.brokers.cells import BadCell
from tools.brokers.lines import Line
from tools.history import Action, Instrument
from tools.model import AccountType, Problem, Term

_Value = TypeVar("_Value")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    row: int = Field(ge=1)


class AccountRow(_Row):
    """The account side of a row, as the file says it; ``account`` carries no more than four digits of a number."""

    account: str = Field(min_length=1)
    account_type: AccountType = AccountType.UNKNOWN
    owner: str | None = None


class LotRow(AccountRow):
    """One lot. ``basis_usd`` is the total cost; unknown stays None. ``told`` names what the person said of it since."""

    symbol: str = Field(min_length=1)
    name: str | None = None
    asset_class: str | None = None
    shares: Decimal = Field(gt=0)
    basis_usd: Decimal | None = Field(default=None, ge=0)
    acquired: date | None = None
    price_usd: Decimal | None = Field(default=None, ge=0)
    tacked_days: int = Field(default=0, ge=0)
    inherited: bool = False
    loss_basis_usd: Decimal | None = Field(default=None, ge=0)
    told: tuple[str, ...] = ()


class CashRow(AccountRow):
    """Cash in one account."""

    amount_usd: Decimal = Field(ge=0)


class TotalRow(_Row):
    """A broker's own total over the lot rows from ``first_row`` on. Unknown sums stay None."""

    first_row: int
    account: str
    symbol: str | None
    shares: Decimal | None
    basis_usd: Decimal | None


class PositionRow(AccountRow):
    """One position without its lots. Unknown sums stay None; ``shares`` below zero are owed (a short position)."""

    symbol: str = Field(min_length=1)
    name: str | None = None
    asset_class: str | None = None
    instrument: Instrument = Instrument.STOCK
    shares: Decimal
    basis_usd: Decimal | None = None
    price_usd: Decimal | None = Field(default=None, ge=0)


class TradeRow(AccountRow):
    """One line of a history. ``words`` is the broker's own word for it; ``amount_usd`` is signed, money in positive.

    ``shares`` are positive; ``fees_usd`` is part of ``amount_usd`` already. ``acquired`` and ``basis_usd`` are given
    only where the file states them, as for vested shares.
    """

    on: date
    at: time | None = None
    settled: date | None = None
    action: Action
    words: str = ""
    symbol: str | None = None
    name: str | None = None
    instrument: Instrument = Instrument.STOCK
    underlying: str | None = None
    shares: Decimal | None = Field(default=None, ge=0)
    price_usd: Decimal | None = Field(default=None, ge=0)
    fees_usd: Decimal | None = None
    amount_usd: Decimal | None = None
    acquired: date | None = None
    basis_usd: Decimal | None = Field(default=None, ge=0)
    ratio: Decimal | None = Field(default=None, gt=0)
    other_symbol: str | None = None
    market_value_usd: Decimal | None = Field(default=None, ge=0)
    donor_basis_usd: Decimal | None = Field(default=None, ge=0)
    basis_frac: Decimal | None = Field(default=None, ge=0, le=1)
    picks: str | None = None


class RealizedRow(AccountRow):
    """One closed lot as the broker reports it.

    ``basis_usd`` is the reported (adjusted) basis, ``disallowed_usd`` the loss that the broker's own wash-sale check
    takes away, ``acquired`` None where the report says "Various" or nothing.
    """

    symbol: str = Field(min_length=1)
    name: str | None = None
    shares: Decimal = Field(gt=0)
    acquired: date | None = None
    sold: date
    proceeds_usd: Decimal
    basis_usd: Decimal | None = None
    term: Term | None = None
    disallowed_usd: Decimal | None = None


@dataclass(frozen=True)
class Reading:
    """One file, read. Every row below the header is a lot, cash, a total, blank, or left out with a problem.

    ``asks_symbol`` is True when rows are left out only because the file does not say of which security they are.
    """

    file: str
    format: str
    lots: tuple[LotRow, ...] = ()
    cash: tuple[CashRow, ...] = ()
    totals: tuple[TotalRow, ...] = ()
    positions: tuple[PositionRow, ...] = ()
    trades: tuple[TradeRow, ...] = ()
    realized: tuple[RealizedRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    rows_count: int = 0
    blank_count: int = 0
    left_out_count: int = 0
    as_of: date | None = None
    digest: str = ""
    asks_symbol: bool = False

    @property
    def accounted_count(self) -> int:
        """Rows that are explained; equal to ``rows_count`` or a row was lost."""
        rows = (self.lots, self.cash, self.totals, self.positions, self.trades, self.realized)
        return sum(map(len, rows)) + self.blank_count + self.left_out_count


class Reader(Protocol):
    """A format: says whether it recognises a file's lines, and reads them."""

    @property
    def name(self) -> str:
        """What the format is called."""

    def fits(self, lines: Sequence[Line]) -> bool:
        """Tell whether the content is of this format. Reads the first lines only."""

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every line."""


def why(bad: BadCell | ValidationError) -> str:
    """Say why a row cannot be used: the cell's own words, or which value is out of range."""
    if isinstance(bad, BadCell):
        return str(bad)
    fields = sorted({str(one["loc"][0]) for one in bad.errors() if one["loc"]})
    return f"{', '.join(fields).replace('_usd', '').replace('_', ' ')}: the value is not possible"


def unnamed_account(file: str) -> str:
    """Return what an account is called where its file gives it no name."""
    return f"Account in {file}"


@dataclass
class Findings:
    """Collects what a reader finds in one file; the only mutable thing here, gone when the reading is made."""

    file: str
    lots: list[LotRow] = field(default_factory=list)
    cash: list[CashRow] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    positions: list[PositionRow] = field(default_factory=list)
    trades: list[TradeRow] = field(default_factory=list)
    realized: list[RealizedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    blank_count: int = 0
    left_out_count: int = 0

    def problem(self, row: int, what: str, fix: str) -> None:
        """Record a problem with one row that is read all the same."""
        self.problems.append(Problem(f"{self.file}, row {row}", what, fix))

    def leave_out(self, row: int, what: str, fix: str) -> None:
        """Record a row that cannot be used at all."""
        self.left_out_count += 1
        self.problem(row, what, fix)

    def cell(self, row: int, column: str, text: str, parse: Callable[[str], _Value | None], fix: str) -> _Value | None:
        """Parse one cell; a bad one becomes a problem and stays unknown."""
        try:
            return parse(text)
        except BadCell as bad:
            self.problem(row, f"{column}: {bad}; taken as unknown.", fix)
            return None

    def reading(self, format_name: str, rows_count: int, as_of: date | None) -> Reading:
        """Freeze what was found."""
        return Reading(
            file=self.file,
            format=format_name,
            lots=tuple(self.lots),
            cash=tuple(self.cash),
            totals=tuple(self.totals),
            positions=tuple(self.positions),
            trades=tuple(self.trades),
            realized=tuple(self.realized),
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            rows_count=rows_count,
            blank_count=self.blank_count,
            left_out_count=self.left_out_count,
            as_of=as_of,
        )
