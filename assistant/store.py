"""What the conversation asks of a store. The store is bound to one person: nothing here takes an owner.

Messages lie here too, in the transaction of the turn, and not in a LangGraph checkpointer: that one commits by itself
after each step, so that an approval and what was said of it could come apart. Its encrypting serializer seals channel
values with one key for a whole saver and leaves the metadata open, while here each household has a key that falls
with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from assistant.meter import Spent
from tools.errors import LotlineError


class StoreConflict(LotlineError):
    """The conversation went on elsewhere, or was deleted, since it was opened here."""


class AlreadyPlaced(LotlineError):
    """An order of this plan is in the books already."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation's state as bytes.

    ``parts`` change seldom and are stored once: ``snapshots``, ``files``, ``told``, ``profiles`` and ``plans/ID``.
    ``desk`` is the small rest.
    """

    parts: Mapping[str, bytes]
    desk: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands in the store. ``version`` counts its writes; None is not there yet."""

    name: str
    household_id: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One order of an approved plan with its fill; ``body`` is the trade as JSON."""

    client_order_id: str
    place: int
    status: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Approved:
    """A yes with all that it set off: one record, whole or not at all."""

    plan_id: str
    turn: int
    how: str
    words: str
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn told: the words, the figures, the calls that made them, and the state before the calls.

    ``basis`` holds hashes and names only (model, prompts, law): it goes into the audit as it is. ``prices`` are those
    that every figure rests on, ``live`` what a price provider answered; the audit has their keyed hash.
    """

    asked: str
    text: str
    actor: str
    facts: tuple[Mapping[str, Any], ...]
    calls: tuple[Mapping[str, Any], ...]
    basis: Mapping[str, str]
    prices: str = ""
    live: str = ""
    before: Kept | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """All that one turn leaves behind."""

    kept: Kept
    turn: int
    messages: bytes
    ledger: bytes
    answer: Answer | None
    is_sample: bool
    title: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as it was left. ``asked`` is a message whose answer was cut off, ``placed`` what it still did."""

    place: Place
    kept: Kept
    turn: int
    messages: bytes
    ledger: tuple[bytes, ...]
    saved_at: str
    asked: str | None = None
    placed: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A conversation in a list."""

    name: str
    household_id: str
    title: str
    is_sample: bool
    turn: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household in a list; one whose conversation went on with another household has no thread any more."""

    household_id: str
    title: str
    is_sample: bool
    opened_at: str


@dataclass(frozen=True, slots=True)
class Told:
    """An answer read back for a replay, with the ledger of facts of the turns before it."""

    answer_id: str
    at: str
    turn: int
    answer: Answer
    ledger: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One link of the chain."""

    seq: int
    at: str
    actor: str
    kind: str
    household_id: str
    thread_id: str
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)


class Store(Protocol):
    """Everything kept of one person."""

    @property
    def owner(self) -> str:
        """Whose store this is, as the session says."""
        ...

    def begin(self, place: Place, turn: Turn, words: str, now: datetime) -> Place:
        """Note what was asked, so that a crash does not lose it; the first time, open thread and household."""
        ...

    def save(self, place: Place, turn: Turn, now: datetime) -> Place:
        """Write a finished turn, its answer and the audit's link in one transaction.

        Raises:
            StoreConflict: The thread went on elsewhere.
        """
        ...

    def execute(self, place: Place, turn: Turn, approved: Approved, now: datetime) -> Place:
        """Write an approval, its orders, the new state and the audit's links in one transaction.

        Raises:
            AlreadyPlaced: One of the orders was placed before; nothing is written.
            StoreConflict: The thread went on elsewhere.
        """
        ...

    def thread(self, name: str) -> Thread | None:
        """Read a conversation back, None when there is none of that name."""
        ...

    def threads(self) -> Sequence[ThreadLine]:
        """List the conversations, the latest first."""
        ...

    def households(self) -> Sequence[HouseholdLine]:
        """List the households, the latest first."""
        ...

    def orders(self, household_id: str) -> Sequence[Order]:
        """List the orders of a household in the order in which they were placed."""
        ...

    def answer(self, answer_id: str) -> Told | None:
        """Read what was told, None when there is no such answer."""
        ...

    def forget(self, household_id: str, now: datetime) -> bool:
        """Destroy a household's key and rows; False when there is no such household."""
        ...

    def spend(self, day: date, more: Spent, most: Spent | None) -> bool:
        """Count what a model used in a day; where that would go beyond the most, count nothing and return False."""
        ...

    def audit(self) -> Sequence[AuditRow]:
        """List the audit's links, oldest first."""
        ...

    def verify_audit(self) -> int:
        """Check the chain and return its length.

        Raises:
            LotlineError: A link was changed, removed or added from outside.
        """
        ...
