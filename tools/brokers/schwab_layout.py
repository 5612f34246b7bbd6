"""How a Schwab lot file begins: a title such as ``SCHA Lot Details for XXXX-1234 as of ...``, then the header row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tools.brokers import cells
from tools.brokers.lines import HEADER_WITHIN, Line, heading

_TITLE = re.compile(
    r"^\s*(?P<symbol>\S+) Lot Details(?: for (?P<account>.+?))?(?: as of (?P<when>.+))?\s*$", re.IGNORECASE
)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}")

_NAMES = {
    "account": ("account name", "account"),
    "symbol": ("symbol",),
    "open": ("open date",),
    "traded": ("transaction open",),
    "shares": ("quantity",),
    "price": ("price",),
    "cost_each": ("cost/share", "cost per share"),
    "value": ("market value",),
    "basis": ("cost basis",),
    "traded_basis": ("transaction cb",),
    "term": ("holding period",),
}


@dataclass(frozen=True, slots=True)
class Title:
    """What the title says; None for what it does not."""

    symbol: str | None = None
    account: str | None = None
    as_of: date | None = None


def title_of(lines: Sequence[Line]) -> Title:
    """Find the title above the header row; all unknown when there is none."""
    for line in lines:
        found = _TITLE.match(" ".join(line.cells))
        if found:
            account = cells.account_label(found["account"] or "")
            return Title(_symbol(found["symbol"]), account, _day(found["when"] or ""))
    return Title()


def _symbol(text: str) -> str | None:
    try:
        return cells.ticker(text)
    except cells.BadCell:
        return None


def _day(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return cells.day(found[0]) if found else None
    except cells.BadCell:
        return None


def columns_of(line: Line) -> dict[str, int]:
    """Return where each known column stands; of two with one name the first."""
    seen = {heading(cell): place for place, cell in reversed(list(enumerate(line.cells)))}
    found = {field: next((seen[name] for name in names if name in seen), None) for field, names in _NAMES.items()}
    return {field: place for field, place in found.items() if place is not None}


def header_of(lines: Sequence[Line]) -> Line | None:
    """Find the header row of a lot table, None when there is none."""
    needed = {"open", "shares", "cost_each", "basis", "term"}
    return next((line for line in lines[:HEADER_WITHIN] if needed <= set(columns_of(line))), None)
