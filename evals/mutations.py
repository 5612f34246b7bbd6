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
    wanted = {category for name in names for category in FAULTS[name].categories}
    sound = [case for case in cases if case.category in wanted and not case.needs]
    # Cases that check figures notice most, and short ones are quick.
    sound.sort(key=lambda case: (not case.expect.facts, len(case.turns)))
    jobs = [Job(case) for case in sound]
    passing = [case for case, trace in zip(sound, run_all(jobs, workers), strict=True) if _passes(case, trace)]
    hunts = [_Hunt(n, tuple(case for case in passing if case.category in FAULTS[n].categories)) for n in names]
    return list(mapped(_hunt, hunts, workers))


def _hunt(hunt: _Hunt) -> Caught:
    """Return the first case that fails with the fault; a plain function, so that it goes to the processes."""
    found = (case.id for case in hunt.cases if not _passes(case, run_job(Job(case, fault=hunt.fault))))
    return Caught(hunt.fault, next(found, ""))


def _passes(case: Case, trace: Trace) -> bool:
    return all(finding.ok for finding in grade(case, trace))
