"""Which wording of ``requests.yaml`` a sentence contains, and which request its cues point to."""

from __future__ import annotations

import re

from assistant.builtin.frames import by_cues
from assistant.builtin.lexicon import Wording, intents

Best = tuple[str, "re.Match[str] | None", int]
"""A request, where its wording was found, and how sure that makes it."""

_NEGATION = re.compile(r"(?:^|\s)(?:dont|do not|never|not|without|wont|no|cant|didnt)(?: \S+){0,2} $")
_NEGATABLE = {"sale", "trim", "panic", "raise_cash", "invest_cash", "load_sample", "chase", "double_down"}
_SOLD = re.compile(
    r"^(?!.*\b(?:if|what|how|would|suppose|say|imagine)\b)(?:~ )*(?:\S+ ){0,2}(?:i|we|ive|weve) "
    r"(?:already |just |recently )*sold (?!it|nothing)"
)


def find(name: str, wording: Wording, words: str) -> re.Match[str] | None:
    """Look for a wording; one that is taken back ("don't sell") is not there."""
    match = wording.find(words)
    if match and name == "sale" and _SOLD.search(words):
        return None
    return None if match and name in _NEGATABLE and _NEGATION.search(words[: match.start()]) else match


def best_wording(words: str) -> Best | None:
    """Return the request whose wording fixes the most words."""
    best: Best | None = None
    for name, wordings in intents().items():
        for wording in wordings:
            match = find(name, wording, words)
            if match and (best is None or wording.weight > best[2]):
                best = (name, match, wording.weight)
    return best


def cued(words: str) -> Best | None:
    """Return the request that the cues point to, unless the words deny it."""
    intent = by_cues(words)
    denied = intent in _NEGATABLE and re.search(r"(?:^|\s)(?:dont|do not|never|wont|cant|didnt) ", words)
    denied = denied or (intent == "sale" and _SOLD.search(words))
    return (intent, None, 1) if intent and not denied else None
