"""Listens to one conversation and writes its trace."""

from __future__ import annotations

from typing import Any

from assistant.conversation import Conversation
from assistant.events import ApprovalCard, Choices, Event, StepFinished, StepStarted, TurnEnded
from assistant.session import fact_to_dict
from evals.schema import Case
from evals.state import snapshot
from evals.trace import Trace


class Recorder:
    """What one conversation does, event by event."""

    def __init__(self, case: Case, conversation: Conversation, epoch: int) -> None:
        kept = case.model_dump(mode="json", exclude={"folder"}, exclude_unset=True)
        self.trace = Trace(case.id, epoch, case=kept)
        self.conversation = conversation
        self.turn = 0
        self.by = "model"
        self.plans: list[str] = []
        self._facts: dict[str, dict[str, Any]] = {}
        self._open: dict[str, dict[str, Any]] = {}
        self._asked: list[str] = []

    async def follow(self, events: Any) -> None:
        """Take in one turn, or one press of a button."""
        self._asked = []
        async for event in events:
            self._note(event)
        session = self.conversation.session
        shown = {fact_id: fact_to_dict(fact) for fact_id, fact in session.facts.items()}
        self._facts |= shown
        if session.current_plan_id and session.current_plan_id not in self.plans:
            self.plans.append(session.current_plan_id)
        self.trace.asked = self._asked

    def _note(self, event: Event) -> None:
        match event:
            case StepStarted():
                self._open[event.call_id] = made = {
                    "turn": self.turn,
                    "name": event.tool,
                    "args": event.inputs,
                    "by": self.by,
                }
                self.trace.calls.append(made)
            case StepFinished():
                call = self._open.get(event.call_id, {})
                call |= {"symbol": _symbol_in(event.result), "failed": event.failed}
            case Choices() if event.ask:
                self._asked.append(event.ask)
            case ApprovalCard() if event.plan_id not in self.plans:
                self.plans.append(event.plan_id)
            case TurnEnded():
                self._end(event)

    def _end(self, event: TurnEnded) -> None:
        while len(self.trace.texts) <= self.turn:
            self.trace.texts.append("")
        self.trace.texts[self.turn] = f"{self.trace.texts[self.turn]}\n\n{event.text}".strip()
        self.trace.blocked += event.blocked
        self.trace.quoted += len(event.facts)
        self.trace.failed = self.trace.failed or str(event.meta.get("failed", ""))
        self._facts |= {fact.id: fact_to_dict(fact) for fact in event.facts}

    def finish(self, seconds: float) -> Trace:
        """Close the trace."""
        self.trace.facts = list(self._facts.values())
        self.trace.state = snapshot(self.conversation.session)
        self.trace.seconds = round(seconds, 3)
        written = sum(len(text) for text in (*self.trace.texts, *self.trace.said))
        self.trace.tokens = written // 4  # the usual rule of thumb; no server reports its own here
        return self.trace


def _symbol_in(result: dict[str, Any]) -> str | None:
    """Return the one symbol that a result is about: what the tool made of a name."""
    rows = [*(result.get("holdings") or ()), *(result.get("lots") or ()), *(result.get("trades") or ())]
    found = {row.get("symbol") for row in rows if isinstance(row, dict)}
    symbol = result.get("symbol") or (found.pop() if len(found) == 1 else None)
    return str(symbol) if symbol else None
