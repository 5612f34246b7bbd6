"""References to figures of a result, with their sign, number and term in words."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from assistant.builtin.context import Json

_TERMS = {"short": "short-term", "long": "long-term", "unknown": "term unknown"}


def fig(row: Json, key: str, form: str = "") -> str:
    """Refer to a figure; to both ends when only a range is known.

    Args:
        row: The row of the result that holds the figure.
        key: Its key with unit suffix.
        form: How to show it: ``abs``, ``cents``, ``points``, ``day`` or ``count``.
    """
    if row.get(key) is not None:
        return _reference(row, key, form)
    stem, unit = key.rsplit("_", 1)
    low, high = f"{stem}_low_{unit}", f"{stem}_high_{unit}"
    if row.get(low) is None or row.get(high) is None:
        return "an amount that I cannot tell yet"
    if row[low] == row[high]:
        return _reference(row, low, form)
    if form == "abs" and abs(_number(row[low])) > abs(_number(row[high])):
        low, high = high, low
    return f"{_reference(row, low, form)} to {_reference(row, high, form)}"


def _reference(row: Json, key: str, form: str) -> str:
    bar = f"|{form}" if form else ""
    return f"{{{{{row['id']}.{key}{bar}}}}}"


def _number(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def has(row: Json, key: str) -> bool:
    """Return whether a figure is known, exactly or as a range."""
    stem, _, unit = key.rpartition("_")
    return row.get(key) is not None or row.get(f"{stem}_low_{unit}") is not None


def exact(row: Json, key: str) -> bool:
    """Return whether a figure is known exactly rather than as a range."""
    return row.get(key) is not None or not has(row, key)


def sign(row: Json, key: str) -> str:
    """Return ``plus``, ``minus``, ``zero``, ``mixed`` (a range over zero) or ``unknown``."""
    stem, _, unit = key.rpartition("_")
    ends = (
        [row.get(key)] if row.get(key) is not None else [row.get(f"{stem}_low_{unit}"), row.get(f"{stem}_high_{unit}")]
    )
    if any(end is None for end in ends):
        return "unknown"
    signs = {_sign_of(end) for end in ends}
    if signs == {0}:
        return "zero"
    return "mixed" if signs >= {1, -1} else "plus" if 1 in signs else "minus"


def _sign_of(value: object) -> int:
    number = _number(value)
    return (number > 0) - (number < 0)


def is_one(row: Json, key: str) -> bool:
    """Return whether a figure is exactly one."""
    return row.get(key) is not None and _number(row[key]) == 1


def count(row: Json, key: str, one: str, many: str) -> str:
    """Refer to a count with its noun in the right number."""
    if row.get(key) is None or _number(row[key]) == 0:
        return f"no {many}"
    return f"{_reference(row, key, '')} {one if is_one(row, key) else many}"


def gain(row: Json, key: str, *, article: bool = True, kind: str = "") -> str:
    """Say a gain or loss in words: never by its sign alone."""
    which = sign(row, key)
    kind = f"{kind} " if kind else ""
    if which == "unknown":
        return f"an unknown {kind}gain" if article else f"unknown {kind}gain"
    if which == "zero":
        return f"no {kind}gain"
    start = "a " if article else ""
    return f"{start}{kind}{'loss' if which == 'minus' else 'gain'} of {fig(row, key, 'abs')}"


def term(row: Json) -> str:
    """Say the holding period."""
    return _TERMS.get(str(row.get("term")), "term unknown")
