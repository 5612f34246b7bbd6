"""One turn: the agent's stream becomes typed events, and only verified text gets through."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langsmith.run_helpers import tracing_context

from assistant.aloud import Aloud, said_aloud
from assistant.events import ApprovalCard, Chart, Event, Status, StepFinished, StepStarted, Text
from assistant.faults import BrokenOff
from assistant.grounding import Verifier, known_of
from assistant.history import MAX_EARLIER, answered, recent, shorter
from assistant.next_steps import card_of, chart_of, title_of
from assistant.redaction import redactor_for
from assistant.session import Session, fact_from_dict
from assistant.wire import StreamTooLong
from tools.facts import Fact

_log = logging.getLogger(__name__)
MAX_STREAM_CHARS = 60_000
_DONE = object()


class Turn:
    """What one turn has gathered so far: messages, results, text shown, and what failed.

    Args:
        session: The conversation's state.
        asked: The messages that begin the turn.
    """

    def __init__(self, session: Session, asked: Sequence[BaseMessage]) -> None:
        self.session = session
        self.messages: list[BaseMessage] = list(asked)
        self.results: list[dict[str, Any]] = []
        self.charts: list[Chart] = []
        self.card: ApprovalCard | None = None
        self.used: dict[str, Fact] = {}
        self.shown: list[str] = []
        self.blocked = 0
        self.verifier: Verifier | None = None
        self.cut_off = False
        self.called_in_text = False
        self.committed = False
        self.silent = False
        self.begun = False
        self._before = 0
        self._patient = False
        self._held: list[str] = []
        self._heard = 0
        self._current: str | None = None
        self._aloud = Aloud()

    @property
    def words(self) -> str:
        """What began the turn: the person's message, or what a button or a form stands for."""
        return self.messages[0].text if self.messages else ""

    @property
    def text(self) -> str:
        """Everything shown in this turn."""
        return "".join(self.shown)

    @property
    def spoke(self) -> bool:
        """Whether words of the message at hand were shown already."""
        return len(self.shown) > self._before

    async def run(self, agent: Any, patient: bool = False) -> AsyncIterator[Event]:
        """Let the agent answer, and emit what may be seen; it goes on after the results that are there.

        Raises:
            BrokenOff: The model fell silent before a word was shown, and ``patient`` says that it may be asked again.
        """
        self.verifier, self._held, self._heard, self._current = None, [], 0, None
        self.begun, self._before, self._patient = False, len(self.shown), patient
        given = {"messages": [*self.session.messages, *self.messages]}
        with tracing_context(enabled=False):
            async for part in agent.astream(given, stream_mode=["messages", "updates"], version="v2"):
                for event in self._read(part):
                    yield event

    def _read(self, part: dict[str, Any]) -> Iterator[Event]:
        if part["type"] == "messages":
            chunk, about = part["data"]
            if about.get("langgraph_node") == "model" and isinstance(chunk, AIMessageChunk):
                self.begun = True
                yield from self._hear(chunk)
            return
        for update in part["data"].values():
            for message in (update or {}).get("messages", ()) if isinstance(update, dict) else ():
                yield from self.settle(message)

    def _hear(self, chunk: AIMessageChunk) -> Iterator[Event]:
        arguments = sum(len(piece.get("args") or "") for piece in chunk.tool_call_chunks)
        self._hold_to(self._heard + len(chunk.text) + arguments)
        if chunk.text:
            self._verifier(chunk.id)
            yield from self._say(self._aloud.feed(chunk.text))

    def _hold_to(self, heard: int) -> None:
        self._heard = heard
        if heard > MAX_STREAM_CHARS:
            raise StreamTooLong("The model's answer is too long.")

    def _say(self, words: str) -> Iterator[Event]:
        """Pass on what is said aloud; an end of a thought takes back what waited before it."""
        if self._aloud.restart:
            self.verifier, self._held, self._aloud.restart = self._new_verifier(), [], False
        if words and self.verifier is not None:
            yield from self._release(self.verifier.feed(words))

    def _verifier(self, message_id: str | None) -> Verifier:
        if self.verifier is None or message_id != self._current:
            self.verifier, self._current, self._held = self._new_verifier(), message_id, []
            self._aloud = Aloud()
        return self.verifier

    def _new_verifier(self) -> Verifier:
        return Verifier(known_of(self.session), tuple(self.session.plans))

    def _release(self, pieces: list[str], last: bool = False) -> Iterator[Event]:
        """Give pieces out; words without a figure wait, as they may only announce a tool call."""
        self._held += pieces
        if self.verifier is not None and (last or self.verifier.used):
            for piece in self._held:
                shown = redactor_for(self.session).show(piece)
                self.shown.append(shown)
                yield Text(shown)
            self.used.update(self.verifier.used)
            self._held = []

    def settle(self, message: BaseMessage) -> Iterator[Event]:
        """Take a finished message in: steps begin and end, and the last words are given out."""
        if isinstance(message, ToolMessage):
            yield from self._finish_step(message)
        elif isinstance(message, AIMessage):
            yield from self._settle_words(message)
        self.messages.append(message)
        self.begun, self._before = False, len(self.shown)

    def _settle_words(self, message: AIMessage) -> Iterator[Event]:
        if message.tool_calls or message.invalid_tool_calls:
            self._held, self.verifier = [], None
            for call in message.tool_calls:
                inputs = redactor_for(self.session).show_value(call["args"])
                yield StepStarted(call["id"] or "", call["name"], title_of(call["name"]), inputs)
            yield Status(f"{title_of(message.tool_calls[0]['name'])}…") if message.tool_calls else Status("One moment…")
            return
        reason = message.response_metadata.get("finish_reason")
        if self._patient and not self.spoke and (reason is None or (reason == "stop" and not message.text.strip())):
            raise BrokenOff
        self.cut_off = reason in (None, "length", "content_filter")
        verifier = (
            self._verifier(message.id) if self._current != message.id else self.verifier or self._verifier(message.id)
        )
        if not verifier.raw and not verifier.unbound and not self._held and not self._fed(message):
            self._hold_to(len(message.text))
            yield from self._say(self._aloud.feed(message.text))
        yield from self._say(self._aloud.flush())
        self.called_in_text = self.called_in_text or self._aloud.called
        yield from self._release(self.verifier.flush() if self.verifier else [], last=True)

    def _fed(self, message: AIMessage) -> bool:
        return self._heard > 0 and self._current == message.id

    def _finish_step(self, message: ToolMessage) -> Iterator[Event]:
        result = result_of(message)
        artifact = message.artifact if isinstance(message.artifact, dict) else {}
        self.session.record(fact_from_dict(row) for row in artifact.get("facts", ()))
        self.charts += [chart_of(row) for row in artifact.get("charts", ())]
        if artifact.get("card"):
            self.card = card_of(artifact["card"])
        self.results.append(result)
        self.session.results.append(result)
        failed = message.status == "error" or "error" in result
        shown = redactor_for(self.session).show_value(result)
        yield StepFinished(message.tool_call_id, message.name or "", shown, failed)

    def plain(self, text: str) -> Text:
        """Say a sentence of our own that holds no figure of the household."""
        self.shown.append(text)
        return Text(text)

    def leave_out(self) -> Text:
        """Say that the answer stops short of what nobody could prove."""
        return self.plain("\n\nI left out the rest: a figure in it could not be traced to a calculation.")

    def speak(self, text: str) -> Iterator[Event]:
        """Say what code wrote with references; it is verified like any model's words."""
        self.verifier = self._new_verifier()
        yield from self._release([*self.verifier.feed(text), *self.verifier.flush()], last=True)
        self.blocked += len(self.verifier.unbound)
        if self.verifier.unbound:
            yield self.leave_out()

    def drop_draft(self) -> str:
        """Take back the last answer, which held an unbound figure, and return it."""
        if self.messages and isinstance(self.messages[-1], AIMessage) and not self.messages[-1].tool_calls:
            return said_aloud(self.messages.pop().text)
        return ""

    def commit(self, *, final: str | None = None) -> None:
        """Write the turn into the history: every call with its result, and the answer as it was shown."""
        self.committed = True
        kept = answered(self.messages)
        if kept and isinstance(kept[-1], AIMessage) and not kept[-1].tool_calls:
            kept.pop()
        quoted = "".join(self.verifier.raw) if self.verifier else ""
        said = f"{quoted} {final}".strip() if final else quoted or self.text
        self.session.messages += [*kept, AIMessage(said or "(no answer)")]
        self._keep(*recent(self.session.messages))

    def shorten(self) -> bool:
        """Shorten the history for a model that found it too long; False when there was none."""
        kept, gone = shorter(self.session.messages)
        self._keep(kept, gone)
        return bool(gone)

    def _keep(self, messages: list[BaseMessage], gone: Sequence[str]) -> None:
        self.session.messages = messages
        self.session.earlier = [*self.session.earlier, *gone][-MAX_EARLIER:]


def result_of(message: ToolMessage) -> dict[str, Any]:
    """Read a tool message's JSON; text that is none becomes an error's words."""
    try:
        found = json.loads(message.text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {"tool": message.name, "error": {"what": message.text[:300], "fix": "", "where": ""}}


async def pumped(events: AsyncIterator[Event], seconds: float) -> AsyncIterator[Event]:
    """Run a stream in a task of its own, so that its time limit and its end never depend on who reads it.

    Raises:
        TimeoutError: The stream took longer than ``seconds``.
    """
    queue: asyncio.Queue[Any] = asyncio.Queue()

    async def pump() -> None:
        try:
            async with asyncio.timeout(seconds):
                async for event in events:
                    queue.put_nowait(event)
        except Exception as problem:  # raised again where the stream is read
            queue.put_nowait(problem)
        finally:
            queue.put_nowait(_DONE)

    task = asyncio.create_task(pump())
    try:
        while (item := await queue.get()) is not _DONE:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
