"""Words as typed to words as the wordings have them: case, punctuation, shorthand and slips of the finger."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from assistant.builtin.lexicon import english, known_words, long_words, prompt_words, stems, word_list

_COMPARED = {r"<\s?=|≤|=\s?<": " at most ", r">\s?=|≥|=\s?>": " at least ", "<": " under ", ">": " over "}


def written_out(text: str) -> str:
    """Write shorthand and comparisons of figures out; capitals are left, they may be a ticker."""
    for signs, words in _COMPARED.items():
        text = re.sub(rf"(?:{signs})(?=\s?[$\d])", words, text)
    said: dict[str, str] = word_list("words")["shorthand"]
    return re.sub(_shorthand(), lambda found: said[found[0].replace("’", "'")], text)


@cache
def _shorthand() -> str:
    forms = sorted(word_list("words")["shorthand"], key=len, reverse=True)
    either = "|".join(re.escape(form).replace("'", "['’]") for form in forms)
    return rf"(?<![\w@$.&'’-])(?:{either})(?![\w&'’-]|\.\w)"


def normal(text: str) -> str:
    """Write a message in lower case, without punctuation, each word followed by a blank."""
    text = text.lower().replace("’", "'").replace("'", "")
    text = re.sub(r"\b(long|short|wash|tax|no|zero)-(?=term\b|sales?\b|loss|gains?\b)", r"\1 ", text)
    text = re.sub(r"[.?!;\n]+(?=\s|$)", " ~ ", text)
    text = re.sub(r"[^a-z0-9@.&~-]+", " ", text.replace("%", " percent "))
    words = [word if word == "~" else word.strip(".&-~") for word in text.split()]
    return "".join(f"{word} " for word in words if word)


def spelled(words: str) -> str:
    """Correct misspelled words of wordings."""
    return "".join(f"{_spell(word)} " for word in words.split())


@lru_cache(maxsize=4096)
def _spell(word: str) -> str:
    if len(word) < 4 or not word.isalpha() or is_known(word):
        return word
    if swapped := _swapped(word):
        return swapped
    if len(word) < 5:
        return word
    close = process.extractOne(word, long_words(), scorer=fuzz.ratio, score_cutoff=86)
    return close[0] if close and close[0][0] == word[0] else word


def _swapped(word: str) -> str | None:
    """Return the known word that differs by two neighboring letters in the wrong order."""
    places = range(len(word) - 1)
    tries = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places)
    return next((each for each in tries if each in known_words()), None)


def is_known(word: str) -> bool:
    """Return whether a word belongs to a wording or is plain English, so that it cannot be a company."""
    return word in known_words() or word.startswith(stems()) or word in prompt_words() or word in english()
