"""What of a conversation goes on to the next turn: whole calls, and only the last turns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately

MAX_HISTORY_TOKENS = 24_000
MAX_EARLIER = 24
_WORDS = 120
_RESULT_ID = re.compile(r'"id":\s?"([a-z]+\d+)"')


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


def recent(
    messages: Sequence[BaseMessage], turns: int = 16, tokens: int = MAX_HISTORY_TOKENS
) -> tuple[list[BaseMessage], list[str]]:
    """Return the last turns of a history, whole, and a line about each turn before them.

    The last turn always stays. Profile, wishes and the plan under discussion are no part of the history: the session
    holds them, and every request carries them.
    """
    starts = [place for place, message in enumerate(messages) if isinstance(message, HumanMessage)]
    first = max(0, len(starts) - turns)
    while first < len(starts) - 1 and count_tokens_approximately(list(messages[starts[first] :])) > tokens:
        first += 1
    return _split(messages, starts, first)


def shorter(messages: Sequence[BaseMessage]) -> tuple[list[BaseMessage], list[str]]:
    """Return the last turn of a history, and a line about each before it; of a single turn only its line."""
    starts = [place for place, message in enumerate(messages) if isinstance(message, HumanMessage)]
    return _split(messages, starts, max(1, len(starts) - 1))


def _split(messages: Sequence[BaseMessage], starts: Sequence[int], first: int) -> tuple[list[BaseMessage], list[str]]:
    """Return the turns from ``first`` on, and a line about each before."""
    if not starts or first == 0:
        return list(messages), []
    ends = [*starts[1:], len(messages)]
    return list(messages[ends[first - 1] :]), [_line(messages[starts[n] : ends[n]]) for n in range(first)]


def _line(turn: Sequence[BaseMessage]) -> str:
    """Say what a turn was about: the person's words, and the ids of the results, whose figures may still be quoted."""
    results = [found[1] for m in turn if isinstance(m, ToolMessage) and (found := _RESULT_ID.search(m.text[:400]))]
    words = " ".join(turn[0].text.split())[:_WORDS]
    return f"{words} -> {', '.join(results)}" if results else words
