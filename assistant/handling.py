"""What each kind of input sets off: words, files, buttons and the settings panel. The conversation guards it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.answering import Answering
from assistant.consent import judges, keeps_prices
from assistant.events import Event, Text
from assistant.form import MODEL_FIELDS, PROFILE_FIELDS, changed, form_of, noted, profile_arguments
from assistant.grounding import neutralise, show_date
from assistant.model import ChosenModel
from assistant.opening import offer_words
from assistant.redaction import redactor_for
from assistant.session import Session
from assistant.settings import Offer, Settings
from assistant.spare import CALLED_IN_TEXT, accepts_spare, spare_offer
from assistant.uploads import pasted_in
from assistant.welcome import welcome_back

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from assistant.store import Thread, ThreadLine
    from assistant.turn import Turn


def title(session: Session) -> str:
    """Say whose household is open, and as of which day."""
    whose = session.title or ("Your household" if session.household else "No household yet")
    return f"{whose}, as of {show_date(session.as_of)}"


class Handling:
    """Handles the inputs of one conversation, one at a time; ``turn`` is the one at hand.

    ``left`` is how the conversation was left, when it goes on with a kept one, ``last`` the person's last one, which
    it may go on with, ``offer`` a model that may be chosen, ``spare`` the question kept for the built-in model.
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
        self.session, self.settings = session, settings
        self.answering = Answering(session, settings, chosen, tools)
        self.left, self.last = left, last
        self.offer: Offer | None = settings.offered_model()
        self.turn: Turn | None = None
        self.spare = ""

    def commit(self, final: str | None) -> None:
        """Write the turn into the messages, with the words that ended it when it broke off."""
        if self.turn is not None and not self.turn.committed:
            self.turn.commit(final=final)

    def spare_offer(self, turn: Turn | None, meta: Mapping[str, Any]) -> Event | None:
        """Offer the built-in model where the chosen one failed; the question is kept for it."""
        failed = "failed" in meta or (turn is not None and (turn.called_in_text or turn.silent))
        self.spare = turn.words if turn and failed and self.answering.chosen.host else ""
        return spare_offer(self.spare) if self.spare else None

    async def answer(self, text: str) -> AsyncIterator[Event]:
        """Answer the person's message: an offer taken, a pasted table, an approval in words, or a question."""
        if self.spare and accepts_spare(text):
            async for event in self._take_spare(self.spare):
                yield event
            return
        if self.offer and text.strip() == offer_words(self.offer):
            async for event in self._take_offer(self.offer):
                yield event
            return
        if pasted := await asyncio.to_thread(pasted_in, text):
            async for event in self.take_files([(pasted.name, pasted.content)], pasted.words):
                yield event
            return
        self.session.said.append(text)
        card = self.session.shown_card
        if card and self.session.broker.accepts_words and judges(text, card, self.session.turn):
            async for event in self.carry_out(card.plan_id, "words", text):
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
        async for event in self.answering.call(turn, "execute_trades", {"plan_id": self.session.current_plan_id}):
            yield event
        if turn.card is not None:
            yield turn.plain("\n\nHere is the card. Nothing is placed until you press Approve on it.")
        for event in self.answering.beside(turn):
            yield event

    async def _converse(self, turn: Turn) -> AsyncIterator[Event]:
        async for event in self.answering.passes(turn):
            yield event
        if turn.called_in_text and self.answering.chosen.host:
            lead = "\n\n" if turn.text.strip() else ""
            yield turn.plain(f"{lead}{CALLED_IN_TEXT.format(self.answering.chosen.label)}")
        elif not re.search(r"\w", turn.text):
            turn.silent = True
            yield turn.plain("I have no answer to that. Try asking in other words, or about one holding.")
        elif turn.cut_off and self.answering.chosen.host and not turn.blocked:
            yield turn.plain("\n\nThe model's answer broke off here. Ask again for the rest.")
        for event in self.answering.beside(turn):
            yield event

    def _begin(self, words: str) -> Turn:
        from langchain_core.messages import HumanMessage

        from assistant.turn import Turn

        self.turn = Turn(self.session, [HumanMessage(words)])
        return self.turn

    async def carry_out(self, plan_id: str, how: str, words: str) -> AsyncIterator[Event]:
        """Carry out the plan on the card."""
        from assistant.fills import fills_text

        turn = self._begin(words)
        if not self.session.approve(plan_id, how):
            yield turn.plain("That plan is not the current one any more, so nothing was traded. Ask for a new plan.")
            return
        async for event in self.answering.call(turn, "execute_trades", {"plan_id": plan_id}):
            yield event
        self.session.shown_card = None
        for event in turn.speak(fills_text(turn.results[-1])):
            yield event
        for event in self.answering.beside(turn):
            yield event

    async def put_away(self, plan_id: str) -> AsyncIterator[Event]:
        """Put the card away."""
        turn = self._begin("Not now.")
        self.session.shown_card = None
        yield turn.plain("Nothing was traded. The plan stays here; ask for it again whenever you like.")

    async def take_files(self, files: Sequence[tuple[str, bytes]], text: str) -> AsyncIterator[Event]:
        """Read dropped files, say what was read, then answer."""
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
        async for event in self.answering.call(turn, "load_portfolio", {"source": labels}):
            yield event
        async for event in self._converse(turn):
            yield event

    async def take_form(self, values: Mapping[str, Any]) -> AsyncIterator[Event]:
        """Take the settings panel over, as if said."""
        fields = changed(values, form_of(self.session, self.settings))
        turn = self._begin("I filled in the settings.")
        profile = profile_arguments(fields)
        if profile:
            self.session.said.append(", ".join(fields[key] for key in PROFILE_FIELDS if key in fields))
            async for event in self.answering.call(turn, "set_profile", profile):
                yield event
            yield turn.plain(noted(turn.results[-1], list(profile)))
        if model := {key: fields[key] or None for key in MODEL_FIELDS if key in fields}:
            self._use(self.settings.model_copy(update=model))
            lead = "\n\n" if turn.text else ""
            yield turn.plain(f"{lead}From now on {self.answering.chosen.label} answers.")
        if not turn.text:
            yield turn.plain("Nothing was changed.")

    def _use(self, settings: Settings) -> None:
        """Change the model.

        Raises:
            BadRequest: The settings name a model that cannot be reached.
        """
        self.answering = self.answering.using(settings)
        self.settings, self.offer = settings, None

    async def go_on(self, line: ThreadLine) -> AsyncIterator[Event]:
        """Put the person's last conversation in the place of this one."""
        keeper, self.last = self.session.keeper, None
        thread = await asyncio.to_thread(keeper.store.thread, line.name) if keeper else None
        if keeper is None or thread is None:
            yield Text("That conversation is not there any more.")
            return
        await asyncio.to_thread(keeper.resume, thread, self.session.today)
        self.left = thread
        yield Text(f"We go on with **{neutralise(title(self.session))}**.")
        for event in welcome_back(thread, short=True):
            yield event

    async def _take_spare(self, question: str) -> AsyncIterator[Event]:
        """Let the built-in model answer from now on, first what the other one could not."""
        self._use(self.settings.model_copy(update={"model": None}))
        turn = self._begin(question)
        yield turn.plain(f"From now on {self.answering.chosen.label} answers; nothing leaves this machine.\n\n")
        async for event in self._converse(turn):
            yield event

    async def _take_offer(self, offer: Offer) -> AsyncIterator[Event]:
        self._use(self.settings.accepting(offer))
        label = self.answering.chosen.label
        yield Text(f"From now on {label} answers; what you ask and hold, without names, goes to {offer.host}.")
