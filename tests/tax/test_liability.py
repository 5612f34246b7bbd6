"""Whole federal returns against independent engines, to the dollar, and laws that hold for every return."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.model import FilingStatus
from tools.tax.amt import exempted, tentative
from tools.tax.law import law_for
from tools.tax.liability import Liability, federal, returns_of
from tools.tax.tables import STATUSES, tables_of

CASES = json.loads((Path(__file__).parent / "vectors" / "federal.json").read_text("utf-8"))["cases"]
STATUS = {
    "single": FilingStatus.SINGLE,
    "mfj": FilingStatus.MARRIED_JOINT,
    "mfs": FilingStatus.MARRIED_SEPARATE,
    "hoh": FilingStatus.HEAD_OF_HOUSEHOLD,
    "qss": FilingStatus.SURVIVING_SPOUSE,
}
DOLLARS = st.integers(0, 2_000_000)
GAIN = st.integers(-300_000, 2_000_000)
POSITION = st.integers(0, 4)
YEAR = st.sampled_from([2024, 2025, 2026])
SEPARATE = np.array([STATUSES.index(FilingStatus.MARRIED_SEPARATE)])


def filed(case: dict[str, Any], short: int = 0, long: int = 0, wages: int = 0) -> Liability:
    """The return of a vector, with extra dollars of some kind."""
    told = case["inputs"]
    returns = returns_of(
        status=STATUSES.index(STATUS[told["filing_status"]]),
        ordinary=told["wages"] + told["interest"] + wages,
        investment_interest=told["interest"],
        qualified_dividends=told["qualified_dividends"],
        short=told["st_gain"] + short,
        long=told["lt_gain"] + long,
        short_carryover=told["st_carryover_in"],
        long_carryover=told["lt_carryover_in"],
    )
    return federal(returns, law_for(told["tax_year"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_return_agrees_with_independent_engines_within_a_dollar(case: dict[str, Any]) -> None:
    owed, expected = filed(case), case["expected"]
    assert owed.amt_possible[0] == (expected["amt"] > 0)
    assert {
        "agi": owed.agi[0],
        "taxable_income": owed.taxable_income[0],
        "regular_tax_before_credits": owed.regular[0],
        "amt": owed.amt[0],
        "niit": owed.niit[0],
        "federal_total": owed.total[0],
    } == pytest.approx(
        {
            name: expected[name]
            for name in ("agi", "taxable_income", "regular_tax_before_credits", "amt", "niit", "federal_total")
        },
        abs=1,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_next_thousand_dollars_agree_too(case: dict[str, Any]) -> None:
    told, expected = case["inputs"], case["expected"]
    base = filed(case).total[0]
    found = {
        "delta_plus_1000_st_gain": filed(case, short=1000).total[0] - base,
        "delta_plus_1000_lt_gain": filed(case, long=1000).total[0] - base,
        "delta_extra_1000_st_loss": filed(case, short=-1000).total[0] - base,
        "delta_extra_1000_lt_loss": filed(case, long=-1000).total[0] - base,
        "delta_plus_1000_wages": filed(case, wages=1000).total[0] - base,
        "tax_due_to_current_gains": base - filed(case, short=-told["st_gain"], long=-told["lt_gain"]).total[0],
    }
    assert found == pytest.approx({name: expected[name] for name in found}, abs=1)


def test_a_separate_filer_with_the_exemption_gone_adds_to_the_amt_base() -> None:
    tables, none = tables_of(law_for(2024)), np.zeros(1)
    # 609,350 + 66,650 / 0.25 = 875,950, where the exemption is gone; 100,000 above it adds 25,000.
    assert exempted(np.array([875_950.0]), SEPARATE, tables)[0] == 0
    gone = tentative(np.array([875_950.0]), none, none, SEPARATE, tables)[0]
    above = tentative(np.array([975_950.0]), none, none, SEPARATE, tables)[0]
    assert above - gone == pytest.approx(0.28 * 125_000)
    # 1,142,550 is where the whole 66,650 has been added: from there a dollar adds a dollar.
    full = tentative(np.array([1_142_550.0]), none, none, SEPARATE, tables)[0]
    beyond = tentative(np.array([1_242_550.0]), none, none, SEPARATE, tables)[0]
    assert beyond - full == pytest.approx(0.28 * 100_000)


def test_separate_returns_reach_the_28_percent_rate_at_half() -> None:
    tables = tables_of(law_for(2026))
    none = np.zeros(1)
    # 322,350 - 70,100 = 252,250: 122,250 at 26 % and 130,000 at 28 %.
    assert tentative(np.array([322_350.0]), none, none, SEPARATE, tables)[0] == pytest.approx(31_785 + 36_400)


def test_a_gain_between_the_zero_and_the_22_percent_edge_is_taxed_at_the_lower_of_both() -> None:
    # Single 2026: ordinary taxable income 49,450 ends the 0 % bracket, 12 % goes on to 50,400: 950 at 12 %, not 15 %.
    law = law_for(2026)
    without = federal(returns_of(status=0, ordinary=49_450 + 16_100), law).total[0]
    with_ = federal(returns_of(status=0, ordinary=49_450 + 16_100, long=950), law).total[0]
    assert with_ - without == pytest.approx(114)


def test_an_itemized_deduction_takes_the_place_of_the_standard_one() -> None:
    owed = federal(returns_of(status=[0, 0], ordinary=100_000, deduction=[np.nan, 30_000]), law_for(2026))
    assert owed.taxable_income.tolist() == [83_900, 70_000]


@given(YEAR, POSITION, DOLLARS, GAIN, GAIN, st.integers(0, 100_000), st.sampled_from(["ordinary", "short", "long"]))
def test_more_income_never_lowers_the_tax(
    year: int, status: int, ordinary: int, short: int, long: int, more: int, kind: str
) -> None:
    told: dict[str, Any] = {"ordinary": ordinary, "short": short, "long": long}
    law = law_for(year)
    less_tax = federal(returns_of(status=status, **told), law).total[0]
    more_tax = federal(returns_of(status=status, **{**told, kind: told[kind] + more}), law).total[0]
    assert more_tax >= less_tax - 1e-6


@given(YEAR, POSITION, DOLLARS, GAIN, GAIN)
def test_a_long_gain_never_costs_more_than_the_same_short_gain(
    year: int, status: int, ordinary: int, short: int, gain: int
) -> None:
    law = law_for(year)
    as_long = federal(returns_of(status=status, ordinary=ordinary, short=short, long=abs(gain)), law)
    as_short = federal(returns_of(status=status, ordinary=ordinary, short=short + abs(gain)), law)
    assert as_long.total[0] <= as_short.total[0] + 1e-6


def test_many_returns_at_once_are_the_same_as_one_by_one() -> None:
    draw = np.random.default_rng(7)
    status, ordinary = draw.integers(0, 5, 50), draw.uniform(0, 900_000, 50)
    short, long = draw.normal(0, 200_000, 50), draw.normal(0, 600_000, 50)
    law = law_for(2026)
    together = federal(returns_of(status=status, ordinary=ordinary, short=short, long=long), law)
    for row in range(50):
        alone = federal(returns_of(status=status[row], ordinary=ordinary[row], short=short[row], long=long[row]), law)
        for each in fields(Liability):
            assert getattr(alone, each.name)[0] == getattr(together, each.name)[row]


def test_many_returns_at_once_are_the_same_as_one_after_another() -> None:
    draw = np.random.default_rng(7)
    count = 100_000
    kinds = {"status": draw.integers(0, 5, count), "ordinary": draw.uniform(0, 900_000, count)}
    kinds |= {"long": draw.normal(0, 1e5, count), "short": draw.normal(0, 5e4, count)}
    law = law_for(2026)
    together = federal(returns_of(**kinds), law).total
    for place in (0, 1, 4_999, 73_211, count - 1):
        alone = federal(returns_of(**{name: values[place] for name, values in kinds.items()}), law).total
        assert together[place] == pytest.approx(alone[0], abs=1e-6)
