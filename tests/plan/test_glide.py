"""A large position over several years: each year's tax against arithmetic, and no schedule on a grid beats it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from builders import ON, household, lot, single

from tools.errors import NoPlan
from tools.model import AccountType, Household, Wishes
from tools.plan.glide import first_working_day, glide
from tools.tax.law import law_for
from tools.tax.year import Gains, change_range, next_year

THREE = date(2029, 11, 20)


def concentrated(*more: object, **options: object) -> Household:
    rows = [lot("MSFT", 1000, 100, "2015-03-01"), lot("VTI", 1000, 300, "2018-03-01"), *more]
    return household(rows, {"MSFT": 500, "VTI": 500}, cash={"acct-1": 0}, **options)


def test_the_position_ends_at_the_weight_asked_for_and_the_parts_add_up() -> None:
    found = glide(concentrated(), single(), "MSFT", Decimal("0.12"), ON, THREE)
    # A million; 12 % are 240 shares, so 760 are sold, each with a gain of 400.
    assert sum(year.shares for year in found.years) == 760
    assert sum(year.gain_usd for year in found.years) == 304_000
    assert found.years[-1].weight_frac == Decimal("0.12")
    assert found.years[-1].fall_usd == Decimal("36000.00")
    assert [year.on for year in found.years] == [ON, date(2027, 1, 4), date(2028, 1, 3), date(2029, 1, 2)]


def test_each_year_s_tax_is_that_of_the_exact_engine_and_less_than_all_at_once() -> None:
    investor = single(300_000)
    found = glide(concentrated(), investor, "MSFT", Decimal("0.12"), ON, THREE)
    for n, year in enumerate(found.years):
        person = next_year(investor, law_for(2026)) if n else investor
        assert year.tax_usd == change_range(person, Gains(long_usd=year.gain_usd), law_for(year.on.year)).most_tax_usd
    # 304,000 of gain at once cross 545,500 of taxable income, so part of it is taxed at 20 %; spread it stays at 15 %.
    assert found.at_once_usd > found.tax_usd


def test_no_split_on_a_grid_of_shares_costs_less_than_the_one_found() -> None:
    investor, years = single(60_000), (date(2026, 11, 20), date(2027, 1, 4), date(2028, 1, 3))
    found = glide(concentrated(), investor, "MSFT", Decimal("0.26"), ON, date(2028, 6, 1))
    later = next_year(investor, law_for(2026))

    def cost(split: tuple[int, ...]) -> float:
        people = (investor, later, later)
        taxes = [
            change_range(who, Gains(long_usd=Decimal(400 * n)), law_for(day.year)).most_tax_usd
            for who, n, day in zip(people, split, years, strict=True)
        ]
        return float(sum(taxes))

    # 480 shares are sold, in steps of forty.
    best = min(cost((a, b, 480 - a - b)) for a, b in product(range(0, 481, 40), repeat=2) if a + b <= 480)
    assert float(found.tax_usd) <= best * 1.01


def test_where_no_year_is_cheaper_the_position_comes_down_evenly() -> None:
    """160 shares are sold with 64,000 of gain, 16,000 a year, all of it in the 15 % bracket."""
    found = glide(concentrated(), single(100_000), "MSFT", Decimal("0.42"), ON, THREE)
    assert [year.gain_usd for year in found.years] == pytest.approx([16_000] * 4, abs=400 * 7)
    assert found.tax_usd == pytest.approx(found.at_once_usd, abs=1)


def test_losses_carried_in_are_used_once_over_all_years() -> None:
    investor = single(100_000, long_carryover_usd=Decimal(50_000))
    found = glide(concentrated(), investor, "MSFT", Decimal("0.42"), ON, THREE)
    # 64,000 of gain less 50,000 of losses is 14,000 at 15 %; and selling nothing, 3,000 of them would lower income at
    # 22 % in each of four years.
    assert found.at_once_usd == pytest.approx(14_000 * 0.15 + 4 * 3_000 * 0.22, abs=1)
    assert sum(year.gain_usd for year in found.years) == 64_000
    assert 0 < found.tax_usd <= found.at_once_usd


def test_a_loss_position_of_the_name_itself_lowers_the_years_after() -> None:
    home = concentrated(lot("MSFT", 100, 900, "2019-03-01"))
    found = glide(home, single(100_000), "MSFT", Decimal("0.5"), ON, THREE)
    # 1,100 shares are worth 550,000 of 1,050,000; 50 go, all from the lot of 900: 20,000 of loss, 3,000 a year at 22 %.
    assert sum(year.shares for year in found.years) == 50
    assert found.tax_usd == pytest.approx(-4 * 660, abs=1)


def test_shares_in_an_ira_go_first_and_short_term_gains_wait() -> None:
    more = (lot("MSFT", 100, 490, "2026-09-01"), lot("MSFT", 50, 400, "2020-01-02", "acct-2"))
    home = concentrated(*more, types={"acct-2": AccountType.ROTH_IRA})
    found = glide(home, single(), "MSFT", Decimal("0.40"), ON, THREE)
    assert found.years[0].shares >= 50
    # The lot of September has the least gain a share, and nothing is gained by selling it short-term this year.
    assert sum(year.gain_usd for year in found.years if year.on.year == 2026) % 400 == 0


def test_a_position_below_the_weight_is_left_alone() -> None:
    with pytest.raises(NoPlan):
        glide(concentrated(), single(), "MSFT", Decimal("0.6"), ON, THREE)


def test_the_first_working_day_is_after_new_year_and_no_weekend() -> None:
    assert [first_working_day(year).isoformat() for year in (2027, 2028, 2029)] == [
        "2027-01-04",
        "2028-01-03",
        "2029-01-02",
    ]


def test_january_is_compared_with_december_when_the_money_is_needed_later() -> None:
    """Income fills the year's room: gains of this year were realized already, January starts empty."""
    from builders import targets

    from tools.plan.choose import make_plans
    from tools.plan.timing import compare_years

    home = household([lot("VTI", 1000, 100, "2018-03-01")], {"VTI": 300, "BND": 70}, cash={"acct-1": 0})
    investor = single(40_000, long_gain_usd=Decimal(30_000), targets=targets(us_equity=1.0))
    wishes = Wishes(raise_cash_usd=Decimal(15_000))
    plan = make_plans(home, investor, wishes, ON, "balanced", compare=False).chosen
    found = compare_years(plan, home, investor, wishes, date(2027, 1, 31))
    assert found is not None
    # 40,000 less 16,100 and 30,000 of gain already fill the 0 % bracket up to 49,450: now 15 % of about 10,000 of gain.
    assert found.now_tax_usd == pytest.approx(Decimal(1_500), abs=50)
    assert found.later_tax_usd == 0
    assert (found.now_due, found.later_due) == (date(2027, 1, 15), date(2027, 4, 15))
    assert compare_years(plan, home, investor, wishes, date(2026, 12, 31)) is None
