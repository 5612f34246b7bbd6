"""Killed from outside at random moments, a conversation goes on: nothing is done twice, nothing approved is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import crash_driver as driver
import pytest
from crash_driver import ON

from assistant.adapters.paper_broker import client_order_id
from tools.household.edit import apply_trades
from tools.model import Trade

TESTS = Path(__file__).parents[1]
KILLS = 24
STEPS = {"ASKING": "PLANNING", "PLANNING": "APPROVING", "APPROVING": "APPROVED"}


class Nursery:
    """The process that forks the children which are killed."""

    def __init__(self, url: str, key: str) -> None:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])}
        env |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, str(TESTS / "crash_driver.py"), url, key],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, bufsize=1,
        )  # fmt: skip
        self.lines: list[list[str]] = []

    def live_until(self, marker: str, seconds: float) -> list[list[str]]:
        """Let a child live until it prints ``marker`` and some time longer; kill it and return its lines."""
        start = len(self.lines)
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        pid, seen = 0, False
        while not (pid and seen):
            words = self._next()
            pid = int(words[1]) if words[0] == "CHILD" else pid
            seen = seen or words[0] == marker
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        while self._next()[0] != "GONE":
            pass
        return self.lines[start:]

    def _next(self) -> list[str]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the driver ended by itself"
        self.lines.append(line.split())
        return self.lines[-1]

    def durations(self) -> dict[str, float]:
        """Return how long each step takes here and now, measured on a child that was let live."""
        heard: dict[str, float] = {}
        for line in self.live_until("APPROVED", 0):
            heard.setdefault(line[0], float(line[-1]))
        return {step: heard[end] - heard[step] for step, end in STEPS.items()}

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


@pytest.fixture
def nursery(sqlite_bench: Any) -> Iterator[Nursery]:
    settings = sqlite_bench.settings
    found = Nursery(settings.database_url.get_secret_value(), settings.store_key.get_secret_value())
    yield found
    found.close()


def trade_of(body: dict[str, Any]) -> Trade:
    figures = {name: Decimal(body[name]) for name in ("shares", "price_usd")}
    return Trade(**{name: body[name] for name in ("side", "account_id", "symbol", "lot_id")}, **figures)


def test_killed_at_random_times_nothing_is_done_twice_and_nothing_approved_is_lost(
    nursery: Nursery, sqlite_bench: Any
) -> None:
    chance = random.Random(7)
    acknowledged: set[str] = set()
    interrupted = Counter[str]()
    turns = 0
    longest = nursery.durations()
    for kill in range(KILLS):
        marker = tuple(STEPS)[kill % 3]
        lines = nursery.live_until(marker, chance.uniform(0, 1.3) * longest[marker])
        opened = next(line for line in lines if line[0] == "OPEN")
        assert int(opened[1]) >= turns, "a finished turn was forgotten"
        done = {line[1] for line in lines if line[0] == "APPROVED"}
        acknowledged |= done
        turns = max([turns, *(int(line[1]) for line in lines if line[0] in ("ASKING", "PLANNING"))])
        store = sqlite_bench.store(driver.OWNER)
        thread = store.thread(driver.THREAD)
        assert thread is not None
        if thread.asked is not None:
            interrupted["placed" if thread.placed else "not placed"] += 1
        sqlite_bench.close()

    conversation = driver.opened(sqlite_bench.settings)
    session = conversation.session
    keeper = session.keeper
    assert keeper is not None
    store: Any = keeper.store
    try:
        check(store, session, acknowledged)
    finally:
        store.close()
    # Both ways out were met: cut off before anything was done, and done though nobody was told.
    assert interrupted["not placed"] >= KILLS // 6, interrupted
    assert len(session.executed) >= 2


def check(store: Any, session: Any, acknowledged: set[str]) -> None:
    """Compare what is held now with the start and every order in the books, each applied once."""
    orders = store.orders(session.household_id)
    by_plan: dict[str, list[Any]] = {}
    approvals = [row for row in store.audit() if row.kind == "approval"]
    placed = [row for row in store.audit() if row.kind == "orders"]
    for row in placed:
        plan_id = row.details["plan"]
        assert plan_id not in by_plan, "one plan was placed twice"
        plan = session.plans[plan_id]
        ids = [client_order_id(plan_id, n) for n in range(1, len(plan.trades) + 1)]
        assert {name for name in row.details if name != "plan"} == set(ids)
        by_plan[plan_id] = [next(one for one in orders if one.client_order_id == name) for name in ids]
        assert tuple(trade_of(one.body) for one in by_plan[plan_id]) == plan.trades
    assert sum(map(len, by_plan.values())) == len(orders)
    assert [row.details["plan"] for row in approvals] == list(by_plan) == [row.details["plan"] for row in placed]
    assert acknowledged <= by_plan.keys() == session.executed, "an approved plan was lost"

    held = driver.start()
    for plan_orders in by_plan.values():
        held = apply_trades(held, [trade_of(one.body) for one in plan_orders], ON)
    assert driver.held(session.household) == driver.held(held)
    assert store.verify_audit() == len(store.audit())
