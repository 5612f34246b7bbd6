"""What a sale closes: one row for each part of a lot, with its gain, its term and what the wash-sale rule takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from tools.history import Action, Instrument, Transaction
from tools.market.securities import is_collectible
from tools.model import Origin, Term
from tools.money import ZERO, share_of
from tools.tax.holding_period import term_on
from tools.tax.lots import HeldLot
from tools.tax.situation import Gains
from tools.tax.wash_sale import Match


@dataclass(frozen=True, slots=True)
class Washed:
    """A part of a loss that one purchase disallows, with the evidence: who bought, when, how many, from which row."""

    purchase_id: str
    account_id: str
    symbol: str
    bought: date
    shares: Decimal
    disallowed_usd: Decimal
    permanent: bool
    contested: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Closed:
    """Part of one lot, sold.

    ``gain_usd`` is proceeds less basis before the wash-sale rule, None when the basis is unknown; ``basis_usd`` holds
    earlier disallowed losses. ``disallowed_usd`` is positive. ``term`` None: the purchase date is unknown. ``kind``
    says what closed it; the gain of a short sale or of returned capital is here too.
    """

    id: str
    sale_id: str
    acquisition_id: str
    account_id: str
    symbol: str
    shares: Decimal
    acquired: date | None
    sold: date
    proceeds_usd: Decimal
    basis_usd: Decimal | None
    term: Term | None
    kind: Action
    instrument: Instrument
    sale_origin: Origin
    lot_origin: Origin
    at: time | None = None
    underlying: str | None = None
    contract_shares: Decimal = Decimal(1)
    inherited: bool = False
    tacked_days: int = 0
    washed: tuple[Washed, ...] = ()

    @property
    def gain_usd(self) -> Decimal | None:
        """Proceeds less basis, losses negative."""
        return None if self.basis_usd is None else self.proceeds_usd - self.basis_usd

    @property
    def disallowed_usd(self) -> Decimal:
        """What the wash-sale rule takes."""
        return sum((part.disallowed_usd for part in self.washed), ZERO)

    @property
    def permanent_usd(self) -> Decimal:
        """What is lost for good, because a sheltered account bought."""
        return sum((part.disallowed_usd for part in self.washed if part.permanent), ZERO)

    @property
    def counted_usd(self) -> Decimal | None:
        """The gain or loss that counts in the year of the sale."""
        return None if self.gain_usd is None else self.gain_usd + self.disallowed_usd


def close(lots: Sequence[HeldLot], sale: Transaction) -> list[Closed]:
    """Share the proceeds of a sale over the parts of lots that it took, to the cent."""
    shares = sum((lot.shares for lot in lots), ZERO)
    proceeds = sale.amount_usd or ZERO
    closed: list[Closed] = []
    done = given = ZERO
    for number, lot in enumerate(lots, start=1):
        done += lot.shares
        so_far = share_of(proceeds, done, shares)
        closed.append(_closed(lot, sale, so_far - given, f"{sale.id}.{number}"))
        given = so_far
    return closed


def _closed(lot: HeldLot, sale: Transaction, proceeds_usd: Decimal, name: str) -> Closed:
    basis, acquired, term = lot.basis_usd, lot.acquired, lot.term(sale.on)
    if lot.loss_basis_usd is not None and basis is not None and proceeds_usd < basis:
        # Between the two bases of a gift there is neither gain nor loss (Reg. 1.1015-1(a)(2)).
        basis = max(lot.loss_basis_usd, proceeds_usd)
        acquired = lot.loss_acquired
        term = None if acquired is None else term_on(acquired, sale.on, lot.tacked_days)
    return Closed(
        id=name,
        sale_id=sale.id,
        acquisition_id=lot.acquisition_id,
        account_id=lot.account_id,
        symbol=lot.symbol,
        shares=lot.shares,
        acquired=acquired,
        sold=sale.on,
        proceeds_usd=proceeds_usd,
        basis_usd=basis,
        term=term,
        kind=sale.action,
        instrument=lot.instrument,
        sale_origin=sale.origin,
        lot_origin=lot.origin,
        at=sale.at,
        underlying=lot.underlying,
        contract_shares=lot.contract_shares,
        inherited=lot.inherited,
        tacked_days=lot.tacked_days,
    )


def washed_by(match: Match, purchase: HeldLot | Transaction, bought: date, shares: Decimal) -> Washed:
    """Return the evidence of one match: ``shares`` are those of the purchase."""
    purchase_id = purchase.acquisition_id if isinstance(purchase, HeldLot) else purchase.id
    return Washed(
        purchase_id=purchase_id,
        account_id=purchase.account_id,
        symbol=purchase.symbol,
        bought=bought,
        shares=shares,
        disallowed_usd=match.disallowed_usd,
        permanent=match.permanent,
        contested=match.contested,
        origin=purchase.origin,
    )


def gains_of(closed: Iterable[Closed]) -> Gains:
    """Add up what counts by term: unknown cost is left out, an unknown date is taken as short-term and reported."""
    short = long = collectible = ZERO
    for row in closed:
        counted = row.counted_usd
        if counted is None:
            continue
        if row.term is Term.LONG:
            long += counted
            collectible += counted if is_collectible(row.symbol) else ZERO
        else:
            short += counted
    return Gains(short, long, collectible)
