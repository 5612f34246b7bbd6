"""Which reader reads a file: decided by its content, never by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from tools.brokers.base import Reader, Reading
from tools.brokers.form_1099b import Form1099B
from tools.brokers.generic import COLUMNS, GenericLots
from tools.brokers.lines import HEADER_WITHIN, Line, heading, lines_of, text_of
from tools.brokers.own_history import OwnHistory
from tools.brokers.schwab_history import SchwabHistory
from tools.brokers.schwab_lots import SchwabLots
from tools.brokers.schwab_realized import SchwabRealized
from tools.errors import FileProblem

READERS: tuple[Reader, ...] = (
    SchwabLots(),
    SchwabHistory(),
    SchwabRealized(),
    OwnHistory(),
    Form1099B(),
    GenericLots(),
)

_WANTED = f"Drop Schwab lot details or transactions (CSV), or a lots file with the columns {', '.join(COLUMNS)}."
# Header words of exports that people drop by mistake: they hold positions or history, but no lots.
_NO_LOTS = (
    ({"closed date", "proceeds"}, "sales already made"),
    ({"proceeds", "date sold"}, "sales already made"),
    ({"date", "action", "amount"}, "a transaction history"),
    ({"run date", "action"}, "a transaction history"),
    ({"trade date", "settlement date"}, "a transaction history"),
    ({"activity date", "trans code"}, "a transaction history"),
    ({"symbol", "last price", "current value"}, "positions without their lots"),
    ({"symbol", "description", "cost basis"}, "positions without their lots"),
    ({"symbol", "shares", "share price"}, "positions without their lots"),
    ({"symbol", "last price $", "value $"}, "positions without their lots"),
)


def read(label: str, content: bytes) -> Reading:
    """Read one file.

    Args:
        label: What the file is called in messages and origins, for example ``file-1``.
        content: The bytes as dropped.

    Raises:
        FileProblem: Empty, not text, of no known format, or without a single row that can be read.
    """
    lines = lines_of(text_of(label, content))
    for reader in READERS:
        if reader.fits(lines):
            found = replace(reader.read(label, lines), digest=hashlib.sha256(content).hexdigest())
            if not found.accounted_count - found.blank_count:
                raise FileProblem("The file has a header but nothing below it.", "Download it again.", label)
            return found
    raise FileProblem(_unknown(lines), _WANTED, label)


def _unknown(lines: Sequence[Line]) -> str:
    for line in lines[:HEADER_WITHIN]:
        seen = {heading(cell) for cell in line.cells}
        for words, kind in _NO_LOTS:
            if words <= seen:
                return f"The file looks like {kind}; what is needed are the lots, with purchase dates and cost."
    return "The file is not one of the formats that can be read."
