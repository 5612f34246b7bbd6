"""The trace of one case: what was called, said and changed. Written one JSON object a line."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Trace:
    """What one run of a case did.

    ``calls`` are ``{"turn", "name", "args", "by", "symbol", "failed"}``, ``by`` being ``model`` or ``code``;
    ``texts`` one answer a turn; ``said`` what the person wrote; ``facts`` every figure that tools produced;
    ``blocked`` how many figures the guard stopped; ``state`` what the session holds at the end.
    """

    id: str
    epoch: int = 0
    calls: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    blocked: int = 0
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    unauthorised: int = 0
    quoted: int = 0
    seconds: float = 0.0
    tokens: int = 0
    failed: str = ""
    case: dict[str, Any] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """Return the trace as plain JSON."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Trace:
        """Read a trace back, leaving out keys of other versions."""
        return cls(**{key: row[key] for key in cls.__dataclass_fields__ if key in row})

    @property
    def by_model(self) -> list[dict[str, Any]]:
        """The calls that the model made, not those that a button or a dropped file made."""
        return [call for call in self.calls if call.get("by", "model") == "model"]
