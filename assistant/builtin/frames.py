"""Requests by what they speak of, in any order of words: the net under the wordings, and a few that outrank them.

``prompts/understanding/frames.yaml`` names cues (words for one thing) and two lists of frames. A frame is a request
with the cues and values that it needs; ``!`` before one means that it must be missing. The first frame that fits wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.builtin.lexicon import PRONOUNS, asset_class_words, word_list

_VALUES = {
    "symbol": r"@(?:sym|lot)\d+ ",
    "name": r"@name\d+ ",
    "it": rf"{PRONOUNS} ",
    "money": r"@usd\d+ ",
    "number": r"@(?:num|shares|usd|pct|frac)\d+ ",
    "count": r"@(?:num|shares)\d+ ",
    "portion": r"@(?:pct|frac)\d+ ",
    "percent": r"@pct\d+ ",
    "date": r"@date\d+ ",
    "account": r"@(?:acct|type)\d+ ",
    "method": r"@method\d+ ",
    "person": r"person-\d+s? ",
}


@dataclass(frozen=True)
class Frame:
    """A request with what must be spoken of and what must not."""

    intent: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    def fits(self, words: str) -> bool:
        """Return whether everything wanted is there and nothing unwanted."""
        return all(_cue(each).search(words) for each in self.wanted) and not any(
            _cue(each).search(words) for each in self.unwanted
        )


def outranking(words: str) -> str | None:
    """Return the request that wins over any wording, if one fits."""
    return _first("first", words)


def by_cues(words: str) -> str | None:
    """Return the request that the cues point to, if one fits."""
    return _first("then", words)


def cues_in(words: str) -> list[str]:
    """Return every cue and kind of value that the words hold."""
    names = [*_VALUES, *word_list("frames")["cues"]]
    return [name for name in names if _cue(name).search(words)]


def _first(part: str, words: str) -> str | None:
    return next((frame.intent for frame in _frames(part) if frame.fits(words)), None)


@cache
def _frames(part: str) -> tuple[Frame, ...]:
    found = []
    for line in word_list("frames")[part]:
        intent, conditions = line.split(":", 1)
        names = conditions.split()
        wanted = tuple(name for name in names if not name.startswith("!"))
        found.append(Frame(intent.strip(), wanted, tuple(name[1:] for name in names if name.startswith("!"))))
    return tuple(found)


@cache
def _cue(name: str) -> re.Pattern[str]:
    """Return a value or the words for one thing as a pattern over words that each end in a blank."""
    if name == "class":
        return re.compile(rf"(?<!\S)(?:{'|'.join(_phrase(each) for each in asset_class_words())})")
    if name in _VALUES:
        return re.compile(rf"(?<!\S){_VALUES[name]}")
    phrases = word_list("frames")["cues"][name]
    return re.compile(rf"(?<!\S)(?:{'|'.join(_phrase(str(phrase)) for phrase in phrases)})")


def _phrase(phrase: str) -> str:
    return "".join(
        rf"{re.escape(word[:-1])}\S* " if word[-1] == "*" else f"{re.escape(word)} " for word in phrase.split()
    )
