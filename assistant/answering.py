"""Gets one turn answered: by the chosen model, repaired once, or in the end by the built-in one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.events import Event
from assistant.faults import asked_too_much, passes_over
from assistant.model import ChosenModel, choose_model
from assistant.next_steps import choices_of, presented, shown_card
from assistant.session import Session
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.tools import BaseTool

    from assistant.turn import Turn

_log = logging.getLogger(__name__)
_REPAIR = (
    "Your answer was not shown in full: these figures are not in any tool result: {figures}. Already shown: {shown} "
    "Write the rest of the answer again. Quote figures only as {{{{id.key}}}} from the results above, or leave them "
    "out. Do not mention this message."
)


class Answering:
    """The chosen model with its tools; the built-in one stands behind it."""

    def __init__(self, session: Session, settings: Settings, chosen: ChosenModel, tools: Sequence[BaseTool]) -> None:
        self._session = session
        self._settings = settings
        self.chosen = chosen
        self._tools = {tool.name: tool for tool in tools}
        self._agents: dict[bool, Any] = {}

    def using(self, settings: Settings) -> Answering:
        """Return the same with the model that other settings name.

        Raises:
            BadRequest: The settings name a model that cannot be reached.
        """
        return Answering(self._session, settings, choose_model(settings), list(self._tools.values()))

    def warm(self) -> None:
        """Build the agent now rather than in the first turn; takes seconds in a fresh process."""
        self._agents.setdefault(self.chosen.builtin, self._build(self.chosen.builtin))

    async def passes(self, turn: Turn) -> AsyncIterator[Event]:
        """Let the agent answer; repair once what it could not prove; then let the built-in model explain."""
        async for event in self._fitting(turn):
            yield event
        if not self._unproven(turn):
            return
        if not self.chosen.builtin:
            async for event in self._repair(turn):
                yield event
            if not self._unproven(turn):
                return
            turn.drop_draft()
            if turn.text.strip():
                yield turn.plain("\n\n")
            async for event in turn.run(await self._agent(True)):
                yield event
            if not self._unproven(turn):
                return
        yield turn.leave_out()

    async def _fitting(self, turn: Turn) -> AsyncIterator[Event]:
        """Let the chosen model answer; where it finds the conversation too long, once more with a shorter history."""
        try:
            async for event in self._patiently(turn):
                yield event
        except Exception as problem:
            if turn.spoke or not asked_too_much(problem) or not turn.shorten():
                raise
            async for event in self._patiently(turn):
                yield event

    async def _patiently(self, turn: Turn) -> AsyncIterator[Event]:
        """Let the chosen model answer; where it broke off before a word was shown, ask again from where it stood.

        What fails before an answer begins, the client has tried again already.
        """
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        agent = await self._agent(self.chosen.builtin)
        more = self._settings.model_retries if self.chosen.host else 0
        tries = AsyncRetrying(
            stop=stop_after_attempt(more + 1),
            wait=wait_random_exponential(0.5, max=8),
            retry=retry_if_exception(lambda problem: not turn.spoke and passes_over(problem, turn.begun)),
            reraise=True,
        )
        async for attempt in tries:
            with attempt:
                async for event in turn.run(agent, patient=attempt.retry_state.attempt_number <= more):
                    yield event

    def _unproven(self, turn: Turn) -> bool:
        found = turn.verifier.unbound if turn.verifier else []
        turn.blocked += len(found)
        if found:
            _log.warning("%d figures in an answer were unbound", len(found))
        return bool(found)

    async def _repair(self, turn: Turn) -> AsyncIterator[Event]:
        from langchain_core.messages import AIMessage, HumanMessage

        failed = turn.verifier.unbound if turn.verifier else []
        shown = "".join(turn.verifier.raw) if turn.verifier else ""
        figures = ", ".join(sorted({item.figure for item in failed})[:20])
        draft = turn.drop_draft()
        private: list[BaseMessage] = [
            AIMessage(draft),
            HumanMessage(_REPAIR.format(figures=figures, shown=shown or "nothing.")),
        ]
        turn.messages += private
        if shown:
            yield turn.plain("\n\n" if not shown.endswith("\n") else "")
        async for event in self._patiently(turn):
            yield event
        turn.messages = [message for message in turn.messages if message not in private]

    async def _agent(self, builtin: bool) -> Any:
        """Build an agent when it is first needed, away from the event loop: its imports take seconds."""
        if builtin not in self._agents:
            self._agents[builtin] = await asyncio.to_thread(self._build, builtin)
        return self._agents[builtin]

    def _build(self, builtin: bool) -> Any:
        from assistant.agent import build_agent
        from assistant.meter import limits_of

        same = builtin == self.chosen.builtin
        model = self.chosen.model if same else choose_model(self._settings.model_copy(update={"model": None})).model
        limits = None if builtin or self.chosen.host is None else limits_of(self._settings)
        return build_agent(model, list(self._tools.values()), self._session, self._settings.max_rounds, limits)

    def beside(self, turn: Turn) -> list[Event]:
        """Return what stands beside the text: charts, the card of the current plan, buttons."""
        events: list[Event] = list(turn.charts)
        for chart in turn.charts:
            ids = (fact_id for series in chart.series for fact_id in series.fact_ids)
            turn.used.update(
                {fact_id: self._session.facts[fact_id] for fact_id in ids if fact_id in self._session.facts}
            )
        card = turn.card if turn.card and turn.card.plan_id == self._session.current_plan_id else None
        if card:
            self._session.shown_card = shown_card(card, self._session.turn)
            events.append(card)
        if choices := choices_of(turn.results, self._session.facts, card is not None):
            events.append(choices)
        return [presented(event, self._session, turn.text) for event in events]

    async def call(self, turn: Turn, tool: str, args: dict[str, Any]) -> AsyncIterator[Event]:
        """Call a tool by code, in the form in which a model's call stands in the history."""
        from langchain_core.messages import AIMessage, ToolMessage

        from assistant.middleware.tool_errors import as_result

        call_id = f"call_{uuid4().hex[:12]}"
        call = {"name": tool, "args": args, "id": call_id, "type": "tool_call"}
        for event in turn.settle(AIMessage("", tool_calls=[call])):
            yield event
        try:
            message = await self._tools[tool].ainvoke(call)
        except Exception as problem:  # as in the agent, a call never ends without its result
            message = ToolMessage(as_result(problem, tool), tool_call_id=call_id, name=tool, status="error")
        for event in turn.settle(message):
            yield event
