"""One person's store. It is made for an owner and can reach nothing of another one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from assistant.adapters.store import chain, records
from assistant.adapters.store.books import Books
from assistant.adapters.store.chain import BrokenChain, Chain
from assistant.adapters.store.database import checkpoint
from assistant.adapters.store.schema import answers, approvals, facts, households, orders, threads
from assistant.adapters.store.vault import Box
from assistant.store import (
    AlreadyPlaced,
    Answer,
    Approved,
    AuditRow,
    HouseholdLine,
    Kept,
    Order,
    Place,
    StoreConflict,
    Thread,
    ThreadLine,
    Told,
    Turn,
)


class OwnStore:
    """Everything kept of one person; keeps ``assistant.store.Store``.

    Args:
        engine: The open database.
        master: The box of the master key.
        owner: The person, from the session's checked identity.
    """

    def __init__(self, engine: Engine, master: Box, owner: str) -> None:
        self._engine = engine
        self._master = master
        self._owner = owner
        self._chain = Chain(owner, master)

    @property
    def owner(self) -> str:
        """Whose store this is."""
        return self._owner

    def close(self) -> None:
        """Let go of the database's connections."""
        self._engine.dispose()

    @contextmanager
    def _books(self) -> Iterator[Books]:
        with self._engine.begin() as connection:
            yield Books(connection, self._owner, self._master)

    def _thread_id(self, name: str) -> str:
        return self._master.digest(b"thread", self._owner.encode(), name.encode())[:32]

    def begin(self, place: Place, turn: Turn, words: str, now: datetime) -> Place:
        """Note what was asked before it is answered; the first time, open household and thread."""
        with self._books() as books:
            place, thread_id = self._open(books, place, turn, stamp(now)), self._thread_id(place.name)
            household_id = str(place.household_id)
            asked = books.seal(household_id, words.encode(), "threads", thread_id, "asked")
            return self._step(books, place, household_id=household_id, asked=asked)

    def save(self, place: Place, turn: Turn, now: datetime) -> Place:
        """Write a finished turn: state, ledger, answer and the audit's link.

        Raises:
            StoreConflict: The thread went on elsewhere.
        """
        with self._books() as books:
            place = self._open(books, place, turn, stamp(now))
            ids = books.put_parts(str(place.household_id), turn.kept, stamp(now))
            place = self._write(books, place, turn, ids, stamp(now), asked=None)
            self._add_facts(books, place, turn)
            if turn.answer is not None:
                self._add_answer(books, place, turn, turn.answer, ids, stamp(now))
            return place

    def execute(self, place: Place, turn: Turn, approved: Approved, now: datetime) -> Place:
        """Write an approval with its orders and the state after them, whole or not at all.

        Raises:
            AlreadyPlaced: One of the orders was placed before.
            StoreConflict: The thread went on elsewhere.
        """
        with self._books() as books:
            place = self._open(books, place, turn, stamp(now))
            ids = books.put_parts(str(place.household_id), turn.kept, stamp(now))
            place = self._write(books, place, turn, ids, stamp(now))
            approval_id = self._add_approval(books, place, approved, stamp(now))
            for order in approved.orders:
                self._add_order(books, place, approved.plan_id, approval_id, order, stamp(now))
            placed = {order.client_order_id: order.status for order in approved.orders}
            self._link(books, place, "person", "approval", approval_id, {"plan": approved.plan_id}, now)
            self._link(books, place, "paper", "orders", approval_id, {"plan": approved.plan_id, **placed}, now)
            return place

    def _open(self, books: Books, place: Place, turn: Turn, now: str) -> Place:
        """Open the household and the thread where they are not there yet."""
        if place.household_id is None:
            place = replace(place, household_id=books.open_household(turn.is_sample, turn.title, now))
        household_id, thread_id = str(place.household_id), self._thread_id(place.name)
        if not books.count(households, id=household_id):
            raise StoreConflict("This conversation's household was deleted.", "Open the sample or your files again.")
        if place.version is None:
            books.add(
                threads,
                id=thread_id,
                household_id=household_id,
                version=0,
                turn=turn.turn,
                saved_at=now,
                **self._sealed(books, household_id, place.name, turn, {}),
            )
            place = replace(place, version=0)
        return place

    def _sealed(self, books: Books, household_id: str, name: str, turn: Turn, ids: Mapping[str, str]) -> dict[str, Any]:
        state = json.dumps({"parts": dict(ids), "desk": turn.kept.desk.decode()}).encode()
        columns = {"name": name.encode(), "state": state, "messages": turn.messages}
        thread_id = self._thread_id(name)
        return {key: books.seal(household_id, value, "threads", thread_id, key) for key, value in columns.items()}

    def _write(self, books: Books, place: Place, turn: Turn, ids: Mapping[str, str], now: str, **more: None) -> Place:
        household_id = str(place.household_id)
        sealed = self._sealed(books, household_id, place.name, turn, ids)
        return self._step(books, place, household_id=household_id, turn=turn.turn, saved_at=now, **sealed, **more)

    def _step(self, books: Books, place: Place, **values: Any) -> Place:
        """Change the thread's row if nobody did since it was read."""
        where = {"id": self._thread_id(place.name), "version": place.version}
        version = int(place.version or 0) + 1
        if books.change(threads, where, version=version, **values) != 1:
            raise StoreConflict(
                "This conversation went on in another window, or was deleted.", "Open it again to go on with it."
            )
        return replace(place, version=version)

    def _add_facts(self, books: Books, place: Place, turn: Turn) -> None:
        household_id, thread_id = str(place.household_id), self._thread_id(place.name)
        body = books.seal(household_id, turn.ledger, "facts", thread_id, turn.turn)
        books.drop(facts, household_id=household_id, thread_id=thread_id, turn=turn.turn)
        books.add(facts, household_id=household_id, thread_id=thread_id, turn=turn.turn, body=body)

    def _add_answer(
        self, books: Books, place: Place, turn: Turn, answer: Answer, ids: Mapping[str, str], now: str
    ) -> None:
        household_id, answer_id = str(place.household_id), f"an-{secrets.token_hex(8)}"
        before = books.put_parts(household_id, answer.before, now) if answer.before else None
        content = records.answer_bytes(answer, before)
        books.add(
            answers,
            household_id=household_id,
            id=answer_id,
            thread_id=self._thread_id(place.name),
            turn=turn.turn,
            at=now,
            body=books.seal(household_id, content, "answers", answer_id),
        )
        box = books.box(household_id)
        details = {
            **answer.basis,
            "snapshot": (before or ids).get("snapshots", ""),
            "prices": box.digest(b"prices", answer.prices.encode())[:32],
            "content": box.digest(b"answer", content),
        }
        self._link(books, place, answer.actor, "answer", answer_id, details, now)

    def _add_approval(self, books: Books, place: Place, approved: Approved, now: str) -> str:
        household_id, approval_id = str(place.household_id), f"ap-{secrets.token_hex(8)}"
        books.add(
            approvals,
            household_id=household_id,
            id=approval_id,
            thread_id=self._thread_id(place.name),
            plan_id=approved.plan_id,
            turn=approved.turn,
            how=approved.how,
            at=now,
            body=books.seal(household_id, approved.words.encode(), "approvals", approval_id),
        )
        return approval_id

    def _add_order(self, books: Books, place: Place, plan_id: str, approval_id: str, order: Order, now: str) -> None:
        household_id, order_id = str(place.household_id), order.client_order_id
        try:
            books.add(
                orders,
                household_id=household_id,
                client_order_id=order_id,
                approval_id=approval_id,
                plan_id=plan_id,
                place=order.place,
                status=order.status,
                at=now,
                body=books.seal(household_id, json.dumps(dict(order.body)).encode(), "orders", order_id),
            )
        except IntegrityError as error:
            raise AlreadyPlaced("These trades were already placed.", "Ask for a new plan.") from error

    def _link(
        self,
        books: Books,
        place: Place,
        actor: str,
        kind: str,
        subject: str,
        details: Mapping[str, str],
        now: datetime | str,
    ) -> None:
        values = {
            "at": now if isinstance(now, str) else stamp(now),
            "actor": actor[:200],
            "kind": kind,
            "household_id": str(place.household_id),
            "thread_id": self._thread_id(place.name) if place.name else "",
            "subject": subject,
        }
        self._chain.append(books.connection, values, details)

    def thread(self, name: str) -> Thread | None:
        """Read a conversation back, None when there is none of that name."""
        with self._books() as books:
            row = books.one(threads, id=self._thread_id(name))
            return None if row is None else self._thread(books, name, row)

    def _thread(self, books: Books, name: str, row: RowMapping) -> Thread:
        household_id, thread_id = row["household_id"], row["id"]

        def opened(column: str) -> bytes:
            return books.unseal(household_id, row[column], "threads", thread_id, column)

        state = json.loads(opened("state"))
        return Thread(
            place=Place(name, household_id, row["version"]),
            kept=Kept(books.get_parts(household_id, state["parts"]), state["desk"].encode()),
            turn=row["turn"],
            messages=opened("messages"),
            ledger=self._ledger(books, household_id, thread_id, row["turn"]),
            saved_at=row["saved_at"],
            asked=opened("asked").decode() if row["asked"] is not None else None,
            placed=self._placed_in(books, household_id, thread_id, row["turn"]) if row["asked"] is not None else (),
        )

    def _ledger(self, books: Books, household_id: str, thread_id: str, last: int) -> tuple[bytes, ...]:
        query = books.rows(facts, household_id=household_id, thread_id=thread_id)
        rows = books.all(query.where(facts.c.turn <= last).order_by(facts.c.turn))
        return tuple(books.unseal(household_id, row["body"], "facts", thread_id, row["turn"]) for row in rows)

    def _placed_in(self, books: Books, household_id: str, thread_id: str, turn: int) -> tuple[Order, ...]:
        given = books.all(books.rows(approvals, household_id=household_id, thread_id=thread_id, turn=turn))
        return tuple(order for row in given for order in self._orders(books, household_id, approval_id=row["id"]))

    def _orders(self, books: Books, household_id: str, **where: Any) -> list[Order]:
        query = books.rows(orders, household_id=household_id, **where).order_by(orders.c.at, orders.c.place)
        return [
            Order(
                row["client_order_id"],
                row["place"],
                row["status"],
                json.loads(books.unseal(household_id, row["body"], "orders", row["client_order_id"])),
            )
            for row in books.all(query)
        ]

    def orders(self, household_id: str) -> Sequence[Order]:
        """List the orders of a household in the order in which they were placed."""
        with self._books() as books:
            return self._orders(books, household_id)

    def threads(self) -> Sequence[ThreadLine]:
        """List the conversations, the latest first."""
        with self._books() as books:
            rows = books.all(books.rows(threads).order_by(threads.c.saved_at.desc(), threads.c.id))
            return [self._line(books, row) for row in rows]

    def _line(self, books: Books, row: RowMapping) -> ThreadLine:
        household_id = row["household_id"]
        home = books.connection.execute(books.rows(households, id=household_id)).mappings().one()
        name = books.unseal(household_id, row["name"], "threads", row["id"], "name").decode()
        return ThreadLine(name, household_id, self._title(books, home), home["is_sample"], row["turn"], row["saved_at"])

    def _title(self, books: Books, row: RowMapping) -> str:
        return books.unseal(row["id"], row["title"], "title").decode()

    def households(self) -> Sequence[HouseholdLine]:
        """List the households, the latest first."""
        with self._books() as books:
            rows = books.all(books.rows(households).order_by(households.c.opened_at.desc(), households.c.id))
            return [
                HouseholdLine(row["id"], self._title(books, row), row["is_sample"], row["opened_at"]) for row in rows
            ]

    def answer(self, answer_id: str) -> Told | None:
        """Read what was told, None when there is no such answer."""
        with self._books() as books:
            row = books.one(answers, id=answer_id)
            if row is None:
                return None
            household_id = row["household_id"]
            found, ids = records.answer_from(books.unseal(household_id, row["body"], "answers", answer_id))
            if found.before is not None:
                found = replace(found, before=Kept(books.get_parts(household_id, ids), found.before.desk))
            ledger = self._ledger(books, household_id, row["thread_id"], row["turn"] - 1)
            return Told(answer_id, row["at"], row["turn"], found, ledger)

    def forget(self, household_id: str, now: datetime) -> bool:
        """Destroy a household's key and rows; the audit keeps its hashes and still verifies."""
        with self._books() as books:
            gone = books.drop(households, id=household_id) == 1
            if gone:
                self._link(books, Place("", household_id), "person", "forgotten", household_id, {}, now)
        if gone:
            checkpoint(self._engine)
        return gone

    def audit(self) -> Sequence[AuditRow]:
        """List the audit's links, oldest first."""
        with self._books() as books:
            return [chain.read(row) for row in self._chain.rows(books.connection)]

    def verify_audit(self) -> int:
        """Check the chain, and that the answers it speaks of are there as they were; return its length.

        Raises:
            BrokenChain: A link or an answer was changed, removed or added from outside.
        """
        with self._books() as books:
            count = self._chain.verify(books.connection)
            kept = {row["id"] for row in books.all(books.rows(households))}
            for row in map(chain.read, self._chain.rows(books.connection)):
                if row.kind == "answer" and row.household_id in kept:
                    self._check_answer(books, row)
            return count

    def _check_answer(self, books: Books, link: AuditRow) -> None:
        row = books.one(answers, household_id=link.household_id, id=link.subject)
        if row is not None:
            content = books.unseal(link.household_id, row["body"], "answers", link.subject)
            if books.box(link.household_id).digest(b"answer", content) == link.details.get("content"):
                return
        raise BrokenChain(
            f"The answer {link.subject} of entry {link.seq} is not there as it was told.", "Compare it with a backup."
        )


def stamp(now: datetime) -> str:
    """Write a moment as UTC, to the microsecond."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")
