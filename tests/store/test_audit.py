"""The audit only grows, shows every meddling, and outlives what it speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_rows import NOW, fill, turn

from assistant.adapters.store.chain import BrokenChain
from assistant.adapters.store.schema import metadata


def unguarded(bench: Any, *statements: str) -> None:
    """Change rows as somebody who owns the database can: after taking the guards away."""
    with bench.engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_only_grows ON audit"))
        else:
            for guard in ("audit_no_update", "audit_no_delete"):
                connection.execute(text(f"DROP TRIGGER {guard}"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_approval_its_orders_and_an_answer_are_links_of_one_chain(bench: Any) -> None:
    ann = bench.store()
    fill(ann)
    assert [(row.seq, row.kind) for row in ann.audit()] == [(1, "approval"), (2, "orders"), (3, "answer")]
    assert ann.verify_audit() == 3
    told = ann.audit()[2]
    assert told.at == "2026-11-20T16:00:00.000000+00:00"
    assert set(told.details) == {"model", "law", "snapshot", "prices", "content"}


@pytest.mark.parametrize("statement", ["UPDATE audit SET kind = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_database_refuses_to_change_or_delete_a_link(bench: Any, statement: str) -> None:
    fill(bench.store())
    engine = bench.engine()
    if engine.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM audit WHERE seq = 3"
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    assert bench.store().verify_audit() == 3


MEDDLING = {
    "a word changed": "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
    "a time changed": "UPDATE audit SET at = '2020-01-01' WHERE seq = 1",
    "a detail changed": "UPDATE audit SET details = '{}' WHERE seq = 3",
    "a link taken out": "DELETE FROM audit WHERE seq = 2",
    "the first taken away": "DELETE FROM audit WHERE seq = 1",
    "the end cut off": "DELETE FROM audit WHERE seq = 3",
    "all taken away": "DELETE FROM audit",
}


@pytest.mark.parametrize("statement", MEDDLING.values(), ids=MEDDLING)
def test_meddling_past_the_guards_breaks_the_chain(bench: Any, statement: str) -> None:
    ann = bench.store()
    fill(ann)
    unguarded(bench, statement)
    with pytest.raises(BrokenChain):
        ann.verify_audit()


def test_a_chain_cut_short_with_its_head_cannot_be_signed_without_the_key(bench: Any) -> None:
    """Even with every column of the last link written anew, its hash needs the master key."""
    ann = bench.store()
    fill(ann)
    unguarded(bench, "UPDATE audit SET actor = 'nobody', hash = previous WHERE seq = 3")
    with pytest.raises(BrokenChain):
        ann.verify_audit()


def test_an_answer_removed_behind_the_audits_back_is_missed(bench: Any) -> None:
    ann = bench.store()
    fill(ann)
    with bench.engine().begin() as connection:
        connection.execute(text("DELETE FROM answers"))
    with pytest.raises(BrokenChain, match="answer"):
        ann.verify_audit()


def test_a_forgotten_household_leaves_no_row_and_no_key_and_the_chain_still_verifies(bench: Any) -> None:
    ann = bench.store()
    place = fill(ann)
    assert ann.forget(str(place.household_id), NOW)
    assert {name for name, rows in bench.dump().items() if rows} == {"locks", "audit", "heads"}
    assert ann.verify_audit() == 4
    assert ann.audit()[-1].kind == "forgotten"
    assert not ann.forget(str(place.household_id), NOW)


def test_forgetting_one_household_leaves_the_others(bench: Any) -> None:
    ann, bob = bench.store("ann"), bench.store("bob")
    place = fill(ann)
    fill(bob)
    other = ann.save(ann.begin(type(place)("second"), turn(), "hm", NOW), turn(), NOW)
    ann.forget(str(place.household_id), NOW)
    assert [line.household_id for line in ann.threads()] == [other.household_id]
    assert len(bob.threads()) == 1
    assert bob.verify_audit() == 3


def test_the_audit_has_no_column_that_could_hold_words() -> None:
    sealed = {name for name, table in metadata.tables.items() for c in table.c if "BLOB" in str(c.type)}
    assert "audit" not in sealed
    assert {c.name for c in metadata.tables["audit"].c} == {
        "owner", "seq", "at", "actor", "kind", "household_id", "thread_id", "subject", "details", "previous", "hash"
    }  # fmt: skip


def test_deleted_bytes_are_gone_from_the_files_of_sqlite(sqlite_bench: Any) -> None:
    ann = sqlite_bench.store()
    place = fill(ann)
    with sqlite_bench.engine().connect() as connection:
        key = bytes(connection.scalar(text("SELECT wrapped_key FROM households")))
    folder = Path(sqlite_bench.engine().url.database).parent
    assert any(key in path.read_bytes() for path in folder.iterdir())
    ann.forget(str(place.household_id), NOW)
    assert not any(key in path.read_bytes() for path in folder.iterdir())
