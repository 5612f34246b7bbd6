"""What a tool hands back: JSON for the model, facts for the ledger, charts and cards for the faces."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from assistant.events import ApprovalCard, Chart
from assistant.session import Session, fact_to_dict
from assistant.toolbox.lots_behind import lots_behind
from assistant.toolbox.price_age import age_note
from tools.errors import LotlineError
from tools.facts import Fact, FactBook, Json

# Tools whose figures rest on prices.
_PRICED = frozenset(
    ("load_portfolio", "show_holdings", "compute_drift", "find_harvestable_losses", "simulate_sale", "optimize_trades")
)

Content = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """One tool's answer. ``body`` is what a model reads; the rest never passes through a model."""

    body: dict[str, Json]
    facts: tuple[Fact, ...] = ()
    charts: tuple[Chart, ...] = ()
    card: ApprovalCard | None = None


@dataclass
class Desk:
    """Where a tool call writes its result: a fact book, the state tax, notes, what could not be checked, a question."""

    session: Session
    tool: str
    book: FactBook
    notes: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    question: dict[str, Json] | None = None
    state: dict[str, Json] | None = None
    told_count: int = 0

    def ask(self, ask: str, options: list[tuple[str, str]], pending: str) -> None:
        """Ask one question; each option is a label and what clicking it says."""
        self.session.pending = pending
        self.question = {"ask": ask, "options": [{"label": label, "say": say} for label, say in options]}

    def result(self, body: dict[str, Json], charts: tuple[Chart, ...] = (), card: ApprovalCard | None = None) -> Result:
        """Close the call: put the envelope round the body. The turn that called records facts and result."""
        full: dict[str, Json] = {"tool": self.tool, "id": self.book.prefix, **body}
        if self.state:
            full["state_tax"] = self.state
        if self.tool in _PRICED and (note := age_note(self.session)):
            self.notes.append(note)
        if self.notes:
            full["notes"] = list(self.notes)
        if self.unchecked:
            full["unchecked"] = list(self.unchecked)
        if self.question:
            full["question"] = self.question
        return Result(full, lots_behind(full, self.book.facts, self.session.household), charts, card)


def open_desk(session: Session, tool: str, prefix: str, **inputs: object) -> Desk:
    """Start a tool call: its facts get a prefix of their own and name the tool with its inputs."""
    given = ", ".join(f"{key}={value}" for key, value in inputs.items() if value not in (None, (), [], False))
    name = session.next_prefix(prefix)
    return Desk(session, tool, FactBook(name, f"{tool}({given})", price_date(session)))


def price_date(session: Session) -> date | None:
    """Return the date of the newest price, None when the files do not say."""
    return session.price_dates[-1] if session.price_dates else None


def as_content(result: Result) -> Content:
    """Turn a result into the pair that LangChain carries: content for the model, artifact for the faces."""
    artifact = {
        "facts": [fact_to_dict(fact) for fact in result.facts],
        "charts": [asdict(chart) for chart in result.charts],
        "card": asdict(result.card) if result.card else None,
    }
    return json.dumps(result.body, ensure_ascii=False, separators=(",", ":")), artifact


async def guarded(session: Session, tool: str, call: Callable[[], Awaitable[Result]]) -> Content:
    """Run a tool; a named error becomes a result that says what is wrong and what fixes it."""
    try:
        result = await call()
    except LotlineError as error:
        result = Result({"tool": tool, "id": session.next_prefix("error"), "error": error_body(error)})
    return as_content(result)


def error_body(error: LotlineError) -> dict[str, Json]:
    """Write an error as JSON."""
    return {"what": error.what, "fix": error.fix, "where": error.where}
