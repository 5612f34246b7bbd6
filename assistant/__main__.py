"""Run ``python -m assistant`` as ``lotline``."""

from __future__ import annotations

from assistant.faces.cli import main

if __name__ == "__main__":
    main()
