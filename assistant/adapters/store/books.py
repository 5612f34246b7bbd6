"""Reading and writing rows of one owner: no statement here can be made without one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, insert, select, text, update
from sqlalchemy.engine import RowMapping

from assistant.adapters.store.schema import PARTS, households
from assistant.adapters.store.vault import KEY_BYTES, Box
from assistant.meter import Spent
from assistant.store import Kept

# One form for both databases; SQLAlchemy's own upserts are of one dialect each.
_ADD_SPENDING = text(
    "INSERT INTO spending (owner, day, tokens, nano_usd) VALUES (:owner, :day, :tokens, :nano_usd) "
    "ON CONFLICT (owner, day) DO UPDATE SET tokens = spending.tokens + excluded.tokens, "
    "nano_usd = spending.nano_usd + excluded.nano_usd RETURNING tokens, nano_usd"
)


class Books:
    """One owner's rows inside one transaction.

    Args:
        connection: The open transaction.
        owner: Whose rows; every statement is bound to it.
        master: Opens the households' keys.
    """

    def __init__(self, connection: Connection, owner: str, master: Box) -> None:
        self.connection = connection
        self.owner = owner
        self._master = master
        self._boxes: dict[str, Box] = {}

    def rows(self, table: Table, **where: Any) -> Select[Any]:
        """Return a query over the owner's rows of a table."""
        return select(table).where(*self._own(table, where))

    def all(self, query: Select[Any]) -> Sequence[RowMapping]:
        """Return the rows of a query made with ``rows``."""
        return self.connection.execute(query).mappings().all()

    def one(self, table: Table, **where: Any) -> RowMapping | None:
        """Return one row, None when there is none."""
        return self.connection.execute(self.rows(table, **where)).mappings().one_or_none()

    def add(self, table: Table, **values: Any) -> None:
        """Add a row of the owner."""
        self.connection.execute(insert(table).values(owner=self.owner, **values))

    def change(self, table: Table, where: Mapping[str, Any], **values: Any) -> int:
        """Change the owner's rows and return how many."""
        return self.connection.execute(update(table).where(*self._own(table, where)).values(**values)).rowcount

    def drop(self, table: Table, **where: Any) -> int:
        """Delete the owner's rows and return how many."""
        return self.connection.execute(delete(table).where(*self._own(table, where))).rowcount

    def count(self, table: Table, **where: Any) -> int:
        """Count the owner's rows."""
        query = select(func.count()).select_from(table).where(*self._own(table, where))
        return int(self.connection.scalar(query) or 0)

    def spend(self, day: str, more: Spent) -> Spent:
        """Add to the owner's day in one statement, so that no two writers miss each other, and return its total."""
        given = {"owner": self.owner, "day": day, "tokens": more.tokens, "nano_usd": more.nano_usd}
        row = self.connection.execute(_ADD_SPENDING, given).mappings().one()
        return Spent(row["tokens"], row["nano_usd"])

    def _own(self, table: Table, where: Mapping[str, Any]) -> list[Any]:
        return [table.c.owner == self.owner, *(table.c[name] == value for name, value in where.items())]

    def open_household(self, is_sample: bool, title: str, now: str) -> str:
        """Make a household with a key of its own, and return its id."""
        household_id, key = f"hh-{secrets.token_hex(8)}", secrets.token_bytes(KEY_BYTES)
        self._boxes[household_id] = Box(key)
        self.add(
            households,
            id=household_id,
            is_sample=is_sample,
            opened_at=now,
            wrapped_key=self._master.seal(key, f"{self.owner}/{household_id}/key"),
            title=self.seal(household_id, title.encode(), "title"),
        )
        return household_id

    def box(self, household_id: str) -> Box:
        """Return what seals and opens a household's rows.

        Raises:
            KeyError: The owner has no such household.
        """
        if household_id not in self._boxes:
            row = self.one(households, id=household_id)
            if row is None:
                raise KeyError(household_id)
            key = self._master.open(row["wrapped_key"], f"{self.owner}/{household_id}/key")
            self._boxes[household_id] = Box(key)
        return self._boxes[household_id]

    def seal(self, household_id: str, content: bytes, *where: object) -> bytes:
        """Seal a value for its place in the household's rows."""
        return self.box(household_id).seal(content, self._place(household_id, where))

    def unseal(self, household_id: str, sealed: bytes, *where: object) -> bytes:
        """Open a value that was sealed for the same place."""
        return self.box(household_id).open(sealed, self._place(household_id, where))

    def _place(self, household_id: str, where: Sequence[object]) -> str:
        return "/".join((self.owner, household_id, *map(str, where)))

    def put_parts(self, household_id: str, kept: Kept, now: str) -> dict[str, str]:
        """Store the parts that are not there yet, and return the id of each."""
        return {name: self._put_part(household_id, name, content, now) for name, content in kept.parts.items()}

    def _put_part(self, household_id: str, name: str, content: bytes, now: str) -> str:
        kind = name.partition("/")[0]
        table = PARTS[kind]
        part_id = self.box(household_id).digest(kind.encode(), content)[:32]
        if not self.count(table, household_id=household_id, id=part_id):
            body = self.seal(household_id, content, kind, part_id)
            self.add(table, household_id=household_id, id=part_id, saved_at=now, body=body)
        return part_id

    def get_parts(self, household_id: str, ids: Mapping[str, str]) -> dict[str, bytes]:
        """Read parts back by name."""
        found = {}
        for name, part_id in ids.items():
            kind = name.partition("/")[0]
            row = (
                self.connection.execute(self.rows(PARTS[kind], household_id=household_id, id=part_id)).mappings().one()
            )
            found[name] = self.unseal(household_id, row["body"], kind, part_id)
        return found
