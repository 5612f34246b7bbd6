"""The audit's chain: each link's hash is over its content and the link before, with a key outside of the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.engine import RowMapping

from assistant.adapters.store.schema import audit, heads
from assistant.adapters.store.vault import Box
from assistant.store import AuditRow
from tools.errors import LotlineError

FIRST = "0" * 64
_OPEN = ("at", "actor", "kind", "household_id", "thread_id", "subject", "details")


class BrokenChain(LotlineError):
    """The audit was changed from outside."""


class Chain:
    """One owner's chain inside one transaction.

    Args:
        owner: Whose.
        box: Hashes with the store's master key, so that nobody can write a chain anew without it.
    """

    def __init__(self, owner: str, box: Box) -> None:
        self._owner = owner
        self._box = box

    def append(self, connection: Connection, values: Mapping[str, str], details: Mapping[str, str]) -> None:
        """Add a link. Taking the head first makes writers of one owner wait for each other."""
        connection.execute(
            text("INSERT INTO heads (owner, seq, hash) VALUES (:owner, 0, :hash) ON CONFLICT DO NOTHING"),
            {"owner": self._owner, "hash": FIRST},
        )
        own = heads.c.owner == self._owner
        taken = update(heads).where(own).values(seq=heads.c.seq + 1).returning(heads.c.seq, heads.c.hash)
        seq, previous = connection.execute(taken).one()
        row: dict[str, Any] = {**values, "details": json.dumps(dict(details), sort_keys=True)}
        found = self._hash(seq, previous, row)
        connection.execute(insert(audit).values(owner=self._owner, seq=seq, previous=previous, hash=found, **row))
        connection.execute(update(heads).where(own).values(hash=found))

    def rows(self, connection: Connection) -> Sequence[RowMapping]:
        """Return the links as stored, oldest first."""
        return (
            connection.execute(select(audit).where(audit.c.owner == self._owner).order_by(audit.c.seq)).mappings().all()
        )

    def verify(self, connection: Connection) -> int:
        """Check every link and the head, and return the length.

        Raises:
            BrokenChain: A link or the end does not fit.
        """
        previous, count = FIRST, 0
        for count, row in enumerate(self.rows(connection), start=1):
            if row["seq"] != count or row["previous"] != previous or row["hash"] != self._hash(count, previous, row):
                raise BrokenChain(f"The audit does not fit from entry {count} on.", "Compare it with a backup.")
            previous = row["hash"]
        head = connection.execute(select(heads.c.seq, heads.c.hash).where(heads.c.owner == self._owner)).one_or_none()
        if (head or (0, FIRST)) != (count, previous):
            raise BrokenChain(f"The audit ends at entry {count}, but more was written.", "Compare it with a backup.")
        return count

    def _hash(self, seq: int, previous: str, row: Mapping[str, Any] | RowMapping) -> str:
        fields = [self._owner, str(seq), previous, *(str(row[name]) for name in _OPEN)]
        return self._box.digest(*(item.encode() for item in fields))


def read(row: RowMapping) -> AuditRow:
    """Read a link as a value."""
    return AuditRow(
        row["seq"],
        row["at"],
        row["actor"],
        row["kind"],
        row["household_id"],
        row["thread_id"],
        row["subject"],
        json.loads(row["details"]),
    )
