"""The terminal's commands about what is kept, on a data folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.faces.cli import app
from tools.errors import LotlineError, UnknownThing

WITHOUT_STORE = """
import sys
from assistant.faces.cli import app
app(["ask", "what do I hold?"], standalone_mode=False)
kept = [name for name in ("sqlalchemy", "alembic", "cryptography", "assistant.keeping") if name in sys.modules]
assert not kept, kept
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOTLINE_DATA_DIR", str(tmp_path / "lotline"))
    return tmp_path / "lotline"


def lotline(*words: str) -> str:
    """Run a command; an error is raised as it is."""
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_a_question_without_a_thread_keeps_nothing_and_imports_nothing_that_keeps(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_STORE], env=env, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_thread_is_kept_listed_replayed_and_forgotten(folder: Path) -> None:
    lotline("ask", "what do I hold?", "--thread", "family")
    assert "family" in lotline("threads")
    household = lotline("threads").split()[-1]
    listed = lotline("audit", "list").split()
    assert listed[2] == "answer"
    assert "all the same" in lotline("audit", "replay", listed[3])
    assert "1 entries" in lotline("audit", "verify")
    assert "deleted" in lotline("forget", household, "--yes")
    assert "No conversation" in lotline("threads")
    assert "2 entries" in lotline("audit", "verify")
    with pytest.raises(UnknownThing):
        lotline("audit", "replay", listed[3])


def test_a_later_question_of_a_thread_knows_the_earlier_one(folder: Path) -> None:
    lotline("ask", "leave Apple alone", "--thread", "family")
    assert "Apple" in lotline("ask", "what did I tell you?", "--thread", "family")


@pytest.mark.parametrize("words", [("forget", "hh-none", "--yes"), ("audit", "replay", "an-none")])
def test_what_is_not_kept_is_named(folder: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(UnknownThing, match="none"):
        lotline(*words)


def test_a_broken_audit_ends_the_command_with_an_error(folder: Path) -> None:
    import sqlite3

    lotline("ask", "what do I hold?", "--thread", "family")
    connection = sqlite3.connect(folder / "lotline.sqlite")
    connection.executescript("DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'nobody'")
    connection.close()
    with pytest.raises(LotlineError, match="entry 1"):
        lotline("audit", "verify")
