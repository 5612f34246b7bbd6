"""People who correct themselves in the middle: "sell 100, no wait 200", "meta... I mean nike", "never mind, show B"."""

from __future__ import annotations

import re

from assistant.builtin.marked import Marked

_MARKER = re.compile(
    r"(?:(?<=\s)|^)(?:~ )*(?:(?:oh|uh|um|er|well|ah|no|ok|hmm) )*"
    r"(?P<how>wait no|no wait|oh wait|wait i mean(?:t)?|sorry|actually|correction|scratch that|strike that|i mean(?:t)?"
    r"|make (?:that|it)|or rather|never ?mind(?: that)?|forget (?:that|it)|on second thoughts?|cancel that|wait) "
    r"(?:~ )*(?:(?:no|i mean|i meant|make it|make that|more like|lets say|say|only|just|rather|its|the|my|to|of) )*"
)
_DISCARDS = re.compile(r"no wait|wait no|oh wait|scratch|strike|never|forget|second thought|cancel")
_GROUPS = ({"sym", "name"}, {"num", "shares", "usd", "pct", "frac"}, {"date"}, {"method"}, {"state"}, {"acct", "type"})
_VERB = re.compile(
    r"\b(?:sell|selling|buy|show|what|whats|how|which|rebalance|trim|plan|check|why|when|is|can|do|list) "
)
_SHORT = 5


_BEFORE = re.compile(
    r"\b(?:you (?:took|used|put|have|read|tried|said|got)|i (?:wrote|typed|put|had|said)) (?:in )?(?P<said>@[a-z]+\d+) "
    r"(?:~ |but |and |when |instead of )*"
)


def repaired(marked: Marked) -> None:
    """Put what was meant in place of what was said first."""
    marked.words = _BEFORE.sub(lambda found: "" if _said_anew(found) else found[0], marked.words)
    while True:
        found = next((each for each in _MARKER.finditer(marked.words) if _applies(each, marked.words)), None)
        if found is None:
            return
        before, after = marked.words[: found.start()], marked.words[found.end() :]
        marked.words = _swapped(before, after) or after


def _said_anew(found: re.Match[str]) -> bool:
    """Tell whether another value of the same kind follows: "you took 45? I said 54"."""
    group = next((each for each in _GROUPS if _kind(found["said"]) in each), set())
    return any(_kind(mark) in group for mark in re.findall(r"@[a-z]+\d+", found.string[found.end() :]))


def _applies(found: re.Match[str], words: str) -> bool:
    before, after = words[: found.start()], words[found.end() :]
    if found["how"] == "wait" and not re.search(r"\b(?:no|oh) $|~ $|^$", words[: found.start("how")]):
        return False
    if not before.replace("~", "").strip():
        return bool(_DISCARDS.search(found["how"]) and _VERB.match(after))
    return _swapped(before, after) is not None or bool(_DISCARDS.search(found["how"]) and _VERB.match(after))


def _swapped(before: str, after: str) -> str | None:
    """Return the first words with the corrected value in its place, None when nothing there is of its kind."""
    first, _, rest = after.partition(" ")
    kind = _kind(first)
    group = next((each for each in _GROUPS if kind in each), None)
    if group is None:
        return None
    places = [each for each in re.finditer(r"@[a-z]+\d+", before) if _kind(each[0]) in group]
    if not places:
        return None
    place = places[-1]
    return f"{before[: place.start()]}{first}{before[place.end() :]}{rest}"


def _kind(mark: str) -> str:
    found = re.fullmatch(r"@([a-z]+)\d+", mark)
    return found[1] if found else ""
