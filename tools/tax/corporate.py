"""Events that change lots without a trade: splits, mergers, spin-offs, renames, returned capital. No purchase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tools.errors import BadRequest, MissingFact
from tools.history import Action, Transaction
from tools.money import ZERO, cents, share_of
from tools.tax.lots import HeldLot, tidy

EVENTS = frozenset((Action.SPLIT, Action.MERGE, Action.SPIN_OFF, Action.RENAME, Action.RETURN_OF_CAPITAL))


@dataclass(frozen=True, slots=True)
class Changed:
    """The lots after an event, and the gain that it realizes on each lot it came from."""

    lots: tuple[HeldLot, ...]
    gains: tuple[tuple[HeldLot, Decimal], ...] = ()


def change(lots: list[HeldLot], event: Transaction) -> Changed:
    """Apply a corporate event to the lots of one symbol in one account.

    Raises:
        MissingFact: The ratio, the new symbol, the allocation of basis or the value per share is not given.
        BadRequest: A ratio or fraction is out of range.
    """
    return _RULES[event.action](lots, event)


def _split(lots: list[HeldLot], event: Transaction) -> Changed:
    """Spread the basis over the new number of shares; dates stay (Reg. 1.307-1)."""
    ratio = ratio_of(event)
    return Changed(tuple(replace(lot, shares=tidy(lot.shares * ratio)) for lot in lots))


def _rename(lots: list[HeldLot], event: Transaction) -> Changed:
    return Changed(tuple(replace(lot, symbol=_other(event)) for lot in lots))


def _spin_off(lots: list[HeldLot], event: Transaction) -> Changed:
    """Give the new shares their part of the basis and the old dates (IRC 355, 358, 1223(1); Form 8937).

    They are not purchased (IRC 1091(a)), however recently the old ones were.
    """
    ratio, part, symbol = ratio_of(event), event.basis_frac, _other(event)
    if part is None:
        raise _missing(event, "the part of the basis that goes to the new shares (basis_frac, from Form 8937)")
    if not 0 <= part <= 1:
        raise BadRequest(f"basis_frac is {part}, not from 0 to 1.", "Write 0.2 for 20 %.", str(event.origin))
    kept, new = [], []
    for lot in lots:
        moved = None if lot.basis_usd is None else cents(lot.basis_usd * part)
        loss = None if lot.loss_basis_usd is None else cents(lot.loss_basis_usd * part)
        washed = cents(lot.washed_usd * part)
        kept.append(
            replace(
                lot,
                basis_usd=_less(lot.basis_usd, moved),
                loss_basis_usd=_less(lot.loss_basis_usd, loss),
                washed_usd=lot.washed_usd - washed,
            )
        )
        new.append(
            replace(
                lot,
                symbol=symbol,
                shares=tidy(lot.shares * ratio),
                basis_usd=moved,
                loss_basis_usd=loss,
                washed_usd=washed,
                bought=None,
            )
        )
    return Changed((*kept, *new))


def _merge(lots: list[HeldLot], event: Transaction) -> Changed:
    """Exchange shares; cash beside them is taxed up to the gain, a loss is not allowed (IRC 354, 356, 358).

    An exchange that is not taxed in full is no purchase (IRC 1091(a)).
    """
    ratio, symbol = ratio_of(event), _other(event)
    held = sum((lot.shares for lot in lots), ZERO)
    cash = event.amount_usd or ZERO
    new, gains = [], []
    done = ZERO
    for lot in lots:
        before = share_of(cash, done, held) if done else ZERO
        done += lot.shares
        boot = share_of(cash, done, held) - before
        gain = _boot_gain(lot, event, boot, held) if boot else ZERO
        basis = None if lot.basis_usd is None else lot.basis_usd - boot + gain
        loss = None if lot.loss_basis_usd is None else max(lot.loss_basis_usd - boot, ZERO) + gain
        shares = tidy(lot.shares * ratio)
        new.append(replace(lot, symbol=symbol, shares=shares, basis_usd=basis, loss_basis_usd=loss, bought=None))
        gains += [(lot, gain)] if gain else []
    return Changed(tuple(new), tuple(gains))


def _boot_gain(lot: HeldLot, event: Transaction, boot: Decimal, held: Decimal) -> Decimal:
    if event.market_value_usd is None:
        raise _missing(event, "the value of the new shares received (market_value)")
    if lot.basis_usd is None:
        raise MissingFact(f"The cost of {lot.symbol} is unknown.", "Add it to its row.", str(lot.origin))
    worth = share_of(event.market_value_usd, lot.shares, held) + boot
    return min(max(worth - lot.basis_usd, ZERO), boot)


def _return_of_capital(lots: list[HeldLot], event: Transaction) -> Changed:
    """Lower the basis, to zero at most; what is more is gain (IRC 301(c)(2)-(3))."""
    paid = event.amount_usd
    if paid is None or paid < 0:
        raise _missing(event, "the dollars returned (amount)")
    held = sum((lot.shares for lot in lots), ZERO)
    new, gains = [], []
    done = ZERO
    for lot in lots:
        before = share_of(paid, done, held) if done else ZERO
        done += lot.shares
        part = share_of(paid, done, held) - before
        if lot.basis_usd is None:
            new.append(lot)
            continue
        gain = max(part - lot.basis_usd, ZERO)
        loss_basis = None if lot.loss_basis_usd is None else max(lot.loss_basis_usd - part, ZERO)
        new.append(replace(lot, basis_usd=lot.basis_usd - part + gain, loss_basis_usd=loss_basis))
        gains += [(lot, gain)] if gain else []
    return Changed(tuple(new), tuple(gains))


_RULES = {
    Action.SPLIT: _split,
    Action.RENAME: _rename,
    Action.SPIN_OFF: _spin_off,
    Action.MERGE: _merge,
    Action.RETURN_OF_CAPITAL: _return_of_capital,
}


def ratio_of(event: Transaction) -> Decimal:
    """Return the ratio of an event: new shares for each old one.

    Raises:
        MissingFact: It is not given.
        BadRequest: It is not positive.
    """
    if event.ratio is None:
        raise _missing(event, "the ratio, new shares for each old one")
    if event.ratio <= 0:
        raise BadRequest(f"The ratio is {event.ratio}.", "Write 2 for two new shares for one old.", str(event.origin))
    return event.ratio


def _other(event: Transaction) -> str:
    if not event.other_symbol:
        raise _missing(event, "the new symbol (other_symbol)")
    return event.other_symbol


def _missing(event: Transaction, what: str) -> MissingFact:
    return MissingFact(
        f"The {event.action.replace('_', ' ')} of {event.symbol} on {event.on} lacks {what}.",
        "Add it to its row.",
        str(event.origin),
    )


def _less(total: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if total is None or part is None else total - part
