"""What a turn told."""

from __future__ import annotations

from dataclasses import dataclass

from tools.facts import Fact


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn told, as the face saw it: the words, the figures in them, and who answered."""

    text: str
    facts: tuple[Fact, ...]
    model: str
