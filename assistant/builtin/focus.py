"""What "that one" means: the holding or lot under discussion."""

from __future__ import annotations

from assistant.builtin.context import Context
from assistant.builtin.request import Slots


def focus_of(context: Context) -> Slots:
    """Return what "that one" means: the session's focus, else the symbol of the latest call."""
    focus = {key: value for key, value in context.session.part("focus").items() if value}
    if focus:
        return focus
    for turn in reversed(context.earlier):
        for done in reversed(turn.done):
            if isinstance(done.call.args.get("symbol"), str):
                return {"symbol": done.call.args["symbol"]}
    return {}


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
