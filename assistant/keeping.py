"""Keeps one conversation in a store: what was asked before it is answered, and each turn when it has ended."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assistant import saved
from assistant.basis import basis_of
from assistant.said import Said
from assistant.session import Session, fact_to_dict
from assistant.store import Answer, Approved, Kept, Order, Place, Store, Thread, ThreadLine, Turn
from tools.errors import LotlineError
from tools.facts import Fact, plain

_log = logging.getLogger(__name__)
_UNRECORDED = "The approval could not be recorded."


@dataclass(frozen=True)
class Keeping:
    """How conversations are kept: which store, by which clock."""

    store: Callable[[], Store]
    clock: Callable[[], datetime]


class Keeper:
    """Keeps one session. Its calls block; run them away from the event loop.

    Args:
        session: What is kept.
        keeping: The store, opened at first use, and the clock.
        name: The thread's name, the person's own or the page's.
    """

    def __init__(self, session: Session, keeping: Keeping, name: str) -> None:
        self._session = session
        self._keeping = keeping
        self._place = Place(name)
        self._store: Store | None = None
        self._freezer = saved.Freezer()
        self._facts: dict[str, Fact] = {}
        self._results: list[dict[str, Any]] = []
        self._asked = ""
        self._before: Kept | None = None
        self._calls: list[dict[str, Any]] = []
        self._day = _new_york(keeping.clock())
        self.exclusive = threading.RLock()
        self.problem = ""

    @property
    def name(self) -> str:
        """The thread's name."""
        return self._place.name

    @property
    def store(self) -> Store:
        """The store, opened at first use."""
        if self._store is None:
            self._store = self._keeping.store()
        return self._store

    def last(self) -> ThreadLine | None:
        """Return the person's last conversation, None when there is none or the store cannot be opened."""
        try:
            return next(iter(self.store.threads()), None)
        except LotlineError as error:
            self.problem = str(error)
            return None

    def resume(self, thread: Thread, today: date) -> None:
        """Go on with a kept conversation; an own household is seen as of today, the sample as of its own date.

        Raises:
            LotlineError: What was kept cannot be read.
        """
        session = self._session
        saved.thaw(session, thread.kept, thread.ledger)
        session.messages = saved.messages_from(thread.messages)
        session.today = today
        session.as_of = session.as_of if session.is_sample else max(session.as_of, today)
        session.household_id = thread.place.household_id
        self._place = thread.place
        self._mark()

    def begin(self, words: str) -> None:
        """Note what is asked now."""
        with self.exclusive:
            self._asked, self._before, self._calls = words, None, []
            self._turn_the_page()
            self._do(lambda place: self.store.begin(place, self._turn(None), words, self._keeping.clock()))

    def _turn_the_page(self) -> None:
        """Let the session's day go on with the clock's, pretended or not; a plan of yesterday is not placed today."""
        day, session = _new_york(self._keeping.clock()), self._session
        session.today += day - self._day
        self._day = day
        if session.household is not None and not session.is_sample:
            session.as_of = max(session.as_of, session.today)

    def before_call(self) -> None:
        """Hold the state before the first call of the turn, for a replay."""
        with self.exclusive:
            if self._before is None:
                self._before = self._freezer.freeze(self._session)

    def called(self, tool: str, arguments: Mapping[str, Any], content: str) -> None:
        """Hold a call that was made; its result's id says how its figures are numbered."""
        result = json.loads(content)
        with self.exclusive:
            self._calls.append({"tool": tool, "args": dict(arguments), "id": str(result.get("id", ""))})

    def executed(self, plan_id: str, fills: Sequence[Any]) -> None:
        """Write an approval, its orders and the state after them, all or nothing.

        Raises:
            LotlineError: It could not be recorded, so nothing may be traded.
        """
        given = next(one for one in reversed(self._session.approvals) if one.plan_id == plan_id)
        orders = tuple(
            Order(fill.order_id, place, "filled", {**saved.trade_json(fill.trade), "on": fill.on.isoformat()})
            for place, fill in enumerate(fills, start=1)
        )
        approved = Approved(plan_id, given.turn, given.how, self._asked, orders)
        with self.exclusive:
            if self.problem:
                raise LotlineError(f"{_UNRECORDED} {self.problem}", "Nothing was traded.")
            try:
                self._take(self.store.execute(self._at(), self._turn(None), approved, self._keeping.clock()))
            except LotlineError:
                raise
            except Exception as error:  # whatever a database raises, the trades did not happen
                _log.warning("the store failed: %s", type(error).__name__)
                raise LotlineError(_UNRECORDED, "Check the disk and the database, then approve again.") from error

    def end(self, said: Said) -> None:
        """Write the turn that has ended, with its answer."""
        with self.exclusive:
            self._do(lambda place: self.store.save(place, self._turn(said), self._keeping.clock()))
            self._mark()

    def _do(self, write: Callable[[Place], Place]) -> None:
        """Write; what goes wrong is kept as a sentence, as the answer itself is still good."""
        if self.problem:
            return
        try:
            self._take(write(self._at()))
        except LotlineError as error:
            self.problem = str(error)
        except Exception as error:  # a full disk or a lost server must not take the answer away
            _log.warning("the store failed: %s", type(error).__name__)
            self.problem = "The store failed; the log names the error."

    def _at(self) -> Place:
        return replace(self._place, household_id=self._session.household_id)

    def _take(self, place: Place) -> None:
        self._place, self._session.household_id = place, place.household_id

    def _mark(self) -> None:
        """From here on facts and results are new."""
        self._facts, self._results = dict(self._session.facts), list(self._session.results)

    def _turn(self, said: Said | None) -> Turn:
        session = self._session
        known = {id(result) for result in self._results}
        new = [result for result in session.results if id(result) not in known]
        facts = [fact for fact in session.facts.values() if self._facts.get(fact.id) is not fact]
        return Turn(
            kept=self._freezer.freeze(session),
            turn=session.turn,
            messages=saved.messages_bytes(session.messages),
            ledger=saved.ledger_bytes(facts, new),
            answer=self._answer(said) if said else None,
            is_sample=session.is_sample,
            title=session.title or ("Your household" if session.household else "No household yet"),
        )

    def _answer(self, said: Said) -> Answer:
        return Answer(
            asked=self._asked,
            text=said.text,
            actor=said.model,
            facts=tuple(fact_to_dict(fact) for fact in said.facts),
            calls=tuple(self._calls),
            basis=basis_of(said.model),
            prices=prices_of(self._session),
            live=saved.live_text(self._session),
            before=self._before,
        )


def _new_york(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo("America/New_York")).date()


def prices_of(session: Session) -> str:
    """Write the prices that the answers rest on: symbol, price and date."""
    known = session.household.securities.values() if session.household else ()
    rows = [
        [one.symbol, plain(one.price_usd), one.price_date.isoformat() if one.price_date else None]
        for one in known
        if one.price_usd is not None
    ]
    return json.dumps(sorted(rows, key=lambda row: str(row[0])))
