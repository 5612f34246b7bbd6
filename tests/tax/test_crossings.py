"""Thresholds that a gain or a loss crosses, by hand from the law's amounts, and the laws of the next dollar."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.model import FilingStatus
from tools.money import ZERO
from tools.tax.crossings import Crossing, Threshold, crossings, steady_usd
from tools.tax.law import law_for
from tools.tax.situation import Gains, Situation
from tools.tax.year import change

LAW = law_for(2026)
SINGLE, JOINT, SEPARATE = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINT, FilingStatus.MARRIED_SEPARATE


def usd(amount: int | str) -> Decimal:
    return Decimal(amount)


def case(income: int, status: FilingStatus = SINGLE, **more: Decimal) -> Situation:
    return Situation(status, usd(income), **more)


def crossed(situation: Situation, short: int = 0, long: int = 0) -> dict[Threshold, Crossing]:
    return {each.threshold: each for each in crossings(situation, Gains(usd(short), usd(long)), LAW)}


def test_a_long_gain_over_the_end_of_the_zero_rate_pays_15_percent_on_the_part_beyond() -> None:
    # 56,100 - 16,100 = 40,000 taxable; the 0 % rate ends at 49,450, so 9,450 of 20,000 is free and 10,550 costs 15 %.
    found = crossed(case(56_100), long=20_000)[Threshold.ZERO_RATE]
    assert (found.edge_usd, found.before_usd, found.after_usd) == (usd(49_450), usd(40_000), usd(60_000))
    assert (found.beyond_usd, found.tax_usd, found.over) == (usd(10_550), usd("1582.50"), True)


def test_a_loss_that_comes_back_under_the_end_of_the_zero_rate_saves_nothing_there() -> None:
    # 20,000 of gain is there already; a loss of 15,000 takes 10,550 off the taxed part and 4,450 off the free one.
    found = crossed(case(56_100, long_gain_usd=usd(20_000)), long=-15_000)[Threshold.ZERO_RATE]
    assert (found.over, found.beyond_usd, found.tax_usd) == (False, usd(4_450), usd(0))


def test_a_long_gain_over_the_end_of_the_15_percent_rate_pays_20() -> None:
    # 416,100 - 16,100 = 400,000; 15 % ends at 545,500: 54,500 of 200,000 lies beyond, at 20 % and 3.8 % NIIT.
    found = crossed(case(416_100), long=200_000)[Threshold.FIFTEEN_RATE]
    assert found.beyond_usd == usd(54_500)
    assert found.tax_usd >= usd(54_500) * usd("0.238")


def test_a_gain_over_the_niit_threshold_pays_it_on_the_part_beyond() -> None:
    # 190,000 of wages; NIIT begins at 200,000: 5,000 of 15,000 lies beyond, at 15 % + 3.8 %.
    found = crossed(case(190_000), long=15_000)[Threshold.NIIT]
    assert (found.edge_usd, found.beyond_usd, found.tax_usd) == (usd(200_000), usd(5_000), usd(940))


def test_a_gain_over_the_amt_phase_out_says_where_it_starts() -> None:
    # The page's example: 160,000 of wages and a gain of 700,000; the exemption shrinks above 500,000.
    found = crossed(case(160_000), long=700_000)[Threshold.AMT_PHASE_OUT]
    assert (found.edge_usd, found.before_usd, found.after_usd) == (usd(500_000), usd(160_000), usd(860_000))
    assert found.beyond_usd == usd(360_000)
    whole = change(case(160_000), Gains(long_usd=usd(700_000)), LAW)
    near = change(case(160_000), Gains(long_usd=usd(340_000)), LAW)
    assert found.tax_usd == whole.extra_tax_usd - near.extra_tax_usd
    assert whole.with_.amt_usd > 14_000


@pytest.mark.parametrize(("status", "limit"), [(SINGLE, 3_000), (JOINT, 3_000), (SEPARATE, 1_500)])
def test_a_loss_over_the_limit_carries_the_rest_forward(status: FilingStatus, limit: int) -> None:
    found = crossed(case(100_000, status), short=-10_000)[Threshold.LOSS_LIMIT]
    assert (found.edge_usd, found.beyond_usd, found.tax_usd) == (usd(limit), usd(10_000 - limit), ZERO)


def test_what_crosses_nothing_has_no_crossing() -> None:
    assert crossed(case(100_000), long=5_000) == {}
    assert crossed(case(100_000), short=-2_000) == {}


def test_the_rates_on_long_gains_are_no_threshold_for_someone_without_any() -> None:
    assert Threshold.ZERO_RATE not in crossed(case(60_000), short=10_000)


def test_the_rate_of_the_next_dollar_holds_until_the_law_changes_it() -> None:
    # 40,000 taxable: the 0 % rate has room for 9,450 more.
    assert steady_usd(case(56_100), Gains(long_usd=usd(1_000)), LAW) == usd(9_450)
    # Short-term gain at 12 % until 50,400 of taxable income.
    assert steady_usd(case(56_100), Gains(short_usd=usd(1_000)), LAW) == usd(10_400)
    # A loss is deducted at 12 % up to 3,000 and then saves nothing this year.
    assert steady_usd(case(56_100), Gains(long_usd=usd(-1_000)), LAW) == usd(3_000)


def test_a_rate_that_never_changes_has_no_end() -> None:
    assert steady_usd(case(5_000_000), Gains(short_usd=usd(1_000)), LAW) is None


CASES = st.builds(
    lambda status, income, dividends, short, long, carried: Situation(
        status, usd(income), usd(dividends), usd(short), usd(long), long_carryover_usd=usd(carried)
    ),
    st.sampled_from(list(FilingStatus)),
    st.integers(0, 900_000),
    st.integers(0, 50_000),
    st.integers(-50_000, 200_000),
    st.integers(-50_000, 700_000),
    st.integers(0, 60_000),
)


@given(CASES, st.integers(-300_000, 700_000), st.integers(-300_000, 700_000))
def test_the_part_beyond_never_exceeds_the_change_nor_costs_more_than_all_of_it(
    situation: Situation, short: int, long: int
) -> None:
    gains = Gains(usd(short), usd(long))
    for found in crossings(situation, gains, LAW):
        assert min(found.before_usd, found.after_usd) <= found.edge_usd <= max(found.before_usd, found.after_usd)
        if short * long >= 0:
            whole = change(situation, gains, LAW).extra_tax_usd
            assert 0 <= found.beyond_usd <= max(abs(gains.short_usd + gains.long_usd), found.beyond_usd)
            assert abs(found.tax_usd) <= abs(whole) + usd("0.01")


@given(CASES, st.sampled_from([Gains(short_usd=usd(1_000)), Gains(long_usd=usd(1_000)), Gains(long_usd=usd(-1_000))]))
def test_within_the_dollars_told_the_rate_is_the_first_dollars(situation: Situation, step: Gains) -> None:
    holds = steady_usd(situation, step, LAW)
    if holds is None or holds < 1:
        return
    sign = 1 if step.short_usd + step.long_usd > 0 else -1
    unit = Gains(usd(sign), ZERO) if step.short_usd else Gains(ZERO, usd(sign))
    whole = Gains(unit.short_usd * holds, unit.long_usd * holds)
    first = change(situation, unit, LAW).extra_tax_usd
    assert change(situation, whole, LAW).extra_tax_usd == pytest.approx(first * holds, abs=holds / 50 + 1)
