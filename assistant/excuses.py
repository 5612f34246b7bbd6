"""One polite sentence for whatever went wrong in a turn, with what to do."""

from __future__ import annotations

import traceback

from assistant.faults import asked_too_much
from assistant.grounding import neutralise
from tools.errors import LotlineError

_GO_ON = "Your portfolio and plans are unchanged; ask again, or choose the built-in model in the settings."
_BY_STATUS = {
    401: "{who} refused the key. Check LOTLINE_API_KEY, or choose the built-in model in the settings.",
    403: "{who} does not allow this key or model. Check LOTLINE_API_KEY and LOTLINE_MODEL, or use the built-in model.",
    404: "{who} does not know this model or address. Check LOTLINE_MODEL and LOTLINE_BASE_URL.",
    429: "{who} is busy or over its quota. Wait a minute and ask again, or choose the built-in model in the settings.",
}
_TOO_LONG = (
    "{who} found the conversation too long, even shortened. Raise its context length (`lotline doctor` tests it), "
    "start a new conversation, or choose the built-in model in the settings."
)
_BY_NAME = {
    "APIConnectionError": "{who} could not be reached. Check LOTLINE_BASE_URL and the connection. " + _GO_ON,
    "ModelCallLimitExceededError": "This took more steps than one answer may take. Ask for one thing at a time.",
    "GraphRecursionError": "This took more steps than one answer may take. Ask for one thing at a time.",
    "StreamTooLong": "{who} sent more than an answer holds, so it was stopped. " + _GO_ON,
}


def excuse(problem: BaseException, host: str | None) -> str:
    """Write the sentence. It holds nothing of what the server said."""
    if isinstance(problem, LotlineError):
        return neutralise(str(problem))
    return _template(problem).format(who=f"The model at {host}" if host else "The built-in model")


def trail(problem: BaseException) -> str:
    """Write for a log what went wrong and where; without its words, which may hold a name or an amount."""
    return "".join([f"{type(problem).__name__}\n", *traceback.format_tb(problem.__traceback__)]).rstrip()


def _template(problem: BaseException) -> str:
    names = {kind.__name__ for kind in type(problem).__mro__}
    status = getattr(problem, "status_code", None)
    if names & {"TimeoutError", "APITimeoutError", "TimeoutException"}:
        return "{who} did not answer in time. " + _GO_ON
    if asked_too_much(problem):
        return _TOO_LONG
    if isinstance(status, int) and status in _BY_STATUS:
        return _BY_STATUS[status]
    if isinstance(status, int) and 300 <= status < 400:
        return (
            "{who} pointed to another address, which was not followed: nothing was sent there. Check LOTLINE_BASE_URL."
        )
    for name in sorted(names & set(_BY_NAME)):
        return _BY_NAME[name]
    return "{who} sent something that could not be used, so the answer stopped here. " + _GO_ON
