"""The built-in chat model: LangChain's interface around understanding, policy and composing; offline, no chance."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.builtin.compose import compose_answer, not_understood
from assistant.builtin.context import Call, read_context
from assistant.builtin.policy import decide
from assistant.builtin.shape import shape
from assistant.builtin.understand import understand

_log = logging.getLogger(__name__)
_PIECES = re.compile(r"\S+\s*|\s+")
_WORDS_PER_PIECE = 4


class BuiltinChatModel(BaseChatModel):
    """Answers from tools by rule, offline; the same messages always get the same answer."""

    model_name: str = "built-in"

    @property
    def _llm_type(self) -> str:
        return "lotline-builtin"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools by their OpenAI-format schemas; only these are ever called."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=reply(messages, kwargs.get("tools")))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(reply(messages, kwargs.get("tools"))):
            if run_manager and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(reply(messages, kwargs.get("tools"))):
            if run_manager and chunk.text:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def reply(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]] | None) -> AIMessage:
    """Return the next message: tool calls while something must be looked up, else the answer."""
    try:
        schemas = {tool["function"]["name"]: tool["function"] for tool in tools or ()}
        context = read_context(messages)
        understood = understand(context)
        wanted = decide(understood, context)
        calls = [call for call in wanted if call.tool in schemas]
        if calls:
            return AIMessage(content="", tool_calls=_tool_calls(calls, schemas, context.calls_count))
        missing = [call.tool for call in wanted if call.tool not in schemas]
        return AIMessage(content=compose_answer(messages, context, missing=missing))
    except Exception as problem:  # the promise of this class: a message nobody foresaw gets an answer
        _log.warning("built-in model: %s", type(problem).__name__, exc_info=problem)
        return AIMessage(content=not_understood())


def _tool_calls(calls: Sequence[Call], schemas: dict[str, Any], before: int) -> list[ToolCall]:
    shaped = [shape(call, schemas[call.tool].get("parameters", {}).get("properties", {})) for call in calls]
    return [
        ToolCall(name=call.tool, args=call.args, id=f"call_{before + number}", type="tool_call")
        for number, call in enumerate(shaped, start=1)
    ]


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    words = _PIECES.findall(message.text)
    for start in range(0, len(words), _WORDS_PER_PIECE):
        piece = "".join(words[start : start + _WORDS_PER_PIECE])
        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
    for index, call in enumerate(message.tool_calls):
        part = tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[part]))
    yield ChatGenerationChunk(message=AIMessageChunk(content="", chunk_position="last"))
