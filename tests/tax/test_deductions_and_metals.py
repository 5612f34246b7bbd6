"""Given deductions, age and blindness, investment interest, and the 28 % rate on collectibles, by the worksheets."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.model import FilingStatus, Investor
from tools.money import ZERO
from tools.tax.law import law_for
from tools.tax.liability import federal, returns_of
from tools.tax.situation import Gains, situations
from tools.tax.tables import STATUSES
from tools.tax.year import change, delay_value

LAW = law_for(2026)
SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINT


def usd(amount: int | str) -> Decimal:
    return Decimal(amount)


def tax(
    income: int, *, long: int = 0, metal: int = 0, short: int = 0, status: FilingStatus = SINGLE, **more: float
) -> float:
    found = federal(
        returns_of(
            status=STATUSES.index(status), ordinary=income, long=long + metal, collectibles=metal, short=short, **more
        ),
        LAW,
    )
    return float(found.total[0])


def test_a_metal_gain_under_brackets_below_28_percent_is_taxed_by_the_schedule() -> None:
    # 120,000 - 16,100 = 103,900; the 22 % bracket ends at 105,700: 1,800 at 22 % and 8,200 at 24 %.
    assert tax(120_000, metal=10_000) - tax(120_000) == pytest.approx(1_800 * 0.22 + 8_200 * 0.24)


def test_a_metal_gain_over_higher_brackets_is_taxed_at_28_percent_and_niit() -> None:
    # 300,000 of wages: 32 % bracket and above the NIIT threshold.
    assert tax(300_000, metal=10_000) - tax(300_000) == pytest.approx(10_000 * (0.28 + 0.038))


def test_a_metal_gain_is_split_where_the_32_percent_bracket_begins() -> None:
    # 211,775 - 16,100 = 195,675; the 32 % bracket begins at 201,775: 6,100 at 24 %, 3,900 at 28 %, NIIT on all.
    assert tax(211_775, metal=10_000) - tax(211_775) == pytest.approx(6_100 * 0.24 + 3_900 * 0.28 + 10_000 * 0.038)


def test_an_ordinary_long_gain_beside_a_metal_gain_keeps_its_15_percent() -> None:
    both = tax(300_000, metal=10_000, long=20_000) - tax(300_000)
    assert both == pytest.approx(10_000 * 0.318 + 20_000 * 0.188)


def test_short_losses_and_long_carryovers_come_off_the_metal_first() -> None:
    # 28% Rate Gain Worksheet: 10,000 of metal less 4,000 of short-term loss leaves 6,000 at 28 %.
    base = tax(300_000)
    assert tax(300_000, metal=10_000, long=5_000, short=-4_000) - base == pytest.approx(6_000 * 0.318 + 5_000 * 0.188)
    carried = tax(300_000, metal=10_000, long=5_000, long_carryover=4_000) - base
    assert carried == pytest.approx(6_000 * 0.318 + 5_000 * 0.188)


def test_a_metal_loss_offsets_other_long_gains() -> None:
    assert tax(300_000, metal=-10_000, long=25_000) == pytest.approx(tax(300_000, long=15_000))


@given(st.integers(0, 900_000), st.integers(0, 400_000), st.integers(0, 400_000), st.sampled_from(list(FilingStatus)))
def test_metal_costs_at_least_what_a_stock_gain_costs_and_at_most_28_percent_and_niit_more_of_nothing(
    income: int, metal: int, long: int, status: FilingStatus
) -> None:
    as_stock = tax(income, long=long + metal, status=status)
    as_metal = tax(income, long=long, metal=metal, status=status)
    assert as_metal >= as_stock - 0.01
    assert as_metal <= as_stock + 0.28 * metal + 0.01


def test_given_deductions_replace_the_standard_one() -> None:
    (plain,) = situations(Investor(SINGLE, income_usd=usd(150_000), gains_known=True), LAW)
    given_ = Investor(SINGLE, income_usd=usd(150_000), gains_known=True, deductions_usd=usd(26_100))
    (itemized,) = situations(given_, LAW)
    # 10,000 more deducted at 24 %.
    none = Gains()
    less = change(plain, none, LAW).without.federal_tax_usd - change(itemized, none, LAW).without.federal_tax_usd
    assert less == usd(2_400)


@pytest.mark.parametrize(
    ("year", "status", "boxes", "deduction"),
    [
        (2024, SINGLE, 1, 14_600 + 1_950),
        (2024, FilingStatus.SURVIVING_SPOUSE, 1, 29_200 + 1_550),
        (2025, JOINT, 2, 31_500 + 2 * 1_600),
        (2026, JOINT, 4, 32_200 + 4 * 1_650),
        (2026, FilingStatus.HEAD_OF_HOUSEHOLD, 2, 24_150 + 2 * 2_050),
    ],
)
def test_each_box_for_age_and_blindness_adds_to_the_standard_deduction(
    year: int, status: FilingStatus, boxes: int, deduction: int
) -> None:
    found = federal(returns_of(status=STATUSES.index(status), ordinary=200_000, boxes=boxes), law_for(year))
    assert found.taxable_income[0] == 200_000 - deduction


def test_interest_within_income_is_what_niit_is_counted_on() -> None:
    (case,) = situations(
        Investor(SINGLE, income_usd=usd(230_000), investment_interest_usd=usd(12_000), gains_known=True), LAW
    )
    # 30,000 over the threshold, 12,000 of investment income: 3.8 % of 12,000.
    assert change(case, Gains(), LAW).without.niit_usd == usd(456)


def test_more_income_never_lowers_the_tax() -> None:
    incomes = np.arange(0, 1_500_000, 500.0)
    for status in range(5):
        for year in (2024, 2025, 2026):
            for gains in ({}, {"long": 80_000.0, "collectibles": 30_000.0}, {"short": -50_000.0}, {"long": 700_000.0}):
                owed = federal(returns_of(status=status, ordinary=incomes, **gains), law_for(year)).total
                assert np.diff(owed).min() >= -1e-6, (status, year, gains)


def test_three_thousand_of_loss_is_not_used_up_by_negative_taxable_income() -> None:
    # 10,000 of income less the standard 16,100: nothing taxable, so the deducted 3,000 is not used and all carries.
    found = federal(returns_of(status=0, ordinary=10_000, long=-9_000), LAW)
    assert (found.deducted[0], found.long_carryover[0]) == (3_000, 9_000)


def test_qualified_dividends_keep_their_rates_beside_a_net_loss() -> None:
    # 116,100 - 16,100 - 3,000 = 97,000 of other income; 10,000 of dividends at 15 % on top.
    without = federal(returns_of(status=0, ordinary=116_100, long=-20_000), LAW).total[0]
    with_ = federal(returns_of(status=0, ordinary=116_100, long=-20_000, qualified_dividends=10_000), LAW).total[0]
    assert with_ - without == pytest.approx(1_500)


def test_a_holding_kept_for_good_makes_the_whole_saving_permanent() -> None:
    facts = {"filing_status": SINGLE, "income_usd": usd(150_000), "short_gain_usd": usd(10_000), "gains_known": True}
    loss = Gains(short_usd=usd(-10_000))
    (sold,), (kept,) = (situations(Investor(**facts, kept_for_good=k), LAW) for k in (False, True))
    # Saved 24 %; a later long-term gain would pay 15 % of it back, an heir nothing.
    assert (change(sold, loss, LAW).saved_usd, change(sold, loss, LAW).permanent_usd) == (usd(2_400), usd(900))
    assert (change(kept, loss, LAW).postponed_usd, change(kept, loss, LAW).permanent_usd) == (ZERO, usd(2_400))


def test_the_persons_own_later_rate_decides_what_is_postponed() -> None:
    (case,) = situations(
        Investor(
            SINGLE, income_usd=usd(150_000), short_gain_usd=usd(10_000), gains_known=True, later_rate_frac=usd("0.2")
        ),
        LAW,
    )
    assert change(case, Gains(short_usd=usd(-10_000)), LAW).postponed_usd == usd(2_000)


def test_paying_later_is_worth_the_tax_less_its_present_value() -> None:
    # 1,000 in ten years at 4 %: 1,000 / 1.4802 = 675.56.
    assert delay_value(usd(1_000), usd(10)) == usd("324.44")
    assert delay_value(usd(1_000), ZERO) == 0
