"""Which term or rule a message asks to have explained, if any."""

from __future__ import annotations

import re

from assistant.builtin.lexicon import word_list
from assistant.builtin.marked import Marked
from assistant.concepts import all_named_in, named_in, names, plain

_DEFINES = re.compile(
    r"\b(?:what (?:is|are|was)|whats|what (?:does|do) .{0,40}\bmean|define|definition of|explain|explained|meaning of"
    r"|(?:whats|what is|what does|does) .{0,40}\b(?:mean|stand for)"
    r"|how (?:does|do|is|are) .{0,60}\b(?:work|taxed|treated)"
    r"|differences? between|tell me (?:about|what)|never heard of|teach me|what the heck|whats the deal with|eli5"
    r"|in plain (?:words|english)|how come there is|what counts as|remind me what|help me understand"
    r"|dont know what"
    r"|never (?:really |quite )?(?:got|get|understood)|dont (?:really |quite )?(?:get|understand)"
    r"|no idea what|how long is|where (?:did|does|do) .{0,50}\bgo\b|go on)\b"
)
_LOOKS = re.compile(r"\b(?:whats|what is|what are) (?:in|inside|left in|my|our)\b")
_OWN = r"(?:my|our|this|that|his|her|their) (?:\w+ ){0,1}"
_EXPLAINS = re.compile(
    r"\b(?:explain|mean|means|meaning|define|understand|understood|never|dont get|eli5|heck|plain|where|go on"
    r"|work|works)\b"
)
_COMPARES = re.compile(r"\b(?:match|matches|agree|agrees|check|compare|reconcile)\b")
_AUDIENCES = {
    "child": r"\b(?:like i(?:m| am) (?:five|5|ten|10|a (?:kid|child))|to (?:a|my) (?:kid|child|son|daughter)|eli5)",
    "cpa": r"\b(?:(?:for|to) (?:my|a|the|our) (?:cpa|accountant|preparer)|im a cpa|as a cpa)\b",
    "advisor": r"\b(?:(?:for|to) (?:my|a|the) (?:advisor|adviser)|im an advis[oe]r)\b",
}


def asked_topic(words: str, marked: Marked) -> str | None:
    """Return the term that a sentence asks about: "what is NIIT?", "how do wash sales work?"."""
    text = plain(_unmarked(words, marked))
    if "@sym" in words or not _DEFINES.search(text) or _LOOKS.search(text):
        return None
    key = named_in(text)
    if key is None or _EXPLAINS.search(text):
        return key
    either = "|".join(re.escape(form) for form, of in names().items() if of == key)
    if key in word_list("words")["terms"]["tools_own"]:
        return key if re.search(rf"\b(?:what is|whats|what are) (?:an? )?(?:{either})\b", text) else None
    return None if re.search(rf"\b{_OWN}(?:{either})\b", text) else key


def named_topic(words: str, marked: Marked) -> str | None:
    """Return the term that the words name."""
    return named_in(plain(_unmarked(words, marked)))


def touched_topic(words: str, marked: Marked) -> str | None:
    """Return the term that the words touch, where nothing else was understood."""
    key = named_topic(words, marked)
    return None if key in word_list("words")["terms"]["tools_own"] else key


def special_topic(words: str, marked: Marked) -> str | None:
    """Return a term that no tool works out and that a sentence speaks of, as long as it names no holding or amount."""
    if re.search(r"@(?:sym|usd|shares)\d", words) or _COMPARES.search(words):
        return None
    return next(
        (key for key in all_named_in(_unmarked(words, marked)) if key in word_list("words")["terms"]["special"]), None
    )


def _unmarked(words: str, marked: Marked) -> str:
    """Put the values back in place of their marks."""
    return re.sub(r"@[a-z]+\d+", lambda found: marked.values.get(found[0], "").replace("_", " "), words)


def audience_of(said: str) -> str | None:
    """Return for whom an explanation is wanted, if they say so."""
    text = plain(said)
    return next((name for name, pattern in _AUDIENCES.items() if re.search(pattern, text)), None)
