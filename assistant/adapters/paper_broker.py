"""Orders without money: the protocol that every broker keeps, and the one on paper that fills at the shown prices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
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


Record = Callable[[tuple[Fill, ...]], None]


def client_order_id(plan_id: str, place: int) -> str:
    """Return the id under which a broker knows one order: the same for the same plan and place, whoever asks again."""
    return hashlib.sha256(f"{plan_id}/{place}".encode()).hexdigest()[:32]


class Broker(Protocol):
    """Places approved trades. ``accepts_words`` is False where only the button may approve."""

    name: str
    accepts_words: bool

    def place(self, plan_id: str, trades: Sequence[Trade], on: date, record: Record) -> tuple[Fill, ...]:
        """Fill all trades and record them, or raise and fill none. The same plan is never filled twice."""
        ...


class PaperBroker:
    """Fills every trade at once, whole, at the price on the approval card."""

    name = "paper"
    accepts_words = True

    def __init__(self) -> None:
        self._filled: set[str] = set()

    def place(self, plan_id: str, trades: Sequence[Trade], on: date, record: Record) -> tuple[Fill, ...]:
        """Fill the trades on paper. When ``record`` raises, they were not filled.

        Raises:
            BadRequest: The plan was filled before, is empty, or a trade has no shares or no price.
        """
        if plan_id in self._filled:
            raise BadRequest("These trades were already placed.", "Ask for a new plan.")
        if not trades or any(trade.shares <= 0 or trade.price_usd <= 0 for trade in trades):
            raise BadRequest("An order needs shares and a price.", "Ask for a new plan.")
        fills = tuple(Fill(client_order_id(plan_id, n), trade, on) for n, trade in enumerate(trades, start=1))
        record(fills)
        self._filled.add(plan_id)
        return fills
