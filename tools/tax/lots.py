"""A lot as the ledger keeps it: shares of one acquisition that are alike in basis, dates and history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal

from tools.history import Instrument
from tools.model import Origin, Term
from tools.money import ZERO, share_of
from tools.tax.holding_period import long_term_from, term_on

_DUST = Decimal("0.000000000001")


@dataclass(frozen=True, slots=True)
class HeldLot:
    """Shares of one acquisition. Unknown basis and dates stay None.

    ``bought`` is the day of the purchase for the wash-sale rule, None for what is no purchase: gifts, inheritances,
    shares from outside. ``acquired`` is the day from which the holding period counts and ``tacked_days`` what a wash
    sale adds to it. ``basis_usd`` holds ``washed_usd`` of disallowed losses already. ``replaces`` marks shares that
    served as a replacement and cannot serve again. ``loss_basis_usd`` and ``loss_acquired`` are those of a gift whose
    value was below the donor's basis: a loss counts from the value, held from the day of the gift (IRC 1015(a)).
    """

    acquisition_id: str
    account_id: str
    symbol: str
    shares: Decimal
    basis_usd: Decimal | None
    acquired: date | None
    bought: date | None
    origin: Origin
    at: time | None = None
    instrument: Instrument = Instrument.STOCK
    underlying: str | None = None
    contract_shares: Decimal = Decimal(1)
    tacked_days: int = 0
    washed_usd: Decimal = ZERO
    replaces: bool = False
    inherited: bool = False
    loss_basis_usd: Decimal | None = None
    loss_acquired: date | None = None

    @property
    def basis_per_share(self) -> Decimal | None:
        """Adjusted basis of one share."""
        return None if self.basis_usd is None else self.basis_usd / self.shares

    def term(self, sold: date) -> Term | None:
        """Return the term of a sale on ``sold``, None when the date is unknown; inherited is long (IRC 1223(9))."""
        if self.inherited:
            return Term.LONG
        return None if self.acquired is None else term_on(self.acquired, sold, self.tacked_days)

    @property
    def long_from(self) -> date | None:
        """Return the first day on which a sale is long-term, None when always or when nobody knows."""
        known = self.acquired is not None and not self.inherited
        return long_term_from(self.acquired, self.tacked_days) if known and self.acquired else None


def tidy(shares: Decimal) -> Decimal:
    """Drop the dust that a ratio such as one third leaves behind the twelfth decimal."""
    return shares if shares == shares.to_integral_value() else shares.quantize(_DUST).normalize()


def cut(lot: HeldLot, shares: Decimal) -> tuple[HeldLot, HeldLot | None]:
    """Cut ``shares`` off a lot; return them and the rest, None when nothing is left. Dollars are kept to the cent."""
    if shares == lot.shares:
        return lot, None
    part = replace(
        lot,
        shares=shares,
        basis_usd=_part(lot.basis_usd, shares, lot.shares),
        washed_usd=share_of(lot.washed_usd, shares, lot.shares),
        loss_basis_usd=_part(lot.loss_basis_usd, shares, lot.shares),
    )
    rest = replace(
        lot,
        shares=lot.shares - shares,
        basis_usd=_less(lot.basis_usd, part.basis_usd),
        washed_usd=lot.washed_usd - part.washed_usd,
        loss_basis_usd=_less(lot.loss_basis_usd, part.loss_basis_usd),
    )
    return part, rest


def _part(total: Decimal | None, shares: Decimal, of: Decimal) -> Decimal | None:
    return None if total is None else share_of(total, shares, of)


def _less(total: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if total is None or part is None else total - part


def washed(lot: HeldLot, disallowed_usd: Decimal, tacked_days: int, *, permanent: bool) -> HeldLot:
    """Return a lot as the replacement of a loss.

    The loss joins its basis and the days held join its own (Reg. 1.1091-2, IRC 1223(3)); a purchase in a sheltered
    account gets neither (Rev. Rul. 2008-5).
    """
    if permanent:
        return replace(lot, replaces=True)
    return replace(
        lot,
        replaces=True,
        basis_usd=None if lot.basis_usd is None else lot.basis_usd + disallowed_usd,
        loss_basis_usd=None if lot.loss_basis_usd is None else lot.loss_basis_usd + disallowed_usd,
        washed_usd=lot.washed_usd + disallowed_usd,
        tacked_days=lot.tacked_days + tacked_days,
    )
