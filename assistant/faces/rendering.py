"""Renders the events of a turn as Chainlit messages, steps, charts and buttons.

With ``chat``, all that knows Chainlit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import chainlit as cl

from assistant.events import (
    ApprovalCard,
    Chart,
    Choices,
    Event,
    Status,
    StepFinished,
    StepStarted,
    Text,
    TurnEnded,
)
from assistant.faces.figures import card_table, chart_table, facts_table, figure_of

SAY, APPROVE, CHANGE, NOT_NOW = "say", "approve", "change", "not_now"


class Turn:
    """Shows the events of one turn in their order."""

    def __init__(self) -> None:
        self._answer: cl.Message | None = None
        self._status: cl.Message | None = None
        self._steps: dict[str, cl.Step] = {}

    async def show(self, events: AsyncIterator[Event] | Iterable[Event]) -> None:
        """Render every event, then put away what was only under way."""
        try:
            if isinstance(events, AsyncIterator):
                async for event in events:
                    await self._render(event)
            else:
                for event in events:
                    await self._render(event)
        finally:
            await self._clear_status()
            await self._end_answer()

    async def _render(self, event: Event) -> None:
        if not isinstance(event, Status):
            await self._clear_status()
        answer = self._answer
        if not isinstance(event, Text | Status):
            await self._end_answer()
        match event:
            case Status():
                await self._show_status(event)
            case Text():
                await self._stream(event)
            case StepStarted():
                await self._start_step(event)
            case StepFinished():
                await self._finish_step(event)
            case Chart():
                await _show_chart(event)
            case Choices():
                await _show_choices(event, answer)
            case ApprovalCard():
                await _show_card(event)
            case TurnEnded():
                await _show_facts(event)

    async def _show_status(self, event: Status) -> None:
        await self._clear_status()
        self._status = await cl.Message(content=event.text).send()

    async def _clear_status(self) -> None:
        if self._status is not None:
            await self._status.remove()
            self._status = None

    async def _stream(self, event: Text) -> None:
        if self._answer is None:
            self._answer = cl.Message(content="")
        await self._answer.stream_token(event.text)

    async def _end_answer(self) -> None:
        if self._answer is not None:
            await self._answer.send()
            self._answer = None

    async def _start_step(self, event: StepStarted) -> None:
        step = _child_step(event.title)
        step.input = event.inputs
        step.start = step.created_at
        self._steps[event.call_id] = step
        await step.send()

    async def _finish_step(self, event: StepFinished) -> None:
        step = self._steps.pop(event.call_id, None)
        if step is None:
            return
        step.output = event.result
        step.is_error = event.failed
        step.end = step.start
        await step.update()


def _child_step(name: str) -> cl.Step:
    """Make a collapsed step under the current turn; without a parent it would appear after the answer."""
    current = cl.context.current_step
    return cl.Step(name=name, type="tool", parent_id=current.id if current else None)


async def _show_chart(chart: Chart) -> None:
    element = cl.Plotly(name=chart.title, figure=figure_of(chart), display="inline", size="large")
    await cl.Message(content=f"**{chart.title}**", elements=[element]).send()
    await _show_table(f"Table: {chart.title}", chart_table(chart))


async def _show_table(name: str, table: str) -> None:
    step = _child_step(name)
    step.output = table
    step.show_input = False
    step.start = step.end = step.created_at
    await step.send()


async def _show_choices(choices: Choices, answer: cl.Message | None) -> None:
    """Put the buttons under their question, or under the answer just given when they ask nothing."""
    actions = [cl.Action(name=SAY, label=option.label, payload={"say": option.say}) for option in choices.options]
    if answer is not None and not choices.ask:
        for action in actions:
            await action.send(for_id=answer.id)
    elif actions:
        await cl.Message(content=choices.ask, actions=actions).send()


async def _show_card(card: ApprovalCard) -> None:
    """Show the plan as a message of its own, which stays as it was approved."""
    await withdraw_card()
    plan = {"plan_id": card.plan_id}
    actions = [
        cl.Action(name=APPROVE, label="Approve", icon="check", payload=plan),
        cl.Action(name=CHANGE, label="Change something", icon="pencil", payload=plan),
        cl.Action(name=NOT_NOW, label="Not now", icon="x", payload=plan),
    ]
    summary = "\n".join(f"- {line}" for line in card.summary)
    message = cl.Message(content=f"### {card.title}\n\n{card_table(card)}\n\n{summary}", actions=actions)
    cl.user_session.set("card", message)
    await message.send()


async def withdraw_card() -> None:
    """Take away the buttons of a plan that can no longer be approved."""
    message: cl.Message | None = cl.user_session.get("card")
    if message is not None:
        cl.user_session.set("card", None)
        await message.remove_actions()


async def _show_facts(event: TurnEnded) -> None:
    if event.facts:
        await _show_table(f"Figures in this answer ({len(event.facts)}), by {event.model}", facts_table(event.facts))
