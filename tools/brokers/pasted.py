"""A table pasted into a message: found by what can be read of it, and parted from the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.brokers.cells import BadCell, number
from tools.brokers.lines import HEADER_WITHIN
from tools.brokers.registry import Recognised, read_as, recognise
from tools.brokers.unknown import Proposal
from tools.errors import FileProblem

LABEL = "pasted table"
_CUT = re.compile(r"\t|\||;| {2,}|,(?! )|, .*, ")
_FENCE = re.compile(r"^\s*```\w*\s*$", re.M)


@dataclass(frozen=True, slots=True)
class Pasted:
    """The table as the bytes of a file, and the person's own words beside it."""

    content: bytes
    words: str


def pasted_table(text: str) -> Pasted | None:
    """Return the table that a message holds, None when it is an ordinary message.

    A table has a heading that a format or a proposal recognises, and below it at least one row that can be read: words
    with commas are none. What is cut from the message is data and never the person's word.
    """
    lines = _FENCE.sub("", text).splitlines()
    cut = [n for n, line in enumerate(lines) if _CUT.search(line)]
    if len(cut) < 2 and not text.lstrip().startswith(("<", "{")):
        return None
    first, last = _first(lines, cut), cut[-1] + 1 if cut else len(lines)
    content = "\n".join(lines[first:last]).strip("\n").encode()
    if not content.strip() or not _holds_rows(content):
        return None
    beside = [line.strip() for line in (*lines[:first], *lines[last:]) if line.strip()]
    return Pasted(content, "\n".join(beside))


def _first(lines: list[str], cut: list[int]) -> int:
    """Return where the table begins: at its title or heading, after the person's own sentence."""
    start = 0
    for n in range(min(cut[0] if cut else 0, HEADER_WITHIN)):
        if not lines[n].strip() or lines[n].rstrip().endswith((":", "?", ".", "!")):
            start = n + 1
    return start


def _holds_rows(content: bytes) -> bool:
    try:
        found = recognise(LABEL, content)
        if found.proposal is not None and not found.readers:
            return _readable(found.proposal)
        return bool(found.readers) and _reads(found)
    except FileProblem:
        return False


def _reads(found: Recognised) -> bool:
    reading = read_as(found)
    return reading.asks_symbol or reading.accounted_count > reading.blank_count + reading.left_out_count


def _readable(proposal: Proposal) -> bool:
    places = {column.field: column.place for column in proposal.columns}
    return any(_number(row, places["shares"]) and _symbol(row, places["symbol"]) for row in proposal.sample)


def _number(row: tuple[str, ...], place: int) -> bool:
    try:
        return place < len(row) and number(row[place]) is not None
    except BadCell:
        return False


def _symbol(row: tuple[str, ...], place: int) -> bool:
    return place < len(row) and bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./ -]{0,14}", row[place].strip()))
