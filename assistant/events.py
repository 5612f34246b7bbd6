"""What a conversation emits, turn by turn. Faces render these and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.facts import Fact


@dataclass(frozen=True, slots=True)
class Status:
    """Something is under way; not part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A tool call begins. ``inputs`` are the arguments as the person would read them."""

    call_id: str
    tool: str
    title: str
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A tool call ended. ``result`` is the tool's JSON; ``failed`` when it holds an error."""

    call_id: str
    tool: str
    result: dict[str, Any]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Verified Markdown, references already replaced by figures. Untrusted parts are escaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """One named run of values in a chart, parallel to its categories; ``fact_ids`` name their facts."""

    name: str
    values: tuple[float, ...]
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart with the table behind it. ``unit`` is ``frac`` or ``usd``.

    With ``across``, shares as fractions, it is a line of the one series over it; the categories number its points.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    across: Series | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A button. Clicking sends ``say`` as the person's own message."""

    label: str
    say: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons for what comes next; ``ask`` is the question they answer, or empty."""

    ask: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One trade on the approval card, already in words and figures."""

    side: str
    what: str
    shares: str
    amount: str
    gain: str
    account: str


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """Exactly the trades of one plan. Approving calls ``Conversation.approve(plan_id)``, nothing else does."""

    plan_id: str
    title: str
    lines: tuple[CardLine, ...]
    summary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over; every figure that was shown, and who answered."""

    facts: tuple[Fact, ...]
    model: str
    text: str
    blocked: int = 0
    meta: dict[str, Any] = field(default_factory=dict)


Event = Status | StepStarted | StepFinished | Text | Chart | Choices | ApprovalCard | TurnEnded
