"""Answers as bytes, the same bytes for the same answer: their hash stands in the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.store import Answer, Kept


def answer_bytes(answer: Answer, before: Mapping[str, str] | None) -> bytes:
    """Write an answer; the parts of its state are named by their ids."""
    body = {
        "asked": answer.asked,
        "text": answer.text,
        "actor": answer.actor,
        "facts": list(answer.facts),
        "calls": list(answer.calls),
        "basis": dict(answer.basis),
        "prices": answer.prices,
        "live": answer.live,
        "before": {"parts": dict(before or {}), "desk": answer.before.desk.decode()} if answer.before else None,
    }
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode()


def answer_from(content: bytes) -> tuple[Answer, dict[str, str]]:
    """Read an answer back, with the ids of the parts of its state."""
    body: dict[str, Any] = json.loads(content)
    before = body["before"]
    answer = Answer(
        asked=body["asked"],
        text=body["text"],
        actor=body["actor"],
        facts=tuple(body["facts"]),
        calls=tuple(body["calls"]),
        basis=body["basis"],
        prices=body["prices"],
        live=body["live"],
        before=Kept({}, before["desk"].encode()) if before else None,
    )
    return answer, before["parts"] if before else {}
