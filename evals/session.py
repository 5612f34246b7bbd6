"""One run of the command: cases to traces to score, files written, the table printed, the gate kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.session import Session
from assistant.toolbox import build_tools
from evals.goals import GOALS
from evals.models import model_for
from evals.report import report_html, said
from evals.run import Job, kept_traces, run_all
from evals.schema import BadCase, Case, load_cases
from evals.score import Graded, grade_all, is_sealed, score, worse_than
from evals.scripted import FLOORS
from evals.trace import Trace
from tools.errors import LotlineError


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    paths: tuple[Path, ...]
    model: str = "builtin"
    epochs: int = 1
    seed: int = 0
    workers: int | None = None
    categories: tuple[str, ...] = ()
    trace: Path | None = None
    resume: bool = False
    json_out: Path | None = None
    report: Path | None = None
    gate: Path | None = None
    floors: bool = True
    quiet: bool = False
    sealed: bool = False


@dataclass(frozen=True)
class Split:
    """Cases that can run, and how many wait for which tool."""

    cases: tuple[Case, ...]
    missing: dict[str, int]


def split_by_tools(cases: Sequence[Case]) -> Split:
    """Set aside the cases whose tool does not exist yet; they never count as passed."""
    built = {tool.name for tool in build_tools(Session(as_of=date(2026, 1, 1), today=date(2026, 1, 1)))}
    waiting = [case for case in cases if case.needs and not set(case.needs.split(",")) <= built]
    missing = Counter(str(case.needs) for case in waiting)
    return Split(tuple(case for case in cases if case not in waiting), dict(missing))


def gather(wanted: Wanted) -> Split:
    """Read the cases that the command names.

    Raises:
        BadCase: A file is broken, or no case is left.
    """
    cases = [case for path in wanted.paths for case in load_cases(path)]
    if wanted.categories:
        cases = [case for case in cases if case.category in wanted.categories]
    if not cases:
        raise BadCase("There are no cases to run.", "Check the path and the categories.")
    if wanted.sealed:
        cases = [case.model_copy(update={"sealed": True}) for case in cases]
    return split_by_tools(cases)


def run_session(wanted: Wanted) -> bool:
    """Run, write and print; True when the gate is open.

    Raises:
        LotlineError: A file or the model cannot be used.
    """
    model_for(wanted.model)
    split = gather(wanted)
    graded = grade_all(split.cases, _traces(wanted, split.cases))
    now = score(graded, wanted.model, split.missing)
    floors = _floors(wanted, split)
    now["floors"] = {floor["model"]: {"passed": floor["passed"], "total": floor["total"]} for floor in floors}
    _write(wanted.json_out, json.dumps(now, indent=1))
    _write(wanted.report, report_html(now, floors, graded) if wanted.report else "")
    _print(now, floors, graded)
    return _gate_open(wanted, now)


def _traces(wanted: Wanted, cases: Sequence[Case]) -> list[Trace]:
    kept = kept_traces(wanted.trace) if wanted.resume else {}
    hidden = {case.id for case in cases if is_sealed(case)}  # they run again on resume, as no file holds their words
    jobs = [Job(case, wanted.model, epoch, wanted.seed) for epoch in range(wanted.epochs) for case in cases]
    left = [job for job in jobs if (job.case.id, job.epoch) not in kept]
    Random(wanted.seed).shuffle(left)
    if wanted.trace:
        _write(wanted.trace, "".join(_line(one) for one in kept.values() if one.id not in hidden))
    with Progress(transient=True, console=Console(stderr=True), disable=wanted.quiet) as bar:
        task = bar.add_task(wanted.model, total=len(left))

        def done(trace: Trace) -> None:
            kept[(trace.id, trace.epoch)] = trace
            bar.advance(task)
            if wanted.trace and trace.id not in hidden:
                with wanted.trace.open("a", encoding="utf-8") as out:
                    out.write(_line(trace))

        run_all(left, wanted.workers, done)
    traces = [kept[(job.case.id, job.epoch)] for job in jobs]
    _write(wanted.trace, "".join(_line(one) for one in traces if one.id not in hidden))
    return traces


def _line(trace: Trace) -> str:
    return json.dumps(trace.as_row(), ensure_ascii=False, default=str) + "\n"


def _floors(wanted: Wanted, split: Split) -> list[dict[str, Any]]:
    if not wanted.floors:
        return []
    found = []
    for name in FLOORS:
        spec = f"scripted:{name}"
        traces = run_all([Job(case, spec) for case in split.cases], wanted.workers)
        found.append(score(grade_all(split.cases, traces), spec))
    return found


def _write(path: Path | None, text: str) -> None:
    if path is None:
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LotlineError(f"Cannot write {path.name}: {error.strerror}.", "Check the folder.") from error


def _print(now: dict[str, Any], floors: Sequence[dict[str, Any]], graded: Sequence[Graded]) -> None:
    out = Console(highlight=False)
    table = Table("category", "passed", "of", *[floor["model"] for floor in floors], box=None)
    for name, row in now["categories"].items():
        beside = [str(floor["categories"][name]["passed"]) for floor in floors]
        table.add_row(name, str(row["passed"]), str(row["total"]), *beside)
    table.add_row("all", str(now["passed"]), str(now["total"]), *[str(floor["passed"]) for floor in floors])
    out.print(table)
    for name, value in now["measures"].items():
        out.print(f"{name}: {said(name, value)}{_against_goal(name, value)}", markup=False)
    if now["not_built"]:
        waiting = ", ".join(f"{tool} {count}" for tool, count in now["not_built"].items())
        out.print(f"not counted, no such tool yet: {waiting}", markup=False)
    hidden = sum(one.sealed for one in graded)
    if hidden:
        out.print(f"{hidden} sealed runs are counted; their words and failures are not shown.", markup=False)
    for one in graded:
        for finding in one.findings if not one.sealed else ():
            if not finding.ok:
                unsafe = "UNSAFE " if finding in one.unsafe else ""
                out.print(f"{unsafe}{one.case.id}: {finding.check}: {finding.reason}", markup=False, soft_wrap=True)


def _against_goal(name: str, value: Any) -> str:
    goal = GOALS.get(name)
    met = goal.met_by(value) if goal else None
    return "" if goal is None or met is None else f"; goal {goal.words}: {'met' if met else 'missed'}"


def _gate_open(wanted: Wanted, now: dict[str, Any]) -> bool:
    if wanted.gate is None:
        return True
    try:
        committed = json.loads(wanted.gate.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LotlineError(f"Cannot read {wanted.gate.name}.", "Name a committed score.") from error
    found = worse_than(committed, now)
    for line in found:
        Console(stderr=True).print(line, markup=False)
    return not found
