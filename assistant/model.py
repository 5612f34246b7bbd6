"""Which chat model answers: the built-in one, or any that speaks the OpenAI protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools.errors import BadRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.outputs import ChatGenerationChunk

    from assistant.settings import Settings

BUILTIN_LABEL = "Lotline's built-in model"
REFUSED_CALLS = "lotline_refused_calls"
_PIECES = "lotline_call_pieces"
MAX_ARGUMENT_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model with what the page says about it; ``host`` is None when nothing leaves the machine."""

    model: BaseChatModel
    label: str
    host: str | None
    builtin: bool


class StreamTooLong(Exception):
    """A server sent more tool arguments than any tool takes."""


def choose_model(settings: Settings) -> ChosenModel:
    """Return the model that the settings name, the built-in one when they name none.

    Raises:
        BadRequest: The address is not one of the web, or there is no key for OpenAI itself.
    """
    if settings.base_url and not _is_web_address(settings.base_url):
        raise BadRequest("LOTLINE_BASE_URL is not a web address.", "Write it in full, with http or https in front.")
    if not settings.model or settings.model in ("builtin", "built-in"):
        from assistant.builtin import BuiltinChatModel

        return ChosenModel(BuiltinChatModel(), BUILTIN_LABEL, None, True)
    host = settings.model_host()
    return ChosenModel(remote_model(settings), f"{settings.model} at {host}", host, False)


def remote_model(settings: Settings) -> BaseChatModel:
    """Build the client: chat completions only, bounded retries, no redirects, no usage chunk.

    Raises:
        BadRequest: There is no key for OpenAI itself.
    """
    import httpx2

    key = settings.key()
    if key is None and not settings.base_url:
        raise BadRequest("LOTLINE_MODEL is set but there is no key.", "Set LOTLINE_API_KEY, or LOTLINE_BASE_URL.")
    # A redirect would send the holdings to another host.
    http: dict[str, Any] = {"follow_redirects": False, "timeout": settings.request_timeout_seconds}
    model: BaseChatModel = _careful_class()(
        model=settings.model,
        base_url=settings.base_url or f"https://{settings.model_host()}/v1",
        api_key=key.get_secret_value() if key else "none",
        use_responses_api=False,
        streaming=True,
        stream_usage=False,
        max_retries=settings.model_retries,  # the client waits as retry-after says, else longer each time, with jitter
        timeout=settings.request_timeout_seconds,
        http_client=httpx2.Client(**http),
        http_async_client=httpx2.AsyncClient(**http),
    )
    return model


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


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

    def finish(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """Put the whole calls on the last chunk; a call with bad arguments is marked for the agent's guard."""
        refused, pieces = [], []
        for place, call in enumerate(self._calls.values()):
            try:
                args = json.dumps(strict_arguments(call["args"]))
            except ValueError as problem:
                args = "{}"
                refused.append(f"{call['name']}: {problem}")
            made = {"name": call["name"], "args": args, "id": call["id"] or f"call_{place}", "index": place}
            pieces.append({**made, "type": "tool_call_chunk"})
        if not pieces:
            return chunk
        message = chunk.message
        extra = {**message.additional_kwargs, **({REFUSED_CALLS: refused} if refused else {})}
        kept = message.model_dump(exclude={"tool_call_chunks", "tool_calls", "invalid_tool_calls", "additional_kwargs"})
        whole = type(message)(**kept, additional_kwargs=extra, tool_call_chunks=pieces)
        return type(chunk)(message=whole, generation_info=chunk.generation_info)


def _careful_class() -> Any:
    """Return ChatOpenAI with its streams watched. Built late: importing it takes two seconds."""
    from langchain_openai import ChatOpenAI

    class CarefulChatOpenAI(ChatOpenAI):
        """ChatOpenAI whose streamed tool calls are put together and parsed strictly, once."""

        def _convert_chunk_to_generation_chunk(self, chunk: Any, *args: Any, **kwargs: Any) -> Any:
            pieces = [piece for choice in chunk.get("choices") or () for piece in _pop_calls(choice)]
            made = super()._convert_chunk_to_generation_chunk(chunk, *args, **kwargs)
            if made is not None and pieces:
                made.message.additional_kwargs[_PIECES] = pieces
            return made

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            watch, held = CallWatch(), None
            for chunk in super()._stream(*args, **kwargs):
                watch.take(chunk.message.additional_kwargs.pop(_PIECES, []))
                if held is not None:
                    yield held
                held = chunk
            if held is not None:
                yield watch.finish(held)

        async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
            watch, held = CallWatch(), None
            async for chunk in super()._astream(*args, **kwargs):
                watch.take(chunk.message.additional_kwargs.pop(_PIECES, []))
                if held is not None:
                    yield held
                held = chunk
            if held is not None:
                yield watch.finish(held)

    return CarefulChatOpenAI


def _pop_calls(choice: Any) -> list[Any]:
    """Take the raw tool-call pieces out of a streamed choice."""
    delta = choice.get("delta") if isinstance(choice, dict) else None
    return (delta.pop("tool_calls", None) or []) if isinstance(delta, dict) else []
