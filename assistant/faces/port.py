"""Finds out whether a port can be served before anything is started."""

from __future__ import annotations

import errno
import socket

from tools.errors import LotlineError

NEXT_PORTS = 50


class PortTaken(LotlineError):
    """Another program serves this port.

    Args:
        port: The port that was asked for.
        free: A port near it that is free, or None.
    """

    def __init__(self, port: int, free: int | None) -> None:
        fix = (
            f"Port {free} is free: lotline chat --port {free}, or make chat PORT={free}."
            if free
            else "Choose another with --port."
        )
        super().__init__(f"Port {port} is taken by another program.", fix)
        self.free = free


def listen(host: str, port: int) -> socket.socket:
    """Bind ``host`` and ``port``.

    Raises:
        PortTaken: Another program has it.
        LotlineError: The address is not one of this machine, or the port is not allowed.
    """
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port, _free_port_after(host, port)) from error
        raise LotlineError(f"Cannot listen on {host}:{port}: {error.strerror}.", "Try --host 127.0.0.1.") from error


def _free_port_after(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + NEXT_PORTS, 65535)):
        try:
            _bind(host, candidate).close()
        except OSError:
            continue
        return candidate
    return None


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A connection of the last run that is still closing must not look like another program.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((host, port))
        server.listen()  # held from now on: while the page warms up, another start sees it taken
    except OSError:
        server.close()
        raise
    return server
