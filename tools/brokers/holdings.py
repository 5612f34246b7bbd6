"""Rows of holdings, whatever the broker: positions, lots and cash made the same way, checked the same way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.base import CashRow, LotRow, PositionRow, TotalRow
from tools.brokers.named import Named, type_of
from tools.brokers.table import MOST, Row, Sheet
from tools.history import Instrument
from tools.money import CENT, ZERO, cents

_BONDS = ("fixed income", "bond", "cd", "certificate of deposit", "treasury", "municipal", "bill")
_ACCRUED_FRAC = Decimal("0.05")  # a bond's value may hold its accrued interest
_PRICE_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Holding:
    """What a row says of a holding; unknown is None. ``kind`` is the broker's word for the type of security."""

    account: str
    named: Named
    shares: Decimal
    name: str | None = None
    basis_usd: Decimal | None = None
    price_usd: Decimal | None = None
    value_usd: Decimal | None = None
    kind: str = ""


def whole_shares(row: Row, field: str = "shares") -> Decimal:
    """Read a quantity that must be there and not be zero.

    Raises:
        BadCell: It is not there, is zero, or is too large to be one.
    """
    value = row.must(field, cells.number)
    if value is None or not ZERO < abs(value) <= MOST:
        raise cells.BadCell(f"quantity: “{cells.shown(row.text(field))}” is not a number of shares")
    return value


def take_position(row: Row, one: Holding) -> None:
    """Keep a position; a long one that is no stock is noted, and value that contradicts the price is a problem."""
    sheet, one = row.sheet, _by_unit(row, one)
    bond = one.named.is_name or any(word in one.kind.casefold().split() for word in _BONDS) or "fixed" in one.kind
    if one.named.instrument is not Instrument.STOCK or bond:
        what = "an option" if one.named.instrument is not Instrument.STOCK else "kept by name; no lot of it can be sold"
        sheet.note(f"row {row.line.row}, {one.named.symbol}: {what}.")
    else:
        check_value(row, one)
    sheet.found.positions.append(
        PositionRow(
            row=row.line.row,
            account=one.account,
            account_type=type_of(one.account),
            symbol=one.named.symbol,
            name=one.name,
            instrument=one.named.instrument,
            shares=one.shares,
            basis_usd=None if one.basis_usd is None else cents(one.basis_usd),
            price_usd=price_of(one),
            asset_class="bonds" if "fixed income" in one.kind.casefold() else None,
        )
    )


def take_lot(row: Row, one: Holding, acquired: date | None, tacked_days: int = 0) -> None:
    """Keep one lot; shares that are owed are no lot.

    Raises:
        BadCell: The quantity is negative.
    """
    one = _by_unit(row, one)
    if one.shares < ZERO:
        raise cells.BadCell(f"quantity: {one.shares} is a short position, which has no lots to sell")
    basis = one.basis_usd if one.basis_usd is None or one.basis_usd >= ZERO else None
    if basis is None and one.basis_usd is not None:
        row.sheet.found.problem(row.line.row, "The cost basis is negative; taken as unknown.", "Ask the broker for it.")
    price = None if one.named.instrument is not Instrument.STOCK else price_of(one)
    if one.value_usd is not None and one.price_usd is None:
        row.sheet.values[len(row.sheet.found.lots)] = one.value_usd
    check_value(row, one)
    row.sheet.found.lots.append(
        LotRow(
            row=row.line.row,
            account=one.account,
            account_type=type_of(one.account),
            symbol=one.named.symbol,
            name=one.name,
            shares=one.shares,
            basis_usd=None if basis is None else cents(basis),
            acquired=acquired,
            price_usd=price,
            tacked_days=tacked_days,
        )
    )


def take_cash(row: Row, account: str, amount: Decimal | None) -> None:
    """Keep cash.

    Raises:
        BadCell: The amount is unknown, or negative: money owed to the broker is not cash.
    """
    if amount is None:
        raise cells.BadCell("the amount of cash is unknown")
    if amount < ZERO:
        raise cells.BadCell(f"cash of ${amount:,} is money owed, which is not part of the portfolio")
    row.sheet.found.cash.append(
        CashRow(row=row.line.row, account=account, account_type=type_of(account), amount_usd=cents(amount))
    )


