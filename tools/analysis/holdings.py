"""What is held: by symbol, by account, by lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.facts import FactBook, Json
from tools.market.securities import info
from tools.model import CASH, Household, Lot, Term
from tools.money import ZERO
from tools.tax.holding_period import long_term_from, term_on


@dataclass(frozen=True, slots=True)
class Position:
    """All lots of one symbol together; unknown parts make a sum None."""

    symbol: str
    shares: Decimal
    value_usd: Decimal | None
    basis_usd: Decimal | None
    lots: tuple[Lot, ...]

    @property
    def gain_usd(self) -> Decimal | None:
        """Value less basis, None when either is unknown."""
        return None if self.value_usd is None or self.basis_usd is None else self.value_usd - self.basis_usd


def lot_term(lot: Lot, on: date) -> Term | None:
    """Return the term if the lot were sold on that day, None when its date is unknown."""
    if lot.inherited:
        return Term.LONG
    return None if lot.acquired is None else term_on(lot.acquired, on, lot.tacked_days)


def days_to_long(lot: Lot, on: date) -> int | None:
    """Return the days until a sale is long-term, None when it already is or the date is unknown."""
    if lot.acquired is None or lot_term(lot, on) is Term.LONG:
        return None
    return (long_term_from(lot.acquired, lot.tacked_days) - on).days


def positions(household: Household, lots: tuple[Lot, ...]) -> tuple[Position, ...]:
    """Add lots up by symbol, largest value first."""
    by_symbol: dict[str, list[Lot]] = {}
    for lot in lots:
        by_symbol.setdefault(lot.symbol, []).append(lot)
    found = [_position(household, symbol, tuple(group)) for symbol, group in by_symbol.items()]
    return tuple(sorted(found, key=lambda position: (-(position.value_usd or ZERO), position.symbol)))


def _position(household: Household, symbol: str, lots: tuple[Lot, ...]) -> Position:
    values = [household.value_of(lot) for lot in lots]
    bases = [lot.basis_usd for lot in lots]
    return Position(
        symbol,
        sum((lot.shares for lot in lots), ZERO),
        None if None in values else sum((v for v in values if v is not None), ZERO),
        None if None in bases else sum((b for b in bases if b is not None), ZERO),
        lots,
    )


def name_of(household: Household, symbol: str) -> str:
    """Return the name of a security as a person says it, the symbol when unknown."""
    if symbol == CASH:
        return "Cash"
    security = household.securities.get(symbol) or info(symbol)
    return security.name if security and security.name else symbol


def select_lots(
    household: Household,
    symbol: str | None = None,
    account_id: str | None = None,
    asset_class: str | None = None,
    lot_id: str | None = None,
) -> tuple[Lot, ...]:
    """Return the lots that fit every given filter, in symbol and date order."""
    found = [
        lot
        for lot in household.lots
        if (symbol is None or lot.symbol == symbol)
        and (account_id is None or lot.account_id == account_id)
        and (lot_id is None or lot.id == lot_id)
        and (asset_class is None or _class(household, lot.symbol) == asset_class)
    ]
    return tuple(sorted(found, key=lambda lot: (lot.symbol, lot.acquired or date.max, lot.id)))


def _known(value_usd: Decimal, household: Household) -> Decimal | None:
    return value_usd if household.value_known else None


def _class(household: Household, symbol: str) -> str | None:
    security = household.securities.get(symbol)
    return security.asset_class if security else None


def describe_holdings(
    household: Household, lots: tuple[Lot, ...], as_of: date, book: FactBook, *, by_lot: bool
) -> dict[str, Json]:
    """Write holdings as JSON with facts; lots one by one only when asked."""
    total = household.value_usd
    held = positions(household, lots)
    rows: list[Json] = [_position_row(household, position, total, book) for position in held]
    accounts: list[Json] = [
        book.row(
            account.id,
            {"value_usd": _account_value(household, account.id), "cash_usd": household.cash_usd.get(account.id)},
            entity=account.id,
            of=account.id,
            account=account.id,
            type=account.type.value,
        )
        for account in household.accounts
    ]
    gains = [position.gain_usd for position in held]
    shown = sum((position.value_usd or ZERO for position in held), ZERO)
    everything = len(lots) == len(household.lots)
    figures = {
        "value_usd": _known(total if everything else shown, household),
        "cash_usd": sum(household.cash_usd.values(), ZERO) if household.cash_usd and everything else None,
        "gain_usd": None if None in gains else sum((g for g in gains if g is not None), ZERO),
        "lots_count": len(lots),
        "names_count": len(held),
    }
    return {
        **book.row("", figures, complete=everything),
        "holdings": rows,
        "accounts": accounts,
        "lots": [_lot_row(household, lot, as_of, book) for lot in lots] if by_lot else [],
    }


def _account_value(household: Household, account_id: str) -> Decimal:
    held = sum((household.value_of(lot) or ZERO for lot in household.lots if lot.account_id == account_id), ZERO)
    return held + household.cash_usd.get(account_id, ZERO)


def _position_row(household: Household, position: Position, total: Decimal, book: FactBook) -> dict[str, Json]:
    name = name_of(household, position.symbol)
    figures = {
        "held_shares": position.shares,
        "each_price": household.price_of(position.symbol),
        "value_usd": position.value_usd,
        "weight_frac": None if position.value_usd is None or not total else position.value_usd / total,
        "basis_usd": position.basis_usd,
        "gain_usd": position.gain_usd,
        "lots_count": len(position.lots),
    }
    return book.row(position.symbol, figures, entity=position.symbol, of=name, symbol=position.symbol, name=name)


def _lot_row(household: Household, lot: Lot, as_of: date, book: FactBook) -> dict[str, Json]:
    term = lot_term(lot, as_of)
    figures = {
        "held_shares": lot.shares,
        "acquired_date": lot.acquired,
        "value_usd": household.value_of(lot),
        "basis_usd": lot.basis_usd,
        "gain_usd": household.gain_of(lot),
        "long_in_days": days_to_long(lot, as_of),
    }
    return book.row(
        lot.id,
        figures,
        entity=lot.symbol,
        of=f"{name_of(household, lot.symbol)} {lot.id}",
        lot=lot.id,
        symbol=lot.symbol,
        account=lot.account_id,
        term=term.value if term else "unknown",
        where=str(lot.origin),
    )
