"""The lines that hold the house: each contract fails when it is violated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
VIOLATIONS = {
    "tools knows no model, no page and no assistant": ("tools/money.py", "import langchain_core"),
    "inside tools, imports point from the plan to the money": ("tools/money.py", "import tools.plan"),
    "the built-in model sees messages and schemas only": ("assistant/builtin/numbers.py", "import assistant.session"),
    "only the chat page knows Chainlit": ("assistant/conversation.py", "import chainlit"),
    "the evals' oracle is a second opinion": ("evals/oracle/tax.py", "import tools.money"),
    "the assistant never imports what measures it": ("assistant/conversation.py", "import evals.run"),
}


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    for package in ("assistant", "tools", "prompts", "evals"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], capture_output=True, text=True, check=False, cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
    )  # fmt: skip


def test_the_house_as_it_is_keeps_every_contract(copied_house: Path) -> None:
    linted = lint(copied_house)
    assert linted.returncode == 0, linted.stdout
    assert all(f"{name} KEPT" in linted.stdout for name in VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violated_contract_fails(copied_house: Path, contract: str) -> None:
    file, violation = VIOLATIONS[contract]
    with (copied_house / file).open("a") as source:
        source.write(f"\n{violation}\n")
    linted = lint(copied_house)
    assert linted.returncode == 1
    assert f"{contract} BROKEN" in linted.stdout


@pytest.mark.parametrize(
    "clock",
    [
        "import datetime\nTODAY = datetime.date.today()\n",
        "import datetime\nNOW = datetime.datetime.now(datetime.UTC)\n",
        "import time\nNOW = time.time()\n",
        "import pandas\nNOW = pandas.Timestamp.now(tz='UTC')\n",
    ],
)
def test_a_clock_read_inside_tools_fails_the_lint(clock: str) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff is not None
    linted = subprocess.run(
        [ruff, "check", "--no-cache", "--stdin-filename", "tools/probe.py", "-"], input=clock,
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert linted.returncode == 1
    assert "TID251" in linted.stdout
