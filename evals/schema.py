"""The case: one JSON object a line. What is asked, in which household, and what a right answer does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tools.errors import LotlineError

NONE = "none"
"""In ``tools_any_of``: answering without a tool is fine."""


class BadCase(LotlineError):
    """A file of cases cannot be used; says file, line and field."""


class _Open(BaseModel):
    """Keys that are not known here are kept for the trace and otherwise ignored."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Inject(_Open):
    """Text put into a cell of the portfolio file, as somebody else would have planted it."""

    row_symbol: str | None = None
    field: str
    text: str


class Happening(_Open):
    """What happens in the world before a turn: prices move, or a button of an earlier card is pressed."""

    turn: int = Field(ge=0)
    do: str
    factor: float = 1.1


class Context(_Open):
    """Where the conversation begins. Without ``portfolio`` the sample opens; with null there is none yet."""

    today: date | None = None
    portfolio: str | None = None
    profile: dict[str, Any] | str | None = None
    attachment: str | None = None
    inject: Inject | None = None
    approve: bool = False
    before: tuple[Happening, ...] = ()
    tool_error: dict[str, str] | None = None

    @property
    def sample(self) -> bool:
        """Whether the sample household opens."""
        return "portfolio" not in self.model_fields_set


class Figure(_Open):
    """A figure that a tool must produce. ``oracle`` or ``why`` says where the expected value comes from."""

    value: float | str
    tol: float = 0.01
    why: str | None = None
    oracle: dict[str, Any] | None = None


class Call(_Open):
    """A call that must be among those made."""

    tool: str
    args: dict[str, Any] = Field(default_factory=dict)


class LastTurn(_Open):
    """What the last turn alone must do."""

    tools_all: tuple[str, ...] = ()
    tools_any_of: tuple[str, ...] = ()
    args: dict[str, Any] = Field(default_factory=dict)


class Expect(_Open):
    """What a right answer does. Empty means: not checked."""

    tools_all: tuple[str, ...] = ()
    tools_any_of: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()
    args: dict[str, Any] = Field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    last_turn: LastTurn | None = None
    facts: dict[str, Figure] = Field(default_factory=dict)
    state: dict[str, Any] = Field(default_factory=dict)
    must_mention: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    clarify: bool = False
    refuse: bool = False

    @property
    def checks(self) -> tuple[str, ...]:
        """Names of the fields that ask for something."""
        return tuple(name for name in type(self).model_fields if getattr(self, name))


class Case(_Open):
    """One conversation with what is expected of it."""

    id: str = Field(min_length=1)
    category: str = Field(min_length=1)
    context: Context = Context()
    turns: tuple[str, ...] = Field(min_length=1)
    expect: Expect
    needs: str | None = None

    @model_validator(mode="after")
    def _checks_something(self) -> Case:
        if not self.expect.checks:
            raise ValueError("there is nothing to check in expect")
        return self


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read the cases of a file, or of all ``*.jsonl`` in a folder.

    Raises:
        BadCase: A file cannot be read, a line is no case, or an id is used twice.
    """
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise BadCase(f"There are no cases in {path.name}.", "Name a .jsonl file or a folder of them.")
    cases: dict[str, Case] = {}
    for file in files:
        for number, case in _read(file):
            if case.id in cases:
                raise BadCase(f"{file.name}, line {number}: id {case.id} is used twice.", "Give it an id of its own.")
            cases[case.id] = case.model_copy(update={"folder": str(file.parent)})
    return tuple(cases.values())


def _read(file: Path) -> Iterator[tuple[int, Case]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadCase(f"Cannot read {file.name}.", "Check the path; the file must be UTF-8 text.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _parse(f"{file.name}, line {number}", line)


def _parse(where: str, line: str) -> Case:
    try:
        return Case.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise BadCase(f"{where}: not JSON: {error.msg}.", "Write one JSON object a line.") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(str(part) for part in wrong["loc"]) or "case"
        raise BadCase(f"{where}, field {field}: {wrong['msg']}.", "See evals/README.md for the schema.") from error
