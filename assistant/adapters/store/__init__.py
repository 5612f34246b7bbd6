"""The one store of what is kept: households, profiles, threads, plans, approvals, orders and the audit."""

from __future__ import annotations

from assistant.adapters.store.opened import open_store

__all__ = ["open_store"]
