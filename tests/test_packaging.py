"""What a wheel carries, and whose packages it installs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters.store.database import NEWEST

ROOT = Path(__file__).parents[1]
PACKAGES = ("assistant", "tools", "prompts", "evals")
SHOW_FILES = "import assistant, tools, prompts, evals; print(*(m.__file__ for m in (assistant, tools, prompts, evals)))"


def sources() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("lotline-*.whl"))


@pytest.fixture(scope="module")
def empty_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has nothing but the wheel; a pure wheel installs by being unpacked."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return home / "bin" / "python"


def test_the_wheel_carries_every_file_of_the_four_packages_and_nothing_else(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    metadata = {name for name in carried if ".dist-info/" in name}
    assert carried - metadata == set(sources())
    assert any(name.endswith("licenses/LICENSE") for name in metadata)


def test_the_installed_packages_are_ours(empty_python: Path, tmp_path: Path) -> None:
    shown = subprocess.run([empty_python, "-c", SHOW_FILES], capture_output=True, text=True, check=True, cwd=tmp_path)
    home = str(empty_python.parents[1])
    assert len(shown.stdout.split()) == 4
    assert all(path.startswith(home) for path in shown.stdout.split())


def test_no_dependency_brings_a_package_of_our_names() -> None:
    site = Path(sysconfig.get_path("purelib"))
    assert [name for name in PACKAGES if (site / name).exists() or (site / f"{name}.py").exists()] == []


def test_the_command_runs_from_the_wheel(empty_python: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "HOME": str(tmp_path)}
    run = subprocess.run(
        [empty_python, "-m", "assistant", "--help"], capture_output=True, text=True, check=True, cwd=tmp_path,
        env=environment,
    )  # fmt: skip
    assert "chat" in run.stdout
    assert "plan" in run.stdout


MIGRATE = """
import sys
from datetime import date
from pathlib import Path
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect
import assistant.adapters.store.database as database
from assistant.adapters.store import open_store
from assistant.adapters.store.schema import metadata
from assistant.meter import Spent
from assistant.settings import Settings

folder = Path(sys.argv[1])
if sys.argv[2] == "first":
    folder.mkdir()
    engine, config = create_engine(f"sqlite:///{folder}/lotline.sqlite"), Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
store = open_store(Settings(data_dir=folder), "ann")
assert store.spend(date(2026, 11, 20), Spent(1), None) and store.verify_audit() == 0
store.close()
engine = create_engine(f"sqlite:///{folder}/lotline.sqlite")
with engine.connect() as connection:
    assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    print(database.__file__, database.revision(connection))
"""


@pytest.mark.parametrize("before", ["none", "first"])
def test_the_tables_are_made_and_brought_up_to_date_from_the_wheel(
    empty_python: Path, tmp_path: Path, before: str
) -> None:
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "HOME": str(tmp_path)}
    command = [str(empty_python), "-c", MIGRATE, str(tmp_path / "lotline"), before]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stderr
    home, newest = run.stdout.split()
    assert home.startswith(str(empty_python.parents[1]))
    assert newest == NEWEST


def test_the_lock_pins_everything_with_hashes_and_names_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert not [line for line in lines if "://" in line or "--index" in line or "--find-links" in line]
    assert any(pin.startswith("hatchling==") for pin in pins)
