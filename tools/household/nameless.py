"""Rows of files that name no account: closed lots go where the history shows the same sales, the rest gets a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tools.brokers.base import AccountRow, Reading, RealizedRow, unnamed_account
from tools.brokers.form_1099b import Form1099B
from tools.history import Action
from tools.model import AccountType

_Label = tuple[str, AccountType, str | None]
_Row = TypeVar("_Row", bound=AccountRow)
UNNAMED = "Unnamed account"


def with_accounts(readings: Sequence[Reading]) -> list[Reading]:
    """Give each 1099-B style file without accounts the one account whose sales it reports.

    Without this, its sales would count twice: once in the history, once in an account of their own. A file whose sales
    appear in no history, or in two accounts as often, stays an account of its own. What still has no name is called by
    its broker: ``Robinhood account``, that of the second such file ``Robinhood account #2``.
    """
    sold = _sales(readings)
    return _spoken([_placed(one, sold) if one.format == Form1099B.name else one for one in readings])


def is_unnamed(label: str) -> bool:
    """Tell whether neither the file nor its broker gives the account a name."""
    return label.split(" #")[0] == UNNAMED


def _spoken(readings: Sequence[Reading]) -> list[Reading]:
    seen: Counter[str] = Counter()
    return [_renamed(one, seen) for one in readings]


def _renamed(reading: Reading, seen: Counter[str]) -> Reading:
    names: dict[str, str] = {}
    for row in _rows_of(reading):
        if row.account.endswith(f"ccount in {reading.file}") and row.account not in names:
            plain = row.account.removesuffix(f" in {reading.file}")
            plain = UNNAMED if plain == "Account" else plain
            seen[plain] += 1
            names[row.account] = f"{plain} #{seen[plain]}" if seen[plain] > 1 else plain
    if not names:
        return reading

    def named(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
        return tuple(row.model_copy(update={"account": names.get(row.account, row.account)}) for row in rows)

    return replace(
        reading,
        lots=named(reading.lots),
        cash=named(reading.cash),
        positions=named(reading.positions),
        trades=named(reading.trades),
        realized=named(reading.realized),
    )


def _rows_of(reading: Reading) -> list[AccountRow]:
    return [*reading.lots, *reading.cash, *reading.positions, *reading.trades, *reading.realized]


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
    nameless = [row for row in reading.realized if row.account == unnamed_account(reading.file)]
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
