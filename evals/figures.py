"""An independent reading of the figures in an answer, to check the guard that should have checked them.

It shares no code with the guard: a figure is fine when a tool's fact has that value at the precision shown, when the
person said it, or when it is a constant of the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_FIGURE = re.compile(r"(?<![\w.])([-−]?\$)?\s?(\d[\d,]*(?:\.\d+)?)(\s?%|[kKM]\b|(?=\D|$))")
_LAW = frozenset({"30", "31", "61", "3,000", "1,500", "8949", "1099", "3.8", "15", "20", "0", "401", "529", "10", "90"})
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|"
                   r"November|December) \d{1,2}(?:, \d{4})?|\b(?:19|20)\d\d\b")  # fmt: skip


def money_in(text: str) -> list[str]:
    """Return the dollar amounts and percentages that a text states, as written, signs left out."""
    kept = _DATE.sub(" ", text)
    return [
        f"{'$' if dollar else ''}{digits}{scale.strip()}"
        for dollar, digits, scale in _FIGURE.findall(kept)
        if dollar or scale.strip() == "%"
    ]


def ungrounded(text: str, facts: Iterable[Mapping[str, Any]], said: Iterable[str]) -> list[str]:
    """Return the dollar amounts and percentages that no fact, no word of the person and no law explains."""
    known = [(fact["unit"], abs(float(fact["value"]))) for fact in facts if fact["unit"] in ("usd", "price", "frac")]
    heard = {number.replace(",", "").rstrip(".") for words in said for number in re.findall(r"\d[\d,.]*", words)}
    return [figure for figure in money_in(text) if not _explained(figure, known, heard)]


def _explained(figure: str, known: list[tuple[str, float]], heard: set[str]) -> bool:
    digits = figure.strip("$%kKM")
    bare = digits.replace(",", "")
    if digits in _LAW or bare in heard or bare.rstrip("0").rstrip(".") in heard:
        return True
    places = len(bare.partition(".")[2])
    percent = figure.endswith("%")
    scale = 1e3 if figure[-1] in "kK" else 1e6 if figure[-1] == "M" else 1.0
    half = 0.5 * 10**-places * scale + 1e-7
    wanted = float(bare) * scale
    return any(
        abs((value * 100 if unit == "frac" else value) - wanted) <= half
        for unit, value in known
        if (unit == "frac") == percent
    )
