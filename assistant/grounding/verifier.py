"""Releases an answer sentence by sentence, each only when every figure in it is bound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.grounding.binding import fact_behind, supported
from assistant.grounding.deeds import claimed_deed
from assistant.grounding.escape import neutralise
from assistant.grounding.format import MINUS, show_fact, show_like
from assistant.grounding.known import Known
from assistant.grounding.numerals import literals
from assistant.grounding.sentences import Splitter
from tools.facts import Fact, Unit

REFERENCE = re.compile(r"\{\{\s?([A-Za-z0-9_.:/-]{1,160}?)\s?((?:\|\s?[a-z]{1,12}\s?){0,3})\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_MARK = "\ufffc"
_FIXED = re.compile(
    r"S&P 500|Russell \d{4}|Nasdaq[- ]100|\b(?:401|403|457)\s?\(?[kb]?\)?(?!\w)|\b529\b"
    r"|\b1099(?:-[A-Z]{1,4})?\b|\bForms? \d{4}\b|\b8949\b"
    r"|\bLine (?:1b|2|3|6|7|8b|9|10|14|15|16|21)(?![\w.,]?\d|%)"
    r"|\b(?:IRC |Reg\. )?(?:Sec(?:tion|\.)?|§) ?\d{1,4}[A-Z]?(?:\.\d{1,4}-\d{1,2}|-\d)?(?:\([a-z0-9]{1,2}\)){0,3}"
    r"|\bIRS Publication \d{2,4}\b|\bRev\. Rul\. \d{4}-\d{1,3}\b|\bW-2\b|\bK-1\b"
    r"|\b(?:lot|acct|person|file)-\d{1,4}\b",
    re.I,
)
_NUMBERING = re.compile(r"^\s{0,12}(?:[-*]\s)?\(?\d{1,2}[.)](?=\s|$)")
_TOUCHES = re.compile(
    rf"\d[.,]?{_MARK}|{_MARK}{_MARK}|{_MARK}(?:\d|[.,]\d|\s?(?:[kmb]|bn|thousand|million|billion|hundred)\b)",
    re.I,
)
_AMOUNT = re.compile(r"[$€£%]|\d,\d{3}")
_EMPHASIS = re.compile(r"[*_`~\\]")
_PERCENT = re.compile(r"\s?(?:%|percent\b)", re.I)
_DOLLARS = re.compile(r"\s?dollars?\b", re.I)


@dataclass(frozen=True, slots=True)
class Unbound:
    """A figure that nothing supports, with the sentence it stood in."""

    figure: str
    sentence: str


class Verifier:
    """Takes an answer in as it streams and gives out what may be shown.

    After the first unbound figure nothing more is released; the rest is still read, so that all failures are known.
    """

    def __init__(self, known: Known, phrases: tuple[str, ...] = ()) -> None:
        self._known = known
        self._splitter = Splitter()
        self._header = ""
        words = sorted({*known.names, *known.names.values(), *phrases}, key=len, reverse=True)
        # A name from a file may pose as a figure ("worth $999,999"); such a name is judged like any other text.
        numbered = "|".join(re.escape(word) for word in words if re.search(r"\d", word) and not _AMOUNT.search(word))
        self._names = re.compile(rf"(?<![\w$.,])(?:{numbered})(?![\w%]|[.,]\d)", re.I) if numbered else None
        self.unbound: list[Unbound] = []
        self.used: dict[str, Fact] = {}
        self.raw: list[str] = []
        self.shown: list[str] = []

    def feed(self, delta: str) -> list[str]:
        """Take more text and return the verified pieces, references filled in and markup made harmless."""
        return self._release(self._splitter.feed(delta))

    def flush(self) -> list[str]:
        """Return the verified rest at the end of the answer."""
        return self._release(self._splitter.flush())

    def _release(self, pieces: list[str]) -> list[str]:
        released = []
        for piece in pieces:
            text = self._check(piece)
            if text is not None and not self.unbound:
                released.append(text)
                self.raw.append(piece)
        self.shown += released
        return released

    def _check(self, piece: str) -> str | None:
        facts: list[tuple[Fact, str]] = []
        missing: list[str] = []

        def mark(found: re.Match[str]) -> str:
            shown = self._resolve(found)
            if shown is None:
                missing.append(found[0])
                return ""
            facts.append(shown)
            return _MARK

        # Made harmless first: what is judged is what will be seen, without marks that vanish between two digits.
        masked = REFERENCE.sub(mark, neutralise(piece.replace(_MARK, "")))
        context = self._context(masked)
        missing += _BRACES.findall(masked) + self._loose(_EMPHASIS.sub("", masked), context, facts)
        if missing:
            self.unbound += [Unbound(figure, piece.strip()) for figure in missing]
            return None
        masked = self._opened(masked, context, facts)
        self.used.update({fact.id: fact for fact, _ in facts})
        return _fill(masked, facts)

    def _resolve(self, found: re.Match[str]) -> tuple[Fact, str] | None:
        fact = self._known.facts.get(found[1])
        try:
            return None if fact is None else (fact, show_fact(fact, *found[2].replace("|", " ").split()))
        except ValueError:
            return None

    def _opened(self, masked: str, context: str, facts: list[tuple[Fact, str]]) -> str:
        """Put references in place of typed figures that stand for one fact, so that these open too."""
        for literal in literals(_NUMBERING.sub(" ", _FIXED.sub(" ", masked))):
            fact = fact_behind(literal, context, self._known)
            place = re.search(rf"(?<![\w.,$]){re.escape(literal.text)}(?!\w|[.,]\d)", masked) if fact else None
            if fact is None or place is None:
                continue
            facts.insert(masked.count(_MARK, 0, place.start()), (fact, show_like(fact, literal)))
            masked = f"{masked[: place.start()]}{_MARK}{masked[place.end() :]}"
        return masked

    def _loose(self, masked: str, context: str, facts: list[tuple[Fact, str]]) -> list[str]:
        """Return the typed figures that nothing supports."""
        text = _NUMBERING.sub(" ", _FIXED.sub(" ", masked))
        text = self._names.sub(" ", text) if self._names else text
        found = [lit.text for lit in literals(text) if not supported(lit, masked.strip(), context, self._known)]
        deed = "" if self._known.traded else claimed_deed(masked)
        return found + _tampered(masked, facts) + self._misplaced(masked, facts) + ([deed] if deed else [])

    def _misplaced(self, masked: str, facts: list[tuple[Fact, str]]) -> list[str]:
        """Return references to one holding's figures in a sentence or row that names only others."""
        about = {fact.entity for fact, _ in facts if fact.entity in self._known.names}
        named = self._known.named(masked) if about else frozenset()
        return [
            f"{{{{{fact.id}}}}}" for fact, _ in facts if named and fact.entity in about and fact.entity not in named
        ]

    def _context(self, masked: str) -> str:
        line = masked.strip()
        if not line.startswith("|"):
            self._header = "" if line else self._header
            return masked
        if not self._header:
            self._header = line
        return f"{self._header} {masked}"


