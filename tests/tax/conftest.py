"""Properties judge results, never the speed of a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("tax", deadline=None)
settings.load_profile("tax")
