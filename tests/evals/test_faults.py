"""Planted faults break what they say, and mend it again."""

from __future__ import annotations

import pytest

from evals import mutations
from evals.faults import FAULTS
from evals.mutations import run_table
from evals.planting import planted
from evals.schema import Case
from evals.trace import Trace

ASKED = Case(id="a", category="tax", turns=("hi",), expect={"must_mention": ["fine"]})


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_finds_what_it_breaks(name: str) -> None:
    with planted(name):
        pass


@pytest.mark.parametrize(("failed", "noticed"), [("", "a"), ("TypeError: broken() takes 1 argument", "")])
def test_a_crash_of_the_planted_fault_itself_does_not_count_as_noticed(
    monkeypatch: pytest.MonkeyPatch, failed: str, noticed: str
) -> None:
    def run(job: mutations.Job) -> Trace:
        return Trace("a", 0, [], ["red"], said=["hi"], failed=failed) if job.fault else Trace("a", 0, [], ["fine"])

    monkeypatch.setattr(mutations, "run_job", run)
    monkeypatch.setattr(mutations, "run_all", lambda jobs, workers: [run(job) for job in jobs])
    assert [one.noticed_by for one in run_table([ASKED], ["carryover_dropped"], workers=1)] == [noticed]
