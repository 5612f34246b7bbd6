"""The page on adding a broker is code that runs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tools.brokers import registry

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PAGE = README.split("### Adding a broker")[1].split("\n### ")[0]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_reader_in_the_readme_reads_the_export_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module: dict[str, Any] = {"__name__": "harbor"}
    exec(compile(block("python"), "README.md", "exec"), module)
    monkeypatch.setattr(registry, "READERS", (module["LOTS"], *registry.READERS))
    found = registry.read("file-1", block("csv").encode())
    assert found.format == "Harbor Direct lots"
    assert found.as_of == date(2026, 11, 20)
    [lot] = found.lots
    assert (lot.symbol, lot.shares, lot.basis_usd, lot.acquired) == ("MSFT", 40, Decimal(9200), date(2021, 3, 5))
    assert lot.account.endswith("2210")
    assert "8841" not in lot.account
    assert found.problems == ()
