"""What a chat model sees: the session block of the system message, the person's words, and the tools' results."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

Json = dict[str, Any]

_BLOCK = re.compile(r"```session\s*\n")


@dataclass(frozen=True)
class Call:
    """One tool call: its tool and arguments."""

    tool: str
    args: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A tool call with the JSON that came back."""

    call: Call
    result: Json


@dataclass(frozen=True)
class Turn:
    """What one message of the person led to. ``number`` counts the person's messages from one."""

    number: int
    said: str
    done: tuple[Done, ...]

    def results(self, tool: str) -> list[Json]:
        """Return the results of one tool in this turn, in order."""
        return [done.result for done in self.done if done.call.tool == tool]


@dataclass(frozen=True)
class Session:
    """The session block; everything may be missing."""

    block: Json

    @property
    def as_of(self) -> date | None:
        """The session's date."""
        try:
            return date.fromisoformat(str(self.block.get("as_of")))
        except ValueError:
            return None

    @property
    def price_dates(self) -> list[date]:
        """The oldest and newest date of the prices, empty when the files do not say."""
        try:
            return [date.fromisoformat(str(day)) for day in self.block.get("price_dates") or ()]
        except ValueError:
            return []

    @property
    def tax_year(self) -> str:
        """The tax year as written, or empty."""
        return str(self.block.get("tax_year") or "")

    @property
    def holdings(self) -> list[Json]:
        """The held symbols with their names."""
        return _rows(self.block.get("holdings"))

    @property
    def accounts(self) -> list[Json]:
        """The accounts by label."""
        return _rows(self.block.get("accounts"))

    @property
    def plan_id(self) -> str | None:
        """The id of the plan under discussion."""
        plan = self.block.get("plan")
        found = plan.get("plan_id") if isinstance(plan, dict) else None
        return str(found) if found else None

    def part(self, key: str) -> Json:
        """Return one object of the block, empty when it is unknown."""
        found = self.block.get(key)
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Context:
    """A whole conversation as the model sees it: the session, the turn under way, the turns before."""

    session: Session
    turn: Turn
    earlier: tuple[Turn, ...]
    calls_count: int

    def last(self, *tools: str) -> Done | None:
        """Return the latest earlier call of one of the tools (of any tool when none is named)."""
        for turn in reversed(self.earlier):
            for done in reversed(turn.done):
                if not tools or done.call.tool in tools:
                    return done
        return None


def read_context(messages: Sequence[BaseMessage]) -> Context:
    """Read a conversation into the session, the present turn and the earlier ones."""
    turns = _turns(messages)
    calls = sum(len(message.tool_calls) for message in messages if isinstance(message, AIMessage))
    return Context(_session(messages), turns[-1], tuple(turns[:-1]), calls)


def _session(messages: Sequence[BaseMessage]) -> Session:
    for message in reversed(messages):
        if not isinstance(message, SystemMessage):
            continue
        text = message.text
        for start in _BLOCK.finditer(text):
            try:
                block, _ = json.JSONDecoder().raw_decode(text[start.end() :].lstrip())
            except ValueError:
                continue
            if isinstance(block, dict):
                return Session(block)
    return Session({})


def _turns(messages: Sequence[BaseMessage]) -> list[Turn]:
    turns: list[Turn] = []
    said, number = "", 0
    calls: dict[str, Call] = {}
    done: list[Done] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            if number:
                turns.append(Turn(number, said, tuple(done)))
            said, number, calls, done = message.text, number + 1, {}, []
        elif isinstance(message, AIMessage):
            calls |= {str(call["id"]): Call(call["name"], dict(call["args"])) for call in message.tool_calls}
        elif isinstance(message, ToolMessage):
            call = calls.get(message.tool_call_id, Call(str(message.name or "")))
            done.append(Done(call, _result(message, call.tool)))
    return [*turns, Turn(number, said, tuple(done))]


def _result(message: ToolMessage, tool: str) -> Json:
    try:
        found = json.loads(message.text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return {"tool": tool, **found}
    return {"tool": tool, "error": {"what": "That step failed.", "fix": "Please try it again in other words."}}


def _rows(found: object) -> list[Json]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
