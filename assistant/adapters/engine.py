"""Where heavy calculation runs, so that a conversation never waits for another one's solver."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any, Protocol, TypeVar

from tools.errors import LotlineError

T = TypeVar("T")


class Engine(Protocol):
    """Runs a plain function of picklable values away from the event loop."""

    async def run(self, fn: Callable[..., T], *args: Any) -> T:
        """Return ``fn(*args)``; errors of Lotline arrive as they were raised."""
        ...

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...


class InlineEngine:
    """Runs in a thread of this process: nothing to start, for the terminal and for tests."""

    async def run(self, fn: Callable[..., T], *args: Any) -> T:
        """Return ``fn(*args)``, run in a thread."""
        return await asyncio.to_thread(fn, *args)

    def close(self) -> None:
        """Nothing is held."""


class ProcessEngine:
    """Runs in processes of its own, started warm; a worker that dies is replaced once per call.

    Args:
        workers: How many calculations may run at once.
        warm: What each worker does before the first question needs it.
    """

    def __init__(self, workers: int = 1, warm: Callable[[], object] | None = None) -> None:
        self._workers = workers
        self._warm = warm or _warm
        self._pool = self._new_pool()

    async def run(self, fn: Callable[..., T], *args: Any) -> T:
        """Return ``fn(*args)``, run in a worker.

        Raises:
            LotlineError: The worker died twice in a row.
        """
        pool = self._pool
        try:
            return await asyncio.wrap_future(pool.submit(fn, *args))
        except BrokenProcessPool:
            self._replace(pool)
        try:
            return await asyncio.wrap_future(self._pool.submit(fn, *args))
        except BrokenProcessPool as error:
            raise LotlineError(
                "The calculation was stopped by the system twice, perhaps for lack of memory.",
                "Close other programs or ask for a smaller part of the portfolio.",
            ) from error

    def close(self) -> None:
        """End the workers, whatever they are doing, and give their semaphores back."""
        for worker in multiprocessing.active_children():
            worker.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        del self._pool
        gc.collect()  # the page's server ends without cleaning up, and Python would warn of leaked semaphores

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        """Start new workers, unless another call has done so already."""
        if self._pool is broken:
            broken.shutdown(wait=False)
            self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_start_worker)
        for _ in range(self._workers):
            pool.submit(self._warm)
        return pool


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: an orphan would hold memory for good."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _warm() -> None:
    """Import the solver, and let it solve once, before the first question needs it."""
    from tools.plan.warm import warm

    warm()
