"""The person's year: the difference of two whole returns, split into postponed and permanent by hand arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tools.errors import BadRequest
from tools.model import FilingStatus, Investor
from tools.tax.law import law_for
from tools.tax.situation import bracket_rate
from tools.tax.year import (
    Gains,
    Situation,
    change,
    change_range,
    changes,
    later_rate,
    marginal,
    outcome,
    room,
    situations,
)

LAW = law_for(2026)
SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINT
SEPARATE = FilingStatus.MARRIED_SEPARATE
NOTHING = Gains()


def usd(amount: int | str) -> Decimal:
    return Decimal(amount)


def single(income: int, **more: Any) -> Situation:
    return Situation(SINGLE, usd(income), **more)


def gains(short: int = 0, long: int = 0) -> Gains:
    return Gains(usd(short), usd(long))


def test_a_short_term_loss_saves_now_postpones_at_the_long_rate_and_carries_the_rest() -> None:
    # Taxable 143,900 with the 10,000 gain, in the 24 % bracket (105,700 to 201,775). 13,000 counts: 3,120.
    # 7,000 is carried; 13,000 at 15 % = 1,950 comes due later.
    found = change(single(150_000, short_gain_usd=usd(10_000)), gains(short=-20_000), LAW)
    assert found.saved_usd == usd(3_120)
    assert found.extra_tax_usd == usd(-3_120)
    assert found.used_now_usd == usd(13_000)
    assert found.later_rate_frac == usd("0.15")
    assert found.postponed_usd == usd(1_950)
    assert found.permanent_usd == usd(1_170)
    assert (found.with_.short_carryover_usd, found.with_.deducted_usd) == (usd(7_000), usd(3_000))
    assert (found.without.short_gain_usd, found.with_.short_gain_usd) == (usd(10_000), usd(-10_000))


def test_a_long_term_loss_against_a_long_term_gain_is_only_postponed() -> None:
    found = change(single(150_000, long_gain_usd=usd(8_000)), gains(long=-8_000), LAW)
    assert (found.saved_usd, found.postponed_usd, found.permanent_usd) == (usd(1_200), usd(1_200), usd(0))


def test_a_realized_gain_is_tax_paid_early() -> None:
    # Wages of 250,000 are over the 200,000 of NIIT: 15 % + 3.8 % = 1,880 on 10,000, now instead of later.
    found = change(single(250_000), gains(long=10_000), LAW)
    assert (found.extra_tax_usd, found.used_now_usd) == (usd(1_880), usd(-10_000))
    assert found.later_rate_frac == usd("0.188")
    assert (found.postponed_usd, found.permanent_usd) == (usd(-1_880), usd(0))


def test_a_gain_in_the_zero_bracket_is_free_and_postpones_nothing() -> None:
    # 30,000 - 16,100 = 13,900 taxable; 20,000 more stays under 49,450.
    found = change(single(30_000), gains(long=20_000), LAW)
    assert (found.extra_tax_usd, found.postponed_usd) == (usd(0), usd(0))


def test_a_gain_that_a_carryover_absorbs_costs_nothing_and_uses_nothing() -> None:
    found = change(single(150_000, short_carryover_usd=usd(9_300)), gains(long=5_000), LAW)
    # Without: 3,000 deducted and 6,300 carried. With: 9,300 - 5,000 = 4,300, of which 1,300 is carried.
    assert (found.without.carryover_usd, found.with_.carryover_usd) == (usd(6_300), usd(1_300))
    assert (found.extra_tax_usd, found.used_now_usd, found.postponed_usd) == (usd(0), usd(0), usd(0))


def test_a_loss_after_the_limit_is_spent_saves_nothing_now() -> None:
    found = change(single(150_000, long_carryover_usd=usd(3_000)), gains(long=-5_000), LAW)
    assert (found.saved_usd, found.used_now_usd, found.with_.long_carryover_usd) == (usd(0), usd(0), usd(5_000))


def test_a_separate_filer_deducts_half() -> None:
    found = change(Situation(SEPARATE, usd(100_000)), gains(short=-5_000), LAW)
    # Taxable 83,900 is in the 22 % bracket: 1,500 at 22 % = 330.
    assert (found.saved_usd, found.with_.short_carryover_usd) == (usd(330), usd(3_500))


def test_a_loss_without_taxable_income_is_kept_for_later() -> None:
    found = change(single(10_000), gains(short=-5_000), LAW)
    assert (found.saved_usd, found.with_.short_carryover_usd) == (usd(0), usd(5_000))


def test_a_large_gain_brings_the_alternative_minimum_tax() -> None:
    known = single(164_000, investment_interest_usd=usd(4_000), qualified_dividends_usd=usd(10_000))
    found = change(known, gains(long=700_000), LAW)
    assert found.with_.amt_usd == usd(14_546)
    assert found.extra_tax_usd == usd(160_778)
    assert change(single(160_000), gains(long=700_000), LAW).with_.amt_usd == usd(14_466)


def test_the_whole_year_adds_what_was_realized_before() -> None:
    year = outcome(single(150_000, short_gain_usd=usd(1_000)), gains(short=500, long=-200), LAW)
    # 133,900 + 1,300 = 135,200: 1,240 + 4,560 + 12,166 + 24 % of 29,500 = 7,080.
    assert (year.short_gain_usd, year.long_gain_usd) == (usd(1_500), usd(-200))
    assert year.federal_tax_usd == usd(1_240 + 4_560 + 12_166 + 7_080)


def test_known_status_and_income_make_one_exact_case_without_assumption() -> None:
    known = Investor(JOINT, income_usd=usd(310_000), gains_known=True)
    (case,) = situations(known, LAW)
    assert (case.filing_status, case.income_usd, case.assumption) == (JOINT, usd(310_000), "")
    found = change_range(known, gains(short=-3_000), LAW)
    assert found.exact
    assert found.narrow_by == ()
    assert found.low == found.high


def test_a_named_rate_stands_for_income_in_the_middle_of_its_bracket() -> None:
    (case,) = situations(Investor(SINGLE, rate_frac=usd("0.32"), gains_known=True), LAW)
    # (201,775 + 256,225) / 2 + 16,100
    assert case.income_usd == usd(245_100)
    assert case.assumption == "income in the middle of the 32% bracket"


def test_a_named_rate_decides_over_an_income_outside_its_bracket() -> None:
    said = Investor(SINGLE, income_usd=usd(60_000), rate_frac=usd("0.32"), gains_known=True)
    assert situations(said, LAW)[0].income_usd == usd(245_100)


def test_a_named_rate_that_the_income_confirms_leaves_the_income() -> None:
    said = Investor(SINGLE, income_usd=usd(230_000), rate_frac=usd("0.32"), gains_known=True)
    (case,) = situations(said, LAW)
    assert (case.income_usd, case.assumption) == (usd(230_000), "")


def test_the_top_bracket_has_no_middle_and_says_what_stands_for_it() -> None:
    (case,) = situations(Investor(SINGLE, rate_frac=usd("0.37"), gains_known=True), LAW)
    assert case.income_usd == usd("640600") * usd("1.25") + usd(16_100)
    assert case.assumption == "income a quarter above the start of the 37% bracket"


def test_a_rate_that_no_bracket_has_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadRequest, match="33%") as caught:
        situations(Investor(SINGLE, rate_frac=usd("0.33")), LAW)
    assert "10%, 12%, 22%, 24%, 32%, 35%, 37%" in caught.value.fix


@pytest.mark.parametrize("rate", LAW.ordinary.rates_frac)
@pytest.mark.parametrize("status", list(FilingStatus))
def test_the_income_that_stands_for_a_rate_is_in_that_bracket(status: FilingStatus, rate: Decimal) -> None:
    (case,) = situations(Investor(status, rate_frac=rate), LAW)
    assert bracket_rate(case.income_usd, status, LAW) == rate


def test_nothing_known_is_every_status_and_bracket_and_the_range_names_what_would_help() -> None:
    assert len(situations(Investor(), LAW)) == 5 * 7
    found = change_range(Investor(), gains(short=-3_000), LAW)
    # From 1,500 allowed at 10 % (separate) to 3,000 at 37 %.
    assert (found.low.saved_usd, found.high.saved_usd) == (usd(150), usd(1_110))
    assert found.narrow_by == ("filing_status", "income_usd")
    assert not found.exact
    assert "married filing separately" in found.low.assumption


def test_an_unknown_status_alone_is_five_cases() -> None:
    found = change_range(Investor(income_usd=usd(120_000), gains_known=True), gains(short=-3_000), LAW)
    assert found.narrow_by == ("filing_status",)
    # Separate: 1,500 at 22 % (103,900 taxable); joint: 3,000 at 12 % (87,800) = 360; head: 3,000 at 22 % = 660.
    assert (found.low.saved_usd, found.high.saved_usd) == (usd(330), usd(660))


def test_unsaid_gains_are_an_assumption_that_is_said() -> None:
    (case,) = situations(Investor(SINGLE, income_usd=usd(90_000)), LAW)
    assert case.assumption == "no other gains or losses realized this year"


def test_the_next_thousand_and_a_dollar_of_loss_have_the_rates_of_the_return() -> None:
    found = marginal(single(250_000), NOTHING, LAW)
    # Taxable 233,900: 32 % bracket. Wages carry no NIIT, the gains do; a loss finds no investment income to lower.
    assert found.short_rate_frac == usd("0.358")
    assert found.long_rate_frac == usd("0.188")
    assert found.ordinary_rate_frac == usd("0.32")
    assert found.carry_value_frac == usd("0.188")


def test_a_deducted_loss_lowers_investment_income_too() -> None:
    with_dividends = single(250_000, qualified_dividends_usd=usd(9_000))
    assert marginal(with_dividends, NOTHING, LAW).ordinary_rate_frac == usd("0.358")


def test_the_next_gain_is_free_while_losses_are_unused() -> None:
    found = marginal(single(150_000, long_carryover_usd=usd(9_000)), NOTHING, LAW)
    assert (found.short_rate_frac, found.long_rate_frac) == (usd(0), usd(0))
    assert found.carry_value_frac == usd("0.15")


def test_a_later_gain_meets_the_long_rate_whatever_losses_are_unused_now() -> None:
    carrying = single(250_000, long_carryover_usd=usd(9_000), short_gain_usd=usd(-4_000))
    assert later_rate(carrying, LAW) == usd("0.188")
    settled = marginal(carrying.settled(), NOTHING, LAW)
    assert (settled.short_rate_frac, settled.long_rate_frac) == (usd("0.358"), usd("0.188"))


def test_a_bracket_begins_over_its_edge_not_on_it() -> None:
    # 12,400 + 16,100 is the last dollar at 10 %.
    assert bracket_rate(usd(28_500), SINGLE, LAW) == usd("0.1")
    assert bracket_rate(usd("28500.01"), SINGLE, LAW) == usd("0.12")
    assert bracket_rate(usd(16_100), SINGLE, LAW) == 0


def test_room_is_the_distance_to_each_edge() -> None:
    found = room(single(40_000), NOTHING, LAW)
    # 49,450 + 16,100 - 40,000; 545,500 - 49,450; 200,000 - 40,000.
    assert (found.zero_usd, found.fifteen_usd, found.niit_usd) == (usd(25_550), usd(496_050), usd(160_000))
    later = room(single(40_000), gains(long=30_000), LAW)
    assert (later.zero_usd, later.fifteen_usd) == (usd(0), usd(545_500 + 16_100 - 70_000))


def test_unused_losses_make_room() -> None:
    found = room(single(40_000, long_carryover_usd=usd(10_000)), NOTHING, LAW)
    assert found.zero_usd == usd(35_550)
    assert room(single(90_000, long_carryover_usd=usd(10_000)), NOTHING, LAW).zero_usd == usd(0)


@given(st.integers(0, 65_000), st.integers(0, 60_000), st.integers(0, 30_000))
def test_a_gain_that_fills_the_zero_room_is_free_and_one_beyond_it_is_not(income: int, long: int, carried: int) -> None:
    case = single(income, long_gain_usd=usd(long), long_carryover_usd=usd(min(carried, long)))
    left = room(case, NOTHING, LAW).zero_usd
    assume(left > 0)
    assert change(case, Gains(long_usd=left), LAW).extra_tax_usd == 0
    assert change(case, Gains(long_usd=left + 2_000), LAW).extra_tax_usd > 0


@given(st.integers(0, 900_000), st.integers(-80_000, 80_000), st.integers(-80_000, 80_000))
def test_saved_is_postponed_and_permanent_together(income: int, short: int, long: int) -> None:
    found = change(single(income), gains(short, long), LAW)
    assert found.saved_usd == found.postponed_usd + found.permanent_usd
    assert found.saved_usd == found.without.federal_tax_usd - found.with_.federal_tax_usd


def test_several_cases_at_once_are_the_same_as_one_by_one() -> None:
    cases = situations(Investor(), LAW)
    wanted = gains(short=-7_000, long=4_000)
    assert changes(cases, wanted, LAW) == tuple(change(case, wanted, LAW) for case in cases)


def test_settling_a_year_keeps_net_gains_and_drops_losses() -> None:
    base = single(100_000, short_carryover_usd=usd(5_000))
    mixed = replace(base, short_gain_usd=usd(-4_000), long_gain_usd=usd(9_000)).settled()
    assert (mixed.short_gain_usd, mixed.long_gain_usd, mixed.short_carryover_usd) == (usd(0), usd(5_000), usd(0))
    lost = replace(base, short_gain_usd=usd(2_000), long_gain_usd=usd(-9_000)).settled()
    assert (lost.short_gain_usd, lost.long_gain_usd) == (usd(0), usd(0))
