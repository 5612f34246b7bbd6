"""``lotline doctor``: what works here, what does not, and what to do about it, a line each."""

from __future__ import annotations

from assistant.doctor.machine import Finding, machine_checks
from assistant.doctor.server import server_checks

__all__ = ["Finding", "machine_checks", "server_checks"]
