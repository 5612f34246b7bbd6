"""What is laid for Chainlit, where, and with which settings."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from assistant.faces.page_files import lay_page, page_root, prepare_environment

FOREIGN = ("SLACK_BOT_TOKEN", "DISCORD_BOT_TOKEN", "LITERAL_API_KEY", "DATABASE_URL", "CHAINLIT_URL")


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    root = tmp_path / "page"
    (root / ".files" / "left").mkdir(parents=True)
    (root / ".files" / "left" / "upload.csv").write_text("a crash left this")
    lay_page(root)
    return root


@pytest.fixture
def config(laid: Path) -> dict[str, Any]:
    return tomllib.loads((laid / ".chainlit" / "config.toml").read_text())


def test_only_the_person_can_read_the_folder_and_old_uploads_are_gone(laid: Path) -> None:
    assert stat.S_IMODE(laid.stat().st_mode) == 0o700
    assert not (laid / ".files").exists()


def test_the_risky_defaults_are_off(config: dict[str, Any]) -> None:
    features = config["features"]
    assert features["unsafe_allow_html"] is False
    assert features["user_message_markdown"] is False
    assert features["mcp"]["enabled"] is False
    assert features["audio"]["enabled"] is False
    assert "*" not in config["project"]["allow_origins"]
    assert features["spontaneous_file_upload"]["max_size_mb"] == 20
    assert "*/*" not in features["spontaneous_file_upload"]["accept"]


def test_no_font_service_is_asked(laid: Path) -> None:
    theme = json.loads((laid / "public" / "theme.json").read_text())
    assert theme["custom_fonts"] == []
    for asset in (laid / "public").glob("lotline.*"):
        assert "//" not in asset.read_text().replace("// ", "")


def test_own_words_replace_chainlits_and_the_rest_stays(laid: Path) -> None:
    words = json.loads((laid / ".chainlit" / "translations" / "en-US.json").read_text())
    assert "Not tax advice" in words["chat"]["watermark"]
    assert words["chat"]["input"]["actions"]["attachFiles"]


def test_two_servers_share_no_folder() -> None:
    assert page_root(8000) != page_root(8001)


def test_tokens_of_other_programs_open_no_bot_and_no_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in FOREIGN:
        monkeypatch.setenv(name, "someone's")
    monkeypatch.setenv("CHAINLIT_APP_ROOT", "elsewhere")
    monkeypatch.setenv("CHAINLIT_ENV_FILE", ".env")
    prepare_environment(tmp_path)
    assert os.environ["CHAINLIT_APP_ROOT"] == str(tmp_path)
    assert os.environ["CHAINLIT_ENV_FILE"] == os.devnull
    assert not set(FOREIGN) & set(os.environ)
