"""Opens a conversation: on the sample, on none yet, or going on with a kept one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.adapters.paper_broker import PaperBroker
from assistant.conversation import Conversation
from assistant.model import choose_model
from assistant.session import Session
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.keeping import Keeping
    from assistant.meter import Meter
    from assistant.store import Thread, ThreadLine


def open_conversation(
    settings: Settings,
    today: date,
    engine: Any = None,
    sample: bool = True,
    keeping: Keeping | None = None,
    thread: str | None = None,
    meter: Meter | None = None,
) -> Conversation:
    """Open a conversation on the sample household, or on none yet, or go on with a kept one.

    Args:
        settings: Which model answers, and the limits.
        today: Today in New York, as the face's clock has it.
        engine: Where heavy calculations run.
        sample: Whether the sample household opens; it opens as of its own date.
        keeping: Where and by which clock it is kept; nothing is kept without.
        thread: The name under which it is kept and gone on with; without, a new one that offers to go on with the last.
        meter: Counts what a model on a server uses in a day; for this conversation alone without.
    """
    from assistant.adapters.live_prices import choose_provider
    from assistant.toolbox import build_tools
    from assistant.uploads import open_sample

    session = Session(as_of=today, today=today, engine=engine, broker=PaperBroker())
    session.meter = meter or session.meter
    session.price_provider = choose_provider(settings)
    left, last = _kept(session, keeping, thread, today) if keeping else (None, None)
    if sample and left is None:
        open_sample(session)
    if left is None:
        session.settle(from_here=True)
    chosen = choose_model(settings)
    return Conversation(session, settings, chosen, build_tools(session), left, last)


def _kept(session: Session, keeping: Keeping, name: str | None, today: date) -> tuple[Thread | None, ThreadLine | None]:
    """Give the session its keeper; return the thread that it goes on with, and the one that it could go on with."""
    from assistant.keeping import Keeper

    session.keeper = Keeper(session, keeping, name or f"{keeping.clock():%Y-%m-%d %H:%M:%S} {uuid4().hex[:4]}")
    if name is None:
        return None, session.keeper.last()
    thread = session.keeper.store.thread(name)
    if thread is not None:
        session.keeper.resume(thread, today)
    return thread, None
