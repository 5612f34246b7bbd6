"""Opens the database: its folder, its rules for SQLite, and the migrations, which one process runs at a time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from tools.errors import LotlineError

NEWEST = "0002"
MIGRATION_LOCK = 4_612_207_511
BUSY_MILLISECONDS = 20_000


class StoreUnreachable(LotlineError):
    """The database cannot be opened."""


def address(folder: Path, url: str | None) -> URL:
    """Return where the database is: the one named, else a file in the data folder.

    Raises:
        StoreUnreachable: The address cannot be read, or names a database that we don't know.
    """
    if url is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        return URL.create("sqlite", database=str(folder / "lotline.sqlite"))
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise StoreUnreachable("LOTLINE_DATABASE_URL is no database address.", "Check or unset it.") from error
    if found.get_backend_name() == "postgresql":
        return found.set(drivername="postgresql+pg8000")
    if found.get_backend_name() == "sqlite":
        return found
    raise StoreUnreachable(
        f"LOTLINE_DATABASE_URL names a database of the kind {found.get_backend_name()}.", "Use sqlite or postgresql."
    )


def connect(folder: Path, url: str | None) -> Engine:
    """Open the database and bring its tables up to date.

    Args:
        folder: The data folder, made when it is missing and no other database is named.
        url: Another database, None for the file in the folder.

    Raises:
        StoreUnreachable: The folder or the server cannot be reached, or a newer version wrote the tables.
    """
    try:
        where = address(folder, url)
        engine = _sqlite(where) if where.get_backend_name() == "sqlite" else create_engine(where, pool_pre_ping=True)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    except ModuleNotFoundError as error:
        raise StoreUnreachable(
            f"The driver {error.name} of this database is not installed.", "pip install 'lotline[postgres]'"
        ) from error
    except (OSError, SQLAlchemyError) as error:
        raise StoreUnreachable(
            "The store cannot be opened.", "Check its folder's permissions, or LOTLINE_DATABASE_URL."
        ) from error
    return engine


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        return _with_rules(create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}))
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its journal files the permissions of the database, so this covers them too.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return _with_rules(create_engine(url))


def _with_rules(engine: Engine) -> Engine:
    """Let each transaction lock at its start: none can then fail half-way because another one wrote."""

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for rule in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {rule}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to date in one transaction; a second process waits, then finds nothing to do.

    Raises:
        StoreUnreachable: A newer version of Lotline wrote the tables.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        found = revision(connection)
        if found == NEWEST:
            return
        if found is not None and found > NEWEST:
            raise StoreUnreachable(
                f"The store was written by a newer Lotline (its tables are {found}, known are {NEWEST}).",
                "Install the newer version again.",
            )
        _upgrade(connection)


def revision(connection: Connection) -> str | None:
    """Return the version of the tables, None when there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    """Run the migrations; alembic is imported only when there are some to run."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def checkpoint(engine: Engine) -> None:
    """Write SQLite's journal into the database and empty it, so that deleted rows are in neither."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
