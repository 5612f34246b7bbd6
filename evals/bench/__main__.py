"""Print timings: ``python -m evals.bench``.

Warm rows run the conversation as the page does, solver in its own process; cold rows start the command line afresh.
The optimizer's own tables follow; ``python -m evals.bench.core 1000`` prints them alone.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.adapters.engine import ProcessEngine
from assistant.conversation import Conversation
from assistant.events import Status, Text
from assistant.settings import Settings
from assistant.start import open_conversation
from evals.bench.checking import checking_times
from evals.bench.core import tables
from tools.tax.law import law_for
from tools.tax.liability import federal, returns_of

PLAN = "How should I rebalance to cut my taxes?"
HOLDINGS = "What do I hold?"
TODAY = date(2026, 11, 20)
TICK_SECONDS = 0.005
ROUNDS = 7
ACCOUNTS = 200
RETURNS = 100_000


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from the question to the first event, the first words with a figure, and the end."""

    status: float
    words: float
    whole: float
    stall: float


async def _watch(stop: asyncio.Event) -> float:
    """Return the longest time that the event loop was not free, in seconds."""
    worst = 0.0
    while not stop.is_set():
        before = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        worst = max(worst, time.perf_counter() - before - TICK_SECONDS)
    return worst


async def _ask(conversation: Conversation, question: str) -> Timing:
    stop = asyncio.Event()
    watcher = asyncio.create_task(_watch(stop))
    begin = time.perf_counter()
    status = words = 0.0
    async for event in conversation.say(question):
        now = time.perf_counter() - begin
        if isinstance(event, Status):
            status = status or now
        if isinstance(event, Text) and any(letter.isdigit() for letter in event.text):
            words = words or now
    whole = time.perf_counter() - begin
    stop.set()
    return Timing(status, words, whole, await watcher)


async def _warm(question: str) -> list[Timing]:
    engine = ProcessEngine()
    try:
        warm = open_conversation(Settings(), TODAY, engine, sample=True)
        await _ask(warm, question)
        fresh = [open_conversation(Settings(), TODAY, engine, sample=True) for _ in range(ROUNDS)]
        return [await _ask(conversation, question) for conversation in fresh]
    finally:
        engine.close()


def _cold(question: str) -> float:
    """Start ``lotline ask`` in a new process and return the seconds to its first line with a figure."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "assistant", "ask", question]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        found = 0.0
        for line in process.stdout:
            if not found and any(letter.isdigit() for letter in line):
                found = time.perf_counter() - begin
    return found


def _returns() -> float:
    """Return the seconds that 100,000 whole federal returns take."""
    draw = np.random.default_rng(7)
    wages, gains = draw.uniform(0, 900_000, RETURNS), draw.normal(0, 1e5, RETURNS)
    many, law = returns_of(status=draw.integers(0, 5, RETURNS), ordinary=wages, long=gains), law_for(2026)
    federal(many, law)
    begin = time.perf_counter()
    federal(many, law)
    return time.perf_counter() - begin


def _row(table: Table, what: str, goal: str, values: Sequence[float]) -> None:
    table.add_row(what, goal, f"{median(values):.2f}", f"{max(values):.2f}")


def main() -> None:
    """Measure and print."""
    table = Table("Seconds", "Goal", "Median", "Worst", title="Sample household, built-in model")
    for name, question in (("holdings", HOLDINGS), ("plan", PLAN)):
        timings = asyncio.run(_warm(question))
        _row(table, f"warm {name}: first status", "0.3", [t.status for t in timings])
        _row(table, f"warm {name}: first sentence with a fact", "1.2", [t.words for t in timings])
        _row(table, f"warm {name}: whole answer", "2", [t.whole for t in timings])
        _row(table, f"warm {name}: longest stall of the event loop", "0.1", [t.stall for t in timings])
    for name, question, goal in (("holdings", HOLDINGS, "3"), ("plan", PLAN, "5")):
        _row(table, f"cold lotline ask, {name}: first fact", goal, [_cold(question) for _ in range(3)])
    _row(table, "100,000 federal returns", "1", [_returns() for _ in range(ROUNDS)])
    for kind, seconds in checking_times().items():
        table.add_row(f"guard, an answer {kind}", "0.005", f"{median(seconds):.4f}", f"{max(seconds):.4f}")
    console = Console(width=200)
    for one in (table, *tables(ACCOUNTS)):
        console.print(one)


if __name__ == "__main__":
    main()
