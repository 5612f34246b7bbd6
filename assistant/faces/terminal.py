"""The conversation as text or as data, for terminals and pipes."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from assistant.events import ApprovalCard, Chart, Choices, Event, Status, StepFinished, StepStarted, Text, TurnEnded
from assistant.faces.figures import card_table, chart_table
from assistant.session import fact_to_dict
from tools.errors import LotlineError
from tools.facts import Fact

HOW_TO_APPROVE = "Nothing is ordered from here. To approve this plan, open it in `lotline chat`."


@dataclass
class Transcript:
    """What one or more turns said, did and quoted."""

    texts: list[str] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    model: str = ""
    failed: bool = False

    def note(self, event: Event) -> None:
        """Keep what the event says."""
        match event:
            case StepStarted():
                self.calls.append({"id": event.call_id, "tool": event.tool, "inputs": event.inputs, "result": None})
            case StepFinished():
                self._finish(event)
            case Choices() if event.ask:
                options = [{"label": option.label, "say": option.say} for option in event.options]
                self.questions.append({"ask": event.ask, "options": options})
            case TurnEnded():
                self.texts.append(event.text)
                self.facts |= {fact.id: fact for fact in event.facts}
                self.model = event.model
                self.failed = self.failed or "failed" in event.meta

    def _finish(self, event: StepFinished) -> None:
        for call in self.calls:
            if call["id"] == event.call_id:
                call["result"] = event.result

    def as_json(self) -> str:
        """Write text, facts, calls and model as JSON."""
        body = {
            "text": "\n\n".join(text for text in self.texts if text),
            "facts": [fact_to_dict(fact) for fact in self.facts.values()],
            "calls": [{key: call[key] for key in ("tool", "inputs", "result")} for call in self.calls],
            "questions": self.questions,
            "model": self.model,
        }
        return json.dumps(body, ensure_ascii=False, indent=2)


class Printer:
    """Prints the answer as it arrives: formatted paragraph by paragraph on a terminal, plain Markdown in a pipe."""

    def __init__(self) -> None:
        self._out = Console(file=sys.stdout, highlight=False)
        self._aside = Console(file=sys.stderr, highlight=False, style="dim")
        self._pending = ""

    def show(self, event: Event) -> None:
        """Print one event."""
        match event:
            case Text():
                self._take(event.text)
            case Status():
                self._flush()
                self._aside.print(event.text, markup=False)
            case Chart():
                self._block(f"**{event.title}**\n\n{chart_table(event)}")
            case Choices() if event.options:
                options = "\n".join(f"- {option.label}" for option in event.options)
                self._block(f"{event.ask or 'You could go on with:'}\n\n{options}")
            case ApprovalCard():
                summary = "\n".join(f"- {line}" for line in event.summary)
                self._block(f"**{event.title}**\n\n{card_table(event)}\n\n{summary}\n\n{HOW_TO_APPROVE}")
            case TurnEnded():
                self._flush()
                self._aside.print(f"Answered by: {event.model}", markup=False)

    def _take(self, text: str) -> None:
        self._pending += text
        while "\n\n" in self._pending:
            paragraph, self._pending = self._pending.split("\n\n", 1)
            self._print(paragraph)

    def _block(self, text: str) -> None:
        self._flush()
        for paragraph in text.split("\n\n"):
            self._print(paragraph)

    def _flush(self) -> None:
        pending, self._pending = self._pending, ""
        self._print(pending)

    def _print(self, paragraph: str) -> None:
        if not paragraph.strip():
            return
        if self._out.is_terminal:
            self._out.print(Markdown(paragraph), "")
        else:
            print(paragraph + "\n", flush=True)


async def follow(events: AsyncIterator[Event], transcript: Transcript, printer: Printer | None) -> None:
    """Run a turn, keeping all and printing it when asked to."""
    async for event in events:
        transcript.note(event)
        if printer is not None:
            printer.show(event)


async def load(events: AsyncIterator[Event], transcript: Transcript, printer: Printer | None) -> None:
    """Run the turn that reads files; print it once something was read.

    Raises:
        LotlineError: Nothing could be read.
    """
    held: list[Event] = []
    loaded = False
    async for event in events:
        transcript.note(event)
        held.append(event)
        loaded = loaded or _is_loaded(event)
        while loaded and held:
            first = held.pop(0)
            if printer is not None:
                printer.show(first)
    if not loaded:
        raise LotlineError("".join(event.text for event in held if isinstance(event, Text)))


def _is_loaded(event: Event) -> bool:
    """Tell whether the event is a file read; an error of it ends the turn.

    Raises:
        LotlineError: The files were read and are no portfolio.
    """
    if not isinstance(event, StepFinished) or event.tool != "load_portfolio":
        return False
    if error := event.result.get("error"):
        raise LotlineError(**error)
    return True
