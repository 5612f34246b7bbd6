"""What an answer may say: facts of tools, what the person said, dates, list lengths, and words of the tools."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from assistant.grounding.numerals import Literal, literals
from tools.facts import Fact, Unit

if TYPE_CHECKING:
    from assistant.session import Session

_NO_MARKS = str.maketrans(dict.fromkeys("*_`|\\", " "))
_SAME_NOUN = (
    {"trade", "order"},
    {"sell", "sale", "sells", "sales"},
    {"buy", "purchase"},
    {"holding", "position", "name", "stock"},
    {"sleeve", "outside", "target"},
)


@dataclass(frozen=True)
class Known:
    """A snapshot, taken when an answer begins."""

    facts: dict[str, Fact]
    said: tuple[str, ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    days: tuple[date, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def dates(self) -> frozenset[date]:
        """Dates of facts, of the conversation, and the last day of each year that they touch."""
        found = {fact.value for fact in self.facts.values() if isinstance(fact.value, date)}
        found |= {fact.as_of for fact in self.facts.values() if fact.as_of} | set(self.days)
        return frozenset(found | {date(day.year, 12, 31) for day in self.days})

    @cached_property
    def traded(self) -> bool:
        """Whether an order was filled in this conversation."""
        return any(result.get("status") == "filled" for result in self.results)

    @cached_property
    def years(self) -> frozenset[int]:
        """Years that may be named: those of the dates, and the year after the conversation's."""
        return frozenset({day.year for day in self.dates} | {day.year + 1 for day in self.days})

    @cached_property
    def said_literals(self) -> tuple[Literal, ...]:
        """Every figure in what the person wrote."""
        return tuple(literal for text in self.said for literal in literals(text))

    @cached_property
    def texts(self) -> str:
        """All sentences that tools wrote, normalised, one a line."""
        told = dict.fromkeys(text for result in self.results for text in _strings(result) if " " in text)
        return "\n".join(map(normal, told))

    @cached_property
    def counts(self) -> frozenset[tuple[str, int]]:
        """Pairs of noun and number: list lengths and count facts."""
        found = {(stem(key), size) for result in self.results for key, size in _lengths(result)}
        counted = (fact for fact in self.facts.values() if fact.unit is Unit.COUNT)
        found |= {(stem(word), int(str(fact.value))) for fact in counted for word in key_of(fact).split("_")[:-1]}
        return frozenset(found)

    def counts_noun(self, noun: str, number: int) -> bool:
        """Tell whether there are that many of the things named."""
        nouns = {stem(noun)}
        for group in _SAME_NOUN:
            nouns |= group if nouns & group else set()
        return any((name, number) in self.counts for name in nouns)

    def names_entity(self, entity: str | None, text: str) -> bool:
        """Tell whether a text names the thing a fact is about; the whole portfolio needs no name."""
        if entity is None:
            return True
        words = [entity, *([self.names[entity]] if entity in self.names else [])]
        words += [word for word in words[1:] for word in re.split(r"[\s,]", word)[:1] if len(word) > 3]
        return any(self.says(rf"(?<![\w.]){re.escape(word)}(?!\w)", text) for word in words)

    def says(self, pattern: str, text: str) -> bool:
        """Tell whether a text has a pattern, in capitals or not; facts of one kind ask the same again and again."""
        key = (pattern, text)
        if key not in self._heard:
            self._heard[key] = _compiled(pattern).search(text) is not None
        return self._heard[key]

    def sized(self, unit: Unit, least: Decimal, below: Decimal) -> list[Fact]:
        """Return the facts of a unit whose size, sign aside, is at least the one and below the other; newest last."""
        sizes = self._sizes.get(unit, [])
        found = sizes[bisect_left(sizes, (least, -1)) : bisect_left(sizes, (below, -1))]
        return [self._numbered[place] for place in sorted(place for _, place in found)]

    @cached_property
    def _numbered(self) -> list[Fact]:
        return list(self.facts.values())

    @cached_property
    def _sizes(self) -> dict[Unit, list[tuple[Decimal, int]]]:
        """The numbers by unit, without their signs, by size; each with its fact's place."""
        found: dict[Unit, list[tuple[Decimal, int]]] = {}
        for place, fact in enumerate(self._numbered):
            if isinstance(fact.value, Decimal | int):
                found.setdefault(fact.unit, []).append((abs(Decimal(fact.value)), place))
        return {unit: sorted(sizes) for unit, sizes in found.items()}

    @cached_property
    def own_figures(self) -> dict[tuple[str, str], frozenset[str]]:
        """Result and key, with the holdings that have a figure of their own under that key there."""
        found: dict[tuple[str, str], set[str]] = {}
        for fact in self.facts.values():
            if fact.entity in self.names:
                found.setdefault((fact.id.split(".")[0], key_of(fact)), set()).add(str(fact.entity))
        return {key: frozenset(symbols) for key, symbols in found.items()}

    def named(self, text: str) -> frozenset[str]:
        """Return the holdings that a text names: by symbol, by name, or by a first word that is theirs alone."""
        heard = ((symbol, words) for symbol, forms, words in self._callings if any(form in text for form in forms))
        return frozenset(symbol for symbol, words in heard if words.search(text))

    @cached_property
    def _callings(self) -> list[tuple[str, tuple[str, ...], re.Pattern[str]]]:
        firsts = Counter(name.split()[0] for name in self.names.values() if name.split())
        found = []
        for symbol, name in self.names.items():
            first = name.split()[0] if name.split() else ""
            short = [first] if len(first) > 3 and firsts[first] == 1 else []
            forms = tuple(word for word in (symbol, name, *short) if word)
            found.append((symbol, forms, _any_of(forms)))
        return found

    @cached_property
    def _heard(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def meant(self) -> dict[tuple[Literal, str], dict[str, Fact]]:
        """What typed figures mean, by figure and sentence; filled by ``binding.meanings``, which is asked twice."""
        return {}


@lru_cache(4096)
def _any_of(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of several names, as written."""
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, forms))})(?!\w)")


@lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def known_of(session: Session) -> Known:
    """Take the snapshot of a session."""
    securities = session.household.securities if session.household else {}
    # A contract's symbol, such as KO 2026-06-19 C75, holds figures that are part of its name.
    contracts = {fact.entity: fact.entity for fact in session.facts.values() if fact.entity and " " in fact.entity}
    names = contracts | {symbol: known.name for symbol, known in securities.items()}
    days = (session.as_of, session.today, *session.price_dates)
    return Known(dict(session.facts), tuple(session.said), tuple(session.results), days, names)


def key_of(fact: Fact) -> str:
    """Return the figure's key: ``gain_usd`` of ``plan1.t3.gain_usd``."""
    return fact.id.rsplit(".", 1)[-1]


def stem(noun: str) -> str:
    """Drop the plural."""
    return noun.lower().removesuffix("s")


def normal(text: str) -> str:
    """Write a text without marks and double spaces, for comparing."""
    return " ".join(text.translate(_NO_MARKS).lower().split())


def _strings(value: dict[str, Any] | list[Any]) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            yield from _strings(item)


def _lengths(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, list):
        for item in value:
            yield from _lengths(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if isinstance(item, list):
            yield key, len(item)
            yield from _by_side(item)
        yield from _lengths(item)


def _by_side(rows: Iterable[Any]) -> Iterator[tuple[str, int]]:
    sides = [str(row["side"]) for row in rows if isinstance(row, dict) and row.get("side")]
    for side in sorted(set(sides)):
        yield side, sides.count(side)
