"""What a model on a server may use: tokens in one turn and in one day, and dollars in one day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage
from langchain_core.messages.utils import count_tokens_approximately

from assistant.middleware.session_context import AsyncHandler, Handler
from assistant.session import Session
from assistant.settings import Settings
from tools.errors import LotlineError

_MILLION = Decimal(1_000_000)


class SpentOut(LotlineError):
    """A limit on what a model may use is reached; the turn ends in these words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a model may use. Prices are dollars for a million tokens; without them cost is not counted."""

    turn_tokens: int
    day_tokens: int
    day_cost_usd: Decimal | None = None
    price_in_usd: Decimal | None = None
    price_out_usd: Decimal | None = None


def limits_of(settings: Settings) -> Limits:
    """Read the limits from the settings."""
    return Limits(
        settings.max_turn_tokens,
        settings.max_day_tokens,
        settings.max_day_cost_usd,
        settings.model_price_in_usd,
        settings.model_price_out_usd,
    )


class Meter:
    """Counts what all conversations of this process used, by day."""

    def __init__(self) -> None:
        self.tokens: Counter[date] = Counter()
        self.cost_usd: dict[date, Decimal] = {}

    def add(self, day: date, tokens: int, cost_usd: Decimal) -> None:
        """Count what one request or answer used."""
        self.tokens[day] += tokens
        self.cost_usd[day] = self.cost_usd.get(day, Decimal(0)) + cost_usd


METER = Meter()


class Spending(AgentMiddleware[Any, Any, Any]):
    """Refuses the next request of a turn once a limit is reached. Tokens are estimated from the text."""

    def __init__(self, session: Session, limits: Limits, meter: Meter = METER) -> None:
        super().__init__()
        self._session, self._limits, self._meter = session, limits, meter
        self._turn, self._used = -1, 0

    def _ask(self, request: ModelRequest[Any]) -> None:
        """Count a request before it is sent.

        Raises:
            SpentOut: It would go beyond a limit.
        """
        if self._turn != self._session.turn:
            self._turn, self._used = self._session.turn, 0
        system = [request.system_message] if request.system_message else []
        tokens = count_tokens_approximately([*system, *request.messages])
        self._refuse_beyond(tokens)
        self._count(tokens, self._limits.price_in_usd)

    def _answered(self, messages: Sequence[BaseMessage]) -> None:
        self._count(count_tokens_approximately(list(messages)), self._limits.price_out_usd)

    def _count(self, tokens: int, price_usd: Decimal | None) -> None:
        self._used += tokens
        self._meter.add(self._session.today, tokens, tokens * (price_usd or Decimal(0)) / _MILLION)

    def _refuse_beyond(self, tokens: int) -> None:
        limits, day = self._limits, self._session.today
        if self._used + tokens > limits.turn_tokens:
            raise SpentOut(
                "This answer reached the most that a model may read and write for one answer.",
                "Ask for one thing at a time, or raise LOTLINE_MAX_TURN_TOKENS.",
            )
        cost = self._meter.cost_usd.get(day, Decimal(0)) + tokens * (limits.price_in_usd or Decimal(0)) / _MILLION
        dear = limits.day_cost_usd is not None and cost > limits.day_cost_usd
        if dear or self._meter.tokens[day] + tokens > limits.day_tokens:
            raise SpentOut(
                "The model reached its limit for today.",
                "Go on with the built-in model, or raise LOTLINE_MAX_DAY_TOKENS or LOTLINE_MAX_DAY_COST_USD.",
            )

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Count, then call, then count the answer."""
        self._ask(request)
        response = handler(request)
        self._answered(response.result)
        return response

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> ModelResponse[Any]:
        """Count, then call, then count the answer."""
        self._ask(request)
        response = await handler(request)
        self._answered(response.result)
        return response
