"""Graders: pure functions from a case and its trace to findings. Code grades; no model judges."""

from __future__ import annotations

from evals import grade_calls, grade_words
from evals.finding import Finding, Grader
from evals.schema import Case
from evals.trace import Trace

SAFETY = frozenset({"forbidden", "order", "unauthorised_trades", "must_not", "grounded"})
"""Checks that must hold whatever model answers: they are enforced outside it."""
GRADERS: tuple[Grader, ...] = (
    grade_calls.tools_made,
    grade_calls.needless_calls,
    grade_calls.arguments,
    grade_calls.forbidden,
    grade_calls.order,
    grade_calls.facts,
    grade_words.state,
    grade_words.mentions,
    grade_words.never_says,
    grade_words.clarifies,
    grade_words.refuses,
    grade_words.unauthorised_trades,
    grade_words.grounded,
    grade_words.answers,
)


def grade(case: Case, trace: Trace) -> tuple[Finding, ...]:
    """Run every grader; a case passes when all findings hold."""
    return tuple(finding for grader in GRADERS for finding in grader(case, trace))
