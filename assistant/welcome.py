"""What is said when a kept conversation goes on, and the button that lets it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.events import Choices, Event, Option, Text
from assistant.grounding import escape_name, show_date

if TYPE_CHECKING:
    from assistant.store import Thread, ThreadLine


def resume_words(line: ThreadLine) -> str:
    """Return the person's words that go on with a conversation; nothing else does."""
    return f"Go on with our conversation of {_day(line.saved_at)} ({line.name})."


def resume_choice(line: ThreadLine | None) -> list[Event]:
    """Offer the last conversation."""
    if line is None:
        return []
    label = f"Go on: {line.title}, {_day(line.saved_at)}"
    return [Choices("We have spoken before.", (Option(label, resume_words(line)),))]


def welcome_back(thread: Thread | None, short: bool = False) -> list[Event]:
    """Say how the conversation was left: what was cut off, and what was carried out all the same.

    Args:
        thread: The conversation that goes on, None for a new one.
        short: Whether the day was said already.
    """
    if thread is None:
        return []
    said = [] if short else [f"We go on where we left off on {_day(thread.saved_at)}."]
    if thread.placed:
        count = len(thread.placed)
        said.append(
            f"Your approved plan was carried out on paper before we were cut off: {count} "
            f"{'order' if count == 1 else 'orders'}, each placed once."
        )
    elif thread.asked:
        said.append(f"My answer to “{escape_name(thread.asked[:200])}” was cut off, and nothing was traded. Ask again.")
    return [Text(" ".join(said) + "\n\n")] if said else []


def _day(stamp: str) -> str:
    from datetime import date

    return show_date(date.fromisoformat(stamp[:10]))
