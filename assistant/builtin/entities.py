"""What was said, found and marked: amounts, shares, dates, accounts, holdings. Wordings match the marked text."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import InvalidOperation
from functools import partial

from assistant.builtin.context import Session
from assistant.builtin.days import shifted
from assistant.builtin.described import mark_described, named_after_all
from assistant.builtin.lexicon import word_list
from assistant.builtin.marked import Marked
from assistant.builtin.names import Names
from assistant.builtin.readers import readers
from assistant.builtin.repairs import repaired
from assistant.builtin.spelling import is_known, normal, spelled


def mark(text: str, session: Session) -> Marked:
    """Find every value in a message and put marks in their place."""
    marked = Marked()
    text = mark_described(text, session.holdings, marked)
    text = _lexicon(text, marked, "status", "type", "method")
    text = Names.of(session.holdings).mark_numbered(text, marked)
    for pattern, kind, read in readers(session.as_of):
        text = re.sub(pattern, _replacer(marked, kind, read), text, flags=re.IGNORECASE)
    text = shifted(text, marked)
    text = Names.of(session.holdings).mark(_postal(text, marked), marked)
    named_after_all(marked)
    text = _lexicon(text, marked, "state")
    marked.words = _unknown(spelled(normal(text)), marked)
    repaired(marked)
    return marked


def _replacer(marked: Marked, kind: str, read: Callable[[re.Match[str]], str | None]) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        try:
            value = read(found)
        except (ValueError, InvalidOperation, OverflowError):
            value = None
        return found[0] if value is None else marked.mark(kind, value)

    return replace


def _lexicon(text: str, marked: Marked, *kinds: str) -> str:
    words = word_list("words")
    for kind in kinds:
        for value, phrases in words[kind].items():
            either = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
            name = partial(_named, marked, kind, value)
            text = re.sub(rf"(?<![\w@])(?:{either})(?!\w)", name, text, flags=re.IGNORECASE)
    return text


def _named(marked: Marked, kind: str, value: str, _: re.Match[str]) -> str:
    return marked.mark(kind, value)


def _postal(text: str, marked: Marked) -> str:
    """Mark a state's two letters, which are words of their own elsewhere ("in", "or", "me")."""
    near = rf"(\b(?:in|from|to)|,) ({'|'.join(word_list('words')['state'])})\b"
    return re.sub(near, lambda found: found[1] + marked.mark("state", found[2]), text)


def _unknown(words: str, marked: Marked) -> str:
    out: list[str] = []
    run: list[str] = []
    for word in [*words.split(), "~"]:
        if re.fullmatch(r"(?!person-)[a-z][a-z0-9.&-]*", word) and not is_known(word):
            run.append(word)
            continue
        if run:
            out.append(marked.mark("name", " ".join(run)).strip())
        out.append(word)
        run = []
    return "".join(f"{word} " for word in out[:-1])
