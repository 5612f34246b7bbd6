"""Two scores side by side: which cases turned, and whether that is more than chance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.schema import BadCase
from evals.stats import mcnemar


@dataclass(frozen=True)
class Comparison:
    """Pairs of cases: ``regressed`` passed in the first score alone, ``gained`` in the second alone."""

    first: str
    second: str
    both: int
    neither: int
    regressed: tuple[str, ...]
    gained: tuple[str, ...]
    categories: tuple[tuple[str, int, int, int], ...]

    @property
    def p_value(self) -> float:
        """McNemar's exact p: the chance of a difference this large between equals."""
        return mcnemar(len(self.regressed), len(self.gained))


def read_score(path: Path) -> dict[str, Any]:
    """Read what ``lotline eval --json`` wrote.

    Raises:
        BadCase: The file is no score.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCase(f"Cannot read {path.name} as a score.", "Write one with lotline eval CASES --json.") from error
    if not isinstance(found, dict) or not isinstance(found.get("cases"), list):
        raise BadCase(f"{path.name} is no score.", "Write one with lotline eval CASES --json.")
    return found


def compare(first: dict[str, Any], second: dict[str, Any]) -> Comparison:
    """Pair the cases that both scores hold; a case passes when every epoch did."""
    one, other = (_passes(score) for score in (first, second))
    shared = [case_id for case_id in one if case_id in other]
    category = {row["id"]: row["category"] for row in first["cases"]}
    names = sorted({category[case_id] for case_id in shared})
    rows = tuple(
        (
            name,
            sum(one[i] for i in shared if category[i] == name),
            sum(other[i] for i in shared if category[i] == name),
            sum(category[i] == name for i in shared),
        )
        for name in names
    )
    return Comparison(
        first["model"],
        second["model"],
        sum(one[i] and other[i] for i in shared),
        sum(not one[i] and not other[i] for i in shared),
        tuple(i for i in shared if one[i] and not other[i]),
        tuple(i for i in shared if other[i] and not one[i]),
        rows,
    )


def _passes(score: dict[str, Any]) -> dict[str, bool]:
    return {row["id"]: row["passed"] == row["epochs"] for row in score["cases"]}


def comparison_text(found: Comparison) -> str:
    """Write the comparison for a terminal, regressions first."""
    lines = [f"A: {found.first}", f"B: {found.second}", ""]
    lines += [f"regressed  {case_id}" for case_id in found.regressed]
    lines += [f"gained     {case_id}" for case_id in found.gained]
    lines += ["", f"{'category':24} {'A':>5} {'B':>5} {'of':>5}"]
    lines += [f"{name:24} {a:>5} {b:>5} {n:>5}" for name, a, b, n in found.categories]
    lines += [
        "",
        f"both passed {found.both}, neither {found.neither}, "
        f"only A {len(found.regressed)}, only B {len(found.gained)}; McNemar exact p = {found.p_value:.4f}",
    ]
    return "\n".join(lines)
