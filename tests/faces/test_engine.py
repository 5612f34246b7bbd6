"""Heavy work runs elsewhere, and what goes wrong there arrives here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from decimal import Decimal

import pytest
from engine_work import add, contradict, die, die_once, where_am_i, work

from assistant.adapters.engine import InlineEngine, ProcessEngine
from tools.errors import LotlineError, NoPlan


@pytest.fixture(scope="module")
def engine() -> Iterator[ProcessEngine]:
    made = ProcessEngine(warm=where_am_i)
    yield made
    made.close()


async def test_a_thread_of_this_process_does_for_the_terminal() -> None:
    assert await InlineEngine().run(where_am_i) == os.getpid()


async def test_the_calculation_leaves_this_process(engine: ProcessEngine) -> None:
    assert await engine.run(where_am_i) != os.getpid()
    assert await engine.run(add, Decimal("0.10"), Decimal("0.20")) == Decimal("0.30")


async def test_an_error_arrives_with_what_fix_and_where(engine: ProcessEngine) -> None:
    with pytest.raises(NoPlan) as caught:
        await engine.run(contradict)
    assert (caught.value.fix, caught.value.where) == ("Drop one of them.", "cash")


async def test_the_event_loop_goes_on_while_a_worker_is_busy(engine: ProcessEngine) -> None:
    await engine.run(where_am_i)
    busy = asyncio.ensure_future(engine.run(work, 0.4))
    turns = 0
    while not busy.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 10


async def test_a_killed_worker_is_replaced_and_the_work_done(engine: ProcessEngine, tmp_path: os.PathLike[str]) -> None:
    assert await engine.run(die_once, os.fspath(tmp_path) + "/marker") == "done"
    assert await engine.run(add, Decimal(1), Decimal(2)) == Decimal(3)


async def test_a_worker_killed_twice_is_said_and_the_next_call_works(engine: ProcessEngine) -> None:
    with pytest.raises(LotlineError, match="stopped by the system twice"):
        await engine.run(die)
    assert await engine.run(add, Decimal(1), Decimal(2)) == Decimal(3)
