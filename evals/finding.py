"""What a grader finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evals.schema import Case
from evals.trace import Trace


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of a case: its name, whether it held, and why not."""

    check: str
    ok: bool
    reason: str = ""


Grader = Callable[[Case, Trace], Iterator[Finding]]
