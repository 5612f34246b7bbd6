"""Bytes to readings: files dropped by the person, and the files of the sample, through the same door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.grounding import escape_name
from assistant.session import Session
from tools.brokers.base import Reading
from tools.errors import LotlineError
from tools.market.price_file import is_price_file, read_price_file
from tools.market.prices import Price


@dataclass(frozen=True)
class FilesRead:
    """Labels of the files that were read, and a sentence for each that was not."""

    labels: tuple[str, ...]
    problems: tuple[str, ...]


def read_files(session: Session, files: Sequence[tuple[str, bytes]]) -> FilesRead:
    """Read each file on its own; the first one read replaces the sample by the person's own household.

    A TOML file says what the person takes for substantially identical; it goes with whatever household is open. A price
    file goes with the person's own: the sample keeps the prices of its day.
    """
    before = dict(session.labels)
    if session.is_sample:
        session.drop_file_labels()
    found, said, problems, priced = _read_each(session, files)
    if session.is_sample and found:
        session.forget_person()
        session.is_sample, session.as_of, session.title = False, session.today, ""
    elif session.is_sample and not said:
        # The sample stays open with its own labels, so the refused files are named again beside them.
        session.labels = before
        found, said, problems, priced = _read_each(session, files)
    session.readings += found
    for label, prices in priced.items():
        if session.is_sample:
            problems.append(f"{label} could not be used: the sample keeps the prices of its day. Drop your lots too.")
        else:
            session.prices, session.loaded = (*session.prices, *prices), None
            said.append(label)
    return FilesRead((*(one.file for one in found), *said), tuple(problems))


def _read_each(
    session: Session, files: Sequence[tuple[str, bytes]]
) -> tuple[list[Reading], list[str], list[str], dict[str, tuple[Price, ...]]]:
    from tools.brokers.registry import read
    from tools.market.own_groups import parse_own

    found, said, problems = [], [], []
    priced: dict[str, tuple[Price, ...]] = {}
    for name, content in files:
        label = file_label(session, name)
        try:
            if name.casefold().endswith(".toml"):
                session.take_groups(parse_own(label, content.decode("utf-8", "replace")))
                said.append(label)
            elif is_price_file(content):
                priced[label] = read_price_file(label, content, session.today)
            else:
                found.append(read(label, content))
        except LotlineError as error:
            problems.append(f"{label} could not be read: {escape_name(error.what)} {escape_name(error.fix)}".strip())
    return found, said, problems, priced


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
