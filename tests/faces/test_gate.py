"""Who may reach the page, and what the page may reach."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.faces.gate import Gate, without_foreign_links

TEMPLATE = """<head>
<link rel="preconnect" href="https://fonts.example" />
<link
  rel="stylesheet"
  href="https://cdn.example/formula.css"
/>
<link rel="stylesheet" crossorigin href="/assets/index.css">
<link rel="icon" href="/favicon" /></head>"""


async def answer(host: str, origin: str | None = None, served: str = "127.0.0.1", kind: str = "http") -> dict[str, Any]:
    sent: list[dict[str, Any]] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {}

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin is not None else [])
    await Gate(page, served)({"type": kind, "headers": headers}, receive, send)
    return sent[0]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost"])
async def test_the_machine_itself_is_answered(host: str) -> None:
    assert (await answer(host, f"http://{host}"))["status"] == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", None),  # a name that was made to point here
        ("localhost:8000", "http://evil.example"),
        ("localhost:8000", "http://localhost:9000"),
        ("localhost:8000", "null"),
        ("", None),
    ],
)
async def test_another_site_is_refused(host: str, origin: str | None) -> None:
    assert (await answer(host, origin))["status"] == 403


async def test_another_sites_websocket_is_closed() -> None:
    assert (await answer("localhost:8000", "http://evil.example", kind="websocket"))["type"] == "websocket.close"


async def test_serving_every_interface_allows_any_name_but_no_other_site() -> None:
    assert (await answer("my-desk:8000", "http://my-desk:8000", served="0.0.0.0"))["status"] == 200
    assert (await answer("my-desk:8000", "http://evil.example", served="0.0.0.0"))["status"] == 403


async def test_every_answer_lets_the_browser_reach_this_server_only() -> None:
    headers = dict((await answer("localhost:8000"))["headers"])
    policy = headers[b"content-security-policy"].decode()
    assert headers[b"a"] == b"b"
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_links_to_other_hosts_leave_the_template_and_own_links_stay() -> None:
    cleaned = without_foreign_links(TEMPLATE)
    assert "example" not in cleaned
    assert '<link rel="stylesheet" crossorigin href="/assets/index.css">' in cleaned
    assert '<link rel="icon" href="/favicon" />' in cleaned
