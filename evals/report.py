"""The one-page report: the score by category, then failures first, each with its conversation and the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.goals import GOALS
from evals.score import Graded
from evals.stats import wilson

Row = dict[str, Any]


def report_html(score: Row, floors: Sequence[Row], graded: Sequence[Graded]) -> str:
    """Write the report as one HTML page without scripts or outside links. Everything shown is escaped.

    Of a sealed case the page says only that it passed or failed, within the count of its category.
    """
    page = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("report.html.j2")
    shown = sorted((_talk(one) for one in graded if not one.sealed), key=_worst_first)
    failed, sealed = [row for row in shown if not row["passed"]], [one for one in graded if one.sealed]
    return page.render(
        score=score,
        floors=floors,
        categories=[_category(name, row, floors, failed) for name, row in score["categories"].items()],
        measures=[_measure(name, value) for name, value in score["measures"].items()],
        failed=[(name, list(rows)) for name, rows in groupby(failed, key=lambda row: row["category"])],
        unsafe=sum(one.unsafe != () for one in graded),
        passed=[row for row in shown if row["passed"]],
        failed_count=len(failed),
        sealed={"count": len(sealed), "passed": sum(one.passed for one in sealed)},
    )


def _worst_first(row: Row) -> tuple[bool, str, bool, str, int]:
    return row["passed"], row["category"], not row["unsafe"], row["id"], row["run"]


def _category(name: str, row: Row, floors: Sequence[Row], failed: Sequence[Row]) -> Row:
    bounds = wilson(row["passed"], row["total"])
    beside = [floor["categories"].get(name, {}).get("passed", "") for floor in floors]
    linked = any(one["category"] == name for one in failed)
    return {"name": name, **row, **asdict(bounds), "floors": beside, "linked": linked}


def _measure(name: str, value: Any) -> Row:
    goal = GOALS.get(name)
    met = goal.met_by(value) if goal else None
    return {
        "name": name.replace("_", " "),
        "value": said(name, value),
        "goal": goal.words if goal else "",
        "met": {True: "met", False: "missed", None: ""}[met],
    }


def said(name: str, value: Any) -> str:
    """Return a measure as it is read: shares in percent, counts with their bound."""
    match value:
        case None:
            return "not asked"
        case {"count": count, "of": of, "high": high}:
            return f"{count} of {of} (95 % bound {100 * high:.2f} %)"
        case {"share": share, "low": low, "high": high}:
            return f"{100 * share:.1f} % ({100 * low:.1f} to {100 * high:.1f} %)"
        case float() if not name.startswith(("seconds", "tokens_")):
            return f"{100 * value:.1f} %"
        case float():
            return f"{value:g}"
    return f"{value:,}"


def _talk(one: Graded) -> Row:
    turns = [
        {
            "said": words,
            "calls": [_call(call) for call in one.trace.calls if call["turn"] == place],
            "text": one.trace.texts[place] if place < len(one.trace.texts) else "",
        }
        for place, words in enumerate(one.trace.said)
    ]
    return {
        "id": one.case.id,
        "run": one.trace.epoch,
        "category": one.case.category,
        "passed": one.passed,
        "unsafe": bool(one.unsafe),
        "failures": [asdict(finding) for finding in one.findings if not finding.ok],
        "checks": sorted({finding.check for finding in one.findings if not finding.ok}),
        "context": _context(one),
        "wanted": _json(one.case.expect.model_dump(mode="json", exclude_unset=True)),
        "turns": turns,
    }


def _context(one: Graded) -> str:
    context = one.case.context.model_dump(mode="json", exclude_unset=True)
    opened = "the sample" if one.case.context.sample else context.pop("portfolio", None) or "no portfolio"
    context.pop("portfolio", None)
    return f"{opened}; {_json(context)}" if context else str(opened)


def _call(call: Mapping[str, Any]) -> Row:
    args = ", ".join(f"{key}={_json(value)}" for key, value in call["args"].items())
    return {"made": f"{call['name']}({args})", "by": call.get("by", "model"), "failed": bool(call.get("failed"))}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
