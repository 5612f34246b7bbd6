"""What was read in one message: the requests with their values, facts about the person, and wishes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Slots = dict[str, Any]
PLANS = frozenset({"rebalance", "raise_cash", "invest_cash", "glide", "one_account", "wait_long"})
"""Requests that the optimizer answers."""


@dataclass(frozen=True)
class Request:
    """One thing that is asked for, with what was said about it."""

    intent: str
    slots: Slots = field(default_factory=dict)


@dataclass(frozen=True)
class Understanding:
    """Everything read in one message."""

    requests: tuple[Request, ...] = ()
    profile: Slots = field(default_factory=dict)
    wishes: Slots = field(default_factory=dict)
    accounts: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    hypothetical: bool = False
    elsewhere: str | None = None
    quoted_only: bool = False

    def asks(self, *intents: str) -> bool:
        """Return whether one of the requests is one of these."""
        return any(request.intent in intents for request in self.requests)
