"""What a value is, by its place in the sentence.

``prompts/understanding/amounts.tsv`` has the wordings for dollars, ``parts.tsv`` those for shares of a whole and bare
numbers.
"""

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


def role(mark: str, words: str, marked: Marked, kind: str = "") -> Ranked:
    """Rank what the value behind a mark may be: income, new money, a limit on gains, a share of a holding, ...

    ``kind`` reads the mark as one of another kind: a bare number as ``usd``.
    """
    kind = kind or mark.strip("@0123456789")
    text = unnamed(words, marked).replace(f"{mark} ", f"*{kind} ")
    return fitted("amounts" if kind == "usd" else "parts").rank(features(text), sense(spoken(text)))


def features(words: str) -> list[str]:
    """Return the features of the value that stands as ``*`` and its kind in marked words."""
    tokens = [re.sub(r"\d+$", "", word) if word.startswith("@") else word for word in words.split()]
    at = next(at for at, word in enumerate(tokens) if word.startswith("*"))
    return [
        f"k {tokens[at]}",
        *_around(tokens, at),
        *(f"s {word}" for word in tokens),
        *(f"q {cue}" for cue in cues_in(words)),
        *_votes(words),
    ]


def _votes(words: str) -> Iterator[str]:
    """Yield the facts and wishes whose wordings hold the value."""
    text = re.sub(r"\*(\w+)", r"@\g<1>99", words)
    for name, wordings in chain(fields("profile").items(), fields("wishes").items()):
        if any((found := wording.find(text)) and "99 " in found[0] for wording in wordings):
            yield f"v {name}"
    yield f"i {best[0]}" if (best := best_wording(text)) else f"f {by_cues(text)}"


def _around(tokens: list[str], at: int) -> Iterator[str]:
    before, after = ["<", *tokens[:at]][-_NEAR:], [*tokens[at + 1 :], ">"][:_NEAR]
    for side, near in (("b", before[::-1]), ("a", after)):
        yield from (f"{side}{place} {word}" for place, word in enumerate(near))
        yield from (f"{side} {word}" for word in near)
        yield from (f"{side}2 {one} {two}" for one, two in zip(near, near[1:], strict=False))
