"""The conversation: words, files and buttons in, typed events out. Faces render this stream and decide nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.events import Event, Status, Text, TurnEnded
from assistant.excuses import excuse, trail
from assistant.form import form_of
from assistant.grounding import neutralise
from assistant.handling import Handling, title
from assistant.model import ChosenModel
from assistant.next_steps import figures_of
from assistant.opening import opening
from assistant.said import Said
from assistant.session import Session
from assistant.settings import Settings
from assistant.welcome import resume_choice, resume_words, welcome_back
from tools.errors import LotlineError

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from assistant.keeping import Keeper
    from assistant.store import Thread, ThreadLine

_log = logging.getLogger(__name__)


class Conversation:
    """One conversation over one session, answered by one model at a time.

    Args:
        session: What it is about.
        settings: Which model answers, and the limits.
        chosen: The model.
        tools: The tools, bound to the session.
        left: How it was left, when it goes on with a kept one.
        last: The person's last conversation, which this one may go on with.
    """

    def __init__(
        self,
        session: Session,
        settings: Settings,
        chosen: ChosenModel,
        tools: Sequence[BaseTool],
        left: Thread | None = None,
        last: ThreadLine | None = None,
    ) -> None:
        self.session = session
        self._do = Handling(session, settings, chosen, tools, left, last)
        self._lock = asyncio.Lock()
        self._unkept = False

    @property
    def model_label(self) -> str:
        """Who answers, with the host when anything leaves the machine."""
        return self._do.answering.chosen.label

    @property
    def settings(self) -> Settings:
        """Which model answers, and the limits."""
        return self._do.settings

    @property
    def as_of(self) -> date:
        """The day of the prices and of every answer."""
        return self.session.as_of

    @property
    def tax_year(self) -> int:
        """The year whose tax is estimated."""
        return self.session.tax_year

    @property
    def title(self) -> str:
        """Whose household is open, and as of which day."""
        return title(self.session)

    def opening(self) -> list[Event]:
        """Return the first words: whose household, as of when, who answers, and how to begin."""
        events = opening(self.session, self._do.answering.chosen, self._do.offer)
        return [*welcome_back(self._do.left), *events[:1], *resume_choice(self._do.last), *events[1:]]

    def welcome_back(self) -> list[Event]:
        """Return what a resumed conversation has to say first: what was cut off and what was still done."""
        return welcome_back(self._do.left)

    def warm(self) -> None:
        """Do now what the first turn would wait for."""
        self._do.answering.warm()

    async def say(self, text: str) -> AsyncIterator[Event]:
        """Answer the person's message."""
        async with self._lock:
            if self._do.last and text.strip() == resume_words(self._do.last):
                stream = self._guarded(self._do.go_on(self._do.last), None)
            else:
                stream = self._guarded(self._do.answer(text), text)
            async for event in stream:
                yield event

    async def upload(self, files: Sequence[tuple[str, bytes]], text: str = "") -> AsyncIterator[Event]:
        """Read dropped files into the household, then answer."""
        async with self._lock:
            async for event in self._guarded(self._do.take_files(files, text), text or "Here are my files."):
                yield event

    async def approve(self, plan_id: str) -> AsyncIterator[Event]:
        """Carry out the plan on the card: the button's way, past every model."""
        async with self._lock:
            words = "I approve these trades."
            async for event in self._guarded(self._do.carry_out(plan_id, "button", words), words):
                yield event

    async def decline(self, plan_id: str) -> AsyncIterator[Event]:
        """Put the card away; nothing is traded."""
        async with self._lock:
            async for event in self._guarded(self._do.put_away(plan_id), "Not now."):
                yield event

    def profile_form(self) -> dict[str, str]:
        """Return the fields of the settings panel with what is known."""
        return form_of(self.session, self._do.settings)

    async def apply_form(self, values: Mapping[str, Any]) -> AsyncIterator[Event]:
        """Take the settings panel's fields over, as if said."""
        async with self._lock:
            async for event in self._guarded(self._do.take_form(values), "I filled in the settings."):
                yield event

    async def _guarded(self, events: AsyncIterator[Event], words: str | None) -> AsyncIterator[Event]:
        """Whatever happens inside, the turn ends with words and with its end; with ``words`` it is kept."""
        from assistant.turn import pumped

        self.session.turn += 1
        self._do.turn = None
        said: list[str] = []
        meta: dict[str, Any] = {}
        yield Status("Looking at this…")
        keeper = self.session.keeper if words is not None else None
        if keeper:
            await asyncio.to_thread(keeper.begin, words or "")
        try:
            async for event in pumped(events, self._do.settings.turn_timeout_seconds):
                if isinstance(event, Text):
                    said.append(event.text)
                yield event
        except Exception as problem:  # whatever a model's client or a tool raises, the person reads a sentence
            if not isinstance(problem, LotlineError):
                _log.warning("the turn stopped: %s", trail(problem))
            sentence = excuse(problem, self._do.answering.chosen.host)
            sentence = f"\n\n{sentence}" if said else sentence
            said.append(sentence)
            meta["failed"] = type(problem).__name__
            self._do.commit(sentence.strip())
            yield Text(sentence)
        finally:
            self._do.commit(None)
            self.session.settle()
        turn = self._do.turn
        if offer := self._do.spare_offer(turn, meta):
            yield offer
        facts = tuple(turn.used.values()) if turn else ()
        if keeper and (warning := await self._keep(keeper, Said("".join(said), facts, self.model_label))):
            said.append(warning)
            yield Text(warning)
        shown, blocked = figures_of(facts, self.session), turn.blocked if turn else 0
        yield TurnEnded(shown, self.model_label, "".join(said), blocked, meta)
        self._do.turn = None

    async def _keep(self, keeper: Keeper, told: Said) -> str:
        """Keep the turn; return what to say when that fails, once."""
        await asyncio.to_thread(keeper.end, told)
        if not keeper.problem or self._unkept:
            return ""
        self._unkept = True
        return f"\n\nThis conversation is not being kept. {neutralise(keeper.problem)}"
