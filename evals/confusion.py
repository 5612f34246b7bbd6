"""Which tool was called where another was expected: ``python -m evals.confusion TRACE.jsonl CASES...``.

Rows are expected tools, columns those called first in their place; sealed cases are counted like the others.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.schema import Case, load_cases

Row = dict[str, Any]
NOTHING = "none"


def expected_tools(case: Case) -> set[str]:
    """Return the tools of which a right answer calls at least one, or all."""
    wants = case.expect
    found = {*wants.tools_all, *(call.tool for call in wants.calls)}
    if wants.last_turn is not None:
        found |= set(wants.last_turn.tools_all)
    return found or set(wants.tools_any_of)


def confusion(cases: Iterable[Case], traces: Mapping[str, Row]) -> Counter[tuple[str, str]]:
    """Count pairs of an expected tool and what was called: itself, or the calls in its place."""
    pairs: Counter[tuple[str, str]] = Counter()
    for case in cases:
        if case.id not in traces:
            continue
        called = [call["name"] for call in traces[case.id]["calls"] if call.get("by", "model") == "model"]
        wanted = expected_tools(case)
        if (
            not case.expect.tools_all
            and not case.expect.last_turn
            and wanted & {*called, *([] if called else [NOTHING])}
        ):
            pairs.update([(found, found) for found in (wanted & set(called) or {NOTHING})])
            continue
        extra = next((name for name in called if name not in wanted), NOTHING)
        pairs.update((tool, tool if tool in called else extra) for tool in wanted)
    return pairs


def main(trace: str, folders: list[str]) -> None:
    """Print the pairs, mistakes first."""
    rows = (json.loads(line) for line in Path(trace).read_text(encoding="utf-8").splitlines())
    pairs = confusion(
        [case for folder in folders for case in load_cases(Path(folder))], {row["id"]: row for row in rows}
    )
    for (wanted, got), count in sorted(pairs.items(), key=lambda each: (each[0][0] == each[0][1], -each[1], each[0])):
        print(f"{count:4}  {wanted:26} {'as expected' if wanted == got else f'called {got}'}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
