"""Appends what the session knows to the system message, after the prompt that never changes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import SystemMessage

from assistant.session import Session

Handler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
AsyncHandler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


def context_block(session: Session) -> str:
    """Write the session as the fenced block that every model reads."""
    return f"```session\n{json.dumps(session.context(), ensure_ascii=False, separators=(',', ':'))}\n```"


class SessionContext(AgentMiddleware[Any, Any, Any]):
    """Adds the session block to each request."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def _with_context(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        prompt = request.system_message.text if request.system_message else ""
        return request.override(system_message=SystemMessage(f"{prompt}\n\n{context_block(self._session)}"))

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Add the block, then call."""
        return handler(self._with_context(request))

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> ModelResponse[Any]:
        """Add the block, then call."""
        return await handler(self._with_context(request))
