"""What can stand in for a holding sold at a loss, so that the money stays in the market."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tools.market.identical import Grade, compare
from tools.market.securities import SecurityInfo, info, name_of
from tools.model import OwnGroup

_SOURCE = Path(__file__).with_name("replacements.toml")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A candidate. ``grade`` is different or caution, never same; ``why`` says what it keeps and what it changes."""

    symbol: str
    grade: Grade
    why: str


class _Market(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    of: str
    symbols: tuple[str, ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    industry: dict[str, tuple[str, ...]]
    sector: dict[str, tuple[str, ...]]
    market: tuple[_Market, ...]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(_SOURCE.read_text(encoding="utf-8")))


@cache
def replacements(symbol: str, own: tuple[OwnGroup, ...] = ()) -> tuple[Replacement, ...]:
    """Return candidates for ``symbol``, the best first: graded different, then caution; never one graded same.

    Empty when the table knows neither the symbol nor a fund that resembles it.
    """
    known = info(symbol)
    if known is None:
        return ()
    found = _for_stock(known, own) if known.kind == "stock" else _for_fund(known, own)
    kept = [one for one in found if one.grade != "same"]
    return tuple(sorted(kept, key=lambda one: one.grade == "caution"))


def _for_stock(stock: SecurityInfo, own: tuple[OwnGroup, ...]) -> list[Replacement]:
    narrow = _table().industry.get(stock.industry or "", ())
    wide = _table().sector.get(stock.sector or "", ())
    first = [_graded(stock, one, own, f"keeps you in {_said(stock.industry)}") for one in narrow]
    second = [_graded(stock, one, own, f"keeps you in {_said(stock.sector)}") for one in wide if one not in narrow]
    return first + second


def _for_fund(fund: SecurityInfo, own: tuple[OwnGroup, ...]) -> list[Replacement]:
    for market in _table().market:
        if fund.symbol in market.symbols:
            others = [one for one in market.symbols if one != fund.symbol]
            return [_graded(fund, one, own, f"covers {market.of} as well") for one in others]
    same_sector = _table().sector.get(fund.sector or "", ())
    return [_graded(fund, one, own, f"keeps you in {_said(fund.sector)}") for one in same_sector if one != fund.symbol]


def _graded(sold: SecurityInfo, symbol: str, own: tuple[OwnGroup, ...], keeps: str) -> Replacement:
    close = compare(sold.symbol, symbol, own)
    return Replacement(symbol, close.grade, f"{name_of(symbol)} {keeps}. {close.why}")


def _said(sector: str | None) -> str:
    return (sector or "its market").replace("_", " ")