def fill_references(text: str, facts: Mapping[str, Fact]) -> str:
    """Fill in the references of a text that a tool wrote; one that is unknown becomes a dash."""

    def shown(found: re.Match[str]) -> str:
        fact = facts.get(found[1])
        return show_fact(fact, *found[2].replace("|", " ").split()) if fact else "–"

    return REFERENCE.sub(shown, text)


def _tampered(masked: str, facts: list[tuple[Fact, str]]) -> list[str]:
    """Return marks beside a reference that would change its figure: digits, a magnitude, a unit, an unearned minus."""
    found = [hit[0].replace(_MARK, "{{…}}") for hit in _TOUCHES.finditer(masked)]
    parts = masked.split(_MARK)
    for place, (part, after, (fact, _)) in enumerate(zip(parts[:-1], parts[1:], facts, strict=True)):
        money = fact.unit in (Unit.USD, Unit.PRICE)
        if not money and (part.endswith("$") or _DOLLARS.match(after)):
            found.append(f"${{{{{fact.id}}}}}")
        if fact.unit is not Unit.FRAC and _PERCENT.match(after):
            found.append(f"{{{{{fact.id}}}}}%")
        before = part.rstrip("$")
        hyphen = before in ("-", MINUS) and place > 0 or before[-2:-1].isalnum()
        if before[-1:] in ("-", MINUS) and not hyphen and not _may_be_minus(fact):
            found.append(f"{before[-1:]}{{{{{fact.id}}}}}")
    return found


def _may_be_minus(fact: Fact) -> bool:
    key = fact.id.rsplit(".", 1)[-1]
    return str(fact.value).startswith("-") or "loss" in key or "disallowed" in key


def _fill(masked: str, facts: list[tuple[Fact, str]]) -> str:
    """Put figures in place of marks; a dollar, percent or minus sign typed around one is not doubled."""
    parts = masked.split(_MARK)
    text = parts[0]
    for (fact, shown), after in zip(facts, parts[1:], strict=True):
        if fact.unit in (Unit.USD, Unit.PRICE) and text.endswith("$"):
            text = text[:-1]
        if text.endswith(("-", MINUS)) and shown.startswith(MINUS):
            text = text[:-1]
        rest = after
        if fact.unit is Unit.FRAC and shown.endswith("%"):
            rest = re.sub(r"^\s?%", "", after)
        if fact.unit is Unit.DAYS:
            rest = re.sub(r"^\sdays?\b", "", after)
        text += shown + rest
    return text
