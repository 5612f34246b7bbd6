"""Closed lots of a report that names no account: they belong where the history shows the same sales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tools.brokers.base import Reading, RealizedRow
from tools.brokers.form_1099b import Form1099B
from tools.history import Action
from tools.model import AccountType

_Label = tuple[str, AccountType, str | None]


def with_accounts(readings: Sequence[Reading]) -> list[Reading]:
    """Give each 1099-B style file without accounts the one account whose sales it reports.

    Without this, its sales would count twice: once in the history, once in an account of their own. A file whose sales
    appear in no history, or in two accounts as often, stays an account of its own.
    """
    sold = _sales(readings)
    return [_placed(one, sold) if one.format == Form1099B.name else one for one in readings]


def _sales(readings: Sequence[Reading]) -> dict[tuple[object, ...], set[_Label]]:
    found: dict[tuple[object, ...], set[_Label]] = {}
    for reading in readings:
        for row in reading.trades:
            if row.action is Action.SELL:
                found.setdefault((row.symbol, row.on), set()).add((row.account, row.account_type, row.owner))
        for closed in reading.realized if reading.format != Form1099B.name else ():
            label = (closed.account, closed.account_type, closed.owner)
            found.setdefault((closed.symbol, closed.sold), set()).add(label)
    return found


def _placed(reading: Reading, sold: dict[tuple[object, ...], set[_Label]]) -> Reading:
    nameless = [row for row in reading.realized if row.account == f"Account in {reading.file}"]
    hits = Counter(label for row in nameless for label in sold.get((row.symbol, row.sold), ()))
    best = hits.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return reading
    label = best[0][0]
    rows = tuple(_named(row, label) if row in nameless else row for row in reading.realized)
    return replace(reading, realized=rows)


def _named(row: RealizedRow, label: _Label) -> RealizedRow:
    account, account_type, owner = label
    return row.model_copy(update={"account": account, "account_type": account_type, "owner": owner})
