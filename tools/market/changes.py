"""Symbols that changed and shares that were split, from ``renames.toml`` and ``splits.toml``."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_HERE = Path(__file__).parent


class Rename(BaseModel):
    """A symbol that changed on a day while the shares stayed the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    old: str
    new: str
    on: date
    who: str


class Split(BaseModel):
    """A split: ``new`` shares for each ``old`` ones, from the day ``on``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    symbol: str
    on: date
    new: int = Field(gt=0)
    old: int = Field(gt=0)

    @property
    def ratio(self) -> Decimal:
        """New shares for each old one."""
        return Decimal(self.new) / Decimal(self.old)


class _Renames(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rename: tuple[Rename, ...]


class _Splits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    split: tuple[Split, ...]


@cache
def renames() -> tuple[Rename, ...]:
    """Return all changes of symbols, the earliest first."""
    raw = tomllib.loads((_HERE / "renames.toml").read_text(encoding="utf-8"))
    return tuple(sorted(_Renames.model_validate(raw).rename, key=lambda one: one.on))


@cache
def splits() -> tuple[Split, ...]:
    """Return all splits, the earliest first."""
    raw = tomllib.loads((_HERE / "splits.toml").read_text(encoding="utf-8"))
    return tuple(sorted(_Splits.model_validate(raw).split, key=lambda one: one.on))


def symbol_on(symbol: str, written: date, as_of: date) -> str:
    """Return what a symbol is called on a day.

    Args:
        symbol: The symbol as a file or person wrote it.
        written: The day that it was written about; a change before that day does not touch it.
        as_of: The day of the answer.
    """
    while one := next((each for each in _by_old().get(symbol, ()) if written < each.on <= as_of), None):
        symbol, written = one.new, one.on
    return symbol


@cache
def _by_old() -> dict[str, tuple[Rename, ...]]:
    return {old: tuple(one for one in renames() if one.old == old) for old in {one.old for one in renames()}}


def splits_between(symbol: str, after: date, until: date) -> tuple[Split, ...]:
    """Return the splits of a symbol later than one day and no later than another, the earliest first."""
    return tuple(one for one in splits() if one.symbol == symbol and after < one.on <= until)
