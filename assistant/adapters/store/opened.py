"""Opens the store of one person: database, master key, and the check that they belong together."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, select, text

from assistant.adapters.store.database import connect
from assistant.adapters.store.own import OwnStore
from assistant.adapters.store.schema import locks
from assistant.adapters.store.vault import Box, WrongKey, key_beside, read_key
from assistant.settings import Settings
from tools.errors import LotlineError

_LOCK = "lotline store"


def data_folder(settings: Settings) -> Path:
    """Return the folder of the person's own data."""
    from platformdirs import user_data_path

    return settings.data_dir or user_data_path("lotline", appauthor=False)


def open_store(settings: Settings, owner: str) -> OwnStore:
    """Open the store, made at first use, for one person.

    Args:
        settings: Where the database and its key are.
        owner: The checked identity of the session.

    Raises:
        LotlineError: The database cannot be reached, or the key does not open it.
    """
    if not owner:
        raise LotlineError("A store belongs to a person, and nobody is signed in.", "Sign in first.")
    url = settings.database_url.get_secret_value() if settings.database_url else None
    engine = connect(data_folder(settings), url)
    try:
        return OwnStore(engine, _master(engine, settings), owner)
    except BaseException:
        engine.dispose()
        raise


def _master(engine: Engine, settings: Settings) -> Box:
    """Return the box of the master key after it has opened the database's lock.

    Raises:
        WrongKey: The key belongs to another database.
    """
    with engine.begin() as connection:
        locked: bytes | None = connection.scalar(select(locks.c.body))
        if settings.store_key is not None:
            key = read_key(settings.store_key.get_secret_value())
        else:
            key = key_beside(data_folder(settings), may_make=locked is None)
        box = Box(key)
        if locked is None:
            lock = {"body": box.seal(b"lotline", _LOCK)}
            connection.execute(text("INSERT INTO locks (id, body) VALUES (1, :body) ON CONFLICT DO NOTHING"), lock)
            locked = connection.scalar(select(locks.c.body))
    try:
        box.open(locked or b"", _LOCK)
    except WrongKey as error:
        raise WrongKey(
            "The store's key does not open this database.", "Check LOTLINE_STORE_KEY, or put the key file back."
        ) from error
    return box
