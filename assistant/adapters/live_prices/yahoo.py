"""Daily closes from Yahoo through the optional package yfinance, which is unofficial: only when asked for by name."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tools.errors import BadRequest
from tools.market.price_checks import number
from tools.market.quotes import Answer, Seen
from tools.model import Problem

_DIGITS = 4
_LATER = "Ask again later; until then the prices of your files count."


class Yahoo:
    """Asks through ``yfinance.download``.

    Args:
        download: The package's function, or one of the same shape; the package itself where absent.

    Raises:
        BadRequest: The optional package is not installed.
    """

    name = "Yahoo"
    host = "Yahoo"

    def __init__(self, download: Callable[..., Any] | None = None) -> None:
        if download is None and importlib.util.find_spec("yfinance") is None:
            raise BadRequest("LOTLINE_YAHOO is set, but yfinance is not installed.", "pip install lotline[yahoo]")
        self._download = download

    def closes(self, symbols: Sequence[str], first: date, last: date) -> Answer:
        """Return the raw closes of each symbol; see ``PriceProvider``. The open day is left out."""
        theirs = {symbol: symbol.replace(".", "-") for symbol in symbols}
        try:
            table = self._get()(
                list(theirs.values()),
                start=first.isoformat(),
                end=last.isoformat(),
                actions=True,
                auto_adjust=False,
                group_by="ticker",
                progress=False,
                threads=False,
                timeout=10,
            )
        except Exception as error:  # the package names no closed set of what it raises
            what = f"Yahoo gave no prices ({type(error).__name__})."
            return Answer({}, {one: Problem(f"{one} at {self.name}", what, _LATER) for one in symbols})
        return Answer({symbol: seen_in(table, name) for symbol, name in theirs.items()})

    def _get(self) -> Callable[..., Any]:
        if self._download is None:
            found: Callable[..., Any] = importlib.import_module("yfinance").download
            return found
        return self._download


def seen_in(table: Any, name: str) -> list[Seen]:
    """Read one symbol's rows, with splits taken out of the closes again.

    Yahoo's ``Close`` is adjusted for every later split though for no dividend, and ``Stock Splits`` names the splits.
    """
    if name not in set(table.columns.get_level_values(0)):
        return []
    part = table[name]
    later = Decimal(1)
    found = []
    for day, row in sorted(part.iterrows(), reverse=True):
        close, split = row.get("Close"), number(row.get("Stock Splits"))
        if close is None or close != close:  # an empty row: the exchange was closed, or the symbol not yet listed
            continue
        shown = number(round(float(close), _DIGITS))
        raw = None if shown is None else round(shown * later, _DIGITS)
        found.append(Seen(None, day.date(), raw, None, split))
        if split:
            later *= split
    return found
