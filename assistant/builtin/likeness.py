"""Which request a sentence is most like, by the wordings of ``prompts/understanding/said.tsv``.

Values are marks (``@usd``), so that no amount and no holding weighs anything; an unknown word counts as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from assistant.builtin.encoder import sense
from assistant.builtin.frames import by_cues, cues_in, outranking
from assistant.builtin.linear import Ranked, fitted, of_words
from assistant.builtin.marked import Marked
from assistant.builtin.wordings import best_wording

_SPOKEN = {
    "usd": "ten thousand dollars",
    "sym": "the stock",
    "pct": "ten percent",
    "shares": "fifty shares",
    "date": "march",
    "num": "five",
    "acct": "the account",
    "type": "ira",
    "lot": "the lot",
    "state": "ohio",
    "status": "married",
    "name": "something",
    "frac": "half",
    "mix": "sixty forty",
    "method": "oldest first",
}
"""One plain example of each kind of value."""


def like(words: str, marked: Marked) -> Ranked:
    """Rank every request by how much a sentence of marked words is like its wordings."""
    text = unnamed(words, marked)
    return fitted("said").rank(features(text), sense(spoken(text)))


def features(words: str) -> list[str]:
    """Return the features of a sentence: its words, the cues in it, and what wordings and frames make of it."""
    tokens = ["<", *(word for word in re.sub(r"(@[a-z]+)\d+", r"\1", words).split() if word != "~"), ">"]
    return [*of_words(tokens), *_cues(words), *_votes(words)]


def _cues(words: str) -> Iterator[str]:
    cues = cues_in(words)
    yield from (f"q {cue}" for cue in cues)
    yield from (f"q {one} {other}" for one, other in combinations(cues, 2))


def _votes(words: str) -> Iterator[str]:
    if best := best_wording(words):
        yield from (f"v {best[0]}", f"v {best[0]} {best[2] // 4}")
    yield f"o {outranking(words)}"
    yield f"f {by_cues(words)}"


def spoken(words: str) -> str:
    """Return marked words as somebody would say them, for the encoder, which knows words alone."""
    bare = re.sub(r"[@*]([a-z]+)\d*", lambda found: _SPOKEN.get(found[1], found[1]), words.replace("~", ","))
    return " ".join(bare.split())


def unnamed(words: str, marked: Marked) -> str:
    """Put unknown words back in place of their marks."""
    return re.sub(r"@name\d+", lambda found: marked.values.get(found[0], found[0]), words)
