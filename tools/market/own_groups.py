"""A file of the person's own on what is substantially identical: TOML of the shape of ``identical.toml``."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from tools.errors import BadRequest
from tools.market.identical import Group, IdenticalTable
from tools.model import OwnGroup

_SHAPE = (
    'Write groups such as: [[group]], key = "MINE", grade = "same", "caution" or "different", '
    'symbols = ["AAA", "BBB"], why = "...".'
)


def parse_own(label: str, text: str) -> tuple[OwnGroup, ...]:
    """Read the person's groups; ``different`` takes the pairs of its symbols apart.

    Args:
        label: What the file is called.
        text: Its content.

    Raises:
        BadRequest: It is no TOML, has no groups, lacks or adds a field, names fewer than two symbols in a group, or
            takes a pair apart that still counts as one by way of a third.
    """
    try:
        rows = tomllib.loads(text).get("group")
    except tomllib.TOMLDecodeError as error:
        raise BadRequest(f"This is not TOML: {error}.", _SHAPE, label) from None
    if not isinstance(rows, list) or not rows:
        raise BadRequest("No group is in this file.", _SHAPE, label)
    own = tuple(_group(label, number, row) for number, row in enumerate(rows, 1))
    left = IdenticalTable(own).contradictions()
    if left:
        one, other = left[0]
        raise BadRequest(
            f"{one} and {other} are called different, but both are the same as a third security.",
            "Put all that differ from each other into one group of grade different.",
            label,
        )
    return own


def _group(label: str, number: int, row: object) -> OwnGroup:
    where = f"{label}, group {number}"
    try:
        found = Group.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the group"
        raise BadRequest(f"{field}: {first['msg']}.", _SHAPE, where) from None
    symbols = tuple(dict.fromkeys(symbol.strip().upper() for symbol in found.symbols))
    if len(symbols) < 2 or not all(symbols):
        raise BadRequest("A group needs two symbols or more.", _SHAPE, where)
    return OwnGroup(found.key, found.grade, symbols, found.why, found.confidence)
