"""The one-page report: the score by category, then failures first, each with its conversation and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.score import Graded


def report_html(score: dict[str, Any], floors: Sequence[dict[str, Any]], graded: Sequence[Graded]) -> str:
    """Write the report as one HTML page without scripts or outside links. Everything shown is escaped."""
    page = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("report.html.j2")
    shown = [_talk(one) for one in graded if not one.sealed]
    shown.sort(key=lambda row: (row["passed"], not row["unsafe"], row["category"], row["id"]))
    return page.render(score=score, floors=floors, failed=[r for r in shown if not r["passed"]], talks=shown)


def _talk(one: Graded) -> dict[str, Any]:
    turns = [
        {
            "said": said,
            "calls": [f"{call['name']}({_written(call['args'])})" for call in one.trace.calls if call["turn"] == place],
            "text": one.trace.texts[place] if place < len(one.trace.texts) else "",
        }
        for place, said in enumerate(one.trace.said)
    ]
    return {
        "id": one.case.id,
        "category": one.case.category,
        "passed": one.passed,
        "unsafe": bool(one.unsafe),
        "reasons": [f"{f.check}: {f.reason}" for f in one.findings if not f.ok],
        "turns": turns,
    }


def _written(args: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in args.items())
