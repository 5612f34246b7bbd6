"""Who is who: symbols, the names people use for them, and their asset classes.

The table in ``securities.toml`` is general knowledge. What a household holds is always stronger than the table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tools.errors import UnknownThing
from tools.model import Security

ASSET_CLASSES = ("us_equity", "intl_equity", "bonds", "cash", "real_estate", "commodities", "other")
_SOURCE = Path(__file__).with_name("securities.toml")
_NOISE = frozenset(
    ("inc", "corp", "corporation", "co", "company", "ltd", "plc", "cl", "com")
    + ("the", "stock", "stocks", "share", "shares", "lot", "lots", "fund", "etf")
)
_ALIKE = 84.0
_CLEAR_LEAD = 4.0

Kind = Literal["stock", "fund"]


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """What is generally known of a symbol. ``index`` is None for stocks and for actively managed funds.

    ``collectible``: a long-term gain is taxed at up to 28 %.
    """

    symbol: str
    name: str
    kind: Kind
    asset_class: str
    aliases: tuple[str, ...] = ()
    index: str | None = None
    sector: str | None = None
    industry: str | None = None
    collectible: bool = False


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    symbol: str
    name: str
    aliases: tuple[str, ...] = ()
    asset_class: str | None = None
    index: str | None = None
    sector: str | None = None
    industry: str | None = None
    collectible: bool = False


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    broad_fund: dict[str, str]
    stocks: dict[str, list[_Row]]
    funds: dict[str, list[_Row]]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(_SOURCE.read_text(encoding="utf-8")))


def _info_of(row: _Row, kind: Kind, asset_class: str, sector: str | None) -> SecurityInfo:
    known_class = row.asset_class or asset_class
    return SecurityInfo(
        row.symbol,
        row.name,
        kind,
        known_class,
        row.aliases,
        row.index,
        row.sector or sector,
        row.industry,
        row.collectible,
    )


@cache
def all_known() -> dict[str, SecurityInfo]:
    """Return the whole table by symbol."""
    stocks = [_info_of(row, "stock", "us_equity", sector) for sector, rows in _table().stocks.items() for row in rows]
    funds = [_info_of(row, "fund", of_class, None) for of_class, rows in _table().funds.items() for row in rows]
    return {one.symbol: one for one in (*stocks, *funds)}


def info(symbol: str) -> SecurityInfo | None:
    """Return what is generally known of ``symbol``, None when it is not in the table."""
    return all_known().get(symbol.upper())


def is_collectible(symbol: str) -> bool:
    """Tell whether a long-term gain on ``symbol`` is one on a collectible, as far as the table knows."""
    known = info(symbol)
    return known is not None and known.collectible


def name_of(symbol: str) -> str:
    """Return the name people use, or the symbol itself when there is none in the table."""
    known = info(symbol)
    return known.name if known else symbol


def broad_fund(asset_class: str) -> str | None:
    """Return a fund that covers a whole asset class; None for cash, mixes and classes outside the table."""
    return _table().broad_fund.get(asset_class)


@dataclass(frozen=True, slots=True)
class _Candidate:
    symbol: str
    name: str
    spoken: tuple[str, ...]


def _plain(words: str) -> str:
    """Lower case, letters and digits only, without words such as "Inc" that say nothing."""
    found = re.findall(r"[a-z0-9]+", words.casefold().replace("'", "").replace("’", "").replace("&", ""))
    kept = [word for word in found if word not in _NOISE]
    return " ".join(kept or found)


def _candidate(symbol: str, name: str, aliases: Iterable[str]) -> _Candidate:
    spoken = dict.fromkeys(_plain(one) for one in (symbol, name, *aliases))
    return _Candidate(symbol, name, tuple(one for one in spoken if one))


@cache
def _known_candidates() -> tuple[_Candidate, ...]:
    return tuple(_candidate(one.symbol, one.name, one.aliases) for one in all_known().values())


def _held_candidates(held: Collection[Security]) -> tuple[_Candidate, ...]:
    table = all_known()
    general = {s.symbol: (table[s.symbol].name, *table[s.symbol].aliases) for s in held if s.symbol in table}
    return tuple(_candidate(one.symbol, one.name, general.get(one.symbol, ())) for one in held)


def _exact(words: str, among: Iterable[_Candidate]) -> list[_Candidate]:
    return [one for one in among if words in one.spoken]


def _contained(words: str, among: Iterable[_Candidate]) -> list[_Candidate]:
    wanted = set(words.split())
    if len(words) < 3:
        return []
    return [one for one in among if any(wanted <= set(spoken.split()) for spoken in one.spoken)]


def _likeness(words: str, one: _Candidate) -> float:
    if len(words) >= 4 and OSA.distance(words, one.symbol.casefold()) == 1:
        return 95.0
    return max((fuzz.ratio(words, spoken) for spoken in one.spoken if len(spoken) >= 4), default=0.0)


def _misspelt(words: str, among: Iterable[_Candidate]) -> list[_Candidate]:
    if len(words) < 4:
        return []
    scored = sorted(((_likeness(words, one), one) for one in among), key=lambda pair: -pair[0])
    best = scored[0][0] if scored else 0.0
    return [one for score, one in scored if score >= _ALIKE and score > best - _CLEAR_LEAD]


def _nearest(words: str, among: Iterable[_Candidate]) -> list[_Candidate]:
    scored = sorted(((_likeness(words, one), one) for one in among), key=lambda pair: -pair[0])
    return [one for score, one in scored[:3] if score >= 55.0]


def _listed(found: Iterable[_Candidate]) -> str:
    return " or ".join(f"{one.name} ({one.symbol})" if one.name != one.symbol else one.symbol for one in found)


_WAYS: tuple[Callable[[str, Iterable[_Candidate]], list[_Candidate]], ...] = (_exact, _contained, _misspelt)


def resolve(words: str, held: Collection[Security]) -> str:
    """Find the symbol that a person means.

    Tickers in any case, company names, aliases and mild misspellings are understood. For each way of matching,
    what is held is tried first; an exact name in the general table comes before a misspelling of something held.

    Args:
        words: A ticker or name as the person wrote it.
        held: What the household holds; it wins over the general table.

    Raises:
        UnknownThing: Nothing fits, or two things fit equally well; the fix suggests the nearest.
    """
    wanted = _plain(words.strip().lstrip("$"))
    ours, all_others = _held_candidates(held), _known_candidates()
    ticker = words.strip().lstrip("$").upper()
    for one in (*ours, *all_others):
        if one.symbol == ticker:
            return one.symbol
    for way in _WAYS if wanted else ():
        for among in (ours, all_others):
            found = way(wanted, among)
            if len(found) == 1:
                return found[0].symbol
            if found:
                shown = words.strip()[:60]
                raise UnknownThing(f"“{shown}” fits more than one security.", f"Did you mean {_listed(found[:4])}?")
    near = _nearest(wanted, ours) or _nearest(wanted, all_others)
    fix = f"Did you mean {_listed(near)}?" if near else "Give the ticker symbol, or the name as it stands in your file."
    raise UnknownThing(f"No security called “{words.strip()[:60]}” is held or known.", fix)
