"""The vocabulary of the past: what happened in the accounts, one transaction each. Frozen; unknown is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was read: file label and row (1 is the first line of the file)."""

    file: str
    row: int

    def __str__(self) -> str:
        """Read as a person would point at it."""
        return f"{self.file}, row {self.row}"


class Action(StrEnum):
    """What happened to shares.

    ``reinvest`` is a dividend that bought shares; ``vest`` is employee stock delivered. ``transfer_in`` and
    ``transfer_out`` cross the edge of the household; ``transfer`` moves lots between two of its accounts, without tax.
    ``open`` states a lot that was held before the records begin. ``merge``, ``spin_off``, ``return_of_capital``,
    ``rename`` and ``cash_in_lieu`` are corporate events. ``dividend`` and ``other`` move no shares.
    """

    OPEN = "open"
    BUY = "buy"
    SELL = "sell"
    REINVEST = "reinvest"
    VEST = "vest"
    GIFT_IN = "gift_in"
    GIFT_OUT = "gift_out"
    INHERIT = "inherit"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    TRANSFER = "transfer"
    SPLIT = "split"
    SHORT = "short"
    COVER = "cover"
    EXERCISE = "exercise"
    EXPIRE = "expire"
    MERGE = "merge"
    SPIN_OFF = "spin_off"
    RETURN_OF_CAPITAL = "return_of_capital"
    RENAME = "rename"
    CASH_IN_LIEU = "cash_in_lieu"
    DIVIDEND = "dividend"
    OTHER = "other"


class Instrument(StrEnum):
    """What a symbol is to the wash-sale rule. ``section_1256`` stands outside of it (IRC 1256(f)(5))."""

    STOCK = "stock"
    CALL = "call"
    PUT = "put"
    WARRANT = "warrant"
    SECTION_1256 = "section_1256"
    CRYPTO = "crypto"


class LotMethod(StrEnum):
    """How the lots of a sale are chosen when the person names none."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    MIN_TAX = "min_tax"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class LotPick:
    """Shares identified from the lot that one acquisition made (Reg. 1.1012-1(c))."""

    acquisition_id: str
    shares: Decimal


@dataclass(frozen=True, slots=True)
class Transaction:
    """One event in one account.

    ``shares`` and ``amount_usd`` are positive: the whole cost with fees of what came in, the proceeds after fees of
    what went out. ``ratio`` is new shares for each old one (split, merger) or shares received for each held (spin-off).
    ``basis_frac`` is the part of the basis that moves to ``other_symbol`` in a spin-off, from the issuer's Form 8937.
    ``acquired``, ``market_value_usd`` and ``donor_basis_usd`` speak of gifts, inheritances and transfers from outside.
    ``worked_out``: no file has a row of this event; it follows from what was sold or is held.
    ``averageable``: the person says that average cost is allowed, for a fund or reinvestment plan that no table knows.
    ``contract_shares`` is how many shares one option or warrant stands for, ``underlying`` of which symbol.
    """

    id: str
    on: date
    action: Action
    account_id: str
    symbol: str
    origin: Origin
    shares: Decimal | None = None
    amount_usd: Decimal | None = None
    at: time | None = None
    instrument: Instrument = Instrument.STOCK
    underlying: str | None = None
    contract_shares: Decimal = Decimal(100)
    picks: tuple[LotPick, ...] = ()
    method: LotMethod | None = None
    acquired: date | None = None
    market_value_usd: Decimal | None = None
    donor_basis_usd: Decimal | None = None
    ratio: Decimal | None = None
    basis_frac: Decimal | None = None
    other_symbol: str | None = None
    to_account_id: str | None = None
    worked_out: bool = False
    averageable: bool | None = None
