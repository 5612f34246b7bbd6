"""Substantially identical: which securities count as one for the wash-sale rule (IRC 1091), with the reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tools.market.securities import info

_SOURCE = Path(__file__).with_name("identical.toml")

Grade = Literal["same", "caution", "different"]


@dataclass(frozen=True, slots=True)
class Related:
    """Another security and how close it stands: same, caution or different, and why."""

    symbol: str
    grade: Grade
    why: str


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    grade: Literal["same", "caution"]
    symbols: tuple[str, ...]
    why: str


@cache
def _groups() -> tuple[_Group, ...]:
    rows = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))["group"]
    found = [_Group.model_validate(row) for row in rows]
    return tuple(sorted(found, key=lambda group: group.grade != "same"))


@cache
def group_of(symbol: str) -> str:
    """Return the key shared by all securities graded same; the symbol itself when it stands alone."""
    wanted = symbol.upper()
    found = (group.key for group in _groups() if group.grade == "same" and wanted in group.symbols)
    return next(found, wanted)


@cache
def related(symbol: str) -> tuple[Related, ...]:
    """Return every other security graded same or caution, the closest first."""
    wanted = symbol.upper()
    found: dict[str, Related] = {}
    for group in _groups():
        if wanted in group.symbols:
            for other in group.symbols:
                found.setdefault(other, Related(other, group.grade, group.why))
    found.pop(wanted, None)
    return tuple(found.values())


def compare(symbol: str, other: str) -> Related:
    """Say how close ``other`` stands to ``symbol``, with the reason; different when no group holds both."""
    if symbol.upper() == other.upper():
        return Related(other.upper(), "same", "It is the same security.")
    found = next((one for one in related(symbol) if one.symbol == other.upper()), None)
    return found or Related(other.upper(), "different", _difference(symbol, other))


def _difference(symbol: str, other: str) -> str:
    first, second = info(symbol), info(other)
    if first is None or second is None:
        return "Nothing in the table relates the two; it does not know at least one of them."
    if first.kind != second.kind:
        return "One is a fund of many holdings, the other a single company."
    if first.index and second.index:
        return f"They track different indexes: {first.index} and {second.index}."
    return "They are different issuers with different holdings."
