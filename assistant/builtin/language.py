"""Which language a message is in, by its function words, and the few words that a clear request needs."""

from __future__ import annotations

import re

from assistant.builtin.lexicon import word_list

_ENGLISH = frozenset(
    [
        "the",
        "i",
        "my",
        "what",
        "how",
        "is",
        "are",
        "do",
        "does",
        "if",
        "of",
        "to",
        "and",
        "for",
        "in",
        "on",
        "it",
        "that",
        "should",
        "can",
        "would",
        "sell",
        "leave",
        "keep",
        "any",
        "a",
        "me",
        "we",
    ]
)


def detect(text: str) -> str:
    """Return ``en``, or the language whose function words clearly outnumber English ones."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _ENGLISH for word in words)
    best, count = "en", english
    for code, entry in word_list("languages").items():
        signs = set(entry["signs"])
        found = sum(word in signs for word in words)
        if found >= 2 and found > count:
            best, count = code, found
    return best


def language_name(code: str) -> str:
    """Return the English name of a language."""
    return str(word_list("languages").get(code, {}).get("name", "English"))


def translate(text: str, code: str) -> str:
    """Put English in place of the words that requests need; names and numbers stay."""
    if code == "en":
        return text
    words: dict[str, str] = word_list("languages")[code]["words"]
    text = re.sub(r"\b[dl]['’](?=[A-Z])", "", text)
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda found: words.get(found[0].lower(), found[0]), text)
