"""Keys, permissions, and tables that come up to date by themselves."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import text
from store_rows import NOW, fill

from assistant.adapters.store import database, open_store
from assistant.adapters.store.database import NEWEST, StoreUnreachable
from assistant.adapters.store.schema import metadata
from assistant.adapters.store.vault import Box, WrongKey
from assistant.settings import Settings
from tools.errors import LotlineError

OTHER_KEY = SecretStr(base64.urlsafe_b64encode(bytes(32)).decode())


def test_the_tables_after_all_migrations_are_those_that_the_code_uses(bench: Any) -> None:
    bench.store()
    with bench.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert database.revision(connection) == NEWEST


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_tables_of_a_newer_version_are_left_alone_and_named(bench: Any) -> None:
    fill(bench.store())
    with bench.engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = bench.dump()
    with pytest.raises(StoreUnreachable, match="newer Lotline"):
        bench.store()
    assert bench.dump() == before


def test_processes_that_start_together_make_the_tables_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from assistant.settings import Settings\n"
        "from assistant.adapters.store import open_store\n"
        "sys.stdin.readline()\n"
        "print(open_store(Settings(data_dir=Path(sys.argv[1])), 'ann').verify_audit())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "lotline")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in started:
        out, problem = one.communicate(timeout=120)
        assert (one.returncode, out) == (0, "0\n"), problem


def test_folder_database_and_key_are_for_the_person_alone(tmp_path: Path) -> None:
    folder = tmp_path / "lotline"
    store = open_store(Settings(data_dir=folder), "ann")
    fill(store)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir(), tmp_path / "lotline.key")}
    store.close()
    assert modes.pop("lotline") == 0o700
    assert modes.keys() >= {"lotline.sqlite", "lotline.key"}
    assert set(modes.values()) == {0o600}


def test_a_store_opens_again_with_its_key_file_and_not_without(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "lotline")
    store = open_store(settings, "ann")
    fill(store)
    store.close()
    again = open_store(settings, "ann")
    assert len(again.threads()) == 1
    again.close()
    (tmp_path / "lotline.key").unlink()
    with pytest.raises(LotlineError, match="key"):
        open_store(settings, "ann")
    assert not (tmp_path / "lotline.key").exists()


def test_another_key_opens_nothing(bench: Any) -> None:
    fill(bench.store())
    with pytest.raises(WrongKey, match="does not open"):
        open_store(bench.settings.model_copy(update={"store_key": OTHER_KEY}), "ann")


@pytest.mark.parametrize("key", ["", "short", "not base64 at all, but long enough to be a key, one would think"])
def test_a_key_that_is_none_is_named(bench: Any, key: str) -> None:
    with pytest.raises(LotlineError, match="LOTLINE_STORE_KEY"):
        open_store(bench.settings.model_copy(update={"store_key": SecretStr(key)}), "ann")


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite:////proc/nowhere/x.sqlite"])
def test_a_database_that_cannot_be_opened_is_named_without_its_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreUnreachable) as caught:
        open_store(Settings(data_dir=tmp_path, database_url=SecretStr(url)), "ann")
    assert url not in str(caught.value)


def test_a_store_without_a_person_is_refused(bench: Any) -> None:
    with pytest.raises(LotlineError, match="nobody is signed in"):
        bench.store("")


def test_sealed_bytes_open_only_with_the_same_key_and_place() -> None:
    box = Box(bytes(32))
    sealed = box.seal(b"12,345.67", "here")
    assert box.open(sealed, "here") == b"12,345.67"
    assert sealed != box.seal(b"12,345.67", "here")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, place, content in (
        (box, "there", sealed),
        (Box(bytes(31) + b"1"), "here", sealed),
        (box, "here", changed),
    ):
        with pytest.raises(WrongKey):
            other.open(content, place)


def test_each_household_has_its_own_key(bench: Any) -> None:
    ann = bench.store()
    first = fill(ann)
    with bench.engine().begin() as connection:
        keys = connection.execute(text("SELECT wrapped_key FROM households")).scalars().all()
    fill(bench.store("bob"))
    with bench.engine().begin() as connection:
        both = connection.execute(text("SELECT wrapped_key FROM households")).scalars().all()
    assert (len(set(map(bytes, keys))), len(set(map(bytes, both)))) == (1, 2)
    assert ann.forget(str(first.household_id), NOW)
