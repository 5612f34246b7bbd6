"""Which failures of a model's server are worth another try, and which say that the conversation is too long."""

from __future__ import annotations

import re

_TOO_LONG = re.compile(r"context[ _](?:length|size|window)|maximum context|prompt is too long|too many tokens", re.I)


class BrokenOff(Exception):
    """The model ended before a word of its answer was shown; asking it again shows nothing twice."""


def passes_over(problem: BaseException, begun: bool) -> bool:
    """Tell whether a failure may be gone at the next try.

    Args:
        problem: What was raised.
        begun: Whether the answer had begun; before that the client tries again by itself.
    """
    if isinstance(problem, BrokenOff):
        return True
    names = _names(problem)
    if getattr(problem, "status_code", None) is not None or asked_too_much(problem):
        return False
    return begun if "APIConnectionError" in names else "APIError" in names


def asked_too_much(problem: BaseException) -> bool:
    """Tell whether a server refused because prompt, tools and conversation are more than its model reads."""
    status = getattr(problem, "status_code", None)
    if "ContextOverflowError" in _names(problem) or status == 413:
        return True
    said = " ".join(str(part) for part in (problem, getattr(problem, "code", ""), getattr(problem, "type", "")))
    return (status in (400, 422) or "APIError" in _names(problem)) and _TOO_LONG.search(said) is not None


def _names(problem: BaseException) -> set[str]:
    """Name the classes of an exception, whose modules take seconds to import."""
    return {kind.__name__ for kind in type(problem).__mro__}
