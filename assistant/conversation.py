"""The conversation: words, files and buttons in, typed events out. Faces render this stream and decide nothing."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.adapters.paper_broker import PaperBroker
from assistant.answering import Answering
from assistant.consent import judges, keeps_prices
from assistant.events import Event, Status, Text, TurnEnded
from assistant.excuses import excuse, trail
from assistant.form import MODEL_FIELDS, PROFILE_FIELDS, changed, form_of, noted, profile_arguments
from assistant.grounding import neutralise, show_date
from assistant.model import ChosenModel, choose_model
from assistant.opening import offer_words, opening
from assistant.redaction import redactor_for
from assistant.said import Said
from assistant.session import Session
from assistant.settings import Offer, Settings
from assistant.spare import CALLED_IN_TEXT, accepts_spare, spare_offer
from assistant.uploads import pasted_in
from assistant.welcome import resume_choice, resume_words, welcome_back
from tools.errors import LotlineError

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from assistant.keeping import Keeper, Keeping
    from assistant.store import Thread, ThreadLine
    from assistant.turn import Turn

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
        self._left = left
        self._last = last
        self.settings = settings
        self._answering = Answering(session, settings, chosen, tools)
        self._lock = asyncio.Lock()
        self._offer: Offer | None = settings.offered_model()
        self._turn: Turn | None = None
        self._unkept = False
        self._spare = ""

    @property
    def model_label(self) -> str:
        """Who answers, with the host when anything leaves the machine."""
        return self._answering.chosen.label

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
        whose = self.session.title or ("Your household" if self.session.household else "No household yet")
        return f"{whose}, as of {show_date(self.as_of)}"

    def opening(self) -> list[Event]:
        """Return the first words: whose household, as of when, who answers, and how to begin."""
        events = opening(self.session, self._answering.chosen, self._offer)
        return [*welcome_back(self._left), *events[:1], *resume_choice(self._last), *events[1:]]

    def welcome_back(self) -> list[Event]:
        """Return what a resumed conversation has to say first: what was cut off and what was still done."""
        return welcome_back(self._left)

    def warm(self) -> None:
        """Do now what the first turn would wait for."""
        self._answering.warm()

    async def say(self, text: str) -> AsyncIterator[Event]:
        """Answer the person's message."""
        async with self._lock:
            if self._last and text.strip() == resume_words(self._last):
                stream = self._guarded(self._go_on(self._last), None)
            else:
                stream = self._guarded(self._answer(text), text)
            async for event in stream:
                yield event

    async def upload(self, files: Sequence[tuple[str, bytes]], text: str = "") -> AsyncIterator[Event]:
        """Read dropped files into the household, then answer."""
        async with self._lock:
            async for event in self._guarded(self._take_files(files, text), text or "Here are my files."):
                yield event

    async def approve(self, plan_id: str) -> AsyncIterator[Event]:
        """Carry out the plan on the card: the button's way, past every model."""
        async with self._lock:
            words = "I approve these trades."
            async for event in self._guarded(self._carry_out(plan_id, "button", words), words):
                yield event

    async def decline(self, plan_id: str) -> AsyncIterator[Event]:
        """Put the card away; nothing is traded."""
        async with self._lock:
            async for event in self._guarded(self._put_away(plan_id), "Not now."):
                yield event

    def profile_form(self) -> dict[str, str]:
        """Return the fields of the settings panel with what is known."""
        return form_of(self.session, self.settings)

    async def apply_form(self, values: Mapping[str, Any]) -> AsyncIterator[Event]:
        """Take the settings panel's fields over, as if said."""
        async with self._lock:
            async for event in self._guarded(self._take_form(values), "I filled in the settings."):
                yield event

    async def _guarded(self, events: AsyncIterator[Event], words: str | None) -> AsyncIterator[Event]:
        """Whatever happens inside, the turn ends with words and with its end; with ``words`` it is kept."""
        from assistant.turn import pumped

        self.session.turn += 1
        self._turn = None
        said: list[str] = []
        meta: dict[str, Any] = {}
        yield Status("Looking at this…")
        keeper = self.session.keeper if words is not None else None
        if keeper:
            await asyncio.to_thread(keeper.begin, words or "")
        try:
            async for event in pumped(events, self.settings.turn_timeout_seconds):
                if isinstance(event, Text):
                    said.append(event.text)
                yield event
        except Exception as problem:  # whatever a model's client or a tool raises, the person reads a sentence
            if not isinstance(problem, LotlineError):
                _log.warning("the turn stopped: %s", trail(problem))
            sentence = excuse(problem, self._answering.chosen.host)
            sentence = f"\n\n{sentence}" if said else sentence
            said.append(sentence)
            meta["failed"] = type(problem).__name__
            self._commit(sentence.strip())
            yield Text(sentence)
        finally:
            self._commit(None)
            self.session.settle()
        turn = self._turn
        if offer := self._spare_offer(turn, meta):
            yield offer
        facts = tuple(turn.used.values()) if turn else ()
        if keeper and (warning := await self._keep(keeper, Said("".join(said), facts, self.model_label))):
            said.append(warning)
            yield Text(warning)
        yield TurnEnded(facts, self.model_label, "".join(said), turn.blocked if turn else 0, meta)
        self._turn = None

    async def _keep(self, keeper: Keeper, told: Said) -> str:
        """Keep the turn; return what to say when that fails, once."""
        await asyncio.to_thread(keeper.end, told)
        if not keeper.problem or self._unkept:
            return ""
        self._unkept = True
        return f"\n\nThis conversation is not being kept. {neutralise(keeper.problem)}"

    def _commit(self, final: str | None) -> None:
        if self._turn is not None and not self._turn.committed:
            self._turn.commit(final=final)

    def _spare_offer(self, turn: Turn | None, meta: Mapping[str, Any]) -> Event | None:
        """Offer the built-in model where the chosen one failed; the question is kept for it."""
        failed = "failed" in meta or (turn is not None and turn.called_in_text)
        self._spare = turn.words if turn and failed and self._answering.chosen.host else ""
        return spare_offer(self._spare) if self._spare else None

    async def _answer(self, text: str) -> AsyncIterator[Event]:
        if self._spare and accepts_spare(text):
            async for event in self._take_spare(self._spare):
                yield event
            return
        if self._offer and text.strip() == offer_words(self._offer):
            async for event in self._take_offer(self._offer):
                yield event
            return
        if pasted := await asyncio.to_thread(pasted_in, text):
            async for event in self._take_files([(pasted.name, pasted.content)], pasted.words):
                yield event
            return
        self.session.said.append(text)
        card = self.session.shown_card
        if card and self.session.broker.accepts_words and judges(text, card, self.session.turn):
            async for event in self._carry_out(card.plan_id, "words", text):
                yield event
            return
        if keeps_prices(text) and (said := self._prices_kept()):
            async for event in self._with_old_prices(text, said):
                yield event
            return
        async for event in self._converse(self._begin(text)):
            yield event

    def _prices_kept(self) -> str:
        from assistant.toolbox.price_age import confirm_prices

        return confirm_prices(self.session)

    async def _with_old_prices(self, text: str, said: str) -> AsyncIterator[Event]:
        """Say which old prices are used from now on; the card of the plan under discussion comes up."""
        turn = self._begin(text)
        yield turn.plain(said)
        if self.session.current_plan_id is None:
            return
        async for event in self._answering.call(turn, "execute_trades", {"plan_id": self.session.current_plan_id}):
            yield event
        if turn.card is not None:
            yield turn.plain("\n\nHere is the card. Nothing is placed until you press Approve on it.")
        for event in self._answering.beside(turn):
            yield event

    async def _converse(self, turn: Turn) -> AsyncIterator[Event]:
        async for event in self._answering.passes(turn):
            yield event
        if turn.called_in_text and self._answering.chosen.host:
            lead = "\n\n" if turn.text.strip() else ""
            yield turn.plain(f"{lead}{CALLED_IN_TEXT.format(self.model_label)}")
        elif not re.search(r"\w", turn.text):
            yield turn.plain("I have no answer to that. Try asking in other words, or about one holding.")
        elif turn.cut_off and self._answering.chosen.host and not turn.blocked:
            yield turn.plain("\n\nThe model's answer broke off here. Ask again for the rest.")
        for event in self._answering.beside(turn):
            yield event

    def _begin(self, words: str) -> Turn:
        from langchain_core.messages import HumanMessage

        from assistant.turn import Turn

        self._turn = Turn(self.session, [HumanMessage(words)])
        return self._turn

    async def _carry_out(self, plan_id: str, how: str, words: str) -> AsyncIterator[Event]:
        from assistant.fills import fills_text

        turn = self._begin(words)
        if not self.session.approve(plan_id, how):
            yield turn.plain("That plan is not the current one any more, so nothing was traded. Ask for a new plan.")
            return
        async for event in self._answering.call(turn, "execute_trades", {"plan_id": plan_id}):
            yield event
        self.session.shown_card = None
        for event in turn.speak(fills_text(turn.results[-1])):
            yield event
        for event in self._answering.beside(turn):
            yield event

    async def _put_away(self, plan_id: str) -> AsyncIterator[Event]:
        turn = self._begin("Not now.")
        self.session.shown_card = None
        yield turn.plain("Nothing was traded. The plan stays here; ask for it again whenever you like.")

    async def _take_files(self, files: Sequence[tuple[str, bytes]], text: str) -> AsyncIterator[Event]:
        from assistant.uploads import read_files

        read = await asyncio.to_thread(read_files, self.session, files)
        if text.strip():
            self.session.said.append(text)
        labels = ", ".join((*read.labels, *read.waiting))
        turn = self._begin(f"Here are my files: {labels}. {text}".strip())
        for problem in read.problems:
            yield turn.plain(f"{redactor_for(self.session).show(problem)}\n\n")
        if not labels:
            return
        async for event in self._answering.call(turn, "load_portfolio", {"source": labels}):
            yield event
        async for event in self._converse(turn):
            yield event

    async def _take_form(self, values: Mapping[str, Any]) -> AsyncIterator[Event]:
        fields = changed(values, self.profile_form())
        turn = self._begin("I filled in the settings.")
        profile = profile_arguments(fields)
        if profile:
            self.session.said.append(", ".join(fields[key] for key in PROFILE_FIELDS if key in fields))
            async for event in self._answering.call(turn, "set_profile", profile):
                yield event
            yield turn.plain(noted(turn.results[-1], list(profile)))
        if model := {key: fields[key] or None for key in MODEL_FIELDS if key in fields}:
            self._use(self.settings.model_copy(update=model))
            lead = "\n\n" if turn.text else ""
            yield turn.plain(f"{lead}From now on {self._answering.chosen.label} answers.")
        if not turn.text:
            yield turn.plain("Nothing was changed.")

    def _use(self, settings: Settings) -> None:
        """Change the model.

        Raises:
            BadRequest: The settings name a model that cannot be reached.
        """
        self._answering = self._answering.using(settings)
        self.settings, self._offer = settings, None

    async def _go_on(self, line: ThreadLine) -> AsyncIterator[Event]:
        """Put the person's last conversation in the place of this one."""
        keeper, self._last = self.session.keeper, None
        thread = await asyncio.to_thread(keeper.store.thread, line.name) if keeper else None
        if keeper is None or thread is None:
            yield Text("That conversation is not there any more.")
            return
        await asyncio.to_thread(keeper.resume, thread, self.session.today)
        self._left = thread
        yield Text(f"We go on with **{neutralise(self.title)}**.")
        for event in welcome_back(thread, short=True):
            yield event

    async def _take_spare(self, question: str) -> AsyncIterator[Event]:
        """Let the built-in model answer from now on, first what the other one could not."""
        self._use(self.settings.model_copy(update={"model": None}))
        turn = self._begin(question)
        yield turn.plain(f"From now on {self._answering.chosen.label} answers; nothing leaves this machine.\n\n")
        async for event in self._converse(turn):
            yield event

    async def _take_offer(self, offer: Offer) -> AsyncIterator[Event]:
        self._use(self.settings.accepting(offer))
        label = self._answering.chosen.label
        yield Text(f"From now on {label} answers; what you ask and hold, without names, goes to {offer.host}.")


