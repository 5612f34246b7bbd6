"""Bytes to lines of cells: encodings, separators and stray quotes, before any format is known."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.errors import FileProblem

HEADER_WITHIN = 40
WORKBOOK = b"PK\x03\x04"
MAX_BYTES = 50_000_000
MAX_LINES = 250_000
MAX_LINE = 20_000  # characters; a longer line is no row of a table, and is kept as one cell
_SPAN = re.compile(r"</?span[^<>]{0,200}>")  # Fidelity's page leaves mark-up, with commas, inside a heading
_GAP = re.compile(r"\t+| {2,}")
_LINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, cut into cells. ``row`` counts from 1; ``complete`` is False on a last line cut off.

    ``text`` is the line before it was cut, for formats whose cells hold line ends.
    """

    row: int
    cells: tuple[str, ...]
    complete: bool = True
    text: str = ""

    @property
    def blank(self) -> bool:
        """True when no cell holds anything."""
        return not any(map(str.strip, self.cells))


def text_of(label: str, content: bytes) -> str:
    """Decode a file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    Raises:
        FileProblem: The file is empty, too large, or not text.
    """
    if not content.strip():
        raise FileProblem("The file is empty.", "Download it again and drop the new file.", label)
    if len(content) > MAX_BYTES:
        raise FileProblem("The file is larger than 50 MB.", "Export the lots of one account at a time.", label)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _short_enough(label, content.decode("utf-16", errors="replace"))
    for magic, kind in ((b"\xd0\xcf\x11\xe0", "an old Excel file"), (b"%PDF", "a PDF"), (b"\x89PNG", "a picture")):
        if content.startswith(magic):
            raise FileProblem(f"The file is {kind}, not text.", "Save or export it as CSV and drop that.", label)
    if b"\0" in content:
        raise FileProblem("The file is not text.", "Export the lots as CSV and drop that.", label)
    return _short_enough(label, _decoded(content))


def _short_enough(label: str, text: str) -> str:
    if text.count("\n") > MAX_LINES or text.count("\r") > MAX_LINES:
        fix = "Export a shorter range of dates, or one account at a time."
        raise FileProblem(f"The file has more than {MAX_LINES:,} lines.", fix, label)
    return text


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def lines_of(text: str) -> tuple[Line, ...]:
    """Cut text into lines and cells, each line on its own, so that one stray quote cannot swallow the rest."""
    raw = _LINE.split(text)
    ended = raw[-1] == ""
    raw = raw[:-1] if ended else raw
    mark = _separator(raw[:HEADER_WITHIN])
    last = len(raw)
    return tuple(Line(row, _cells(one, mark), ended or row < last, one) for row, one in enumerate(raw, start=1))


def other_cuts(text: str, lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the text cut in the other ways that a pasted table may need: tabs, semicolons, commas, bars, wide gaps."""
    tried = _separator([line.text for line in lines[:HEADER_WITHIN]])
    for mark in ("\t", ";", ","):
        if mark != tried and mark in text:
            yield tuple(Line(one.row, _cells(one.text, mark), one.complete, one.text) for one in lines)
    if "|" in text:
        yield tuple(Line(one.row, _barred(one.text), one.complete, one.text) for one in lines)
    if _GAP.search(text):
        cut = ((one, _gapped(one.text)) for one in lines)
        yield tuple(Line(one.row, cells, one.complete, one.text) for one, cells in cut)


def _gapped(line: str) -> tuple[str, ...]:
    return tuple(_GAP.split(line.strip())) if len(line) <= MAX_LINE else (line,)


def _barred(line: str) -> tuple[str, ...]:
    """Cut a line of a table drawn with bars; the rule under its heading holds nothing."""
    if not line.strip(" |:-+="):
        return ()
    if len(line) > MAX_LINE:
        return (line,)
    return tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def _cells(line: str, mark: str) -> tuple[str, ...]:
    if len(line) > MAX_LINE:
        return (line,)
    line = _SPAN.sub("", line) if "<span" in line else line
    if '"' not in line and "\0" not in line:
        return tuple(line.split(mark)) if line else ()
    try:
        return tuple(next(csv.reader([line], delimiter=mark), []))
    except csv.Error:
        return (line,)


def _separator(lines: Sequence[str]) -> str:
    counts = {mark: max((line.count(mark) for line in lines), default=0) for mark in (",", "\t", ";")}
    return max(counts, key=lambda mark: counts[mark])


def heading(cell: str) -> str:
    """Normalise a column's name for comparison: lower case, single spaces, no underscores."""
    return " ".join(cell.replace("_", " ").replace("\u200b", "").replace("\ufeff", "").casefold().split())
