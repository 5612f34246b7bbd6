"""A port that is taken is said before anything starts."""

from __future__ import annotations

import pytest

from assistant.faces.port import PortTaken, listen
from tools.errors import LotlineError

HERE = "127.0.0.1"


def test_a_free_port_is_bound() -> None:
    with listen(HERE, 0) as door:
        assert door.getsockname()[1] > 0


def test_a_taken_port_says_so_and_offers_one_that_is_free() -> None:
    with listen(HERE, 0) as door:
        door.listen()
        port = door.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken") as caught:
            listen(HERE, port)
    offered = caught.value.free
    assert offered is not None
    assert f"lotline chat --port {offered}" in str(caught.value)
    listen(HERE, offered).close()


def test_a_port_is_taken_as_soon_as_it_is_given_out() -> None:
    with listen(HERE, 0) as door, pytest.raises(PortTaken):
        listen(HERE, door.getsockname()[1])


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(LotlineError, match="Cannot listen on 192.0.2.1"):
        listen("192.0.2.1", 0)
