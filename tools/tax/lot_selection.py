"""Which lots a sale takes, account by account: identified, first in, last in, dearest, least tax, at average cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.errors import BadRequest, MissingFact
from tools.history import Instrument, LotMethod, LotPick, Transaction
from tools.market.securities import info
from tools.model import Term
from tools.money import ZERO, share_of
from tools.tax.lots import HeldLot, cut

Order = Callable[[HeldLot], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class TermRates:
    """What a dollar of gain costs by term, for the choice of lots that cost the least tax."""

    short_frac: Decimal
    long_frac: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """The parts of lots that a sale takes, and what stays."""

    sold: tuple[HeldLot, ...]
    left: tuple[HeldLot, ...]


def select(lots: Sequence[HeldLot], sale: Transaction, shares: Decimal, rates: TermRates | None = None) -> Taken:
    """Choose the lots of a sale among those of one symbol in one account.

    Shares identified in time are taken as identified, the rest first in, first out (Reg. 1.1012-1(c)(1)); the other
    methods are standing orders to a broker. Equal lots go oldest first, then in the order of the records.

    Args:
        lots: What the account holds of the symbol.
        sale: The sale; its ``picks`` and ``method`` decide.
        shares: How many are sold.
        rates: Rates by term, for ``min_tax``.

    Raises:
        BadRequest: More shares are sold, or identified from one lot, than are held; average cost for a single stock.
        MissingFact: Average cost for what nobody says is a fund, ``min_tax`` without rates, or a method that needs a
            basis or date which is unknown.
    """
    held = sum((lot.shares for lot in lots), ZERO)
    if shares > held:
        raise BadRequest(
            f"{_plain(shares)} {sale.symbol} are sold on {sale.on}, but only {_plain(held)} are held.",
            "Add the earlier purchases, or correct the number of shares.",
            str(sale.origin),
        )
    method = sale.method or LotMethod.FIFO
    if method is LotMethod.AVERAGE:
        _may_average(sale)
        lots = averaged(lots, sale)
    picked, remaining = _identified(lots, sale)
    rest = shares - sum((lot.shares for lot in picked), ZERO)
    if rest < 0:
        raise BadRequest(
            f"More {sale.symbol} are identified than the {_plain(shares)} sold.",
            "Correct the lots of the sale.",
            str(sale.origin),
        )
    if rest < sum((lot.shares for lot in remaining), ZERO):
        remaining = sorted(remaining, key=_order(method, sale, rates)) if rest else remaining
    taken = _take(remaining, rest)
    return Taken((*picked, *taken.sold), taken.left)


def _may_average(sale: Transaction) -> None:
    """Let only fund shares and reinvestment plans go at average cost (IRC 1012(c)(2) and (d))."""
    if sale.averageable:
        return
    known = info(sale.symbol)
    if known is None and sale.averageable is None and sale.instrument is Instrument.STOCK:
        raise MissingFact(
            f"Average cost is only for funds and reinvestment plans, and nobody says whether {sale.symbol} is one.",
            "Say that it is a fund (averageable), or choose another method.",
            str(sale.origin),
        )
    if known is None or known.kind != "fund" or sale.averageable is False:
        raise BadRequest(
            f"Average cost is only for funds and reinvestment plans (IRC 1012); {sale.symbol} is neither.",
            "Choose fifo, lifo, hifo or min_tax, or name the lots.",
            str(sale.origin),
        )


def averaged(lots: Sequence[HeldLot], sale: Transaction) -> list[HeldLot]:
    """Spread the basis over all shares alike (Reg. 1.1012-1(e)); dates stay, so the first bought leave first.

    Raises:
        MissingFact: The basis of a lot is unknown.
    """
    total = sum((_known(lot, "cost", sale) for lot in lots), ZERO)
    shares = sum((lot.shares for lot in lots), ZERO)
    spread: list[HeldLot] = []
    done = given = ZERO
    for lot in lots:
        done += lot.shares
        so_far = share_of(total, done, shares)
        spread.append(replace(lot, basis_usd=so_far - given))
        given = so_far
    return spread


def _identified(lots: Sequence[HeldLot], sale: Transaction) -> tuple[list[HeldLot], list[HeldLot]]:
    picked: list[HeldLot] = []
    remaining = list(lots)
    for pick in sale.picks:
        mine = [lot for lot in remaining if lot.acquisition_id == pick.acquisition_id]
        if pick.shares > sum((lot.shares for lot in mine), ZERO):
            raise _not_held(pick, sale, mine)
        # Shares that carry a moved loss leave first: the same purchase has shares with and without one.
        taken = _take(sorted(mine, key=lambda lot: (not lot.replaces, lot.tacked_days)), pick.shares)
        picked += taken.sold
        remaining = [lot for lot in remaining if lot.acquisition_id != pick.acquisition_id] + list(taken.left)
    return picked, remaining


def _not_held(pick: LotPick, sale: Transaction, mine: Sequence[HeldLot]) -> BadRequest:
    held = sum((lot.shares for lot in mine), ZERO)
    return BadRequest(
        f"{_plain(pick.shares)} {sale.symbol} are sold from a lot of which {_plain(held)} are held on {sale.on}.",
        "Correct the lot that the sale names.",
        str(sale.origin),
    )


def _take(lots: Sequence[HeldLot], shares: Decimal) -> Taken:
    sold: list[HeldLot] = []
    left: list[HeldLot] = []
    wanted = shares
    for lot in lots:
        if wanted <= 0:
            left.append(lot)
            continue
        part, rest = cut(lot, min(wanted, lot.shares))
        sold.append(part)
        left += [] if rest is None else [rest]
        wanted -= part.shares
    return Taken(tuple(sold), tuple(left))


def _order(method: LotMethod, sale: Transaction, rates: TermRates | None) -> Order:
    def oldest(lot: HeldLot) -> tuple[object, ...]:
        return (_day(lot, sale), lot.at is not None, lot.at, lot.acquisition_id, not lot.replaces, lot.tacked_days)

    if method is LotMethod.LIFO:
        return lambda lot: (-_day(lot, sale).toordinal(), *oldest(lot))
    if method is LotMethod.HIFO:
        return lambda lot: (-_known(lot, "cost", sale) / lot.shares, *oldest(lot))
    if method is LotMethod.MIN_TAX:
        return lambda lot: (_tax_per_share(lot, sale, rates), *oldest(lot))
    return oldest


def _day(lot: HeldLot, sale: Transaction) -> date:
    if lot.acquired is None:
        raise _unknown(lot, "purchase date", sale)
    return lot.bought or lot.acquired


def _known(lot: HeldLot, word: str, sale: Transaction) -> Decimal:
    if lot.basis_usd is None:
        raise _unknown(lot, word, sale)
    return lot.basis_usd


def _unknown(lot: HeldLot, word: str, sale: Transaction) -> MissingFact:
    return MissingFact(
        f"The {word} of {lot.symbol} is unknown, so the lots sold on {sale.on} cannot be told.",
        f"Add the {word}, or name the lots of the sale.",
        str(lot.origin),
    )


def _tax_per_share(lot: HeldLot, sale: Transaction, rates: TermRates | None) -> Decimal:
    if rates is None or sale.amount_usd is None or not sale.shares:
        raise MissingFact("Least tax needs the person's rates by term.", "Say filing status and income.")
    price = sale.amount_usd / sale.shares
    rate = rates.long_frac if lot.term(sale.on) is Term.LONG else rates.short_frac
    return (price - _known(lot, "cost", sale) / lot.shares) * rate


def _plain(shares: Decimal) -> str:
    return f"{shares.normalize():f}"
