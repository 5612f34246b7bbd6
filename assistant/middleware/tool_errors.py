"""Turns a tool's exception into a message: ours in our words, any other without its details."""

from __future__ import annotations

import json
import logging
from typing import Any

from langchain.agents.middleware import ToolErrorMiddleware

from tools.errors import LotlineError

_log = logging.getLogger(__name__)


def as_result(problem: Exception, tool: str) -> str:
    """Write an exception as the JSON result of a tool."""
    if isinstance(problem, LotlineError):
        error = {"what": problem.what, "fix": problem.fix, "where": problem.where}
    else:
        _log.error("tool %s failed", tool, exc_info=problem)
        error = {"what": "This step failed inside Lotline.", "fix": "Try again, or ask in another way.", "where": tool}
    return json.dumps({"tool": tool, "error": error, "notes": [], "unchecked": []}, ensure_ascii=False)


def tool_errors() -> ToolErrorMiddleware[Any, Any]:
    """Return the guard around tools."""
    return ToolErrorMiddleware(lambda problem, request: as_result(problem, request.tool_call["name"]))
