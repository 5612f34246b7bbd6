"""Everything held at one moment of a replay, by account and symbol."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from tools.errors import BadRequest
from tools.history import Transaction
from tools.money import ZERO
from tools.tax.acquisitions import ACQUISITIONS
from tools.tax.lot_selection import TermRates, select
from tools.tax.lots import HeldLot

Place = tuple[str, str]


class Pool:
    """Lots by account and symbol; the one thing that changes while a ledger is replayed."""

    def __init__(self, rates: TermRates | None = None, events: Iterable[Transaction] = ()) -> None:
        self._lots: dict[Place, list[HeldLot]] = {}
        self._rates = rates
        self._bought: dict[Place, list[date]] = defaultdict(list)
        for event in events:
            if event.action in ACQUISITIONS:
                self._bought[event.account_id, event.symbol].append(event.on)

    def __iter__(self) -> Iterator[HeldLot]:
        """Go through all lots, account by account in the order of first use."""
        for lots in self._lots.values():
            yield from lots

    def of(self, account_id: str, symbol: str) -> list[HeldLot]:
        """Return the lots of one symbol in one account."""
        return list(self._lots.get((account_id, symbol), ()))

    def shares(self, account_id: str, symbol: str) -> Decimal:
        """Return how many shares one account holds."""
        return sum((lot.shares for lot in self.of(account_id, symbol)), ZERO)

    def add(self, lots: Iterable[HeldLot]) -> None:
        """Put lots in."""
        for lot in lots:
            self._lots.setdefault((lot.account_id, lot.symbol), []).append(lot)

    def take(self, event: Transaction, shares: Decimal) -> tuple[HeldLot, ...]:
        """Take the lots of a sale or another departure out; see ``select``.

        Raises:
            BadRequest: More leaves than is held; where a purchase comes only later, both days are named.
        """
        place = (event.account_id, event.symbol)
        later = [day for day in self._bought[place] if day > event.on]
        if later and shares > self.shares(*place):
            raise BadRequest(
                f"{shares.normalize():f} {event.symbol} are sold on {event.on}, before the purchase on {min(later)}; "
                f"{self.shares(*place).normalize():f} are held on that day.",
                "Correct one of the two dates, or add the earlier purchase.",
                str(event.origin),
            )
        taken = select(self.of(*place), event, shares, self._rates)
        self._lots[place] = list(taken.left)
        return taken.sold

    def empty(self, account_id: str, symbol: str) -> list[HeldLot]:
        """Take everything of one symbol out of one account."""
        return self._lots.pop((account_id, symbol), [])

    def swap(self, lot: HeldLot, parts: Iterable[HeldLot]) -> None:
        """Put parts in the place of a lot."""
        lots = self._lots[lot.account_id, lot.symbol]
        at = next(place for place, each in enumerate(lots) if each is lot)
        lots[at : at + 1] = parts
