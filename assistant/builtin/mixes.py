"""A mix of asset classes said as "60/40" or part by part."""

from __future__ import annotations

import re

from assistant.builtin.lexicon import word_list
from assistant.builtin.marked import Marked
from assistant.builtin.numbers import WORDED, plain, worded
from assistant.builtin.request import Request, Slots

_SUPPOSED = re.compile(
    r"\b(?:if|suppose|supposing|imagine|assume|assuming|pretend|hypothetically) "
    r"|\bwould (?:i|we|that|my|our) |\bsay (?:i|we|my|our) "
)
_HELD_AGAINST = re.compile(
    r"\b(?:compare|compared|measure|measured|stack|stacks|versus|vs|against|relative to|what about) "
    r"|\b(?:from|off|with) (?:a |an |the |that )?(?:@mix|@pct|@num)"
)
_SETS = re.compile(
    r"\b(?:my|our|the) (?:\S+ ){0,2}(?:targets?|goal|plan|mix|allocation) (?:is|are|should be)\b"
    r"|\b(?:wants?|set|make|change|use|aim|aiming|go|going|switch|keep|get|take|bring)\b"
)
_TRADES = re.compile(r"\b(?:rebalance|rebalancing|trades|plan|there|back|trades?|sell|buy|fix|move|shift) ")
_OF_THE_MIX = {"holdings", "forecast", "rebalance", "concept"}


def of_a_mix(requests: tuple[Request, ...], mix: Slots | None, words: str) -> tuple[Request, ...]:
    """Return the requests of a message that tells a mix.

    A distance asked for is all such a message wants unless it speaks of trades: "60 us, 40 bonds: how far off am I?".
    A mix that is only held against the portfolio becomes a value of that distance and is not remembered.
    """
    asked = {each.intent for each in requests}
    supposed = bool(_SUPPOSED.search(words) or (_HELD_AGAINST.search(words) and not _SETS.search(words)))
    if not mix or not asked <= {"drift", *_OF_THE_MIX} or not ("drift" in asked or supposed):
        return requests
    if _TRADES.search(words):
        return requests
    return (Request("drift", {"targets": mix} if supposed else {}),)


def targets(text: str, marked: Marked) -> dict[str, str] | None:
    """Read "60/40", "70/10/20 stocks foreign bonds" or "60 % stocks, 40 % bonds" as weights by asset class."""
    classes = word_list("words")["asset_class"]
    said = {phrase: name for name, phrases in classes.items() for phrase in phrases}
    said |= {"us": "us_equity", "domestic": "us_equity", "abroad": "intl_equity"}
    either = "|".join(sorted((re.escape(phrase) for phrase in said), key=len, reverse=True))
    low = re.sub(rf"\b{WORDED}\b", lambda found: plain(worded(found[0].lower())), text.lower())
    classes_said = rf"(?:(?:in |of |into |and |my )*(?:{either}) )*"
    mix = re.search(r"(?<![\w$@.])\d{1,3}(?:\s?/\s?\d{1,3}){1,3}(?![\w%/])", low)
    if mix:
        weights = [int(part) for part in re.findall(r"\d+", mix[0])]
        named = [said[name] for name in re.findall(rf"\b(?:{either})\b", low[mix.end() :])]
        names = named if len(set(named)) >= len(weights) else _usual(len(weights))
        if sum(weights) == 100 and len(set(names)) >= len(weights):
            return _cut(
                marked,
                dict(zip(names, (str(weight / 100) for weight in weights), strict=False)),
                rf"@mix\d+ {classes_said}",
            )
    pairs = re.findall(rf"\b(\d{{1,3}})\s?(?:%|percent|pct)?\s?(?:in |of |into )?(?:my )?({either})\b", low)
    weights = [int(weight) for weight, _ in pairs]
    if len(pairs) > 1 and sum(weights) == 100 and len({said[name] for _, name in pairs}) == len(pairs):
        return _cut(
            marked, {said[name]: str(int(weight) / 100) for weight, name in pairs}, rf"@(?:pct|num)\d+ {classes_said}"
        )
    return None


def _usual(count: int) -> list[str]:
    usual: dict[int, list[str]] = {2: ["stocks", "bonds"], 3: ["stocks", "bonds", "cash"]}
    return usual.get(count, [])


def _cut(marked: Marked, found: dict[str, str], mark: str) -> dict[str, str]:
    marked.words = re.sub(mark, "~ ", marked.words)
    return found
