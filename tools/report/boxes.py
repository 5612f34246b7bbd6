"""Which box of Form 8949 a row stands under: by term, by kind of property, and by what the broker tells the IRS."""

from __future__ import annotations

from datetime import date

from tools.history import Action, Instrument, Transaction
from tools.market.securities import info
from tools.model import Term
from tools.tax.closed import Closed

FIRST_REPORTED = {
    "stock": date(2011, 1, 1),
    "fund": date(2012, 1, 1),
    "option": date(2014, 1, 1),
    "digital": date(2026, 1, 1),
}
"""From which purchase date on a broker reports basis (Reg. 1.6045-1(a)(15)); funds and reinvestment plans in 2012."""
DIGITAL_FROM = 2025
"""First year of Form 1099-DA and of the boxes G to L (Form 8949 of 2025)."""

_UNREPORTED = frozenset((Action.GIFT_IN, Action.INHERIT, Action.TRANSFER_IN, Action.VEST))
_OPTIONS = frozenset((Instrument.CALL, Instrument.PUT, Instrument.WARRANT))
_BOXES = {
    # (digital, long-term): basis reported, basis not reported, no form received
    (False, False): ("A", "B", "C"),
    (False, True): ("D", "E", "F"),
    (True, False): ("G", "H", "I"),
    (True, True): ("J", "K", "L"),
}
SHORT_BOXES, LONG_BOXES = "ABCGHI", "DEFJKL"


def box_of(row: Closed, acquisition: Transaction | None) -> str:
    """Return the box of one row, A to L.

    Gains on returned capital come with Form 1099-DIV, so no 1099-B names them (C or F). Digital assets never stand
    under C or F from 2025 on; before, no form reported them.

    Args:
        row: What was sold.
        acquisition: The event that brought the lot in, None when no record shows it.
    """
    digital = row.instrument is Instrument.CRYPTO
    boxes = _BOXES[digital and row.sold.year >= DIGITAL_FROM, row.term is Term.LONG]
    if row.kind is Action.RETURN_OF_CAPITAL or (digital and row.sold.year < DIGITAL_FROM):
        return boxes[2]
    return boxes[0] if _basis_reported(row, acquisition) else boxes[1]


def _basis_reported(row: Closed, acquisition: Transaction | None) -> bool:
    """Tell whether the broker reports the basis to the IRS, as far as dates and kinds tell."""
    if row.inherited or row.acquired is None or (acquisition is not None and acquisition.action in _UNREPORTED):
        return False
    return row.acquired >= FIRST_REPORTED[_kind(row, acquisition)]


def _kind(row: Closed, acquisition: Transaction | None) -> str:
    if row.instrument is Instrument.CRYPTO:
        return "digital"
    if row.instrument in _OPTIONS:
        return "option"
    known = info(row.symbol)
    reinvested = acquisition is not None and acquisition.action is Action.REINVEST
    return "fund" if reinvested or (known is not None and known.kind == "fund") else "stock"
