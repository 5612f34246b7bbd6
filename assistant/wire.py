"""OpenAI's client, made careful: tool calls are put together from what the server sent and parsed once, strictly."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGenerationChunk, ChatResult

REFUSED_CALLS = "lotline_refused_calls"
_PIECES = "lotline_call_pieces"
MAX_ARGUMENT_CHARS = 20_000


class StreamTooLong(Exception):
    """A server sent more tool arguments than any tool takes."""


def strict_arguments(raw: str) -> dict[str, Any]:
    """Parse a tool call's arguments, refusing what lenient parsers repair.

    Raises:
        ValueError: Truncated, not an object, NaN or infinite, or a key given twice.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key is given twice")
        return dict(pairs)

    def never(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    def finite(text: str) -> float:
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise ValueError(f"{text} is too large")
        return number

    found = json.loads(raw or "{}", object_pairs_hook=once, parse_constant=never, parse_float=finite)
    if not isinstance(found, dict):
        raise ValueError("the arguments are not an object")
    return found


class CallWatch:
    """Puts streamed tool calls together from their raw pieces, and parses each once, strictly.

    The usual merging repairs a truncated call into a valid one, and takes minutes over a long broken one.
    """

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, str]] = {}
        self._size = 0

    def take(self, pieces: list[Any]) -> None:
        """Record the pieces of one chunk.

        Raises:
            StreamTooLong: More arguments came than any tool takes.
        """
        for piece in pieces:
            function = piece.get("function") or {}
            call = self._calls.setdefault(int(piece.get("index") or 0), {"id": "", "name": "", "args": ""})
            call["id"] = call["id"] or str(piece.get("id") or "")
            call["name"] += str(function.get("name") or "")
            call["args"] += str(function.get("arguments") or "")
            self._size += len(str(function.get("arguments") or ""))
        if self._size > MAX_ARGUMENT_CHARS:
            raise StreamTooLong("The model sent too many tool arguments.")

    def calls(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the whole calls, and what is wrong with those whose arguments are bad; these have none."""
        refused, made = [], []
        for place, call in enumerate(self._calls.values()):
            try:
                args = strict_arguments(call["args"])
            except ValueError as problem:
                args = {}
                refused.append(f"{call['name']}: {problem}")
            made.append({"name": call["name"], "args": args, "id": call["id"] or f"call_{place}"})
        return made, refused

    def finish(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """Put the whole calls on the last chunk; a call with bad arguments is marked for the agent's guard."""
        calls, refused = self.calls()
        if not calls:
            return chunk
        pieces = [
            {**call, "args": json.dumps(call["args"]), "index": place, "type": "tool_call_chunk"}
            for place, call in enumerate(calls)
        ]
        message = chunk.message
        extra = {**message.additional_kwargs, **({REFUSED_CALLS: refused} if refused else {})}
        kept = message.model_dump(exclude={"tool_call_chunks", "tool_calls", "invalid_tool_calls", "additional_kwargs"})
        whole = type(message)(**kept, additional_kwargs=extra, tool_call_chunks=pieces)
        return type(chunk)(message=whole, generation_info=chunk.generation_info)


def careful_class() -> Any:
    """Return ChatOpenAI with its answers watched. Built late: importing it takes two seconds."""
    from langchain_openai import ChatOpenAI

    class CarefulChatOpenAI(ChatOpenAI):
        """ChatOpenAI whose tool calls, streamed or not, are put together and parsed strictly, once."""

        def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
            body, watch = _plain_body(response), CallWatch()
            for choice in body.get("choices") or () if isinstance(body, dict) else ():
                watch.take([{**piece, "index": place} for place, piece in enumerate(_pop_calls(choice))])
            made = super()._create_chat_result(body, generation_info)
            calls, refused = watch.calls()
            for generation in made.generations[:1] if calls else ():
                generation.message = _with_calls(generation.message, calls, refused)
            return made

        def _convert_chunk_to_generation_chunk(self, chunk: Any, *args: Any, **kwargs: Any) -> Any:
            pieces = [piece for choice in chunk.get("choices") or () for piece in _pop_calls(choice)]
            made = super()._convert_chunk_to_generation_chunk(chunk, *args, **kwargs)
            if made is not None and pieces:
                made.message.additional_kwargs[_PIECES] = pieces
            return made

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            watch, held = CallWatch(), None
            try:
                for chunk in super()._stream(*args, **kwargs):
                    watch.take(chunk.message.additional_kwargs.pop(_PIECES, []))
                    if held is not None:
                        yield held
                    held = chunk
            except Exception:  # what came before the break was said
                if held is not None:
                    yield held
                raise
            yield watch.finish(held or _silence())

        async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
            watch, held = CallWatch(), None
            try:
                async for chunk in super()._astream(*args, **kwargs):
                    watch.take(chunk.message.additional_kwargs.pop(_PIECES, []))
                    if held is not None:
                        yield held
                    held = chunk
            except Exception:  # what came before the break was said
                if held is not None:
                    yield held
                raise
            yield watch.finish(held or _silence())

    return CarefulChatOpenAI


def _silence() -> ChatGenerationChunk:
    """Return what a stream without a single chunk comes to: an answer without words or end."""
    from langchain_core.messages import AIMessageChunk
    from langchain_core.outputs import ChatGenerationChunk

    return ChatGenerationChunk(message=AIMessageChunk(content="", chunk_position="last"))


def _plain_body(response: Any) -> Any:
    """Return an answer's body as plain values; what is no body stays, to be refused."""
    return response.model_dump(warnings=False) if hasattr(response, "model_dump") else response


def _with_calls(message: BaseMessage, calls: list[dict[str, Any]], refused: list[str]) -> BaseMessage:
    """Return a message with its calls; those refused are marked for the agent's guard."""
    from langchain_core.messages import AIMessage

    extra = {**message.additional_kwargs, **({REFUSED_CALLS: refused} if refused else {})}
    typed = [{**call, "type": "tool_call"} for call in calls]
    return AIMessage(
        message.content, tool_calls=typed, additional_kwargs=extra, response_metadata=message.response_metadata
    )


def _pop_calls(choice: Any) -> list[Any]:
    """Take the raw tool calls, or their pieces, out of a choice."""
    delta = (choice.get("delta") or choice.get("message")) if isinstance(choice, dict) else None
    return (delta.pop("tool_calls", None) or []) if isinstance(delta, dict) else []
