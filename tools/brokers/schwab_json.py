"""Schwab's JSON exports: brokerage transactions, and the Equity Awards Center with the lots of vested shares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from tools.brokers import cells
from tools.brokers.base import Findings, Reading, TradeRow, why
from tools.brokers.lines import Line
from tools.brokers.schwab_history import SchwabHistory
from tools.errors import FileProblem
from tools.history import Action
from tools.money import cents

_COLUMNS = ("Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount")
_AGAIN = "Download the JSON file again."
_AWARD_ACTIONS = {
    "deposit": Action.VEST,
    "sale": Action.SELL,
    "quick sale": Action.SELL,
    "forced quick sell": Action.SELL,
    "dividend": Action.DIVIDEND,
}


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _begins(lines: Sequence[Line], *words: str) -> bool:
    """Tell whether the text is a JSON object that has one of the words early on."""
    start = _text(lines[:60]).lstrip()[:6000]
    return start.startswith("{") and any(f'"{word}"' in start for word in words)


def _entries(file: str, lines: Sequence[Line], key: str) -> list[Any]:
    """Parse the text and return the list under the key.

    Raises:
        FileProblem: The text is no JSON, or has no such list.
    """
    try:
        data = json.loads(_text(lines), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise FileProblem("The JSON file is damaged or cut off.", _AGAIN, file) from None
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise FileProblem(f"The JSON file has no list “{key}”.", _AGAIN, file)
    return found


def _cell(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)


class SchwabJson:
    """Reader of the transactions JSON; a row is the number of the entry. The file names no account."""

    name = "Schwab transactions JSON"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise the key of the list of transactions."""
        return _begins(lines, "BrokerageTransactions")

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every entry as the CSV's reader does.

        Raises:
            FileProblem: The text is no JSON, or has no list of transactions.
        """
        rows = [Line(0, _COLUMNS)]
        for number, entry in enumerate(_entries(file, lines, "BrokerageTransactions"), start=1):
            known = entry if isinstance(entry, dict) else {"Date": str(entry)}
            rows.append(Line(number, tuple(_cell(known, column) for column in _COLUMNS)))
        return replace(SchwabHistory().read(file, rows), format=self.name)


class SchwabAwards:
    """Reader of the Equity Awards Center's JSON: vests and purchases with their dates and values, and sales of them."""

    name = "Schwab Equity Awards JSON"

    def fits(self, lines: Sequence[Line]) -> bool:
        """Recognise entries with details of awards."""
        return _begins(lines, "TransactionDetails")

    def read(self, file: str, lines: Sequence[Line]) -> Reading:
        """Read every entry.

        Raises:
            FileProblem: The text is no JSON, or has no list of transactions.
        """
        found = Findings(file)
        entries = _entries(file, lines, "Transactions")
        for number, entry in enumerate(entries, start=1):
            try:
                found.trades.append(_award(found, number, entry))
            except (cells.BadCell, ValidationError) as bad:
                found.leave_out(number, f"{why(bad)}. The entry is left out.", _AGAIN)
        return found.reading(self.name, len(entries), None)


def _award(found: Findings, number: int, entry: Any) -> TradeRow:
    if not isinstance(entry, dict):
        raise cells.BadCell("the entry is not an object")
    on, symbol = cells.day(_cell(entry, "Date")), _cell(entry, "Symbol")
    if on is None:
        raise cells.BadCell("the date is missing")
    words, details = " ".join(_cell(entry, "Action").split()), list(_details(entry))
    action = _AWARD_ACTIONS.get(words.casefold(), Action.OTHER)
    shares = cells.number(_cell(entry, "Quantity"))
    vested = details[0] if action is Action.VEST and len(details) == 1 else {}
    if action is Action.VEST and len(details) > 1:
        found.problem(number, "The deposit names several awards; its basis stays unknown.", "Give the basis of each.")
    return TradeRow(
        row=number,
        account=f"Schwab Equity Awards account in {found.file}",
        on=on,
        action=action,
        words=cells.words(words) or "",
        symbol=None if cells.is_unknown(symbol) else cells.security(symbol),
        name=cells.words(_cell(entry, "Description")),
        shares=None if shares is None else abs(shares),
        fees_usd=cells.number(_cell(entry, "FeesAndCommissions")),
        amount_usd=cells.number(_cell(entry, "Amount")),
        acquired=cells.day(_cell(vested, "VestDate") or _cell(vested, "PurchaseDate")),
        basis_usd=_basis(vested, shares),
        picks=_picks(details) if action is Action.SELL else None,
    )


def _details(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    listed = entry.get("TransactionDetails")
    for one in listed if isinstance(listed, list) else []:
        details = one.get("Details") if isinstance(one, dict) else None
        if isinstance(details, dict):
            yield details


def _basis(vested: Mapping[str, Any], shares: Decimal | None) -> Decimal | None:
    """Return the value on the day of vesting, which was taxed as pay, or the price paid in a purchase plan."""
    each = cells.number(_cell(vested, "VestFairMarketValue") or _cell(vested, "PurchasePrice"))
    return None if each is None or shares is None else cents(abs(each * shares))


def _picks(details: Sequence[Mapping[str, Any]]) -> str | None:
    """Name the lots of a sale by the days on which they were acquired, as the history's vocabulary does."""
    picked = []
    for one in details:
        on, shares = cells.day(_cell(one, "VestDate") or _cell(one, "PurchaseDate")), cells.number(_cell(one, "Shares"))
        if on and shares:
            picked.append(f"{on}:{shares}")
    return "; ".join(picked) or None
