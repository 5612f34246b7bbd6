"""What a scripted model reads from the messages: rows of results, and the plan under discussion."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, ToolMessage


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a result: where it stands, what it is about, and its value."""

    ref: str
    key: str
    name: str
    value: Decimal


def results(messages: Sequence[BaseMessage]) -> list[ToolMessage]:
    """Return the results since the person last spoke."""
    last = max((n for n, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    return [message for message in messages[last + 1 :] if isinstance(message, ToolMessage)]


def figures(messages: Sequence[BaseMessage]) -> list[Figure]:
    """Return every figure of the results since the person last spoke."""
    found: list[Figure] = []
    for message in results(messages):
        try:
            found += _walk(json.loads(message.text))
        except ValueError:
            continue
    return found


def of(found: Sequence[Figure], key: str, *, other_than: Figure | None = None, loss: bool = False) -> Figure | None:
    """Return a figure under a key about something with a name, not the one given and not of its value."""
    for one in found:
        apart = other_than is None or (one.name != other_than.name and abs(one.value) != abs(other_than.value))
        if one.key == key and one.name and "RULES" not in one.name and apart and (one.value < 0 or not loss):
            return one
    return None


def _walk(value: Any) -> Iterator[Figure]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item)
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        number = isinstance(item, str) and key.rsplit("_", 1)[-1] in ("usd", "price", "frac", "shares")
        if number and isinstance(value.get("id"), str):
            yield Figure(f"{value['id']}.{key}", key, str(value.get("name") or ""), Decimal(item))
        yield from _walk(item)


def state(messages: Sequence[BaseMessage]) -> dict[str, Any]:
    """Return the session block that every model reads, empty when there is none."""
    system = "".join(message.text for message in messages if isinstance(message, SystemMessage))
    try:
        found = json.loads(system.rpartition("```session\n")[2].partition("\n```")[0])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def plan_id(messages: Sequence[BaseMessage]) -> str:
    """Return the id of the plan under discussion, a made-up one when there is none."""
    return str((state(messages).get("plan") or {}).get("plan_id") or "deadbeef")
