"""Turns a tool's exception into a message: ours, and wrong arguments, in words; any other without its details."""

from __future__ import annotations

import json
import logging
from typing import Any

from langchain.agents.middleware import ToolErrorMiddleware
from pydantic import ValidationError

from assistant.excuses import trail
from tools.errors import LotlineError

_log = logging.getLogger(__name__)


def as_result(problem: Exception, tool: str) -> str:
    """Write an exception as the JSON result of a tool."""
    if isinstance(problem, LotlineError):
        error = {"what": problem.what, "fix": problem.fix, "where": problem.where}
    elif isinstance(problem, ValidationError) and problem.title == tool:
        wrong = problem.errors()[0]
        # What follows the argument's name in the place is the shape that was tried, no word for a person.
        name = str(wrong["loc"][0]).replace("_", " ") if wrong["loc"] else "call"
        error = {"what": f"The {name} cannot be used.", "fix": f"{wrong['msg']}.", "where": tool}
    else:
        _log.error("tool %s failed: %s", tool, trail(problem))
        error = {"what": "This step failed inside Lotline.", "fix": "Try again, or ask in another way.", "where": tool}
    return json.dumps({"tool": tool, "error": error, "notes": [], "unchecked": []}, ensure_ascii=False)


def tool_errors() -> ToolErrorMiddleware[Any, Any]:
    """Return the guard around tools."""
    return ToolErrorMiddleware(lambda problem, request: as_result(problem, request.tool_call["name"]))
