"""Bytes to readings: files dropped by the person, and the files of the sample, through the same door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from assistant.grounding import escape_name
from assistant.session import Session
from tools.brokers.base import Reading
from tools.errors import LotlineError
from tools.household.files import OpenFile
from tools.market.price_file import is_price_file, read_price_file
from tools.market.prices import Price


@dataclass(frozen=True)
class FilesRead:
    """Labels of the files that were read, of those that wait for an answer, and a sentence for each refused one."""

    labels: tuple[str, ...]
    problems: tuple[str, ...]
    waiting: tuple[str, ...] = ()


def read_files(session: Session, files: Sequence[tuple[str, bytes]]) -> FilesRead:
    """Read each file on its own; the first one read replaces the sample by the person's own household.

    A TOML file says what the person takes for substantially identical; it goes with whatever household is open. A file
    that leaves something open waits until the person answers. A price file goes with the person's own household: the
    sample keeps the prices of its day.
    """
    before = dict(session.labels)
    if session.is_sample:
        session.drop_file_labels()
    read = _read_each(session, files)
    if session.is_sample and not read.found and not read.said:
        # The sample stays open with its own labels, so the other files are named again beside them.
        session.labels = before
        read = _read_each(session, files)
    if session.is_sample and read.found:
        session.readings.clear()
    take_readings(session, read.found)
    session.waiting += read.waiting
    _take_prices(session, read)
    labels = (*(one.file for one in read.found), *read.said)
    return FilesRead(labels, tuple(read.problems), tuple(one.label for one in read.waiting))


def take_readings(session: Session, readings: Sequence[Reading]) -> None:
    """Add readings to the household of the conversation; the first ones put the sample away."""
    if session.is_sample and readings:
        of_sample = {one.file for one in session.readings} - {one.file for one in readings}
        session.forget_person()
        session.labels = {name: label for name, label in session.labels.items() if label not in of_sample}
        session.is_sample, session.as_of, session.title = False, session.today, ""
    session.readings += readings


def _take_prices(session: Session, read: _Read) -> None:
    for label, prices in read.prices.items():
        if session.is_sample:
            said = f"{label} could not be used: the sample keeps the prices of its day. Drop your lots too."
            read.problems.append(said)
        else:
            session.prices, session.loaded = (*session.prices, *prices), None
            read.said.append(label)


@dataclass
class _Read:
    found: list[Reading] = field(default_factory=list)
    waiting: list[OpenFile] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    prices: dict[str, tuple[Price, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, one: Reading | OpenFile) -> None:
        """Put a file where it belongs."""
        if isinstance(one, Reading):
            self.found.append(one)
        else:
            self.waiting.append(one)


def _read_each(session: Session, files: Sequence[tuple[str, bytes]]) -> _Read:
    from tools.household.files import read_file
    from tools.market.own_groups import parse_own

    read = _Read()
    for name, content in files:
        label = file_label(session, name)
        try:
            if name.casefold().endswith(".toml"):
                session.take_groups(parse_own(label, content.decode("utf-8", "replace")))
                read.said.append(label)
            elif is_price_file(content):
                read.prices[label] = read_price_file(label, content, session.today)
            else:
                read.take(read_file(label, content, session.told))
        except LotlineError as error:
            said = f"{label} could not be read: {escape_name(error.what)} {escape_name(error.fix)}"
            read.problems.append(said.strip())
    return read


@dataclass(frozen=True)
class PastedFile:
    """A table that stood in a message, as a file, and the person's own words beside it."""

    name: str
    content: bytes
    words: str


def pasted_in(text: str) -> PastedFile | None:
    """Return the table that a message holds, None for an ordinary message, which is told at once."""
    if text.count("\n") < 1:
        return None
    from tools.brokers.pasted import LABEL, pasted_table

    found = pasted_table(text)
    return None if found is None else PastedFile(LABEL, found.content, found.words)


def file_label(session: Session, name: str) -> str:
    """Return a new label for a dropped file; two files of one name keep apart."""
    plain = PurePosixPath(name.replace("\\", "/")).name or "file"
    private, again = plain, 1
    while private in session.labels:
        again += 1
        private = f"{plain} ({again})"
    return session.label_for("file", private)


def open_sample(session: Session) -> None:
    """Open the sample household as of its own date, through the same readers as any file."""
    from assistant.samples import load_sample
    from assistant.toolbox.load import rebuild
    from tools.brokers.registry import read

    sample = load_sample()
    for owner in sample.owners:
        session.label_for("person", owner)
    session.readings = [read(file_label(session, name), content) for name, content in sample.files]
    session.investor, session.title, session.prices = sample.investor, sample.title, sample.prices
    session.as_of, session.is_sample = sample.as_of, True
    rebuild(session)
