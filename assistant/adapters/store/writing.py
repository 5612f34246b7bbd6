"""Writes one transaction's rows of one conversation."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.adapters.store import records
from assistant.adapters.store.books import Books
from assistant.adapters.store.chain import Chain
from assistant.adapters.store.schema import answers, approvals, facts, households, orders, threads
from assistant.store import AlreadyPlaced, Answer, Approved, Order, Place, StoreConflict, Turn


class Writer:
    """One conversation inside one transaction.

    Args:
        books: The owner's rows.
        chain: The owner's audit.
        place: Where the conversation stands; ``place`` is the new one after each write.
        thread_id: The id of its thread.
        now: The moment, as text.
    """

    def __init__(self, books: Books, chain: Chain, place: Place, thread_id: str, now: str) -> None:
        self._books = books
        self._chain = chain
        self._thread_id = thread_id
        self._now = now
        self.place = place

    @property
    def _household_id(self) -> str:
        return str(self.place.household_id)

    def open(self, turn: Turn) -> None:
        """Open the household and the thread where they are not there yet.

        Raises:
            StoreConflict: The household was deleted.
        """
        if self.place.household_id is None:
            opened = self._books.open_household(turn.is_sample, turn.title, self._now)
            self.place = replace(self.place, household_id=opened)
        if not self._books.count(households, id=self._household_id):
            raise StoreConflict("This conversation's household was deleted.", "Open the sample or your files again.")
        if self.place.version is None:
            row = {"id": self._thread_id, "version": 0, "turn": turn.turn, "saved_at": self._now}
            # With its parts, so that a conversation that is killed in its first turn goes on too.
            ids = self._books.put_parts(self._household_id, turn.kept, self._now)
            self._books.add(threads, household_id=self._household_id, **row, **self._sealed(turn, ids))
            self.place = replace(self.place, version=0)

    def ask(self, turn: Turn, words: str) -> None:
        """Note what is asked in a turn that begins."""
        asked = self._books.seal(self._household_id, words.encode(), "threads", self._thread_id, "asked")
        self._step(turn=turn.turn, asked=asked)

    def write(self, turn: Turn, **more: None) -> dict[str, str]:
        """Write the state and return the ids of its parts."""
        ids = self._books.put_parts(self._household_id, turn.kept, self._now)
        self._step(turn=turn.turn, saved_at=self._now, **self._sealed(turn, ids), **more)
        return ids

    def _sealed(self, turn: Turn, ids: Mapping[str, str]) -> dict[str, bytes]:
        state = json.dumps({"parts": dict(ids), "desk": turn.kept.desk.decode()}).encode()
        columns = {"name": self.place.name.encode(), "state": state, "messages": turn.messages}
        where = (self._household_id, "threads", self._thread_id)
        return {key: self._books.seal(where[0], value, *where[1:], key) for key, value in columns.items()}

    def _step(self, **values: Any) -> None:
        """Change the thread's row if nobody did since it was read."""
        where = {"id": self._thread_id, "version": self.place.version}
        version = int(self.place.version or 0) + 1
        if self._books.change(threads, where, version=version, household_id=self._household_id, **values) != 1:
            raise StoreConflict(
                "This conversation went on in another window, or was deleted.", "Open it again to go on with it."
            )
        self.place = replace(self.place, version=version)

    def add_facts(self, turn: Turn) -> None:
        """Write what the turn added to the ledger."""
        key = {"household_id": self._household_id, "thread_id": self._thread_id, "turn": turn.turn}
        body = self._books.seal(self._household_id, turn.ledger, "facts", self._thread_id, turn.turn)
        self._books.drop(facts, **key)
        self._books.add(facts, **key, body=body)

    def add_answer(self, turn: Turn, answer: Answer, ids: Mapping[str, str]) -> None:
        """Write what was told, and its link."""
        answer_id = f"an-{secrets.token_hex(8)}"
        before = self._books.put_parts(self._household_id, answer.before, self._now) if answer.before else None
        content = records.answer_bytes(answer, before)
        body = self._books.seal(self._household_id, content, "answers", answer_id)
        self._add(answers, answer_id, turn=turn.turn, body=body)
        box = self._books.box(self._household_id)
        details = {
            **answer.basis,
            "snapshot": (before or ids).get("snapshots", ""),
            "prices": box.digest(b"prices", answer.prices.encode())[:32],
            "content": box.digest(b"answer", content),
        }
        self.link(answer.actor, "answer", answer_id, details)

    def add_approval(self, approved: Approved) -> None:
        """Write an approval and its orders, and their links.

        Raises:
            AlreadyPlaced: One of the orders was placed before.
        """
        approval_id = f"ap-{secrets.token_hex(8)}"
        body = self._books.seal(self._household_id, approved.words.encode(), "approvals", approval_id)
        given = {"plan_id": approved.plan_id, "turn": approved.turn, "how": approved.how}
        self._add(approvals, approval_id, **given, body=body)
        for order in approved.orders:
            self._add_order(approved.plan_id, approval_id, order)
        self.link("person", "approval", approval_id, {"plan": approved.plan_id})
        placed = {order.client_order_id: order.status for order in approved.orders}
        self.link("paper", "orders", approval_id, {"plan": approved.plan_id, **placed})

    def _add(self, table: Any, row_id: str, **values: Any) -> None:
        where = {"household_id": self._household_id, "thread_id": self._thread_id}
        self._books.add(table, id=row_id, at=self._now, **where, **values)

    def _add_order(self, plan_id: str, approval_id: str, order: Order) -> None:
        household_id, order_id = self._household_id, order.client_order_id
        if self._books.count(orders, household_id=household_id, client_order_id=order_id):
            raise AlreadyPlaced("These trades were already placed.", "Ask for a new plan.")
        self._books.add(
            orders,
            household_id=household_id,
            client_order_id=order_id,
            approval_id=approval_id,
            plan_id=plan_id,
            place=order.place,
            status=order.status,
            at=self._now,
            body=self._books.seal(household_id, json.dumps(dict(order.body)).encode(), "orders", order_id),
        )

    def link(self, actor: str, kind: str, subject: str, details: Mapping[str, str]) -> None:
        """Add a link to the audit."""
        values = {
            "at": self._now,
            "actor": actor[:200],
            "kind": kind,
            "household_id": self._household_id,
            "thread_id": self._thread_id,
            "subject": subject,
        }
        self._chain.append(self._books.connection, values, details)
