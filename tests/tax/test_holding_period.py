"""More than one year, the day bought left out and the day sold counted in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.model import Term
from tools.tax.holding_period import long_term_from, term_on

VECTORS = Path(__file__).parent / "vectors"
CASES = json.loads((VECTORS / "holding.json").read_text("utf-8"))["date_cases"]
TRADES = [case for case in json.loads((VECTORS / "wash.json").read_text("utf-8")) if case["kind"] == "holding_period"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_term_is_as_the_rulings_say(case: dict[str, Any]) -> None:
    acquired, sold = date.fromisoformat(case["acquired"]), date.fromisoformat(case["sold"])
    assert term_on(acquired, sold, case["tacked_days"]) == case["expected_term"]


@pytest.mark.parametrize("case", TRADES, ids=lambda case: case["id"])
def test_the_term_of_a_trade_is_as_publication_550_says(case: dict[str, Any]) -> None:
    bought, sold = (date.fromisoformat(trade["date"]) for trade in case["transactions"])
    expected = {"LT": Term.LONG, "ST": Term.SHORT}[case["expected"]["term"]]
    assert term_on(bought, sold) is expected


def test_a_lot_bought_on_the_last_of_february_waits_for_march() -> None:
    assert long_term_from(date(2023, 2, 28)) == date(2024, 3, 1)
    assert long_term_from(date(2024, 2, 28)) == date(2025, 3, 1)
    assert long_term_from(date(2024, 2, 29)) == date(2025, 3, 1)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_365_days_are_never_long_term_and_368_always_are(acquired: date) -> None:
    assert term_on(acquired, acquired + timedelta(days=365)) is Term.SHORT
    assert term_on(acquired, acquired + timedelta(days=368)) is Term.LONG
