"""What stands in when the chosen model fails: the built-in one, offered and taken in words or by a button."""

from __future__ import annotations

import re

from assistant.events import Choices, Option

TAKE = "Use the built-in model"
CALLED_IN_TEXT = (
    "{} wrote a tool call as plain text. Such a call is never run, so nothing was looked up or done. Choose a model "
    "that calls tools properly (`lotline doctor` tests one), or the built-in model."
)
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|sure|ok|okay|fine|please|go ahead|do that|do so)[\s,.!]*){1,4}"
    r"|(?:(?:yes|sure|ok|okay|please|then)[\s,]*){0,3}(?:use|take|try|switch to|let|ask|with|go with)?"
    r"\s*(?:the\s+)?built[\s-]?in(?:\s+(?:one|model))?(?:\s+(?:answer|do it|then|instead|please))*[\s.!]*",
    re.I,
)


def accepts_spare(text: str) -> bool:
    """Tell whether words right after the offer take it."""
    return len(text) < 80 and _YES.fullmatch(text.strip()) is not None


def spare_offer(question: str) -> Choices:
    """Offer the built-in model for a question that the chosen one did not answer."""
    return Choices(
        "Shall the built-in model answer instead? It runs on this machine.",
        (Option(TAKE, TAKE), Option("Try again", question)),
    )
