"""Makes text that we did not write harmless on a page: no links, no images, no markup from outside."""

from __future__ import annotations

import re

_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,600}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)")
_REFERENCE_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,100}\]")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]\n]{1,100}\]:", re.M)
_ADDRESS = re.compile(r"(?<![\w`])(?:[a-z][a-z+.-]{1,15}://|www\.|javascript:|data:|mailto:)[^\s`|<>]{1,600}", re.I)
_TAG = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!]|&(?=#?\w{1,31};))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def neutralise(text: str) -> str:
    """Keep emphasis and tables; turn links and images into their words, addresses into code, the rest into text."""
    text = _ENTITY.sub("&amp;", _CONTROL.sub("", text))
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _REFERENCE_LINK.sub(r"\1", text)
    text = _DEFINITION.sub("", text)
    return _TAG.sub(r"\\<", _ADDRESS.sub(lambda found: f"`{found[0]}`", text))


def escape_name(name: str) -> str:
    """Write a name from a file so that it stays a name: one line, every mark of Markdown escaped."""
    flat = " ".join(_CONTROL.sub(" ", name).split())
    return _MARKUP.sub(r"\\\1", flat)
