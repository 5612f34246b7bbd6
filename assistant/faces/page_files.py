"""Lays the page's own files where Chainlit looks for them, outside the package and the working folder."""

from __future__ import annotations

import json
import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

# Any of these would make Chainlit open a bot, a cloud store or a database beside the page.
FOREIGN_SETTINGS = ("SLACK_", "DISCORD_", "TEAMS_", "LITERAL_", "CHAINLIT_", "OAUTH_", "BUCKET_", "DATABASE_URL")


def page_root(port: int) -> Path:
    """Return this server's folder; two servers cannot share a port, so they share no files."""
    from platformdirs import user_data_path

    return user_data_path("lotline", appauthor=False) / "page" / str(port)


def lay_page(root: Path) -> None:
    """Write config, theme and words into ``root``, and drop uploads that a crash left there."""
    shutil.rmtree(root / ".files", ignore_errors=True)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    with as_file(files("assistant.faces") / "page") as page:
        shutil.copytree(page / "public", root / "public", dirs_exist_ok=True)
        shutil.copy(page / "chainlit.md", root / "chainlit.md")
        (root / ".chainlit" / "translations").mkdir(parents=True, exist_ok=True)
        shutil.copy(page / "config.toml", root / ".chainlit" / "config.toml")
        words = json.loads((page / "words.json").read_text(encoding="utf-8"))
    translation = _merged(_chainlit_words(), words)
    (root / ".chainlit" / "translations" / "en-US.json").write_text(json.dumps(translation), encoding="utf-8")


def prepare_environment(root: Path) -> None:
    """Point Chainlit at ``root``; must run before it is imported."""
    for name in [name for name in os.environ if name.startswith(FOREIGN_SETTINGS)]:
        del os.environ[name]
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull


def _chainlit_words() -> dict[str, Any]:
    """Read Chainlit's English texts without importing it, which takes seconds."""
    from importlib.util import find_spec

    spec = find_spec("chainlit")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("chainlit")
    words: dict[str, Any] = json.loads(
        (Path(spec.origin).parent / "translations" / "en-US.json").read_text(encoding="utf-8")
    )
    return words


def _merged(base: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Replace the texts that ``ours`` has, at any depth."""
    merged = dict(base)
    for key, value in ours.items():
        merged[key] = _merged(base.get(key, {}), value) if isinstance(value, dict) else value
    return merged