def open_conversation(
    settings: Settings,
    today: date,
    engine: Any = None,
    sample: bool = True,
    keeping: Keeping | None = None,
    thread: str | None = None,
) -> Conversation:
    """Open a conversation on the sample household, or on none yet, or go on with a kept one.

    Args:
        settings: Which model answers, and the limits.
        today: Today in New York, as the face's clock has it.
        engine: Where heavy calculations run.
        sample: Whether the sample household opens; it opens as of its own date.
        keeping: Where and by which clock it is kept; nothing is kept without.
        thread: The name under which it is kept and gone on with; without, a new one that offers to go on with the last.
    """
    from assistant.adapters.live_prices import choose_provider
    from assistant.toolbox import build_tools
    from assistant.uploads import open_sample

    session = Session(as_of=today, today=today, engine=engine, broker=PaperBroker())
    session.price_provider = choose_provider(settings)
    left, last = _kept(session, keeping, thread, today) if keeping else (None, None)
    if sample and left is None:
        open_sample(session)
    if left is None:
        session.settle(from_here=True)
    chosen = choose_model(settings)
    return Conversation(session, settings, chosen, build_tools(session), left, last)


def _kept(session: Session, keeping: Keeping, name: str | None, today: date) -> tuple[Thread | None, ThreadLine | None]:
    """Give the session its keeper; return the thread that it goes on with, and the one that it could go on with."""
    from assistant.keeping import Keeper

    session.keeper = Keeper(session, keeping, name or f"{keeping.clock():%Y-%m-%d %H:%M:%S} {uuid4().hex[:4]}")
    if name is None:
        return None, session.keeper.last()
    thread = session.keeper.store.thread(name)
    if thread is not None:
        session.keeper.resume(thread, today)
    return thread, None
