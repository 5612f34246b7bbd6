"""Whether a message answers what was asked about files, or tells what a lot cost: the tool reads it word by word."""

from __future__ import annotations

import re

from assistant.builtin.context import Context

_TELLS_A_COST = re.compile(
    r"\b(?:i|we) (?:paid|bought (?:it|them|those|these)) .*\d"
    r"|\b(?:it|they|these|those|\w+ (?:lot|shares)) cost (?:me |us )?\$?\d"
    r"|\b(?:cost basis|basis|purchase date) (?:of|for|on) .* (?:is|was|are|were) .*\d"
    r"|\bpaid \$?\d[\d,.]* (?:a|per|each) share",
    re.I,
)
_SETTLES = re.compile(
    r"\d|\b(?:yes|yep|yeah|no|nope|right|correct|same|different|separate|don'?t know|no idea|not sure|skip|ignore|leave"
    r"|forget|can'?t (?:remember|say|recall)|is the|are the|per share|in total|neither)\b",
    re.I,
)
_TELLS_OWNER = re.compile(
    r"\bacct-\d+ (?:is|are|belongs? to|was) .{0,40}\b(?:mine|ours?|joint|spouse|wife|husband|partner|child|son|daughter"
    r"|mother|father|kid|brother|sister|(?:someone|somebody) else)\b",
    re.I,
)
_ASKING = ("load_portfolio", "find_harvestable_losses")
_OWNS = re.compile(
    r"\b(?:mine|ours?|joint|spouse|wife|husband|partner|child|son|daughter|mother|father|kid|brother|sister|else)", re.I
)
_TICKER = re.compile(r"(?:(?:it'?s|it is|that'?s|the ticker is|ticker|symbol)\s+)?[A-Za-z][A-Za-z0-9.&' -]{0,40}[.!]?")
_ASKS = re.compile(
    r"\?\s*$|^\s*(?:what|how|which|should|can|could|would|why|when|is|do|does|am|show|list|find|rebalance|plan)\b"
    r"|\b(?:and|then|but|now) (?:show|tell|give|list|find|rebalance|plan|sell)\b",
    re.I,
)


def answers_about_files(said: str, context: Context) -> bool:
    """Tell whether a message is such an answer.

    A question is none. A short word such as "yes" counts only right after the question about the files.
    """
    if any(done.call.args.get("answer") for done in context.turn.done):
        return True  # it was taken for one, and what it settled is asked no more
    if _ASKS.search(said) or len(said) > 1_000:
        return False
    if _TELLS_OWNER.search(said):
        return context.session.block.get("household") == "own"
    pending = str(context.session.block.get("pending") or "")
    if not pending.startswith("file_"):
        return bool(_TELLS_A_COST.search(said)) and context.session.block.get("household") == "own"
    if _TELLS_A_COST.search(said):
        return True
    if not _asked_just_now(context):
        return False
    if pending == "file_owner":
        return bool(_OWNS.search(said))
    return bool(_SETTLES.search(said)) or (pending == "file_open" and bool(_TICKER.fullmatch(said.strip())))


def _asked_just_now(context: Context) -> bool:
    before = context.earlier[-1].done if context.earlier else ()
    return any(
        done.call.tool in _ASKING and (done.result.get("question") or done.result.get("error")) for done in before
    )
