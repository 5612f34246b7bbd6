"""What an amount is, by its place in the sentence: ``prompts/understanding/amounts.tsv`` has the wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from assistant.builtin.encoder import sense
from assistant.builtin.frames import by_cues, cues_in
from assistant.builtin.lexicon import fields
from assistant.builtin.likeness import spoken, unnamed
from assistant.builtin.linear import Ranked, fitted
from assistant.builtin.marked import Marked
from assistant.builtin.wordings import best_wording

_NEAR = 5


def role(mark: str, words: str, marked: Marked) -> Ranked:
    """Rank what the amount behind a mark may be: income, new money, a limit on gains, ..."""
    text = unnamed(words, marked).replace(f"{mark} ", "* ")
    return fitted("amounts").rank(features(text), sense(spoken(text)))


def features(words: str) -> list[str]:
    """Return the features of the amount that stands as ``*`` in marked words."""
    tokens = [re.sub(r"\d+$", "", word) if word.startswith("@") else word for word in words.split()]
    at = tokens.index("*")
    return [
        *_around(tokens, at),
        *(f"s {word}" for word in tokens),
        *(f"q {cue}" for cue in cues_in(words)),
        *_votes(words),
    ]


def _votes(words: str) -> Iterator[str]:
    """Yield the facts and wishes whose wordings hold the amount."""
    text = re.sub(r"@usd\d+", "@usd1", words).replace("* ", "@usd0 ")
    for name, wordings in chain(fields("profile").items(), fields("wishes").items()):
        if any((found := wording.find(text)) and "@usd0 " in found[0] for wording in wordings):
            yield f"v {name}"
    yield f"i {best[0]}" if (best := best_wording(text)) else f"f {by_cues(text)}"


def _around(tokens: list[str], at: int) -> Iterator[str]:
    before, after = ["<", *tokens[:at]][-_NEAR:], [*tokens[at + 1 :], ">"][:_NEAR]
    for side, near in (("b", before[::-1]), ("a", after)):
        yield from (f"{side}{place} {word}" for place, word in enumerate(near))
        yield from (f"{side} {word}" for word in near)
        yield from (f"{side}2 {one} {two}" for one, two in zip(near, near[1:], strict=False))
