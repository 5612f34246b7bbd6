"""The first words of a conversation, and the offer of a model that the environment would allow."""

from __future__ import annotations

from assistant.events import Choices, Event, Option, Text
from assistant.grounding import escape_name, show_date
from assistant.model import ChosenModel
from assistant.next_steps import STARTERS
from assistant.session import Session
from assistant.settings import Offer
from tools.market.quotes import PriceProvider


def opening(session: Session, chosen: ChosenModel, offer: Offer | None) -> list[Event]:
    """Return the first words: whose household, as of when, who answers, and how to begin."""
    events: list[Event] = [Text(f"{_household(session)}\n\n{_answerer(chosen, session.price_provider)}")]
    if offer:
        events.append(_offer_choice(offer))
    events.append(Choices("", tuple(Option(text, text) for text in STARTERS)))
    return events


def offer_words(offer: Offer) -> str:
    """Return the person's words that take the offer; nothing else does."""
    return f"Let {offer.model} at {offer.host} answer."


def _household(session: Session) -> str:
    if not session.household:
        return "No household is open yet: drop a broker's lots file here."
    whose, day = escape_name(session.title or "Your household"), show_date(session.as_of)
    return f"**{whose}**, as of **{day}**. Drop your own lots file to use your household instead."


def _answerer(chosen: ChosenModel, provider: PriceProvider | None) -> str:
    """Say who answers, and who else is sent anything: a price provider that the person switched on."""
    sent = [f"Your questions and holdings, without names, go to {chosen.host}."] if chosen.host else []
    sent += [f"The ticker symbols of your own files go to {provider.name} for prices."] if provider else []
    if not chosen.host:
        sent.append(f"Nothing {'else ' if sent else ''}leaves this machine.")
    return " ".join([f"Answered by {chosen.label}.", *sent])


def _offer_choice(offer: Offer) -> Choices:
    ask = (
        f"A key for {offer.host} is set on this machine. I can let {offer.model} answer instead: "
        f"{offer.host} would then receive {offer.sends}. Nothing is sent unless you say so."
    )
    return Choices(ask, (Option(f"Use {offer.model}", offer_words(offer)),))
