"""A conversation's session as bytes and back. Engine and broker are not kept: they are given anew."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from assistant.consent import Approval, ShownCard
from assistant.memory import Memory, Said
from assistant.session import Filled, Focus, Session, fact_from_dict, fact_to_dict
from assistant.store import Kept
from tools.brokers.base import Reading
from tools.errors import LotlineError
from tools.facts import Fact
from tools.household.build import Loaded
from tools.household.changes import Snapshot
from tools.household.files import OpenFile
from tools.household.told import LotKey, told_from_json, told_to_json
from tools.market.prices import Price
from tools.model import Household, Investor, OwnGroup, Problem, Wishes

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from tools.plan.plan import Plan


class Unreadable(LotlineError):
    """Something kept by another version that this one cannot read."""


@dataclass(frozen=True)
class Files:
    """What was read from files."""

    readings: tuple[Reading, ...]
    loaded: Loaded | None
    loaded_count: int
    prices: tuple[Price, ...]
    own_groups: tuple[OwnGroup, ...]
    fills: tuple[Filled, ...] = ()
    live_closes: dict[str, tuple[Price, ...]] = field(default_factory=dict)
    price_problems: tuple[Problem, ...] = ()
    doubted_prices: frozenset[str] = frozenset()
    confirmed_prices: frozenset[tuple[str, str, str]] = frozenset()
    prices_asked: dict[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Live:
    """What a price provider answered; a replay takes it from here, as the provider would say other things today."""

    closes: dict[str, tuple[Price, ...]]
    problems: tuple[Problem, ...]
    doubted: frozenset[str]


@dataclass(frozen=True)
class Person:
    """What the person said of themselves, and what they had said before, so that it can be taken back."""

    investor: Investor
    wishes: Wishes
    before: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A file that waits for an answer, its bytes as base64."""

    file: OpenFile
    content: str


@dataclass(frozen=True)
class Desk:
    """The small rest of a session."""

    as_of: date
    today: date
    is_sample: bool
    title: str
    plan_prefixes: dict[str, str]
    current_plan_id: str | None
    shown_card: ShownCard | None
    approvals: tuple[Approval, ...]
    executed: tuple[str, ...]
    said: tuple[str, ...]
    focus: Focus
    pending: str | None
    labels: dict[str, str]
    turn: int
    counters: dict[str, int]
    waiting: tuple[Waiting, ...] = ()
    asked_lot: LotKey | None = None
    earlier: tuple[str, ...] = ()
    planned_for: Said | None = None


@dataclass(frozen=True)
class Ledger:
    """What one turn added: facts and the results they stand in."""

    facts: tuple[dict[str, Any], ...]
    results: tuple[dict[str, Any], ...]


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plan_type() -> type[Plan]:
    from tools.plan.plan import Plan

    return Plan


def _read(kind: type, content: bytes) -> Any:
    try:
        return _adapter(kind).validate_json(content)
    except ValidationError as error:
        raise Unreadable(
            f"What was kept as {kind.__name__.lower()} cannot be read by this version.",
            "Begin a new conversation, or install the version that wrote it.",
        ) from error


class Freezer:
    """Writes sessions down; what did not change since the last time is not written again."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[tuple[Any, ...], bytes]] = {}

    def freeze(self, session: Session) -> Kept:
        """Write a session's state as bytes; messages and facts apart."""
        parts = {
            "files": self._same("files", _files_key(session), lambda: _dump(Files, _files(session))),
            "profiles": _dump(Person, Person(session.investor, session.wishes, tuple(session.memory.before))),
            "told": told_to_json(session.told).encode(),
        }
        household = session.household
        if household is not None:
            parts["snapshots"] = self._same("snapshots", (household,), lambda: _dump(Household, household))
        for n, snapshot in enumerate(session.snapshots):
            name = f"snapshots/dated-{n}"
            parts[name] = self._same(name, (snapshot,), partial(_dump, Snapshot, snapshot))
        for plan_id, plan in session.plans.items():
            parts[f"plans/{plan_id}"] = self._same(f"plans/{plan_id}", (plan,), partial(_dump, _plan_type(), plan))
        return Kept(parts, _dump(Desk, _desk(session)))

    def _same(self, name: str, key: tuple[Any, ...], write: Callable[[], bytes]) -> bytes:
        """Return the bytes written before for the very same objects; frozen ones cannot have changed."""
        known = self._before.get(name)
        if known is None or len(known[0]) != len(key) or any(a is not b for a, b in zip(known[0], key, strict=True)):
            known = self._before[name] = (key, write())
        return known[1]


def _dump(kind: type, value: Any) -> bytes:
    return _adapter(kind).dump_json(value)


def _files_key(session: Session) -> tuple[Any, ...]:
    live = (*session.live_closes.values(), session.price_problems, session.doubted_prices)
    confirmed = tuple(sorted(session.confirmed_prices))
    told = (*session.readings, session.loaded, session.prices, session.own_groups, *session.fills)
    return (*told, *live, *(part for key in confirmed for part in key), *session.prices_asked.values())


def _files(session: Session) -> Files:
    return Files(
        tuple(session.readings),
        session.loaded,
        session.loaded_count,
        session.prices,
        session.own_groups,
        tuple(session.fills),
        dict(session.live_closes),
        session.price_problems,
        session.doubted_prices,
        frozenset(session.confirmed_prices),
        {count: frozenset(symbols) for count, symbols in session.prices_asked.items()},
    )


