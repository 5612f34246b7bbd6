"""Plain functions for the engine's tests; a worker process must be able to import them."""

from __future__ import annotations

import os
import signal
import time
from decimal import Decimal

from tools.errors import NoPlan


def where_am_i() -> int:
    return os.getpid()


def add(left: Decimal, right: Decimal) -> Decimal:
    return left + right


def contradict() -> None:
    raise NoPlan("No sells and cash of 5 % contradict each other.", "Drop one of them.", "cash")


def die_once(marker: str) -> str:
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "done"
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(seconds: float) -> None:
    time.sleep(seconds)
