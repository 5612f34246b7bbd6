"""Checks of this machine: solver, files, database and time."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.excuses import trail
from assistant.settings import Settings
from tools.errors import LotlineError


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it works, in what words, and what to do when it does not."""

    what: str
    ok: bool
    words: str
    fix: str = ""

    @property
    def line(self) -> str:
        """The finding as one line."""
        return f"{'ok  ' if self.ok else 'FAIL'} {self.what}: {self.words}{f' {self.fix}' if self.fix else ''}"


def machine_checks(settings: Settings, today: date, folder: Path) -> Iterator[Finding]:
    """Look at solver, files, database and time, each whatever the one before found.

    Args:
        settings: What the environment says.
        today: Today, as the face's clock has it.
        folder: Where the program keeps its files.
    """
    yield _looked("solver", _solver, "Reinstall: pip install --force-reinstall lotline")
    yield _looked("files", lambda: _files(folder), "Make the folder writable, or free some space.")
    yield _looked("database", lambda: _database(settings), "Check LOTLINE_DATABASE_URL.")
    yield _looked("time", lambda: _time(today), "Set this machine's clock, or LOTLINE_TODAY.")


def _looked(what: str, check: Callable[[], str], fix: str) -> Finding:
    try:
        return Finding(what, True, check())
    except LotlineError as problem:
        return Finding(what, False, problem.what, problem.fix or fix)
    except Exception as problem:  # a check reports whatever it meets
        return Finding(
            what, False, f"{type(problem).__name__} in {trail(problem).rsplit('File', 1)[-1][:120].strip()}.", fix
        )


def _solver() -> str:
    """Plan the sample household with the real solver."""
    from assistant.adapters.engine import InlineEngine
    from assistant.session import Session
    from assistant.toolbox import build_tools
    from assistant.uploads import open_sample

    session = Session(as_of=date.min, today=date.min, engine=InlineEngine())
    open_sample(session)
    tool = next(one for one in build_tools(session) if one.name == "optimize_trades")
    call: dict[str, Any] = {"name": tool.name, "args": {"max_weight": 0.2}, "id": "call_1", "type": "tool_call"}
    found = json.loads(asyncio.run(tool.ainvoke(call)).text)
    if not found.get("trades"):
        raise LotlineError("The sample's plan has no trades.")
    return f"the sample's plan is solved and verified, {len(found['trades'])} trades."


def _files(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as probe:
        probe.write(b"lotline")
    return f"{folder.name} can be written."


def _database(settings: Settings) -> str:
    """Open the store with its key, as a conversation that is kept would."""
    from assistant.adapters.store import open_store

    open_store(settings, "doctor")
    return "the store opens with its key."


def _time(today: date) -> str:
    from zoneinfo import ZoneInfo

    from tools.tax.law import law_for

    ZoneInfo("America/New_York")
    law_for(today.year)
    return f"{today.isoformat()} in New York; the law of {today.year} is known."
