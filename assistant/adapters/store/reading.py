"""Reads one person's rows back as values."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import RowMapping

from assistant.adapters.store import records
from assistant.adapters.store.books import Books
from assistant.adapters.store.schema import answers, approvals, facts, households, orders
from assistant.store import AuditRow, HouseholdLine, Kept, Order, Place, Thread, ThreadLine, Told


class Reader:
    """One transaction's view of one person's rows.

    Args:
        books: The owner's rows.
    """

    def __init__(self, books: Books) -> None:
        self._books = books

    def thread(self, name: str, row: RowMapping) -> Thread:
        """Read a conversation as it was left."""
        household_id, thread_id = row["household_id"], row["id"]

        def opened(column: str) -> bytes:
            return self._books.unseal(household_id, row[column], "threads", thread_id, column)

        state = json.loads(opened("state"))
        cut_off = row["asked"] is not None
        return Thread(
            place=Place(name, household_id, row["version"]),
            kept=Kept(self._books.get_parts(household_id, state["parts"]), state["desk"].encode()),
            turn=row["turn"],
            messages=opened("messages"),
            ledger=self._ledger(household_id, thread_id, row["turn"]),
            saved_at=row["saved_at"],
            asked=opened("asked").decode() if cut_off else None,
            placed=self._placed_in(household_id, thread_id, row["turn"]) if cut_off else (),
        )

    def _ledger(self, household_id: str, thread_id: str, last: int) -> tuple[bytes, ...]:
        query = self._books.rows(facts, household_id=household_id, thread_id=thread_id)
        rows = self._books.all(query.where(facts.c.turn <= last).order_by(facts.c.turn))
        return tuple(self._books.unseal(household_id, row["body"], "facts", thread_id, row["turn"]) for row in rows)

    def _placed_in(self, household_id: str, thread_id: str, turn: int) -> tuple[Order, ...]:
        query = self._books.rows(approvals, household_id=household_id, thread_id=thread_id, turn=turn)
        return tuple(
            order for row in self._books.all(query) for order in self.orders(household_id, approval_id=row["id"])
        )

    def orders(self, household_id: str, **where: Any) -> list[Order]:
        """Read orders in the order in which they were placed."""
        query = self._books.rows(orders, household_id=household_id, **where).order_by(orders.c.at, orders.c.place)
        return [
            Order(
                row["client_order_id"],
                row["place"],
                row["status"],
                json.loads(self._books.unseal(household_id, row["body"], "orders", row["client_order_id"])),
            )
            for row in self._books.all(query)
        ]

    def thread_line(self, row: RowMapping) -> ThreadLine:
        """Read a conversation's line."""
        query = self._books.rows(households, id=row["household_id"])
        home = self.household_line(self._books.connection.execute(query).mappings().one())
        name = self._books.unseal(home.household_id, row["name"], "threads", row["id"], "name").decode()
        return ThreadLine(name, home.household_id, home.title, home.is_sample, row["turn"], row["saved_at"])

    def household_line(self, row: RowMapping) -> HouseholdLine:
        """Read a household's line."""
        title = self._books.unseal(row["id"], row["title"], "title").decode()
        return HouseholdLine(row["id"], title, row["is_sample"], row["opened_at"])

    def answer(self, row: RowMapping) -> Told:
        """Read what was told, with the state before it and the ledger of the turns before."""
        household_id = row["household_id"]
        found, ids = records.answer_from(self._content(row))
        if found.before is not None:
            found = replace(found, before=Kept(self._books.get_parts(household_id, ids), found.before.desk))
        ledger = self._ledger(household_id, row["thread_id"], row["turn"] - 1)
        return Told(row["id"], row["at"], row["turn"], found, ledger)

    def _content(self, row: RowMapping) -> bytes:
        return self._books.unseal(row["household_id"], row["body"], "answers", row["id"])

    def as_linked(self, link: AuditRow) -> bool:
        """Tell whether the answer of a link is there as it was told."""
        row = self._books.one(answers, household_id=link.household_id, id=link.subject)
        if row is None:
            return False
        return self._books.box(link.household_id).digest(b"answer", self._content(row)) == link.details.get("content")
