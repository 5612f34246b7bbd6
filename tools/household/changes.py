"""A dated snapshot of what is held, and what changed between two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.model import Household
from tools.money import ZERO, cents
from tools.tax.situation import Gains


@dataclass(frozen=True, slots=True)
class HeldLot:
    """One lot on the day of a snapshot; ``account`` is the account's label. Unknown is None."""

    account: str
    symbol: str
    shares: Decimal
    basis_usd: Decimal | None
    acquired: date | None


@dataclass(frozen=True, slots=True)
class HeldPrice:
    """A price on the day of a snapshot."""

    symbol: str
    usd: Decimal
    on: date | None


@dataclass(frozen=True, slots=True)
class HeldCash:
    """Cash of one account on the day of a snapshot."""

    account: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was held on ``on``: the newest day of its prices, else the day of the load.

    ``short_usd`` and ``long_usd`` are the gains realized in the year of ``on`` up to that day, None when no history
    tells them.
    """

    on: date
    lots: tuple[HeldLot, ...]
    cash: tuple[HeldCash, ...] = ()
    prices: tuple[HeldPrice, ...] = ()
    short_usd: Decimal | None = None
    long_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotChange:
    """Lots of one account, symbol and purchase date whose shares changed; zero before is new, zero after is closed."""

    account: str
    symbol: str
    acquired: date | None
    shares_before: Decimal
    shares_after: Decimal
    basis_after_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class SymbolChange:
    """One symbol on both days; a value is None where no price is known."""

    symbol: str
    shares_before: Decimal
    shares_after: Decimal
    price_before_usd: Decimal | None
    price_after_usd: Decimal | None

    @property
    def value_before_usd(self) -> Decimal | None:
        """Shares times price on the first day."""
        return _value(self.shares_before, self.price_before_usd)

    @property
    def value_after_usd(self) -> Decimal | None:
        """Shares times price on the second day."""
        return _value(self.shares_after, self.price_after_usd)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one snapshot to another. Sums are None where a part of them is unknown."""

    before: Snapshot
    after: Snapshot
    symbols: tuple[SymbolChange, ...]
    lots: tuple[LotChange, ...]
    value_before_usd: Decimal | None
    value_after_usd: Decimal | None
    cash_before_usd: Decimal | None
    cash_after_usd: Decimal | None
    short_usd: Decimal | None
    long_usd: Decimal | None

    @property
    def nothing(self) -> bool:
        """True when neither shares, lots, prices nor cash changed."""
        return not (self.symbols or self.lots) and self.cash_before_usd == self.cash_after_usd


def snapshot_of(household: Household, on: date, realized: Gains | None = None) -> Snapshot:
    """Take the snapshot of a household; ``on`` is the day of the load, for files that give no date."""
    label = {account.id: account.name for account in household.accounts}
    known = [household.securities[symbol] for symbol in household.symbols]
    prices = tuple(HeldPrice(one.symbol, one.price_usd, one.price_date) for one in known if one.price_usd is not None)
    days = [one.on for one in prices if one.on is not None]
    lots = tuple(HeldLot(label[o.account_id], o.symbol, o.shares, o.basis_usd, o.acquired) for o in household.lots)
    cash = tuple(HeldCash(label[account_id], usd) for account_id, usd in household.cash_usd.items())
    gains = (realized.short_usd, realized.long_usd) if realized else (None, None)
    return Snapshot(max(days, default=on), lots, cash, prices, *gains)


def since(snapshots: Sequence[Snapshot], day: date | None) -> Snapshot | None:
    """Return the snapshot that shows a day: the last one up to it, else the first after it; without a day the last."""
    if not snapshots:
        return None
    ordered = sorted(snapshots, key=lambda one: one.on)
    until = [one for one in ordered if day is None or one.on <= day]
    return until[-1] if until else ordered[0]


def changes(before: Snapshot, after: Snapshot) -> Changes:
    """Compare two snapshots: shares, prices, new and closed lots, cash, and what was realized in between."""
    symbols = sorted({lot.symbol for lot in (*before.lots, *after.lots)})
    rows = (_symbol(symbol, before, after) for symbol in symbols)
    same_year = before.on.year == after.on.year
    return Changes(
        before,
        after,
        tuple(row for row in rows if _differs(row)),
        _lots(before.lots, after.lots),
        _worth(before),
        _worth(after),
        _cash(before),
        _cash(after),
        _since(before.short_usd, after.short_usd, same_year),
        _since(before.long_usd, after.long_usd, same_year),
    )


def _symbol(symbol: str, before: Snapshot, after: Snapshot) -> SymbolChange:
    return SymbolChange(
        symbol, _shares(before, symbol), _shares(after, symbol), _price(before, symbol), _price(after, symbol)
    )


def _differs(row: SymbolChange) -> bool:
    moved = None not in (row.price_before_usd, row.price_after_usd) and row.price_before_usd != row.price_after_usd
    return row.shares_before != row.shares_after or moved


def _shares(one: Snapshot, symbol: str) -> Decimal:
    return sum((lot.shares for lot in one.lots if lot.symbol == symbol), ZERO)


def _price(one: Snapshot, symbol: str) -> Decimal | None:
    return next((price.usd for price in one.prices if price.symbol == symbol), None)


def _lots(before: Sequence[HeldLot], after: Sequence[HeldLot]) -> tuple[LotChange, ...]:
    first, second = _by_lot(before), _by_lot(after)
    keys = sorted({*first, *second}, key=lambda key: (key[1], key[2] or date.max, key[0]))
    return tuple(
        LotChange(*key, _total(first.get(key, ())), _total(second.get(key, ())), _basis(second.get(key, ())))
        for key in keys
        if _total(first.get(key, ())) != _total(second.get(key, ()))
    )


def _by_lot(lots: Sequence[HeldLot]) -> Mapping[tuple[str, str, date | None], list[HeldLot]]:
    found: dict[tuple[str, str, date | None], list[HeldLot]] = defaultdict(list)
    for lot in lots:
        found[lot.account, lot.symbol, lot.acquired].append(lot)
    return found


def _total(lots: Sequence[HeldLot]) -> Decimal:
    return sum((lot.shares for lot in lots), ZERO)


def _basis(lots: Sequence[HeldLot]) -> Decimal | None:
    known = [lot.basis_usd for lot in lots if lot.basis_usd is not None]
    return sum(known, ZERO) if len(known) == len(lots) else None


def _value(shares: Decimal, price_usd: Decimal | None) -> Decimal | None:
    return ZERO if not shares else None if price_usd is None else cents(shares * price_usd)


def _worth(one: Snapshot) -> Decimal | None:
    total = _cash(one) or ZERO
    for symbol in {lot.symbol for lot in one.lots}:
        value = _value(_shares(one, symbol), _price(one, symbol))
        if value is None:
            return None
        total += value
    return total


def _cash(one: Snapshot) -> Decimal | None:
    return sum((held.usd for held in one.cash), ZERO) if one.cash else None


def _since(before: Decimal | None, after: Decimal | None, same_year: bool) -> Decimal | None:
    """Return what was realized in between; in another year than before, all of that year so far."""
    if after is None or not same_year:
        return after
    return None if before is None else after - before
