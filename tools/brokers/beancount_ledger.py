"""Beancount ledgers: lots as the ledger books them. Needs the optional extra ``beancount``.

The ledger's text alone is parsed and booked: no plugin runs and no other file is included, so that a ledger from
elsewhere can do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, why
from tools.brokers.holdings import Holding, take_cash, take_lot, take_position
from tools.brokers.lines import Line
from tools.brokers.named import named
from tools.brokers.table import AGAIN, Row, Sheet
from tools.errors import FileProblem
from tools.money import ZERO

_OPENS = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\s+open\s+[A-Z][A-Za-z-]*:")
_OUTSIDE = re.compile(r"^(include|plugin)\b")
_Key = tuple[str, str, Any]


class Beancount:
    """Reader of ledgers; a row is a lot, a holding or a cash balance as booked at the end of the ledger."""

    name = "Beancount ledger"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the opening of an account."""
        return any(_OPENS.match(line.text) for line in lines[:2000])

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Book the ledger and read what its asset accounts hold.

        Raises:
            FileProblem: Beancount is not installed.
        """
        try:
            from beancount.parser import booking, parser
        except ImportError:
            what = "A Beancount ledger can only be read with Beancount installed."
            raise FileProblem(what, "Install it: pip install beancount.", file) from None
        sheet = Sheet(Findings(file), "Beancount")
        text = "\n".join("" if _OUTSIDE.match(line.text) else line.text for line in lines) + "\n"
        if any(_OUTSIDE.match(line.text) for line in lines):
            sheet.note("included files and plugins of the ledger are not read.")
        entries, errors, options = parser.parse_string(text)
        entries, booked = booking.book(entries, options)
        for error in (*errors, *booked):
            row = max(1, int((getattr(error, "source", None) or {}).get("lineno", 1)))
            sheet.found.problem(row, cells.shown(str(error.message)), "Correct the ledger.")
        rows = _take(sheet, entries)
        return sheet.found.reading(self.name, rows, sheet.as_of)


def _take(sheet: Sheet, entries: Sequence[Any]) -> int:
    held: dict[_Key, Decimal] = {}
    first: dict[_Key, int] = {}
    prices: dict[str, Decimal] = {}
    for entry in entries:
        kind = type(entry).__name__
        if kind == "Price" and entry.amount.currency == "USD":
            prices[entry.currency] = entry.amount.number
        for posting in entry.postings if kind == "Transaction" else ():
            if posting.account.startswith("Assets:") and posting.units is not None:
                key = (posting.account, posting.units.currency, posting.cost)
                held[key] = held.get(key, ZERO) + posting.units.number
                first.setdefault(key, entry.meta.get("lineno", 1))
        sheet.as_of = max(sheet.as_of or date.min, entry.date) if kind in ("Price", "Transaction") else sheet.as_of
    left = [(key, units) for key, units in held.items() if units != ZERO]
    for key, units in left:
        row = Row(Line(max(1, first[key]), ()), {}, Line(0, ()), sheet)
        try:
            _one(row, key, units, prices)
        except (cells.BadCell, ValidationError) as bad:
            sheet.found.leave_out(row.line.row, f"{cells.shown(key[1])}: {why(bad)}. It is left out.", AGAIN)
    return len(left)


def _one(row: Row, key: _Key, units: Decimal, prices: dict[str, Decimal]) -> None:
    account, currency, cost = key
    label = row.sheet.label(account.removeprefix("Assets:").replace(":", " "))
    if currency == "USD":
        take_cash(row, label, units)
        return
    basis = cost.number * units if cost is not None and cost.currency == "USD" else None
    one = Holding(label, named(currency), units, None, basis, prices.get(currency))
    if cost is None or units < ZERO:
        take_position(row, one)
    else:
        take_lot(row, one, cost.date)
