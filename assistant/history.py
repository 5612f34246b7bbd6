"""What of a conversation goes on to the next turn: whole calls, and only the last turns."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage


def answered(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Return messages without calls that have no result, and without results that have no call."""
    results = {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}
    kept: list[BaseMessage] = []
    open_calls: set[str] = set()
    for message in messages:
        if isinstance(message, AIMessage) and (message.tool_calls or message.invalid_tool_calls):
            ids = {str(call["id"]) for call in (*message.tool_calls, *message.invalid_tool_calls)}
            if not ids <= results:
                continue
            open_calls |= ids
        if isinstance(message, ToolMessage) and message.tool_call_id not in open_calls:
            continue
        kept.append(message)
    return kept


def recent(messages: Sequence[BaseMessage], turns: int = 16) -> list[BaseMessage]:
    """Return the last turns of a history, whole."""
    starts = [place for place, message in enumerate(messages) if isinstance(message, HumanMessage)]
    return list(messages[starts[-turns] :] if len(starts) > turns else messages)
