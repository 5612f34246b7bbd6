"""What a price provider hands over: rows as they were written, which nobody has checked yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tools.model import Problem


@dataclass(frozen=True, slots=True)
class Seen:
    """One day of one symbol as a provider wrote it.

    ``close`` is what it calls the raw close, ``adjusted`` the close that it corrected for dividends or splits, and
    ``split`` the new shares for each old one from that day on. ``symbol`` is None where its rows name none.
    """

    symbol: str | None
    day: object
    close: object
    adjusted: object = None
    split: object = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows and problems by the symbol that was asked for; every symbol asked for is in one of the two."""

    rows: Mapping[str, Sequence[Seen]] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)


class PriceProvider(Protocol):
    """A source of daily closes. It is told ticker symbols and days, and nothing else."""

    name: str
    host: str

    def closes(self, symbols: Sequence[str], first: date, last: date) -> Answer:
        """Return the raw closes of each symbol from one day to another, both included.

        Whatever goes wrong becomes a problem of the symbols that it touches; nothing is raised.
        """
        ...