def _desk(session: Session) -> Desk:
    return Desk(
        as_of=session.as_of,
        today=session.today,
        is_sample=session.is_sample,
        title=session.title,
        plan_prefixes=dict(session.plan_prefixes),
        current_plan_id=session.current_plan_id,
        shown_card=session.shown_card,
        approvals=tuple(session.approvals),
        executed=tuple(sorted(session.executed)),
        said=tuple(session.said),
        focus=session.focus,
        pending=session.pending,
        labels=dict(session.labels),
        turn=session.turn,
        counters=dict(session.counters()),
        waiting=tuple(Waiting(replace(one, content=b""), b64encode(one.content).decode()) for one in session.waiting),
        asked_lot=session.asked_lot,
        earlier=tuple(session.earlier),
        planned_for=session.planned_for,
    )


def thaw(session: Session, kept: Kept, ledger: Sequence[bytes]) -> None:
    """Fill a session with what was kept.

    Raises:
        Unreadable: Another version wrote it in a way that this one does not know.
    """
    desk: Desk = _read(Desk, kept.desk)
    files: Files = _read(Files, kept.parts["files"])
    person: Person = _read(Person, kept.parts["profiles"])
    session.readings, session.loaded, session.loaded_count = list(files.readings), files.loaded, files.loaded_count
    session.prices, session.own_groups = files.prices, files.own_groups
    session.told = told_from_json(kept.parts["told"].decode())
    session.investor, session.wishes = person.investor, person.wishes
    session.memory = Memory(Said(person.investor, person.wishes), list(person.before))
    session.fills, session.live_closes = list(files.fills), dict(files.live_closes)
    session.price_problems, session.doubted_prices = files.price_problems, files.doubted_prices
    session.confirmed_prices = set(files.confirmed_prices)
    session.prices_asked = {count: set(symbols) for count, symbols in files.prices_asked.items()}
    dated = sorted(name for name in kept.parts if name.startswith("snapshots/"))
    session.snapshots = sorted((_read(Snapshot, kept.parts[name]) for name in dated), key=lambda one: one.on)
    snapshot = kept.parts.get("snapshots")
    session.household = None if snapshot is None else _read(Household, snapshot)
    session.plans = {
        name.removeprefix("plans/"): _read(_plan_type(), content)
        for name, content in kept.parts.items()
        if name.startswith("plans/")
    }
    _thaw_desk(session, desk)
    _thaw_ledger(session, [_read(Ledger, content) for content in ledger])


def _thaw_desk(session: Session, desk: Desk) -> None:
    session.as_of, session.today = desk.as_of, desk.today
    session.is_sample, session.title = desk.is_sample, desk.title
    session.plan_prefixes, session.current_plan_id = dict(desk.plan_prefixes), desk.current_plan_id
    session.shown_card, session.approvals = desk.shown_card, list(desk.approvals)
    session.executed, session.said = set(desk.executed), list(desk.said)
    session.focus, session.pending = desk.focus, desk.pending
    session.labels, session.turn = dict(desk.labels), desk.turn
    session.waiting = [replace(one.file, content=b64decode(one.content)) for one in desk.waiting]
    session.asked_lot, session.earlier = desk.asked_lot, list(desk.earlier)
    session.planned_for = desk.planned_for
    session.set_counters(Counter(desk.counters))


def _thaw_ledger(session: Session, ledger: Sequence[Ledger]) -> None:
    session.facts = {row["id"]: fact_from_dict(row) for turn in ledger for row in turn.facts}
    session.results = [result for turn in ledger for result in turn.results]


def ledger_bytes(facts: Iterable[Fact], results: Iterable[dict[str, Any]]) -> bytes:
    """Write what one turn added to the ledger."""
    return _dump(Ledger, Ledger(tuple(fact_to_dict(fact) for fact in facts), tuple(results)))


def live_text(session: Session) -> str:
    """Write what the price provider has answered so far; empty when it was not asked."""
    if not session.live_closes and not session.price_problems:
        return ""
    return _dump(Live, Live(dict(session.live_closes), session.price_problems, session.doubted_prices)).decode()


def take_live(session: Session, text: str) -> None:
    """Give a session the provider's answers that ``live_text`` wrote."""
    if text:
        live: Live = _read(Live, text.encode())
        session.live_closes, session.price_problems = dict(live.closes), live.problems
        session.doubted_prices = live.doubted


def facts_in(ledger: bytes) -> list[dict[str, Any]]:
    """Return a turn's facts as plain JSON."""
    found: Ledger = _read(Ledger, ledger)
    return list(found.facts)


def messages_bytes(messages: Sequence[BaseMessage]) -> bytes:
    """Write messages down."""
    from langchain_core.messages import messages_to_dict

    return _adapter(list[Any]).dump_json(messages_to_dict(messages))


def messages_from(content: bytes) -> list[BaseMessage]:
    """Read messages back."""
    from langchain_core.messages import messages_from_dict

    return list(messages_from_dict(_read(list[Any], content)))


def trade_json(trade: Any) -> dict[str, Any]:
    """Write a trade as plain JSON."""
    return {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(trade).items()}
