"""A chat model that plays a part: streams in pieces, breaks off, and sends raw tool arguments as a server does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.wire import CallWatch, strict_arguments


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model sends once: words, raw calls (name and argument text), how it ends, and what breaks it off."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    finish: str | None = "stop"
    breaks: BaseException | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    lies: tuple[str, ...] = ()


Way = Callable[[Sequence[BaseMessage], Random], Reply]


class Player(BaseChatModel):
    """Answers by ``way``; ``lies`` gathers what it said that must not be seen."""

    way: Any
    random: Any
    lies: list[str] = []
    asked: int = 0

    @property
    def _llm_type(self) -> str:
        return "lotline-player"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        """Take any tools; the part knows what it calls."""
        return self

    def _play(self, messages: Sequence[BaseMessage]) -> Reply:
        reply: Reply = self.way(messages, self.random)
        self.lies += reply.lies
        self.asked += 1
        return reply

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        reply = self._play(messages)
        if reply.breaks:
            raise reply.breaks
        calls = [
            {"name": name, "args": strict_arguments(raw), "id": f"call_{self.asked}_{place}", "type": "tool_call"}
            for place, (name, raw) in enumerate(reply.calls)
        ]
        message = AIMessage(reply.text, tool_calls=calls, response_metadata={"finish_reason": reply.finish})
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        reply, watch = self._play(messages), CallWatch()
        for piece in self._pieces(reply.text):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        if reply.breaks:
            raise reply.breaks
        for place, (name, raw) in enumerate(reply.calls):
            call_id = f"call_{self.asked}_{place}"
            watch.take([{"index": place, "id": call_id, "function": {"name": name, "arguments": raw[: len(raw) // 2]}}])
            watch.take([{"index": place, "function": {"arguments": raw[len(raw) // 2 :]}}])
        how = {"finish_reason": "tool_calls" if reply.calls and reply.finish == "stop" else reply.finish}
        last = AIMessageChunk(
            content="", response_metadata=how, additional_kwargs=dict(reply.extra), chunk_position="last"
        )
        yield watch.finish(ChatGenerationChunk(message=last))

    def _pieces(self, text: str) -> Iterator[str]:
        place = 0
        while place < len(text):
            size = self.random.choice((1, 3, 7, 24, 200, 5000))
            yield text[place : place + size]
            place += size

    async def _astream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            yield chunk
