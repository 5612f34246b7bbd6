"""Write the built-in model's score into the repository, unless it did anything unsafe: ``python -m evals.keep``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.run import Job, run_all
from evals.schema import load_cases
from evals.score import committed_form, grade_all, score
from evals.session import split_by_tools

HERE = Path(__file__).parent
KEPT = HERE / "scores" / "builtin.json"


def keep(now: dict[str, Any], path: Path = KEPT) -> None:
    """Write a score, with its totals alone.

    Raises:
        SystemExit: A check of safety failed: such a score is never the one to compare with.
    """
    if unsafe := [case["id"] for case in now["cases"] if case["unsafe"]]:
        raise SystemExit(f"Not written: unsafe in {', '.join(unsafe)}.")
    path.write_text(json.dumps(committed_form(now), indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run every case and keep the totals."""
    split = split_by_tools(load_cases(HERE / "cases"))
    graded = grade_all(split.cases, run_all([Job(case) for case in split.cases]))
    now = score(graded, "builtin", split.missing)
    keep(now)
    print(f"{now['passed']} of {now['total']} passed; written to {KEPT.name}")


if __name__ == "__main__":
    main()
