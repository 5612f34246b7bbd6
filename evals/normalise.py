"""When an argument is what was expected: numbers, k / M / %, case, ISO dates, accepted lists."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_NUMBER = re.compile(r"[-+]?\$?\s*([\d,]*\.?\d+)\s*([kKmM%]?)")
_SCALE = {"": 1.0, "k": 1e3, "m": 1e6, "%": 0.01}
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MISSING = object()


def plain(value: Any) -> Any:
    """Return a value in the form in which two spellings of it are equal."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _text(value: str) -> Any:
    words = " ".join(value.split()).casefold()
    if words in ("true", "false"):
        return words == "true"
    if found := _US_DATE.fullmatch(words):
        month, day, year = (int(part) for part in found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    try:
        return date.fromisoformat(words[:10]).isoformat() if words[:4].isdigit() and "-" in words else _number(words)
    except ValueError:
        return _number(words)


def _number(words: str) -> Any:
    found = _NUMBER.fullmatch(words)
    if not found:
        return words
    size = float(found[1].replace(",", "")) * _SCALE[found[2].casefold()]
    return -size if words.startswith("-") else size


def same(expected: Any, actual: Any) -> bool:
    """Tell whether an argument is right. A list of scalars may also name the accepted values."""
    want, have = plain(expected), plain(actual)
    if isinstance(want, float) and isinstance(have, float):
        return math.isclose(want, have, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(want, list):
        return _in_list(want, have)
    if isinstance(have, list) and len(have) == 1:
        return same(want, have[0])
    if isinstance(want, dict):
        return isinstance(have, dict) and all(same(item, have.get(key, _MISSING)) for key, item in want.items())
    return bool(want == have) and isinstance(want, bool) == isinstance(have, bool)


def _in_list(want: list[Any], have: Any) -> bool:
    if not isinstance(have, list):
        return any(same(one, have) for one in want)
    if len(want) == len(have) and all(any(same(one, other) for other in have) for one in want):
        return True
    return len(have) == 1 and any(same(one, have[0]) for one in want)


def has_arguments(expected: Mapping[str, Any], call: Mapping[str, Any]) -> bool:
    """Tell whether a call carries every expected argument; others are ignored.

    A null expects the argument to be left out. A symbol may be written as the company's name when the tool resolved
    it to the expected one.
    """
    return all(_has(key, want, call) for key, want in expected.items())


def _has(key: str, want: Any, call: Mapping[str, Any]) -> bool:
    have = (call.get("args") or {}).get(key, _MISSING)
    if want is None:
        return have is _MISSING or have is None
    if key == "symbol" and call.get("symbol") and same(want, call["symbol"]):
        return True
    return have is not _MISSING and same(want, have)
