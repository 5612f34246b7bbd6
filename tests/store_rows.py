"""A small kept conversation, written without holding one."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.adapters.store.own import OwnStore
from assistant.store import Answer, Approved, Kept, Order, Place, Turn

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ORDER = Order("order-1", 1, "filled", {"symbol": "ZEB", "shares": "30"})
APPROVED = Approved("plan-1", 1, "button", "yes", (ORDER,))


def turn(n: int = 1, words: str = "31,415 dollars of ZEB") -> Turn:
    kept = Kept({"snapshots": words.encode(), "files": b"{}", "told": b"{}", "profiles": b"{}"}, b"{}")
    answer = Answer(
        "what do I hold?", words, "scripted", ({"id": "f1"},), (), {"model": "m", "law": "l"}, "[]", before=kept
    )
    return Turn(kept, n, b"[]", b'{"facts": [], "results": []}', answer, False, "The Vandermeers")


def fill(store: OwnStore) -> Place:
    place = store.begin(Place("family"), turn(), "what do I hold?", NOW)
    place = store.execute(place, turn(), APPROVED, NOW)
    return store.save(place, turn(), NOW)
