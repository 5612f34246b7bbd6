"""Finds a claim that something was traded, which only a filled order makes true."""

from __future__ import annotations

import re

_ORDERS = r"(?:trades?|orders?|sales?|purchases?|sells?|buys?|plan)"
_DONE = r"(?:placed|executed|filled|submitted|carried out|completed|done|approved)"
_CLAIM = re.compile(
    rf"\b(?:i|we|lotline)(?:['’]ve|\s+have|\s+had)?(?:\s+(?:just|now|already))?\s+(?:sold|bought|{_DONE})\b"
    rf"|\b{_ORDERS}\s+(?:is|are|was|were|has been|have been|got)\s+(?:now\s+|all\s+|already\s+)?{_DONE}\b"
    rf"|\bapproved (?:the |your |this )?plan\b",
    re.I,
)
_UNREAL = re.compile(
    r"\b(?:no|not|nothing|none|never|n['’]t|until|once|if|when|unless|before|only|will|would|can|could|may|might|should)\b"
    r"|n['’]t\b|\?",
    re.I,
)


def claimed_deed(sentence: str) -> str:
    """Return the words that claim a trade, empty when there are none or they are denied or conditional."""
    found = _CLAIM.search(sentence)
    return found[0] if found and not _UNREAL.search(sentence) else ""
