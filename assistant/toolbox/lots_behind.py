"""Says for each figure of a result which lots it rests on, and in which row of which file each was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tools.facts import Fact, Unit
from tools.model import Household

_LOT = re.compile(r"lot-\d+$")
_MEASURED = frozenset({Unit.USD, Unit.SHARES, Unit.FRAC})
_SUMS = frozenset({"optimize_trades", "execute_trades", "simulate_sale", "find_harvestable_losses", "explain_trade"})
_PARTS = ("trades", "lots")
_ASIDE = "alternatives"


def lots_behind(body: Mapping[str, Any], facts: Sequence[Fact], household: Household | None) -> tuple[Fact, ...]:
    """Return the facts with their lots.

    A figure rests on the lots that its row names, or the rows below it; one about a holding on all lots of it; one of
    a whole sale or plan on all that is sold. Of other totals, prices and dates none is named.

    Args:
        body: The tool's result.
        facts: The facts of that result.
        household: What is held; None names no lots.
    """
    if household is None:
        return tuple(facts)
    rows, aside = dict(_rows(body)), {row_id for row_id, _ in _rows(body.get(_ASIDE))}
    whole = rows.get(str(body.get("id")), ()) if body.get("tool") in _SUMS else ()
    where = {lot.id: f"{lot.id} ({lot.origin})" for lot in household.lots}
    of_symbol: dict[str, list[str]] = {}
    for lot in household.lots:
        of_symbol.setdefault(lot.symbol, []).append(lot.id)

    def behind(fact: Fact) -> tuple[str, ...]:
        row_id = fact.id.rpartition(".")[0]
        if (row_id in aside and fact.entity is None) or fact.unit not in _MEASURED:
            return ()
        own = rows.get(row_id, ()) if row_id != body.get("id") else whole
        return own or (tuple(of_symbol.get(fact.entity, ())) if fact.entity else whole)

    return tuple(replace(fact, lots=tuple(where.get(lot, lot) for lot in behind(fact))) for fact in facts)


def _rows(value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Walk the rows of a result, each with the lots that it names itself or in the rows of its parts."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"], tuple(dict.fromkeys(_named(value)))
        for part in value.values():
            yield from _rows(part)
    elif isinstance(value, list):
        for part in value:
            yield from _rows(part)


def _named(row: Mapping[str, Any]) -> Iterator[str]:
    own = row.get("lot")
    if isinstance(own, str) and _LOT.match(own):
        yield own
    elif found := _LOT.search(str(row.get("id"))):
        yield found[0]
    for name in _PARTS:
        for part in row.get(name) or ():
            if isinstance(part, dict):
                yield from _named(part)
            elif isinstance(part, str) and _LOT.match(part):
                yield part
