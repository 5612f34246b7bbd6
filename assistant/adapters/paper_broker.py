"""Orders without money: the protocol that every broker keeps, and the one on paper that fills at the shown prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tools.errors import BadRequest
from tools.model import Trade


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade that happened: ``trade`` as filled, with its price."""

    order_id: str
    trade: Trade
    on: date


class Broker(Protocol):
    """Places approved trades. ``accepts_words`` is False where only the button may approve."""

    name: str
    accepts_words: bool

    def place(self, order_id: str, trades: Sequence[Trade], on: date) -> tuple[Fill, ...]:
        """Fill all trades, or raise and fill none. The same order id is never filled twice."""
        ...


class PaperBroker:
    """Fills every trade at once, whole, at the price on the approval card."""

    name = "paper"
    accepts_words = True

    def __init__(self) -> None:
        self._filled: set[str] = set()

    def place(self, order_id: str, trades: Sequence[Trade], on: date) -> tuple[Fill, ...]:
        """Fill the trades on paper.

        Raises:
            BadRequest: The order was filled before, is empty, or a trade has no shares or no price.
        """
        if order_id in self._filled:
            raise BadRequest("These trades were already placed.", "Ask for a new plan.")
        if not trades or any(trade.shares <= 0 or trade.price_usd <= 0 for trade in trades):
            raise BadRequest("An order needs shares and a price.", "Ask for a new plan.")
        self._filled.add(order_id)
        return tuple(Fill(f"{order_id}-{place}", trade, on) for place, trade in enumerate(trades, start=1))
