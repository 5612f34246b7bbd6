"""Answers tool calls that arrived broken, so that the agent neither runs half a call nor ends silently."""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, hook_config
from langchain_core.messages import AIMessage, ToolMessage

from assistant.wire import REFUSED_CALLS

_AGAIN = "This call was not run: {why}. Send it again with complete, valid JSON arguments."


class SoundCalls(AgentMiddleware[Any, Any, Any]):
    """Refuses calls cut off by length, with arguments that are not strict JSON, or that could not be read."""

    @hook_config(can_jump_to=["model"])
    def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """Answer the broken calls and give the model another try."""
        last = state["messages"][-1]
        why = _why_refused(last) if isinstance(last, AIMessage) else ""
        if not why:
            return None
        calls = [*last.tool_calls, *last.invalid_tool_calls]
        if not calls:
            return None
        ids = [call["id"] or f"call_{place}" for place, call in enumerate(calls)]
        text = _AGAIN.format(why=why)
        answers = [
            ToolMessage(text, tool_call_id=call_id, name=call["name"] or "unknown", status="error")
            for call_id, call in zip(ids, calls, strict=True)
        ]
        return {"messages": answers, "jump_to": "model"}

    @hook_config(can_jump_to=["model"])
    async def aafter_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """Answer the broken calls and give the model another try."""
        return self.after_model(state, runtime)


def _why_refused(message: AIMessage) -> str:
    if message.invalid_tool_calls:
        return "its arguments could not be read"
    if message.tool_calls and message.response_metadata.get("finish_reason") == "length":
        return "the answer was cut off by its length limit"
    problems = message.additional_kwargs.get(REFUSED_CALLS)
    return "; ".join(problems) if message.tool_calls and problems else ""
