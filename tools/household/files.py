"""A file read with what the person told before: into rows, or into the one thing that must be asked first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tools.brokers.base import Reading
from tools.brokers.confirm import columns_of, confirm
from tools.brokers.registry import Recognised, read_as, read_table, recognise
from tools.brokers.unknown import Proposal
from tools.errors import FileProblem
from tools.household.told import Told, tell_file, tell_table


@dataclass(frozen=True)
class OpenFile:
    """A file that cannot be read before the person answers; its bytes are held no longer than that.

    Exactly one of three is asked: which of ``formats`` it is, which security it is about (``asks_symbol``), or what the
    columns of ``proposal`` are; ``places`` and ``questions`` say what earlier answers settled and left open.
    """

    label: str
    content: bytes
    digest: str
    formats: tuple[str, ...] = ()
    asks_symbol: bool = False
    proposal: Proposal | None = None
    places: tuple[tuple[str, int], ...] | None = None
    questions: tuple[str, ...] = ()


def read_file(label: str, content: bytes, told: Told) -> Reading | OpenFile:
    """Read a file, or return what must be asked before it can be read.

    Raises:
        FileProblem: Empty, not text, of no known format and no table, or without a single row that can be read.
    """
    found = recognise(label, content)
    said = told.file(found.digest)
    if found.proposal is not None and not found.readers:
        return _table(found, found.proposal, content, told)
    formats = _possible(found) if len(found.readers) > 1 and said.format is None else ()
    if len(formats) > 1:
        return OpenFile(label, content, found.digest, formats=formats)
    reading = read_as(found, said.format or (formats[0] if formats else None), said.symbol)
    return OpenFile(label, content, found.digest, asks_symbol=True) if reading.asks_symbol else reading


def _table(found: Recognised, proposal: Proposal, content: bytes, told: Told) -> Reading | OpenFile:
    places = told.table(proposal.fingerprint)
    if places is not None:
        reading = read_table(found, places)
        note = f"{found.label}: read with the columns that you confirmed for this layout."
        return replace(reading, notes=(*reading.notes, note))
    return OpenFile(found.label, content, found.digest, proposal=proposal, questions=proposal.questions)


def _possible(found: Recognised) -> tuple[str, ...]:
    """Return the formats whose readings keep rows and differ; where all read the same, the first one is enough."""
    kept: dict[str, Reading] = {}
    for name in found.formats:
        try:
            reading = read_as(found, name)
        except FileProblem:
            continue
        if reading.accounted_count - reading.blank_count - reading.left_out_count:
            kept[name] = reading
    alike = {_rows(reading): name for name, reading in reversed(kept.items())}
    return tuple(name for name in kept if name in alike.values())


def _rows(reading: Reading) -> tuple[object, ...]:
    return reading.lots, reading.cash, reading.positions, reading.trades, reading.realized


def answer_symbol(told: Told, file: OpenFile, symbol: str) -> Told:
    """Record which security a file is about."""
    return tell_file(told, file.digest, symbol=symbol)


def answer_format(told: Told, file: OpenFile, name: str) -> Told:
    """Record which of its possible formats a file is of."""
    return tell_file(told, file.digest, format=name)


def answer_columns(told: Told, file: OpenFile, reply: str) -> tuple[Told, OpenFile]:
    """Take a reply to the proposal of an unknown table; the layout is remembered once nothing is open.

    Raises:
        BadRequest: The reply says nothing of the columns, or takes symbol or quantity away.
    """
    if file.proposal is None:
        raise ValueError("no proposal was made for this file")
    said = confirm(file.proposal, reply, None if file.places is None else dict(file.places))
    if said.complete:
        told = tell_table(told, file.proposal.fingerprint, columns_of(said.places))
    return told, replace(file, places=tuple(said.places.items()), questions=said.questions)
