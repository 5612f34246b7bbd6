"""Write the built-in model's score into the repository: ``python -m evals.keep``."""

from __future__ import annotations

import json
from pathlib import Path

from evals.run import Job, run_all
from evals.schema import load_cases
from evals.score import committed_form, grade_all, score
from evals.session import split_by_tools

HERE = Path(__file__).parent
KEPT = HERE / "scores" / "builtin.json"


def main() -> None:
    """Run every case and keep the totals."""
    split = split_by_tools(load_cases(HERE / "cases"))
    graded = grade_all(split.cases, run_all([Job(case) for case in split.cases]))
    now = committed_form(score(graded, "builtin", split.missing))
    KEPT.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    print(f"{now['passed']} of {now['total']} passed; written to {KEPT.name}")


if __name__ == "__main__":
    main()
