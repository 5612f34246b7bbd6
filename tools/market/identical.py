"""Substantially identical: which securities count as one for the wash-sale rule (IRC 1091), with the reason.

The table is general knowledge; groups of the person's own come before it and can take a pair of it apart.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tools.market.securities import info
from tools.model import OwnGroup

_SOURCE = Path(__file__).with_name("identical.toml")

Grade = Literal["same", "caution", "different"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Related:
    """Another security and how close it stands: same, caution or different, why, and how sure that is."""

    symbol: str
    grade: Grade
    why: str
    confidence: Confidence = "medium"


class Group(BaseModel):
    """A row of the table, or of a file of the same shape."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    grade: Grade
    symbols: tuple[str, ...]
    why: str
    confidence: Confidence = "medium"


@cache
def _groups() -> tuple[OwnGroup, ...]:
    rows = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))["group"]
    return tuple(OwnGroup(**Group.model_validate(row).model_dump()) for row in rows)


class IdenticalTable:
    """The table with groups of the person's own, which come first; ``different`` removes the pairs that it names."""

    def __init__(self, own: Iterable[OwnGroup] = ()) -> None:
        groups = (*own, *_groups())
        self._apart = {
            frozenset(pair): group
            for group in reversed(groups)
            if group.grade == "different"
            for pair in combinations(group.symbols, 2)
        }
        self._groups = sorted((g for g in groups if g.grade != "different"), key=lambda g: g.grade != "same")
        self._families = self._join()

    def _join(self) -> dict[str, set[str]]:
        """Join what counts as the same, also by way of a third."""
        families: dict[str, set[str]] = {}
        for group in self._groups:
            for pair in combinations(group.symbols, 2) if group.grade == "same" else ():
                if frozenset(pair) not in self._apart:
                    one, other = (families.get(symbol, {symbol}) for symbol in pair)
                    joined = one | other
                    families.update(dict.fromkeys(joined, joined))
        return families

    def contradictions(self) -> tuple[tuple[str, str], ...]:
        """Return pairs taken apart that still count as one by way of a third security."""
        pairs = (tuple(sorted(pair)) for pair in self._apart)
        return tuple((one, other) for one, other in sorted(pairs) if other in self._families.get(one, ()))

    def group_of(self, symbol: str) -> str:
        """Return the key shared by all securities graded same; the symbol itself when it stands alone."""
        family = self._families.get(symbol.upper())
        if family is None:
            return symbol.upper()
        whole = (group.key for group in self._groups if group.grade == "same" and family >= set(group.symbols))
        return next(whole, min(family))

    def related(self, symbol: str) -> tuple[Related, ...]:
        """Return every other security graded same or caution, the closest first."""
        wanted = symbol.upper()
        family = self._families.get(wanted, set())
        found: dict[str, Related] = {}
        for group in self._groups:
            for other in group.symbols if wanted in group.symbols else ():
                if other != wanted and frozenset((wanted, other)) not in self._apart:
                    found.setdefault(other, Related(other, group.grade, group.why, group.confidence))
        through = "Both count as the same as a third security."
        found |= {o: Related(o, "same", through, "low") for o in sorted(family - {wanted}) if _not_same(found.get(o))}
        return tuple(sorted(found.values(), key=lambda one: one.grade != "same"))

    def compare(self, symbol: str, other: str) -> Related:
        """Say how close ``other`` stands to ``symbol``, with the reason; different when no group holds both."""
        one, two = symbol.upper(), other.upper()
        if one == two:
            return Related(two, "same", "It is the same security.", "high")
        found = next((each for each in self.related(one) if each.symbol == two), None)
        apart = self._apart.get(frozenset((one, two)))
        if found is None and apart is not None:
            return Related(two, "different", apart.why, apart.confidence)
        return found or _difference(one, two)


def _not_same(found: Related | None) -> bool:
    return found is None or found.grade != "same"


@cache
def table(own: tuple[OwnGroup, ...] = ()) -> IdenticalTable:
    """Return the table, with the person's own groups where there are some."""
    return IdenticalTable(own)


@cache
def group_of(symbol: str, own: tuple[OwnGroup, ...] = ()) -> str:
    """Return the key shared by all securities graded same; see ``IdenticalTable``."""
    return table(own).group_of(symbol)


@cache
def related(symbol: str, own: tuple[OwnGroup, ...] = ()) -> tuple[Related, ...]:
    """Return every other security graded same or caution, the closest first; see ``IdenticalTable``."""
    return table(own).related(symbol)


def compare(symbol: str, other: str, own: tuple[OwnGroup, ...] = ()) -> Related:
    """Say how close ``other`` stands to ``symbol``, with the reason; see ``IdenticalTable``."""
    return table(own).compare(symbol, other)


def _difference(symbol: str, other: str) -> Related:
    first, second = info(symbol), info(other)
    if first is None or second is None:
        why = "Nothing in the table relates the two; it does not know at least one of them."
        return Related(other, "different", why, "low")
    if first.kind != second.kind:
        return Related(other, "different", "One is a fund of many holdings, the other a single company.", "high")
    if first.index and second.index:
        why = f"They track different indexes: {first.index} and {second.index}."
        return Related(other, "different", why, "medium")
    return Related(other, "different", "They are different issuers with different holdings.", "high")
