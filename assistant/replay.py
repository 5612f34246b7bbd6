"""Makes the figures of an earlier answer again: the same state, the same calls, compared with what was told."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.adapters.engine import InlineEngine
from assistant.adapters.paper_broker import PaperBroker
from assistant.basis import basis_of
from assistant.saved import take_live, thaw
from assistant.session import Session, fact_from_dict, fact_to_dict
from assistant.store import Told
from assistant.toolbox import build_tools

_NUMBERED = re.compile(r"([a-z_]+?)(\d+)")
_COMPARED = ("value", "unit", "entity", "as_of")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was told and what it comes to now; ``now`` is None when no call makes it any more."""

    id: str
    label: str
    told: str
    now: str | None
    same: bool
    rerun: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer made again. ``changed`` names what it rested on and is different in this version: law, prompts."""

    answer_id: str
    at: str
    asked: str
    text: str
    calls: tuple[str, ...]
    figures: tuple[Figure, ...]
    changed: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Tell whether every figure came out as it was told."""
        return all(figure.same for figure in self.figures)


async def replay(told: Told) -> Replayed:
    """Run the calls of an answer again on the state before them, away from every broker and model."""
    answer = told.answer
    day = date.fromisoformat(told.at[:10])
    session = Session(as_of=day, today=day, engine=InlineEngine(), broker=PaperBroker())
    if answer.before is not None:
        thaw(session, answer.before, told.ledger)
        take_live(session, answer.live)
    earlier = set(session.facts)
    tools = {tool.name: tool for tool in build_tools(session)}
    for place, call in enumerate(answer.calls):
        _number_from(session, str(call["id"]))
        request = {"name": call["tool"], "args": dict(call["args"]), "id": f"replay-{place}", "type": "tool_call"}
        _record(session, await tools[call["tool"]].ainvoke(request))
    now = basis_of(answer.actor)
    return Replayed(
        answer_id=told.answer_id,
        at=told.at,
        asked=answer.asked,
        text=answer.text,
        calls=tuple(str(call["tool"]) for call in answer.calls),
        figures=tuple(_figure(session, dict(row), str(row["id"]) not in earlier) for row in answer.facts),
        changed=tuple(name for name in ("law", "prompts") if now[name] != answer.basis.get(name)),
    )


def _number_from(session: Session, result_id: str) -> None:
    """Let the next call number its figures as it did then; calls made side by side may have ended in another order."""
    if found := _NUMBERED.fullmatch(result_id):
        session.set_counters(Counter({**session.counters(), found[1]: int(found[2]) - 1}))


def _record(session: Session, message: Any) -> None:
    artifact = message.artifact if isinstance(message.artifact, dict) else {}
    session.record(fact_from_dict(row) for row in artifact.get("facts", ()))
    session.results.append(json.loads(message.text))


def _figure(session: Session, row: dict[str, Any], rerun: bool) -> Figure:
    fact = session.facts.get(str(row["id"]))
    now = fact_to_dict(fact) if fact else None
    same = now is not None and all(now[key] == row[key] for key in _COMPARED)
    value = None if now is None else f"{now['value']} {now['unit']}"
    return Figure(str(row["id"]), str(row["label"]), f"{row['value']} {row['unit']}", value, same, rerun)
