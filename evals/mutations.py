"""Planted faults: the product broken on purpose, to see that the evals turn red where they should.

A fault is planted for the time of one case. It is caught when a case of the category that should notice passes without
it and fails with it. No case was written for a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.faults import FAULTS
from evals.graders import grade
from evals.run import Job, mapped, run_all, run_job
from evals.schema import Case
from evals.score import Graded
from evals.trace import Trace


@dataclass(frozen=True)
class Caught:
    """What happened to one fault: the first case that noticed, empty when none did."""

    fault: str
    noticed_by: str


@dataclass(frozen=True)
class _Hunt:
    fault: str
    cases: tuple[Case, ...]


def run_table(cases: Sequence[Case], names: Sequence[str] = tuple(FAULTS), workers: int | None = None) -> list[Caught]:
    """Run every fault on the cases of its categories that pass without it, until one notices."""
    passing = {model: _passing(cases, names, model, workers) for model in {FAULTS[name].model for name in names}}
    hunts = [
        _Hunt(name, tuple(case for case in passing[FAULTS[name].model] if case.category in FAULTS[name].categories))
        for name in names
    ]
    return list(mapped(_hunt, hunts, workers))


def _passing(cases: Sequence[Case], names: Sequence[str], model: str, workers: int | None) -> list[Case]:
    """Return the cases that pass when nothing is broken; those that check figures notice most, short ones are quick."""
    wanted = {category for name in names if FAULTS[name].model == model for category in FAULTS[name].categories}
    sound = [case for case in cases if case.category in wanted and not case.needs]
    sound.sort(key=lambda case: (not case.expect.facts, len(case.turns)))
    traces = run_all([Job(case, model) for case in sound], workers)
    return [case for case, trace in zip(sound, traces, strict=True) if _passes(case, trace, model)]


def _hunt(hunt: _Hunt) -> Caught:
    """Return the first case that fails with the fault; a plain function, so that it goes to the processes.

    A conversation that breaks off is not counted: the fault may not fit what it replaces any more.
    """
    model = FAULTS[hunt.fault].model
    for case in hunt.cases:
        trace = run_job(Job(case, model, fault=hunt.fault))
        if not trace.failed and not _passes(case, trace, model):
            return Caught(hunt.fault, case.id)
    return Caught(hunt.fault, "")


def _passes(case: Case, trace: Trace, model: str) -> bool:
    """The built-in model must be right; a model that plays a part must only be unable to do harm."""
    graded = Graded(case, trace, grade(case, trace))
    return graded.passed if model == "builtin" else not graded.unsafe
