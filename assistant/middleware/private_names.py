"""Replaces names, account numbers and paths in everything that goes to a model, the built-in one included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage

from assistant.middleware.session_context import AsyncHandler, Handler
from assistant.redaction import Redactor, redactor_for
from assistant.session import Session


class PrivateNames(AgentMiddleware[Any, Any, Any]):
    """The last guard before the model: what passes here is what leaves."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def _hidden(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        redactor = redactor_for(self._session)
        system = hide_message(request.system_message, redactor) if request.system_message else None
        return request.override(messages=hide_messages(request.messages, redactor), system_message=system)

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """Hide, then call."""
        return handler(self._hidden(request))

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> ModelResponse[Any]:
        """Hide, then call."""
        return await handler(self._hidden(request))


def hide_messages(messages: Sequence[BaseMessage], redactor: Redactor) -> list[Any]:
    """Return copies of messages with private strings replaced."""
    return [hide_message(message, redactor) for message in messages]


def hide_message(message: Any, redactor: Redactor) -> Any:
    """Return a copy of one message with private strings replaced, artifacts and provider extras dropped."""
    if isinstance(message, ToolMessage):
        content = redactor.hide_json(message.text)
        return ToolMessage(content, tool_call_id=message.tool_call_id, name=message.name, status=message.status)
    if isinstance(message, SystemMessage):
        return SystemMessage(_hide_system(message.text, redactor))
    if isinstance(message, AIMessage):
        calls = [{**call, "args": redactor.hide_value(call["args"])} for call in message.tool_calls]
        bad = [{**call, "args": None} for call in message.invalid_tool_calls]
        return AIMessage(redactor.hide(message.text), tool_calls=calls, invalid_tool_calls=bad, id=message.id)
    return message.model_copy(update={"content": redactor.hide(message.text)})


def _hide_system(text: str, redactor: Redactor) -> str:
    """Hide the session block as the JSON that it is; the prompt is ours and stays."""
    head, fence, rest = text.rpartition("```session\n")
    block, close, tail = rest.partition("\n```")
    return f"{head}{fence}{redactor.hide_json(block)}{close}{tail}" if fence else text
