"""What a later download of the same account no longer shows: it was sold or moved since, and is not held twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tools.brokers.base import LotRow, PositionRow, Reading
from tools.household.snapshots import Placed

# One file a security: that another one is missing says nothing.
_ONE_SECURITY_A_FILE = frozenset(("Schwab lot details", "Fidelity open lots"))
_Held = TypeVar("_Held", LotRow, PositionRow)
_Source = tuple[str, str]


def still_shown(rows: Sequence[Placed[_Held]], readings: Sequence[Reading]) -> tuple[list[Placed[_Held]], list[str]]:
    """Drop the rows of symbols that a later file of the same format and account no longer lists, and say so.

    Only files that carry their own date are compared, as the order of dropping is no date.
    """
    latest = _latest(rows, readings)
    listed = {(one.file_number, one.account_id, one.row.symbol) for one in rows}
    kept: list[Placed[_Held]] = []
    gone: dict[_Source, set[str]] = {}
    for placed in rows:
        later = latest.get((placed.account_id, readings[placed.file_number].format))
        there = later is None or (later, placed.account_id, placed.row.symbol) in listed
        if later is None or there or not _older(placed, later, readings):
            kept.append(placed)
        else:
            gone.setdefault((placed.file, readings[later].file), set()).add(placed.row.symbol)
    return kept, [_note(*files, sorted(symbols)) for files, symbols in gone.items()]


def _latest(rows: Sequence[Placed[_Held]], readings: Sequence[Reading]) -> dict[_Source, int]:
    found: dict[_Source, int] = {}
    for placed in rows:
        reading = readings[placed.file_number]
        key = placed.account_id, reading.format
        if reading.as_of is None or _about_one(reading):
            continue
        best = readings[found[key]].as_of if key in found else None
        if best is None or reading.as_of > best:
            found[key] = placed.file_number
    return found


def _about_one(reading: Reading) -> bool:
    return reading.format in _ONE_SECURITY_A_FILE and len({lot.symbol for lot in reading.lots}) < 2


def _older(placed: Placed[_Held], later: int, readings: Sequence[Reading]) -> bool:
    mine, its = readings[placed.file_number].as_of, readings[later].as_of
    return mine is not None and its is not None and mine < its


def _note(file: str, later: str, symbols: Sequence[str]) -> str:
    verb = "is" if len(symbols) == 1 else "are"
    return f"{', '.join(symbols)} of {file} {verb} no longer in {later}, which is newer, and {verb} not held any more."
