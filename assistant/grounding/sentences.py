"""Cuts a growing text into sentences and lines, each given out as soon as its end is certain."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][\"”’')\]*_]{0,4}(?=\s+\S)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|approx|inc|corp|co|ltd|no|st|mr|mrs|ms|dr|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|est|incl)"
    r"|(?:\b[A-Za-z]\.){1,4}[A-Za-z]|\b[A-Z])\.$",
    re.I,
)
_NUMBERING = re.compile(r"^\s{0,8}\d{1,2}\.$")
MAX_PIECE = 4_000
_MARKS = 6
"""The longest end of a sentence: its point and what closes after it."""


class Splitter:
    """Feeds on pieces of text and returns whole sentences and lines; nothing is lost or changed."""

    def __init__(self) -> None:
        self._buffer = ""
        self._clear = 0

    def feed(self, delta: str) -> list[str]:
        """Take more text in and return what is now complete."""
        self._buffer += delta
        found = []
        while (end := self._next_end()) is not None:
            found.append(self._buffer[:end])
            self._buffer, self._clear = self._buffer[end:], 0
        # What has no end so far is not looked through again; an end needs the next word to be certain.
        self._clear = max(0, len(self._buffer.rstrip()) - _MARKS)
        return found

    def flush(self) -> list[str]:
        """Return the rest."""
        rest, self._buffer, self._clear = self._buffer, "", 0
        return [rest] if rest else []

    def _next_end(self) -> int | None:
        newline = self._buffer.find("\n", self._clear)
        line = self._buffer if newline < 0 else self._buffer[:newline]
        if not line.lstrip().startswith("|"):
            for found in _END.finditer(line, self._clear):
                if not self._mid_sentence(line, found):
                    return found.end() + len(line[found.end() :]) - len(line[found.end() :].lstrip())
        if newline >= 0:
            return newline + 1
        return self._cut() if len(self._buffer) > MAX_PIECE else None

    def _cut(self) -> int:
        """Return where a line without end is cut: at a space, so that no figure is judged by half of its digits."""
        spaces = [found.end() for found in re.finditer(r"\s", self._buffer[:MAX_PIECE])]
        words = [found.end() for found in re.finditer(r"[A-Za-z](?=[A-Za-z])", self._buffer[:MAX_PIECE])]
        return (spaces or words or [MAX_PIECE])[-1]

    @staticmethod
    def _mid_sentence(line: str, found: re.Match[str]) -> bool:
        head = line[: found.start() + 1]
        if head[-1] != ".":
            return False
        follows = line[found.end() :].lstrip()[:1]
        tail = head[-12:]
        if _NUMBERING.match(head):
            return True
        if _ABBREVIATION.search(tail):
            # "in the U.S. The ..." ends; "U.S. tax" goes on.
            return not (follows.isupper() and tail.count(".") > 1)
        return follows.islower()
