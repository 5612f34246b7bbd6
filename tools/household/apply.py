"""What the person told of lots, put where the files say nothing: never over what a file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tools.brokers.base import LotRow
from tools.household.accounts import AccountBook
from tools.household.snapshots import Placed
from tools.household.told import LotKey, LotTold, Told
from tools.money import ZERO

_Alike = tuple[str, Decimal, date | None]


@dataclass
class Teller:
    """Gives each lot its key and what was told of it; one for the building of one household.

    Args:
        book: The accounts, by whose labels the person's words are found again.
        told: What the person said.
    """

    book: AccountBook
    told: Told
    notes: list[str] = field(default_factory=list)
    _seen: Counter[tuple[str, _Alike]] = field(default_factory=Counter)
    _by_lot: dict[_Alike, list[LotTold]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index what was told."""
        for one in self.told.lots:
            alike = one.key.symbol, one.key.shares, one.key.acquired
            self._by_lot.setdefault(alike, []).append(one)

    def lots(self, rows: Sequence[Placed[LotRow]]) -> list[Placed[LotRow]]:
        """Return the rows with their keys and with what was told of those that a file leaves open."""
        return [one for placed in rows for one in self._lot(placed)]

    def _lot(self, placed: Placed[LotRow]) -> list[Placed[LotRow]]:
        row = placed.row
        alike = row.symbol, row.shares, row.acquired
        self._seen[placed.account_id, alike] += 1
        nth = self._seen[placed.account_id, alike]
        said = self._said(placed.account_id, alike, nth) if alike in self._by_lot else None
        key = said.key if said else LotKey(row.account, row.symbol, row.shares, row.acquired, nth)
        filled = [row] if said is None else self._split(placed, said) if said.parts else [self._filled(placed, said)]
        return [Placed(placed.account_id, placed.file_number, placed.file, placed.as_of, one, key) for one in filled]

    def _split(self, placed: Placed[LotRow], said: LotTold) -> list[LotRow]:
        """Cut a position into the purchases that were told; what the file itself gives since counts before them."""
        row = placed.row
        cost = sum((part.basis_usd for part in said.parts), ZERO)
        if row.acquired is not None or (row.basis_usd is not None and row.basis_usd != cost):
            where = f"{placed.file}, row {row.row}"
            self.notes.append(f"{where}: the file's cost of {row.symbol} differs from the purchases you told me.")
            return [row]
        told = ("acquired",) if row.basis_usd is not None else ("basis", "acquired")
        return [
            row.model_copy(
                update={"shares": one.shares, "basis_usd": one.basis_usd, "acquired": one.acquired, "told": told}
            )
            for one in said.parts
        ]

    def _said(self, account_id: str, alike: _Alike, nth: int) -> LotTold | None:
        labels = {name.casefold() for name in self.book.names_of(account_id)}
        found = (one for one in self._by_lot[alike] if one.key.nth == nth and one.key.account.casefold() in labels)
        return next(found, None)

    def _filled(self, placed: Placed[LotRow], said: LotTold) -> LotRow:
        row = placed.row
        if None not in (row.basis_usd, said.basis_usd) and row.basis_usd != said.basis_usd:
            where = f"{placed.file}, row {row.row}"
            self.notes.append(f"{where}: the file now gives the cost of {row.symbol}; it counts, not what you told me.")
        given = {"basis": row.basis_usd is None and said.basis_usd, "acquired": row.acquired is None and said.acquired}
        changes = {
            "basis_usd": said.basis_usd if row.basis_usd is None else row.basis_usd,
            "acquired": row.acquired or said.acquired,
            "told": tuple(name for name, value in given.items() if value not in (False, None)),
        }
        return row.model_copy(update=changes)
