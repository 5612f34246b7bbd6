"""Text that the advisor speaks and reads; no logic."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> str:
    """Return a prompt by its name, for example ``advisor``."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
