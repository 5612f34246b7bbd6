"""Price servers on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from price_server import PriceServer


@pytest.fixture
def server() -> Iterator[PriceServer]:
    made = PriceServer()
    yield made
    made.close()


@pytest.fixture
def other() -> Iterator[PriceServer]:
    made = PriceServer()
    yield made
    made.close()
