"""The library of terms and rules in ``prompts/concepts``: found by any of their names, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

FOLDER = Path(__file__).resolve().parents[1] / "prompts" / "concepts"
_CLOSE = 88


@dataclass(frozen=True, slots=True)
class Concept:
    """One term or rule. ``figures`` maps keys with unit suffixes to places in the law's table."""

    key: str
    title: str
    also: tuple[str, ...]
    text: str
    source: str
    cpa: str = ""
    child: str = ""
    figures: dict[str, str] = field(default_factory=dict)

    def said_to(self, audience: str) -> str:
        """Return the text for an audience; only words differ."""
        if audience == "child" and self.child:
            return self.child
        return f"{self.text} {self.cpa}".strip() if audience == "cpa" else self.text


@cache
def library() -> dict[str, Concept]:
    """Read every entry, by its key."""
    found: dict[str, Concept] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for key, row in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[key] = Concept(**{"key": key, **row, "also": tuple(str(name) for name in row["also"])})
    return found


@cache
def names() -> dict[str, str]:
    """Every way to say a term, in plain lower case, with its key."""
    said = {plain(name): key for key, entry in library().items() for name in (key.replace("_", " "), *entry.also)}
    return said | {plain(entry.title): key for key, entry in library().items()}


def plain(text: str) -> str:
    """Write a term as it is compared: lower case, no marks, single blanks."""
    return " ".join(re.sub(r"[^a-z0-9&/%. ]+", " ", text.lower().replace("'", "").replace("’", "")).split())


def look_up(topic: str) -> Concept | None:
    """Find a term by its name, by a name within the words, or by one that is nearly so."""
    said = plain(topic)
    key = names().get(said) or named_in(said)
    if key is None:
        close = process.extractOne(said, names().keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
        key = names()[close[0]] if close else None
    return library()[key] if key else None


def named_in(text: str) -> str | None:
    """Return the key of the longest term that the words name, or None."""
    found = all_named_in(text)
    return found[0] if found else None


def all_named_in(text: str) -> list[str]:
    """Return the keys of all terms that the words name, by the longest name first."""
    found = _either().findall(f" {plain(text)} ")
    return list(dict.fromkeys(names()[name] for name in sorted(found, key=len, reverse=True)))


@cache
def _either() -> re.Pattern[str]:
    forms = sorted(names(), key=len, reverse=True)
    return re.compile(rf"(?<=[ /])({'|'.join(re.escape(form) for form in forms)})(?=[ .,/])")
