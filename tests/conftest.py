"""What all tests share: a clean environment, no network beyond this machine, and a browser when one is found."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples everywhere: a failure in CI is one that can be had again here.
settings.register_profile("lotline", deadline=None, derandomize=True)
settings.load_profile("lotline")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "No Chromium or Chrome was found. Install one:  apt-get install chromium  (or set LOTLINE_BROWSER to its path)"
)
PRIVATE = ("LANGSMITH_", "LANGCHAIN_", "OPENAI_", "LOTLINE_")
KEPT = ("LOTLINE_BROWSER", "LOTLINE_NO_BROWSER", "LOTLINE_SCREENSHOTS")
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and no setting of this machine reaches a test."""
    for name in list(os.environ):
        if name not in KEPT and (name.startswith(PRIVATE) or name.endswith("_API_KEY")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(LOCAL):
            raise OSError(f"a test tried to reach {host}")
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


def browser_path() -> str | None:
    """Return the browser to drive: LOTLINE_BROWSER, then PATH, then Playwright's own download."""
    named = os.environ.get("LOTLINE_BROWSER")
    if named:
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or _downloaded()


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = Path(play.chromium.executable_path)
    if not path.exists():
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True, timeout=300
        )
    return str(path) if path.exists() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last, and skip them only when that was asked for."""
    # The browser's driver keeps an event loop running in this thread; no asynchronous test could start after it.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        # Where several processes share the tests, a file stays in one, and all that drive the browser in the last.
        group = "browser" if item.get_closest_marker("browser") else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
    if os.environ.get("LOTLINE_NO_BROWSER") == "1":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="LOTLINE_NO_BROWSER=1"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when browser tests did not run; .ci/run fails on these words."""
    _say_without_postgresql(terminalreporter)
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped:
        terminalreporter.section("browser tests did not run", sep="!", red=True, bold=True)
        why = "LOTLINE_NO_BROWSER=1 is set" if os.environ.get("LOTLINE_NO_BROWSER") == "1" else "they were skipped"
        terminalreporter.write_line(f"{len(skipped)} tests of the chat page in a browser did not run: {why}.")


def _say_without_postgresql(terminalreporter: Any) -> None:
    """Say loudly when the store was tried on SQLite alone."""
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if "NO POSTGRESQL" in str(one.longrepr)]
    if skipped:
        terminalreporter.section("the store was not tried on PostgreSQL", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} tests did not run. {skipped[0].longrepr[-1]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium or Chrome; its absence fails the test with the one command that installs it."""
    from playwright.sync_api import sync_playwright

    path = browser_path()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield launched
        launched.close()
