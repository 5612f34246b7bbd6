"""Cases set aside: a third of the open ones, by a hash of the id, whose failures nobody reads while developing.

``python -m evals.held_out SCORE.json`` prints both scores and the failures of the cases that may be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

Row = dict[str, Any]
PARTS = 3


def is_held_out(case_id: str) -> bool:
    """Tell whether a case is in the third that is scored and not read."""
    return sha256(case_id.encode()).digest()[0] % PARTS == 0


def counted(rows: Iterable[Row]) -> tuple[int, int]:
    """Count the cases passed in every epoch, and all of them."""
    found = [row["passed"] == row["epochs"] for row in rows]
    return sum(found), len(found)


def split(cases: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Split the open cases of a score into those looked at and those held out."""
    rows = [row for row in cases if not row["sealed"]]
    return [row for row in rows if not is_held_out(row["id"])], [row for row in rows if is_held_out(row["id"])]


def main(path: str) -> None:
    """Print the totals of both parts and the failures of the first."""
    looked_at, held_out = split(json.loads(Path(path).read_text(encoding="utf-8"))["cases"])
    for name, rows in (("looked at", looked_at), ("held out", held_out)):
        passed, total = counted(rows)
        print(f"{name}: {passed} of {total} ({passed / max(total, 1):.1%})")
    for row in looked_at:
        for failure in row["failures"]:
            print(f"{row['id']}  {failure['check']}: {failure['reason']}")


if __name__ == "__main__":
    main(sys.argv[1])