def price_of(one: Holding) -> Decimal | None:
    """Return the price as stated, else value by share; None when neither is known."""
    if one.price_usd:
        return one.price_usd
    if one.value_usd is None or one.value_usd <= ZERO or one.shares <= ZERO:
        return None
    each = (one.value_usd / one.shares).quantize(_PRICE_STEP)
    return cents(each) if cents(each) == each else each


def _by_unit(row: Row, one: Holding) -> Holding:
    """Turn a bond's price, quoted for 100 of face, into that of one unit of the quantity: only the value tells."""
    stock = one.named.instrument is Instrument.STOCK
    if not stock or not one.price_usd or not one.value_usd or one.value_usd <= ZERO or one.shares <= ZERO:
        return one
    if abs(one.value_usd * 100 / (one.shares * one.price_usd) - 1) > _ACCRUED_FRAC:
        return one
    row.sheet.note(f"row {row.line.row}, {one.named.symbol}: priced for each $100 of face, as its value shows.")
    return replace(one, price_usd=one.price_usd / 100, value_usd=None)


def check_value(row: Row, one: Holding) -> None:
    """Say when value is not shares times price, beyond what the digits shown can explain."""
    if one.named.instrument is not Instrument.STOCK or not one.price_usd or one.value_usd is None:
        return
    loose = CENT + (abs(one.shares) * _last_digit(one.price_usd) + one.price_usd * _last_digit(one.shares)) / 2
    if abs(one.shares * one.price_usd - one.value_usd) > loose:
        what = f"Value ${one.value_usd:,} is not {one.shares} shares at ${one.price_usd:,}."
        row.sheet.found.problem(row.line.row, what, "Quantity and price are used; check them with your broker.")


def _last_digit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, -2)) if isinstance(exponent, int) else CENT


def even_prices(sheet: Sheet) -> None:
    """Give all lots of a symbol one price where it was worked out from values: that of the largest lot."""
    largest: dict[str, tuple[Decimal, Decimal | None]] = {}
    for place in sheet.values:
        lot = sheet.found.lots[place]
        if lot.shares > largest.get(lot.symbol, (ZERO, None))[0]:
            largest[lot.symbol] = (lot.shares, lot.price_usd)
    for place in sheet.values:
        lot = sheet.found.lots[place]
        price = largest[lot.symbol][1]
        if price != lot.price_usd:
            sheet.found.lots[place] = lot.model_copy(update={"price_usd": price})


@dataclass
class Nested:
    """Positions with their lots below: a position that has lots is the broker's total over them, not a holding too."""

    _open: tuple[Row, Holding] | None = None
    _first: int = 0
    lot_places: dict[str, int] | None = None

    @classmethod
    def of(cls, sheet: Sheet) -> Nested:
        """Return the one of this file."""
        if not isinstance(sheet.nested, cls):
            sheet.nested = cls()
        return sheet.nested

    def position(self, row: Row, one: Holding) -> None:
        """Begin a position."""
        self.close(row.sheet)
        self._open, self._first = (row, one), len(row.sheet.found.lots)

    @property
    def holding(self) -> Holding | None:
        """The position whose lots are being read."""
        return self._open[1] if self._open else None

    def close(self, sheet: Sheet) -> None:
        """End the position: without lots it is a holding, with lots a total to reconcile."""
        if self._open is None:
            return
        row, one = self._open
        self._open = None
        lots = sheet.found.lots[self._first :]
        if not lots:
            take_position(row, one)
            return
        last = max(lot.row for lot in lots)
        total = TotalRow(
            row=last + 1,
            first_row=row.line.row,
            account=one.account,
            symbol=one.named.symbol,
            shares=one.shares,
            basis_usd=None if one.basis_usd is None else cents(one.basis_usd),
        )
        sheet.found.totals.append(total)


def check_total(row: Row) -> None:
    """Compare the broker's total basis with the positions above it since the last total."""
    sheet, said = row.sheet, row.number("basis")
    above = sheet.found.positions[sheet.summed :]
    known = [one.basis_usd for one in above if one.basis_usd is not None]
    sheet.summed = len(sheet.found.positions)
    sheet.found.blank_count += 1
    if said is not None and above and len(known) == len(above) and sum(known, ZERO) != said:
        what = f"The positions above have a basis of ${sum(known, ZERO):,}, the broker's total says ${said:,}."
        sheet.found.problem(row.line.row, what, "Download the file again; a row may be missing or damaged.")
