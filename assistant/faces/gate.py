"""Stands before the page: answers only its own address, and lets the browser reach nothing else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",  # the page's own template carries two inline scripts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-dns-prefetch-control", b"off"),
]
FOREIGN_LINK = re.compile(r"<link\b[^>]*\bhref=\"https?://[^>]*>", re.IGNORECASE | re.DOTALL)
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})


def without_foreign_links(html: str) -> str:
    """Drop the links with which Chainlit's template asks font and formula services."""
    return FOREIGN_LINK.sub("", html)


class Gate:
    """Refuse other hosts' names and pages (so no site can drive a local server), and add the page's policy.

    Args:
        app: The application behind.
        host: The address served; an address meaning "every interface" allows any host name.
    """

    def __init__(self, app: App, host: str) -> None:
        self._app = app
        self._any_host = host in EVERY_ADDRESS
        self._hosts = frozenset({"localhost", "127.0.0.1", "::1", host})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when it comes from the page itself."""
        if scope["type"] == "lifespan" or self._is_ours(dict(scope["headers"])):
            return await self._app(scope, receive, _with_headers(send))
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"This address answers only its own page."})

    def _is_ours(self, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin")
        if not self._any_host and urlsplit(f"//{host}").hostname not in self._hosts:
            return False
        return origin is None or urlsplit(origin.decode("latin-1")).netloc == host


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
        await send(message)

    return sender
