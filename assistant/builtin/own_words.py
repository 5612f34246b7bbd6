"""The person's own words: what is quoted, pasted or looks like machine text is not a request."""

from __future__ import annotations

import re

from assistant.concepts import names, plain

_CUTS = [
    re.compile(r"```.*?(?:```|$)", re.DOTALL),
    re.compile(r"<(\w+)[^>]*>.*?</\1>", re.DOTALL),
    re.compile(r"<[^>\n]{1,200}>"),
    re.compile(r"\{[^{}]*\}"),
    re.compile(r"(?m)^\s*(?:system|assistant|ai|tool|user|human|function|developer)\s*:.*$", re.IGNORECASE),
    re.compile(r"(?m)^\s*>.*$"),
    re.compile(r"\b[a-z]+_[a-z_]+\s*\([^)]*\)"),
]
_ORDERS = re.compile(
    r"\b(?:approve|confirm|execute|place|sell|buy|trade|do|go|yes|yep|ok|okay|sure|ignore|forget|send|submit|proceed)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{1,2000})[\"“”«»]|(?<!\w)'([^'\n]{3,2000})'(?!\w)")
_ITEM = re.compile(r"(?:^|(?<=\s))\(?[1-9]\)\s")
"""The number of an item in a list, which opens a sentence of its own."""


def own_words(text: str) -> str:
    """Cut quotations, code, markup and fake turns; a quoted name or term of a few words stays."""
    text = text[:4_000]
    for cut in _CUTS:
        text = cut.sub(" ", text)
    return _ITEM.sub(" . ", _QUOTED.sub(_quotation, text))


def _quotation(found: re.Match[str]) -> str:
    inner = found[1] or found[2] or ""
    count = len(inner.split())
    name = count <= 2 and inner[:1].isupper()
    term = count <= 3 and not _ORDERS.search(inner)
    return f" {inner} " if name or term or plain(inner) in names() else " "
