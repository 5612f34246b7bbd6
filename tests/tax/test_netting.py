"""Schedule D and the Capital Loss Carryover Worksheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.tax.netting import carry, net

VECTORS = Path(__file__).parent / "vectors"
CASES = json.loads((VECTORS / "netting.json").read_text("utf-8"))["cases"]
CAPS = [case for case in json.loads((VECTORS / "wash.json").read_text("utf-8")) if case["kind"] == "netting"]
WHOLE = st.integers(-50_000, 50_000)
LOSS = st.integers(0, 50_000)


def one(amount: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(amount)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_lines_are_those_of_the_worksheet(case: dict[str, Any]) -> None:
    given_, expected = case["inputs"], case["expected"]
    limit = 1500 if case["filing_status"] == "mfs" else 3000
    netted = net(
        one(given_["st_net_current"]),
        one(given_["lt_net_current"]),
        one(given_["st_carryover_in"]),
        one(given_["lt_carryover_in"]),
        one(limit),
    )
    carried = carry(netted, one(given_["form1040_line15_if_negative_allowed"]))
    assert {
        "schedD_line7": netted.net_short[0],
        "schedD_line15": netted.net_long[0],
        "schedD_line16": netted.net[0],
        "allowed_loss_line21": netted.allowed_loss[0],
        "form1040_capital_gain_line": netted.on_return[0],
        "preferential_income_before_taxable_income_cap": given_["qualified_dividends"] + netted.preferential[0],
        "st_carryover_out": carried.short[0],
        "lt_carryover_out": carried.long[0],
    } == expected


@pytest.mark.parametrize("case", CAPS, ids=lambda case: case["id"])
def test_the_limit_of_separate_filers_is_half(case: dict[str, Any]) -> None:
    given_, expected = case["inputs"], case["expected"]
    names = ("net_st", "net_lt", "carry_in_st", "carry_in_lt", "ordinary_cap")
    netted = net(*(one(given_[name]) for name in names))
    carried = carry(netted, one(50_000))
    assert netted.allowed_loss[0] == expected["deducted_against_ordinary"]
    assert (carried.short[0], carried.long[0]) == (expected["carry_out_st"], expected["carry_out_lt"])


@given(WHOLE, WHOLE, LOSS, LOSS, st.integers(-20_000, 200_000))
def test_no_loss_is_made_or_lost(short: int, long: int, short_in: int, long_in: int, taxable: int) -> None:
    netted = net(one(short), one(long), one(short_in), one(long_in), one(3000))
    carried = carry(netted, one(taxable))
    total = short + long - short_in - long_in
    deducted = min(3000, max(-total, 0))
    used = max(min(deducted, taxable + deducted), 0)
    assert carried.short[0] + carried.long[0] == max(-total, 0) - used
    assert carried.short[0] >= 0
    assert carried.long[0] >= 0
    assert netted.on_return[0] == (total if total >= 0 else -deducted)
