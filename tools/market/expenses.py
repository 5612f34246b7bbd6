"""What a fund costs a year, from ``expenses.toml``; a fund that is not there is unknown, never free."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_SOURCE = Path(__file__).with_name("expenses.toml")


@dataclass(frozen=True, slots=True)
class Expense:
    """A fund's yearly cost as a fraction of what is invested, and the year of the prospectus that says so."""

    yearly_frac: Decimal
    year: int


class _Prospectus(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    year: int
    percent: dict[str, Decimal]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    prospectus: tuple[_Prospectus, ...]


@cache
def all_expenses() -> dict[str, Expense]:
    """Return the whole table by symbol; the newest prospectus counts."""
    table = _Table.model_validate(tomllib.loads(_SOURCE.read_text(encoding="utf-8")))
    ordered = sorted(table.prospectus, key=lambda one: one.year)
    return {symbol: Expense(value / 100, one.year) for one in ordered for symbol, value in one.percent.items()}


def expense_of(symbol: str) -> Expense | None:
    """Return what a fund costs a year, None when the table does not know."""
    return all_expenses().get(symbol.upper())
