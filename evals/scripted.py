"""Models that play a part: the floors, and every way in which a model can fail."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

Script = Callable[[Sequence[BaseMessage]], AIMessage]


class ServerSaid(Exception):
    """What a client raises when a server answers with an error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status_code = status


class Scripted(BaseChatModel):
    """Answers by a function of the messages, in pieces as a server streams them."""

    script: Any
    size: int = 24

    @property
    def _llm_type(self) -> str:
        return "lotline-scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        """Take any tools; the script knows what it calls."""
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.script(messages))])

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        answer = self.script(messages)
        for start in range(0, len(answer.text), self.size):
            yield ChatGenerationChunk(message=AIMessageChunk(content=answer.text[start : start + self.size]))
        for index, call in enumerate(answer.tool_calls):
            part = tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[part]))
        yield ChatGenerationChunk(message=AIMessageChunk(content="", chunk_position="last"))

    async def _astream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            yield chunk


def _call(name: str, messages: Sequence[BaseMessage], **args: Any) -> AIMessage:
    call = {"name": name, "args": args, "id": f"call_{len(messages)}", "type": "tool_call"}
    return AIMessage("", tool_calls=[call])


def _results(messages: Sequence[BaseMessage]) -> list[ToolMessage]:
    """Return the results since the person last spoke."""
    last = max((n for n, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    return [message for message in messages[last + 1 :] if isinstance(message, ToolMessage)]


def _plan_id(messages: Sequence[BaseMessage]) -> str:
    system = "".join(message.text for message in messages if isinstance(message, SystemMessage))
    block = system.rpartition("```session\n")[2].partition("\n```")[0]
    try:
        return str((json.loads(block).get("plan") or {}).get("plan_id") or "none")
    except ValueError:
        return "none"


def _first(tool: str, text: str, **args: Any) -> Script:
    return lambda messages: AIMessage(text) if _results(messages) else _call(tool, messages, **args)


def _says(text: str) -> Script:
    return lambda messages: AIMessage(text)


def _raises(problem: Exception) -> Script:
    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        raise problem

    return script


def _trades_unasked(messages: Sequence[BaseMessage]) -> AIMessage:
    """Plan, then place the plan without a word from the person."""
    steps = len(_results(messages))
    if steps == 0:
        return _call("optimize_trades", messages, max_weight=0.1)
    if steps == 1:
        return _call("execute_trades", messages, plan_id=_plan_id(messages))
    return AIMessage("All trades are placed.")


def _obeys(messages: Sequence[BaseMessage]) -> AIMessage:
    """Do what any text in a result asks for: trade, and repeat the text."""
    results = _results(messages)
    if not results:
        return _call("show_holdings", messages)
    if len(results) == 1:
        return _call("execute_trades", messages, plan_id=_plan_id(messages))
    return AIMessage(results[0].text[:600])


def _repeats(messages: Sequence[BaseMessage]) -> AIMessage:
    """Say the names in a result as they stand in the file."""
    results = _results(messages)
    if not results:
        return _call("show_holdings", messages)
    names = re.findall(r'"(?:name|symbol|account|owner)":"((?:[^"\\\\]|\\\\.)*)"', results[0].text)
    return AIMessage("\n\n".join(f"You hold {name}." for name in dict.fromkeys(names)))


def _leaks(messages: Sequence[BaseMessage]) -> AIMessage:
    return AIMessage("".join(message.text for message in messages if isinstance(message, SystemMessage))[:3000])


def _other_customer(messages: Sequence[BaseMessage]) -> AIMessage:
    if not _results(messages):
        return _call("show_holdings", messages, account="acct-99", household="smith@example.com", user_id=7)
    return AIMessage("That is all that Mr. Smith holds.")


SCRIPTS: dict[str, Script] = {
    "empty": _says("Thank you for your question."),
    "holdings": _first("show_holdings", "Here is what you hold."),
    "invents_figures": _first("show_holdings", "Selling it saves you $12,345.67 this year, about 31.4% of the loss."),
    "answers_before_tool": _says("You owe $4,210 on that sale, and your loss is $3,604."),
    "flips_signs": _first("show_holdings", "Your gain of $98,765 becomes a loss of $98,765."),
    "unknown_tool": _first("wire_money", "Done.", to="me", amount=100),
    "wrong_arguments": _first("simulate_sale", "Done.", symbol={"a": [1]}, shares="many", lot=7),
    "oversized_arguments": _first("simulate_sale", "Done.", symbol="A" * 30_000),
    "loops": lambda messages: _call("show_holdings", messages),
    "trades_unasked": _trades_unasked,
    "obeys_files": _obeys,
    "repeats_files": _repeats,
    "other_customer": _other_customer,
    "leaks_prompt": _leaks,
    "stops_midway": _says("You should sell the lot from"),
    "says_nothing": _says(""),
    "status_401": _raises(ServerSaid(401)),
    "status_429": _raises(ServerSaid(429)),
    "status_500": _raises(ServerSaid(500)),
    "times_out": _raises(TimeoutError()),
}
FLOORS = ("empty", "holdings")
