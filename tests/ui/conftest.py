"""A real server in its own process, and a page of it in a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

READY_SECONDS = 90


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start ``lotline chat`` with settings and return its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str, **settings: str) -> str:
        port, home = free_port(), tmp_path_factory.mktemp("home")
        private = ("LOTLINE_", "OPENAI_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(private) and "API_KEY" not in k}
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *(command or ("-m", "assistant", "chat", "--port")), str(port)],
                env={**clean, "HOME": str(home), "XDG_DATA_HOME": str(home), **settings},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=home,
            )
        started.append(process)
        _wait(f"http://localhost:{port}", process, home / "server.log")
        return f"http://localhost:{port}"

    yield start
    for process in started:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(READY_SECONDS * 5):
        if process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.2)
    pytest.fail(f"the page did not open: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def sample_url(serve: Callable[..., str]) -> str:
    """The page as ``make chat`` opens it."""
    return serve()


@pytest.fixture(scope="session")
def scripted_url(serve: Callable[..., str]) -> str:
    """The page around a conversation that says the same whatever is asked."""
    return serve(str(Path(__file__).with_name("fake_page.py")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the words of the page to what is told of a failure: they say more than the time that ran out."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        with suppress(Exception):
            report.sections.append(("The page's words", page.locator("body").inner_text(timeout=5_000)))
    return report


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that records every address it asks for."""
    context = browser.new_context(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
