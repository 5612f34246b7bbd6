"""A price server on this machine that answers as told, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """One answer. ``length`` other than that of the body makes it break off."""

    body: str | bytes | Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    wait: threading.Event | None = None

    @property
    def content(self) -> bytes:
        text = self.body if isinstance(self.body, str | bytes) else json.dumps(self.body)
        return text if isinstance(text, bytes) else text.encode()


@dataclass
class Asked:
    """What the server was asked."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class PriceServer:
    """Answers with ``script(asked)``."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: Callable[[Asked], Reply] = lambda asked: Reply([])
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(
                    parts.path,
                    {key: one[0] for key, one in parse_qs(parts.query).items()},
                    {name.lower(): value for name, value in self.headers.items()},
                )
                outer.asked.append(asked)
                reply = outer.script(asked)
                if reply.wait is not None:
                    reply.wait.wait(10)
                content = reply.content
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content) if reply.length is None else reply.length))
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # the client has gone, as it should

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def replies(self, *replies: Reply) -> None:
        """Answer with these in turn, with the last one from then on."""
        left = list(replies)
        self.script = lambda asked: left.pop(0) if len(left) > 1 else left[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
