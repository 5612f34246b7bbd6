"""The optional second engine for state tax: what it is asked, what is said of its year, and its absence."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from assistant.adapters import taxsim
from assistant.adapters.engine import InlineEngine
from assistant.adapters.taxsim import second_opinion
from assistant.events import Text, TurnEnded
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.model import FilingStatus
from tools.tax.situation import Gains, Situation

CASE = Situation(FilingStatus.MARRIED_JOINT, Decimal(200_000), long_carryover_usd=Decimal(3_000), state="CA")


class Column(list[float]):
    def to_list(self) -> list[float]:
        return list(self)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A TAXSIM that takes a tenth of wages and gains, and remembers what it was asked."""
    seen: list[dict[str, Any]] = []

    def calculate_taxes(rows: list[dict[str, Any]], state_id_type: str) -> dict[str, Column]:
        assert state_id_type == "fips"
        seen.extend(rows)
        return {"siitax": Column((row["pwages"] + row["stcg"] + row["ltcg"]) / 10 for row in rows)}

    engine, frames = ModuleType("taxsim_py"), ModuleType("polars")
    engine.calculate_taxes = calculate_taxes  # type: ignore[attr-defined]
    frames.DataFrame = list  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "taxsim_py", engine)
    monkeypatch.setitem(sys.modules, "polars", frames)
    monkeypatch.setattr(taxsim, "installed", lambda: True)
    return seen


def test_the_tax_due_to_gains_is_asked_as_two_returns_of_its_last_year(asked: list[dict[str, Any]]) -> None:
    found = second_opinion(CASE, Gains(long_usd=Decimal(10_000)), 2026)
    assert found is not None
    assert (found.year, found.extra_usd) == (2025, Decimal("1000.00"))
    assert [(row["year"], row["state"], row["mstat"], row["ltcg"]) for row in asked] == [
        (2025, 6, 2, -3_000.0),
        (2025, 6, 2, 7_000.0),
    ]


def test_a_year_that_it_knows_is_asked_as_it_is(asked: list[dict[str, Any]]) -> None:
    found = second_opinion(CASE, Gains(), 2024)
    assert found is not None
    assert found.year == 2024


def test_without_the_package_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxsim, "installed", lambda: False)
    assert second_opinion(CASE, Gains(), 2025) is None


async def test_the_years_tax_names_the_second_engine_and_its_year(asked: list[dict[str, Any]]) -> None:
    conversation = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), sample=True)
    events = [event async for event in conversation.say("how much tax do I owe?")]
    text = "".join(event.text for event in events if isinstance(event, Text))
    assert "A second engine, TAXSIM, has" in text
    assert "by the law of 2025" in text
    assert all(event.blocked == 0 for event in events if isinstance(event, TurnEnded))


@pytest.mark.skipif(not taxsim.installed(), reason="the extra exact-state is not installed")
def test_the_real_engine_answers() -> None:
    found = second_opinion(CASE, Gains(long_usd=Decimal(10_000)), 2025)
    assert found is not None
    assert found.extra_usd > 500
