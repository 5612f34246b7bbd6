"""A price file of the person's own: symbol, price and date, one row a symbol or many days of each."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation

from tools.errors import FileProblem
from tools.market.prices import Price

_NAMES = {"symbol": ("symbol", "ticker"), "price": ("price", "close"), "date": ("date", "day")}
_HEADER_BYTES = 400
_ALSO = frozenset({"name", "currency", ""})
_FIX = "Write symbol, price (the raw close in dollars) and date as 2026-11-20."


def is_price_file(content: bytes) -> bool:
    """Tell by its headings whether a file holds prices and nothing else."""
    first = content[:_HEADER_BYTES].decode("utf-8-sig", "replace").partition("\n")[0]
    return _places(first.strip("\r").replace('"', "").split(",")) is not None


def read_price_file(label: str, content: bytes, as_of: date) -> tuple[Price, ...]:
    """Read a price file.

    Args:
        label: What the file is called in messages.
        content: The bytes as dropped.
        as_of: The day of the question; no price is of a later day.

    Raises:
        FileProblem: It is no such CSV, or a row has no symbol, no positive price, no ISO date, or a day to come; then
            nothing of it counts.
    """
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    try:
        places = _places(next(rows, [])) or {}
        found = [_price(label, number, row, places, as_of) for number, row in enumerate(rows, start=2) if any(row)]
    except csv.Error as error:
        raise FileProblem(f"The file is no CSV: {error}.", _FIX, label) from None
    if not found:
        raise FileProblem("The price file has no row below its headings.", _FIX, label)
    return tuple(found)


def _places(header: list[str]) -> dict[str, int] | None:
    words = [cell.strip().casefold() for cell in header]
    places = {field: words.index(name) for field, names in _NAMES.items() for name in names if name in words}
    rest = {word for place, word in enumerate(words) if place not in places.values()}
    return places if len(places) == len(_NAMES) and rest <= _ALSO else None


def _price(label: str, number: int, row: list[str], places: dict[str, int], as_of: date) -> Price:
    where = f"{label}, row {number}"
    try:
        symbol = row[places["symbol"]].strip().upper()
        usd = Decimal(row[places["price"]].strip().lstrip("$").replace(",", ""))
        day = date.fromisoformat(row[places["date"]].strip())
    except (KeyError, IndexError, ValueError, InvalidOperation):
        raise FileProblem(f"Row {number} is no price with its day.", _FIX, where) from None
    if not symbol or not usd.is_finite() or usd <= 0 or abs(usd.adjusted()) > 11:
        raise FileProblem(f"Row {number} needs a symbol and more than zero dollars.", _FIX, where)
    if day > as_of:
        raise FileProblem(f"The price in row {number} is of {day}, which is after {as_of}.", "Correct the date.", where)
    return Price(symbol, usd, day)
