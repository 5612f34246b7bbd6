"""A table of no known broker: what its columns seem to be, proposed for the person to confirm, then read.

Nothing is read on a guess: ``propose`` returns a value, ``read_confirmed`` takes it back as the person confirmed it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.brokers import cells
from tools.brokers.base import Reading
from tools.brokers.holdings import Holding, even_prices, take_cash, take_lot, take_position, whole_shares
from tools.brokers.lines import HEADER_WITHIN, Line
from tools.brokers.named import is_money_fund, named
from tools.brokers.table import Row, Table, TableReader, column_name
from tools.errors import BadRequest
from tools.money import cents

NAME = "table with confirmed columns"
FIELDS = {
    "account": ("account", "account name", "account number", "account #", "acct", "portfolio"),
    "symbol": ("symbol", "ticker", "symbol/cusip", "ticker symbol", "instrument", "cusip", "security id", "stock"),
    "name": ("description", "name", "security", "security description", "security name", "company", "holding"),
    "shares": ("quantity", "qty", "shares", "units", "share quantity", "number of shares", "# shares", "position"),
    "acquired": ("date acquired", "acquired", "acquired date", "open date", "purchase date", "acquisition date")
    + ("buy date", "lot date", "date purchased", "trade date", "opened", "date opened", "purchased"),
    "basis": ("cost basis", "total cost", "total cost basis", "cost basis total", "book value", "orig cost")
    + ("original cost", "adjusted cost", "adjusted cost basis", "total cost ($)", "amount invested", "book cost"),
    "each": ("unit cost", "cost per share", "cost/share", "average cost", "avg cost", "average cost basis")
    + (
        "purchase price",
        "local unit cost",
        "avg price",
        "average price",
        "price paid",
        "buy price",
        "cost basis/share",
    ),
    "price": ("price", "last price", "current price", "market price", "delayed price", "closing price", "share price")
    + ("last", "close", "latest price", "nav", "price/share"),
    "value": ("market value", "current value", "value", "total value", "mkt value", "market val", "balance"),
}
_UNCLEAR: dict[str, tuple[str, ...]] = {
    "cost": ("basis", "each"),
    "amount": ("shares", "value"),
    "total": ("basis", "value"),
    "date": ("acquired",),
}
# Headings of what happened, not of what is held: a sale read as a holding would be worse than a file refused.
PAST = frozenset(
    (
        "date sold",
        "sold",
        "sell date",
        "sale date",
        "closed date",
        "date closed",
        "close date",
        "proceeds",
        "sale price",
    )
    + ("action", "transaction", "transaction type", "trans code", "activity", "activity type", "type of transaction")
)
MAX_COLUMNS, MAX_HEADING = 200, 200
_BRACKET = re.compile(r"\s*\([^()]{0,12}\)\s*|\s*[$#]\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: where it stands, what it is called, and the field it seems to be."""

    place: int
    heading: str
    field: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A column that may be one of several fields."""

    place: int
    heading: str
    fields: tuple[str, ...]

    @property
    def question(self) -> str:
        """Ask which of them it is."""
        return f"Is “{self.heading}” {' or '.join(MEANING[field] for field in self.fields)}, or neither?"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the columns seem to be.

    ``unclear`` are those that may be one of several things and must be asked about, ``questions`` the same in words,
    ``sample`` the first rows, ``headings`` all cells of the header, ``fingerprint`` what a file of the same layout
    shares with this one.
    """

    header_row: int
    columns: tuple[Column, ...]
    unused: tuple[str, ...]
    questions: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    headings: tuple[str, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    fingerprint: str = ""

    @property
    def has_lots(self) -> bool:
        """True when the table says when each holding was acquired."""
        return any(column.field == "acquired" for column in self.columns)


def propose(lines: Sequence[Line]) -> Proposal | None:
    """Propose what the columns are; None when no line has both a symbol and a quantity among its headings.

    A table of sales or other events is none of holdings and is not proposed.
    """
    for line in lines[:HEADER_WITHIN]:
        if tells_of_the_past(line):
            return None
        found = _columns(line)
        if {"symbol", "shares"} <= {column.field for column in found}:
            return _proposal(line, found, lines)
    return None


def tells_of_the_past(line: Line) -> bool:
    """Recognise the header of sales or of a history."""
    named = set(_headings(line))
    return len(named) > 2 and not PAST.isdisjoint(named)


def _columns(line: Line) -> list[Column]:
    found: dict[str, Column] = {}
    named = _headings(line)
    for field, names in FIELDS.items():
        for name in names:
            place = named.index(name) if name in named else None
            if place is not None and place not in {column.place for column in found.values()}:
                found[field] = Column(place, cells.shown(line.cells[place]), field)
                break
    return sorted(found.values(), key=lambda column: column.place)


def _headings(line: Line) -> list[str]:
    """Return the headings of a line; beyond what a header can hold, nothing is looked at."""
    return [_bare(cell) if len(cell) <= MAX_HEADING else "" for cell in line.cells[:MAX_COLUMNS]]


def _bare(cell: str) -> str:
    return " ".join(_BRACKET.sub(" ", column_name(cell)).split())


def _proposal(line: Line, found: Sequence[Column], lines: Sequence[Line]) -> Proposal:
    used = {column.place for column in found}
    rest = [(place, cell) for place, cell in enumerate(line.cells) if cell.strip() and place not in used]
    taken = {column.field for column in found}
    unclear = tuple(
        Unclear(place, cells.shown(cell), fields)
        for place, cell in rest
        if (fields := tuple(field for field in _UNCLEAR.get(_bare(cell), ()) if field not in taken))
    )
    below = [one for one in lines if one.row > line.row and not one.blank][:3]
    return Proposal(
        header_row=line.row,
        columns=tuple(found),
        unused=tuple(cells.shown(cell) for _, cell in rest),
        questions=tuple(one.question for one in unclear),
        sample=tuple(tuple(cells.shown(cell) for cell in one.cells) for one in below),
        headings=tuple(cells.shown(cell) for cell in line.cells),
        unclear=unclear,
        fingerprint=fingerprint(line.cells),
    )


def fingerprint(header: Sequence[str]) -> str:
    """Name a layout by its headings in their order; capitals and spaces do not count."""
    return hashlib.sha256("|".join(column_name(cell) for cell in header).rstrip("|").encode()).hexdigest()[:16]


MEANING = {
    "account": "the account",
    "symbol": "the symbol",
    "name": "the name",
    "price": "the price of one share",
    "basis": "the cost of all shares",
    "each": "the cost of one share",
    "shares": "the number of shares",
    "value": "the value in dollars",
    "acquired": "the day of purchase",
}


def read_confirmed(file: str, lines: Sequence[Line], header_row: int, places: Mapping[str, int]) -> Reading:
    """Read a table whose columns the person confirmed.

    Args:
        file: What the file is called in messages.
        lines: The lines of the file, cut as they were for ``propose``.
        header_row: The row of the headings, counted from 1.
        places: Field to the place of its column, counted from 0.

    Raises:
        BadRequest: A field is not known, symbol or shares are missing, or a column does not exist.
    """
    header = next((line for line in lines if line.row == header_row), None)
    if header is None or not {"symbol", "shares"} <= places.keys() or not places.keys() <= FIELDS.keys():
        known = ", ".join(FIELDS)
        raise BadRequest("The columns do not say where symbol and shares are.", f"Name columns for: {known}.", file)
    if any(not 0 <= place < len(header.cells) for place in places.values()):
        raise BadRequest(f"The header has {len(header.cells)} columns.", "Name a column that is there.", file)
    table = Table({}, frozenset(), _take, at=(header_row, dict(places)))
    return TableReader(NAME, "Unnamed", (table,), finish=even_prices).read(file, lines)


def _take(row: Row) -> None:
    symbol, value = row.text("symbol"), row.number("value")
    account = row.sheet.label(row.text("account")) if row.text("account") else row.sheet.unnamed
    if symbol.casefold() in ("total", "totals", "account total", "subtotal"):
        row.sheet.found.blank_count += 1
        return
    price = row.dollars("price")
    if symbol.casefold() == "cash" or is_money_fund(symbol, price):
        take_cash(row, account, value if value is not None else row.number("shares"))
        return
    shares, basis, each = whole_shares(row), row.number("basis"), row.number("each")
    one = Holding(
        account=account,
        named=named(symbol),
        shares=shares,
        name=cells.words(row.text("name")),
        basis_usd=cents(each * shares) if basis is None and each is not None else basis,
        price_usd=price,
        value_usd=value,
    )
    if "acquired" in row.places:
        take_lot(row, one, row.may("acquired", cells.day))
    else:
        take_position(row, one)
