"""Opens the conversation that a case describes, through the same doors as the product."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.adapters.engine import InlineEngine
from assistant.adapters.paper_broker import PaperBroker
from assistant.conversation import Conversation
from assistant.session import Session
from assistant.toolbox import build_tools
from assistant.toolbox.load import rebuild
from assistant.toolbox.person import Person
from assistant.uploads import open_sample, read_files
from evals.models import model_for, settings_for
from evals.schema import BadCase, Case, Context, Inject
from tools.errors import LotlineError
from tools.model import Investor

TODAY = date(2026, 11, 20)


def open_case(case: Case, spec: str) -> Conversation:
    """Open a conversation in the household of a case, answered by the model named.

    Raises:
        BadCase: Its portfolio or profile cannot be used.
    """
    context = case.context
    today = context.today or TODAY
    session = Session(as_of=today, today=today, engine=InlineEngine(), broker=PaperBroker())
    if context.sample:
        open_sample(session)
    elif context.portfolio:
        _load(session, context, Path(getattr(case, "folder", ".")))
    _tell(session, context)
    session.settle(from_here=True)
    tools = build_tools(session)
    if context.tool_error:
        tools = [_failing(tool, context.tool_error) if tool.name in context.tool_error else tool for tool in tools]
    return Conversation(session, settings_for(spec), model_for(spec), tools)


def read_beside(folder: Path, name: str) -> bytes:
    """Read a file beside the case file, or from ``portfolios`` beside it or one folder up.

    Raises:
        BadCase: It is in none of them.
    """
    for place in (folder, folder / "portfolios", folder.parent / "portfolios", folder.parent.parent / "portfolios"):
        if (place / name).is_file():
            return (place / name).read_bytes()
    raise BadCase(f"There is no portfolio file {name}.", "Put it beside the file of cases.")


def _load(session: Session, context: Context, folder: Path) -> None:
    name = context.portfolio or ""
    content = read_beside(folder, name)
    if context.inject:
        content = inject(content, context.inject)
    load_bytes(session, Path(name).name, content)


def load_bytes(session: Session, name: str, content: bytes) -> None:
    """Read a file into a session as if it had been dropped before the conversation began."""
    read_files(session, [(name, content)])
    if session.readings:
        rebuild(session)


def inject(content: bytes, planted: Inject) -> bytes:
    """Put text into a cell of every row of a symbol, or of the first row."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    names = list(rows[0]) if rows else []
    fields = [*names, planted.field] if planted.field not in names else names
    named = [row for row in rows if row.get("symbol") == planted.row_symbol]
    for row in named or rows[:1]:
        row[planted.field] = planted.text
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _tell(session: Session, context: Context) -> None:
    """Take the person's situation over, as the settings panel would."""
    profile = context.profile
    if profile == "no_targets":
        session.investor = Investor() if not session.is_sample else replace(session.investor, targets=())
    elif isinstance(profile, dict):
        given = {key: value for key, value in profile.items() if key not in ("short_gain", "long_gain")}
        try:
            Person(session).set_profile(**given)
        except (LotlineError, TypeError, ValueError) as problem:
            raise BadCase(f"The profile cannot be used: {problem}") from problem
        short, long = (Decimal(str(profile.get(key, 0))) for key in ("short_gain", "long_gain"))
        session.investor = replace(session.investor, gains_known=True, short_gain_usd=short, long_gain_usd=long)


def _failing(tool: Any, words: dict[str, str]) -> Any:
    """Return the tool as it would answer when what is behind it fails in these words."""

    async def fail(**_: Any) -> None:
        raise LotlineError(words[tool.name])

    return tool.model_copy(update={"coroutine": fail, "func": None})
