"""What a model on a server may use: tokens in one turn and in one day, and dollars in one day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage
from langchain_core.messages.utils import count_tokens_approximately

from assistant.meter import Limits, most_a_day, spent
from assistant.middleware.session_context import AsyncHandler, Handler
from assistant.session import Session
from tools.errors import LotlineError


class SpentOut(LotlineError):
    """A limit on what a model may use is reached; the turn ends in these words."""


class Spending(AgentMiddleware[Any, Any, Any]):
    """Refuses the next request of a turn once a limit is reached. Tokens are estimated from the text.

    The day's count is the session's meter's, which may be shared by conversations and processes.
    """

    def __init__(self, session: Session, limits: Limits) -> None:
        super().__init__()
        self._session, self._limits = session, limits
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
        if self._used + tokens > self._limits.turn_tokens:
            raise SpentOut(
                "This answer reached the most that a model may read and write for one answer.",
                "Ask for one thing at a time, or raise LOTLINE_MAX_TURN_TOKENS.",
            )
        if not self._count(tokens, self._limits.price_in_usd, refusing=True):
            raise SpentOut(
                "The model reached its limit for today.",
                "Go on with the built-in model, or raise LOTLINE_MAX_DAY_TOKENS or LOTLINE_MAX_DAY_COST_USD.",
            )

    def _answered(self, messages: Sequence[BaseMessage]) -> None:
        self._count(count_tokens_approximately(list(messages)), self._limits.price_out_usd)

    def _count(self, tokens: int, price_usd: Decimal | None, refusing: bool = False) -> bool:
        self._used += tokens
        most = most_a_day(self._limits) if refusing else None
        return self._session.meter.spend(self._session.today, spent(tokens, price_usd), most)

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Count, then call, then count the answer."""
        self._ask(request)
        response = handler(request)
        self._answered(response.result)
        return response

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> ModelResponse[Any]:
        """Count, then call, then count the answer."""
        await self._aside(self._ask, request)
        response = await handler(request)
        await self._aside(self._answered, response.result)
        return response

    async def _aside(self, count: Callable[[Any], None], what: Any) -> None:
        if self._session.meter.waits:
            await asyncio.to_thread(count, what)
        else:
            count(what)
