"""What "that one" means: the holding or lot under discussion."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.entities import mark
from assistant.builtin.request import Slots


def focus_of(context: Context) -> Slots:
    """Return what "that one" means: the session's focus, else the symbol of the latest call."""
    focus = {key: value for key, value in context.session.part("focus").items() if value}
    if focus:
        return focus
    if largest := _largest_asked_for(context):
        return {"symbol": largest}
    for turn in reversed(context.earlier):
        for done in reversed(turn.done):
            if isinstance(done.call.args.get("symbol"), str):
                return {"symbol": done.call.args["symbol"]}
    return _spoken_of(context)


def _spoken_of(context: Context) -> Slots:
    """Return the one holding that the last message named, though nothing was looked up for it."""
    named = set(mark(context.earlier[-1].said, context.session).of("sym")) if context.earlier else set()
    return {"symbol": named.pop()} if len(named) == 1 else {}


def _largest_asked_for(context: Context) -> str | None:
    """Return the largest of the holdings just listed when the last message asked for it."""
    just = context.earlier[-1] if context.earlier else None
    if just is None or not re.search(r"\b(?:biggest|largest|top|main)\b", just.said, re.IGNORECASE):
        return None
    rows = [row for listed in just.results("show_holdings") for row in listed.get("holdings") or ()]
    named = [row for row in rows if row.get("symbol")]
    largest = max(named, key=lambda row: float(row.get("weight_frac") or 0), default=None)
    return str(largest["symbol"]) if largest else None


def symbol_of_lot(lot: str, context: Context) -> str | None:
    """Find the symbol of a lot in what tools have said so far."""
    focus = context.session.part("focus")
    if focus.get("lot") == lot and focus.get("symbol"):
        return str(focus["symbol"])
    for turn in reversed((*context.earlier, context.turn)):
        for done in reversed(turn.done):
            for rows in done.result.values():
                for row in rows if isinstance(rows, list) else ():
                    if isinstance(row, dict) and row.get("lot") == lot:
                        return str(row.get("symbol") or done.result.get("symbol") or "") or None
    return None
