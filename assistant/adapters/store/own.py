"""One person's store. It is made for an owner and can reach nothing of another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from assistant.adapters.store import chain
from assistant.adapters.store.books import Books
from assistant.adapters.store.chain import BrokenChain, Chain
from assistant.adapters.store.database import checkpoint
from assistant.adapters.store.reading import Reader
from assistant.adapters.store.schema import answers, households, threads
from assistant.adapters.store.vault import Box
from assistant.adapters.store.writing import Writer
from assistant.meter import Spent
from assistant.store import Approved, AuditRow, HouseholdLine, Order, Place, Thread, ThreadLine, Told, Turn


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

    @contextmanager
    def _writer(self, place: Place, now: datetime) -> Iterator[Writer]:
        with self._books() as books:
            yield Writer(books, self._chain, place, self._thread_id(place.name), stamp(now))

    def begin(self, place: Place, turn: Turn, words: str, now: datetime) -> Place:
        """Note what was asked before it is answered; the first time, open household and thread.

        Raises:
            StoreConflict: The thread went on elsewhere.
        """
        with self._writer(place, now) as writer:
            writer.open(turn)
            writer.ask(turn, words)
            return writer.place

    def save(self, place: Place, turn: Turn, now: datetime) -> Place:
        """Write a finished turn: state, ledger, answer and the audit's link.

        Raises:
            StoreConflict: The thread went on elsewhere.
        """
        with self._writer(place, now) as writer:
            writer.open(turn)
            ids = writer.write(turn, asked=None)
            writer.add_facts(turn)
            if turn.answer is not None:
                writer.add_answer(turn, turn.answer, ids)
            return writer.place

    def execute(self, place: Place, turn: Turn, approved: Approved, now: datetime) -> Place:
        """Write an approval with its orders and the state after them, whole or not at all.

        Raises:
            AlreadyPlaced: One of the orders was placed before.
            StoreConflict: The thread went on elsewhere.
        """
        with self._writer(place, now) as writer:
            writer.open(turn)
            writer.write(turn)
            writer.add_approval(approved)
            return writer.place

    def thread(self, name: str) -> Thread | None:
        """Read a conversation back, None when there is none of that name."""
        with self._books() as books:
            row = books.one(threads, id=self._thread_id(name))
            return None if row is None else Reader(books).thread(name, row)

    def threads(self) -> Sequence[ThreadLine]:
        """List the conversations, the latest first."""
        with self._books() as books:
            rows = books.all(books.rows(threads).order_by(threads.c.saved_at.desc(), threads.c.id))
            return [Reader(books).thread_line(row) for row in rows]

    def households(self) -> Sequence[HouseholdLine]:
        """List the households, the latest first."""
        with self._books() as books:
            rows = books.all(books.rows(households).order_by(households.c.opened_at.desc(), households.c.id))
            return [Reader(books).household_line(row) for row in rows]

    def orders(self, household_id: str) -> Sequence[Order]:
        """List the orders of a household in the order in which they were placed."""
        with self._books() as books:
            return Reader(books).orders(household_id)

    def answer(self, answer_id: str) -> Told | None:
        """Read what was told, None when there is no such answer."""
        with self._books() as books:
            row = books.one(answers, id=answer_id)
            return None if row is None else Reader(books).answer(row)

    def forget(self, household_id: str, now: datetime) -> bool:
        """Destroy a household's key and rows; the audit keeps its hashes and still verifies."""
        with self._books() as books:
            gone = books.drop(households, id=household_id) == 1
            if gone:
                place = Place("", household_id)
                Writer(books, self._chain, place, "", stamp(now)).link("person", "forgotten", household_id, {})
        if gone:
            checkpoint(self._engine)
        return gone

    def spend(self, day: date, more: Spent, most: Spent | None) -> bool:
        """Count what a model used in a day; where that would go beyond the most, count nothing and return False."""
        with self._engine.connect() as connection, connection.begin() as change:
            total = Books(connection, self._owner, self._master).spend(day.isoformat(), more)
            if not total.within(most):
                change.rollback()
            return total.within(most)

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
            reader, kept = Reader(books), {row["id"] for row in books.all(books.rows(households))}
            for row in map(chain.read, self._chain.rows(books.connection)):
                if row.kind == "answer" and row.household_id in kept and not reader.as_linked(row):
                    raise BrokenChain(
                        f"The answer {row.subject} of entry {row.seq} is not there as it was told.",
                        "Compare it with a backup.",
                    )
            return count


def stamp(now: datetime) -> str:
    """Write a moment as UTC, to the microsecond."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")
