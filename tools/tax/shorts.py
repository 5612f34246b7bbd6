"""Short positions: shares or contracts owed. Gains are short-term; their own wash-sale rule is left to the report.

A loss on closing a short sale is disallowed when more is sold short within 30 days (IRC 1091(e)); that is not judged
here, and every short is named among what could not be checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tools.errors import BadRequest
from tools.history import Action, Transaction
from tools.model import Term
from tools.money import ZERO
from tools.tax.acquisitions import lot_of, shares_of
from tools.tax.closed import Closed, close
from tools.tax.corporate import change
from tools.tax.lots import HeldLot, cut


class Shorts:
    """What is owed, by account and symbol; ``basis_usd`` of a lot is what its sale brought in."""

    def __init__(self) -> None:
        self._owed: dict[tuple[str, str], list[HeldLot]] = defaultdict(list)

    def __iter__(self) -> Iterator[HeldLot]:
        """Go through everything still owed."""
        for lots in self._owed.values():
            yield from lots

    def owed(self, account_id: str, symbol: str) -> Decimal:
        """Return how many shares or contracts one account owes."""
        return sum((lot.shares for lot in self._owed[account_id, symbol]), ZERO)

    def open(self, event: Transaction) -> None:
        """Sell short."""
        self._owed[event.account_id, event.symbol].append(replace(lot_of(event), bought=None))

    def change(self, event: Transaction) -> None:
        """Let a split or a rename change what is owed; other corporate events leave it as it is."""
        if event.action in (Action.SPLIT, Action.RENAME):
            owed = self._owed.pop((event.account_id, event.symbol), [])
            for lot in change(owed, event).lots:
                self._owed[lot.account_id, lot.symbol].append(lot)

    def close(self, event: Transaction) -> list[Closed]:
        """Cover, first sold first, or let a written option lapse; the gain is short-term (IRC 1233(b), 1234(b)).

        Raises:
            BadRequest: More is bought back than was sold short.
        """
        lots, left = self._owed[event.account_id, event.symbol], shares_of(event)
        if left > self.owed(event.account_id, event.symbol):
            raise BadRequest(
                f"More {event.symbol} is bought back on {event.on} than was sold short.",
                "Add the short sale, or write the purchase as a buy.",
                str(event.origin),
            )
        taken: list[HeldLot] = []
        while left > 0:
            part, rest = cut(lots[0], min(left, lots[0].shares))
            lots[:1] = [] if rest is None else [rest]
            taken.append(part)
            left -= part.shares
        paid = close(taken, event)
        return [_turned(row, lot) for row, lot in zip(paid, taken, strict=True)]


def _turned(row: Closed, sold_short: HeldLot) -> Closed:
    """Turn a purchase that covers into a sale: what the short sale brought in less what it cost to buy back."""
    brought_in = sold_short.basis_usd or ZERO
    return replace(
        row, proceeds_usd=brought_in, basis_usd=row.proceeds_usd, acquired=row.sold, term=Term.SHORT, tacked_days=0
    )
