"""The wordings and word lists of ``prompts/understanding``, read once and compiled on first use.

A wording is plain words with four signs: ``(a|b c)`` one of these, ``[a|b]`` may be missing, ``..`` up to four words
of any kind, ``word*`` a word that begins so, and ``{symbol}``, ``{usd}``, ... something that was said there. One that
begins with ``^`` counts only where the message begins. ``<name>`` stands for a group of ``groups.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from assistant.concepts import library, names

FOLDER = Path(__file__).resolve().parents[2] / "prompts" / "understanding"

_PART = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{(\w+)\}|(\.\.)|(\S+)")
PRONOUNS = (
    r"(?:(?:that|this|same) (?:one|lot|stock|position|holding|name|company)|the same one|them|those|these|it|that|this)"
)
_SLOTS = {
    "symbol": rf"(?:@sym\d+|@lot\d+|@name\d+|{PRONOUNS})",
    "shares": r"(?:@shares\d+|@num\d+)",
    "number": r"(?:@shares\d+|@num\d+|@usd\d+|@pct\d+|@frac\d+)",
    "money": r"(?:@usd\d+|@num\d+)",
    "portion": r"(?:@pct\d+|@frac\d+)",
}


@cache
def word_list(name: str) -> dict[str, Any]:
    """Read one file of ``prompts/understanding`` by its stem."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        # A safe loader, the C one when there is one: it reads the long lists ten times as fast.
        found: dict[str, Any] = yaml.load(file, Loader=loader)
    return found


@dataclass(frozen=True)
class Wording:
    """One way to say something. ``weight`` counts its fixed words: the more, the surer."""

    text: str
    whole: bool = False
    surer: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The wording as a regular expression over words that each end in a blank."""
        first = self.text.startswith("^")
        body = "".join(_element(part) for part in _PART.finditer(self.text.removeprefix("^")))
        start = r"^(?:(?:and|but|well|ok|okay|so|also|no|yes) )*" if first else r"(?<!\S)"
        return re.compile(rf"^{body}$" if self.whole else start + body)

    @cached_property
    def weight(self) -> int:
        """How much of the wording is fixed: words count two, slots one."""
        parts = list(_PART.finditer(self.text.removeprefix("^")))
        words = sum(2 for part in parts if part[1] or part[5])
        return self.surer + words + sum(1 for part in parts if part[3])

    def find(self, words: str) -> re.Match[str] | None:
        """Look for the wording in normalised words."""
        return self.pattern.search(words)


def _element(part: re.Match[str]) -> str:
    either, maybe, slot, gap, word = part.groups()
    if either is not None:
        return f"(?:{'|'.join(_phrase(item) for item in either.split('|'))})"
    if maybe is not None:
        return f"(?:{'|'.join(_phrase(item) for item in maybe.split('|'))})?"
    if gap:
        return r"(?:[^\s~]+ ){0,4}?"
    if slot:
        inner = _SLOTS.get(slot, rf"(?:@{slot}\d+)")
        return rf"(?P<{slot}>{inner}) " if slot == "symbol" else rf"{inner} "
    return _phrase(word)


def _phrase(phrase: str) -> str:
    return "".join(_SLOT_IN.sub(_slot, _word(word)) for word in phrase.split())


_SLOT_IN = re.compile(r"\\\{(\w+)\\\} ")


def _slot(found: re.Match[str]) -> str:
    return _SLOTS.get(found[1], rf"(?:@{found[1]}\d+)") + " "


def _word(word: str) -> str:
    if word.endswith("*"):
        return rf"{re.escape(word[:-1])}\S* "
    return re.escape(word) + " "


@cache
def intents() -> dict[str, list[Wording]]:
    """Every request with its wordings; ``whole`` ones must be the entire message."""
    found: dict[str, list[Wording]] = {}
    for name, entry in word_list("requests").items():
        whole = bool(entry.get("whole"))
        found[name] = [Wording(grouped(text), whole, int(entry.get("surer", 0))) for text in entry["wordings"]]
    return found


def grouped(text: str) -> str:
    """Write the words of a group in place of its name: ``(<never>|hate to) sell``."""
    return re.sub(r"<(\w+)>", lambda found: re.sub(r"\s*\|\s*", "|", word_list("groups")[found[1]]), text)


@cache
def fields(file: str) -> dict[str, list[Wording]]:
    """Facts (``profile``) or limits (``wishes``, ``plan_wishes``) with the wordings that state them."""
    return {name: [Wording(grouped(text)) for text in texts] for name, texts in word_list(file).items()}


@cache
def known_words() -> frozenset[str]:
    """Every fixed word of every wording and the common words: none of them can be a company."""
    texts: list[str] = [word_list("words")["common"]]
    for wordings in (
        *intents().values(),
        *fields("profile").values(),
        *fields("wishes").values(),
        *fields("plan_wishes").values(),
    ):
        texts += [wording.text for wording in wordings]
    cues = (str(phrase) for phrases in word_list("frames")["cues"].values() for phrase in phrases)
    terms = (word for name in (*names(), *cues) for word in re.findall(r"[a-z]{2,}", name))
    return frozenset([*(word for text in texts for word in _plain(text)), *terms])


def _plain(text: str) -> Iterator[str]:
    yield from re.findall(r"[a-z][a-z.&-]+|[a-z]", re.sub(r"\{\w+\}", " ", text))


@cache
def prompt_words() -> frozenset[str]:
    """Every word that our own answers and explanations use: plain English, so none of them is a company."""
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER.parent / "answers").glob("*.md")]
    texts += [f"{entry.text} {entry.title} {entry.child}" for entry in library().values()]
    return frozenset(word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower()))


@cache
def english() -> frozenset[str]:
    """Common English words that name no company (``evals/english.py`` makes the list)."""
    return frozenset((FOLDER / "english.txt").read_text(encoding="utf-8").split())


@cache
def asset_class_words() -> tuple[str, ...]:
    """Every word for a class of assets that is not a tool's word for all stocks or for cash."""
    classes = word_list("words")["asset_class"]
    return tuple(phrase for name, said in classes.items() if name not in ("stocks", "cash") for phrase in said)


@cache
def stems() -> tuple[str, ...]:
    """Beginnings of words that wordings ask for, such as ``rebalanc``."""
    texts = [wording.text for group in intents().values() for wording in group]
    return tuple(sorted({stem for text in texts for stem in re.findall(r"([a-z]{4,})\*", text)}))


@cache
def long_words() -> tuple[str, ...]:
    """Fixed words long enough that a near miss can only be a misspelling."""
    return tuple(sorted(word for word in known_words() if len(word) > 5 and word.isalpha()))


def state_name(code: str) -> str:
    """Return a state's name for its two letters."""
    names = [name for name in word_list("words")["state"].get(code, [code]) if "city" not in name]
    return code if code == "DC" else str(names[0]).title()
