"""Plans: what they sell, what they must not, and the tax they report, against arithmetic written out here."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from builders import ON, household, lot, single, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.analysis.wash import Leg, wash_of
from tools.errors import LotlineError, MissingFact
from tools.model import AccountType, Wishes
from tools.plan.choose import make_plans
from tools.plan.plan import make_plan
from tools.plan.style import ALL_THE_WAY, BALANCED, NO_GAINS
from tools.tax.law import law_for

LAW = law_for(2026)
HARVEST = Wishes(harvest_only=True)
ROTH = {"acct-2": AccountType.ROTH_IRA}


def test_a_short_loss_against_a_short_gain_saves_the_bracket_and_postpones_the_long_rate() -> None:
    home = household([lot("INTC", 100, 100, "2026-03-02")], {"INTC": 60, "SOXX": 200}, cash={"acct-1": 0})
    plan = make_plan(home, single(short_gain_usd=Decimal(10_000)), LAW, HARVEST, ON, BALANCED)
    # 150,000 less 16,100 is 133,900, in the 24 % bracket; long gains are taxed at 15 %; no NIIT below 200,000.
    assert [(t.side, t.symbol, t.shares) for t in plan.trades] == [("sell", "INTC", 100), ("buy", "SOXX", 30)]
    assert plan.tax.low.saved_usd == Decimal("960.00")  # 4,000 x 24 %
    assert plan.tax.low.postponed_usd == Decimal("600.00")  # 4,000 x 15 %
    assert plan.tax.low.permanent_usd == Decimal("360.00")
    assert plan.quiet[0].symbols == ("INTC",)
    assert plan.quiet[0].until == date(2026, 12, 21)


def test_a_loss_bought_again_in_an_ira_is_left_alone() -> None:
    home = household(
        [lot("INTC", 100, 100, "2026-03-02"), lot("INTC", 30, 61, "2026-11-11", "acct-2")],
        {"INTC": 60, "SOXX": 200},
        cash={"acct-1": 0, "acct-2": 0},
        types=ROTH,
    )
    plan = make_plan(home, single(short_gain_usd=Decimal(10_000)), LAW, HARVEST, ON, BALANCED)
    assert not [t for t in plan.trades if t.symbol == "INTC"]


def test_a_loss_with_shares_held_in_an_ira_for_years_is_harvested() -> None:
    home = household(
        [lot("INTC", 100, 100, "2026-03-02"), lot("INTC", 30, 61, "2020-11-11", "acct-2")],
        {"INTC": 60, "SOXX": 200},
        cash={"acct-1": 0, "acct-2": 0},
        types=ROTH,
    )
    plan = make_plan(home, single(short_gain_usd=Decimal(10_000)), LAW, HARVEST, ON, BALANCED)
    assert [t.shares for t in plan.sells] == [100]


def test_a_loss_bought_again_in_the_same_account_is_sold_whole_with_the_new_shares_or_not_at_all() -> None:
    lots = [lot("INTC", 100, 100, "2026-03-02"), lot("INTC", 40, 61, "2026-11-05")]
    home = household(lots, {"INTC": 60, "SOXX": 200}, cash={"acct-1": 0})
    plan = make_plan(home, single(short_gain_usd=Decimal(10_000)), LAW, HARVEST, ON, BALANCED)
    assert {t.lot_id: t.shares for t in plan.sells} == {"lot-1": 100, "lot-2": 40}
    assert plan.realized.wash.disallowed_usd == 0


def test_a_fund_at_a_loss_below_its_target_is_not_sold_and_bought_at_once() -> None:
    home = household(
        [lot("BND", 300, 80, "2024-03-01"), lot("VTI", 200, 150, "2019-03-01")],
        {"BND": 70, "VTI": 300},
        cash={"acct-1": 20_000},
    )
    wanted = targets(us_equity=0.5, bonds=0.45, cash=0.05)
    plan = make_plan(home, single(targets=wanted), LAW, Wishes(), ON, ALL_THE_WAY)
    sides = {t.side for t in plan.trades if t.symbol == "BND"}
    assert sides in ({"buy"}, {"sell"})


def test_the_gain_limit_holds_after_rounding_to_whole_shares() -> None:
    home = household(
        [
            lot("MSFT", 200, 101.37, "2018-03-01"),
            lot("MSFT", 100, 333.33, "2022-03-01"),
            lot("BND", 100, 70, "2020-01-02"),
        ],
        {"MSFT": 480, "BND": 70},
        cash={"acct-1": 5_000},
    )
    wanted = targets(MSFT=0.3, bonds=0.65, cash=0.05)
    for limit in (0, 1_000, 8_000, 40_000):
        wishes = Wishes(max_gain_usd=Decimal(limit))
        plan = make_plan(home, single(targets=wanted), LAW, wishes, ON, ALL_THE_WAY)
        assert plan.realized.gain_usd <= limit


def test_what_is_to_be_left_alone_is_not_traded() -> None:
    home = household(
        [lot("MSFT", 200, 100, "2018-03-01"), lot("AAPL", 200, 300, "2022-03-01"), lot("VTI", 50, 200, "2020-01-02")],
        {"MSFT": 480, "AAPL": 270, "VTI": 330},
        cash={"acct-1": 5_000},
    )
    wanted = targets(MSFT=0.1, us_equity=0.85, cash=0.05)
    wishes = Wishes(exclude=("MSFT",), lots_locked=("lot-2",))
    plan = make_plan(home, single(targets=wanted), LAW, wishes, ON, ALL_THE_WAY)
    assert not {t.symbol for t in plan.trades} & {"MSFT", "AAPL"}


def test_a_lot_of_unknown_cost_is_set_aside_and_the_rest_is_planned() -> None:
    home = household(
        [lot("INTC", 100, 100, "2026-03-02"), lot("AMD", 50, None, "2020-01-02")],
        {"INTC": 60, "AMD": 150, "SOXX": 200},
        cash={"acct-1": 0},
    )
    plan = make_plan(home, single(short_gain_usd=Decimal(10_000)), LAW, HARVEST, ON, BALANCED)
    assert [held.symbol for held in plan.set_aside] == ["AMD"]
    assert {t.symbol for t in plan.sells} == {"INTC"}


def test_without_targets_or_a_cap_nothing_is_assumed() -> None:
    home = household([lot("INTC", 100, 100, "2026-03-02")], {"INTC": 60})
    with pytest.raises(MissingFact):
        make_plan(home, single(), LAW, Wishes(), ON, BALANCED)


def test_a_cap_brings_single_names_down_and_keeps_the_classes() -> None:
    home = household(
        [lot("MSFT", 100, 400, "2018-03-01"), lot("VTI", 100, 200, "2020-01-02"), lot("BND", 200, 70, "2020-01-02")],
        {"MSFT": 480, "VTI": 330, "BND": 70},
        cash={"acct-1": 0},
    )
    plan = make_plan(home, single(), LAW, Wishes(max_weight_frac=Decimal("0.2")), ON, BALANCED)
    after = sum((plan.after.value_of(held) or Decimal(0) for held in plan.after.lots_of("MSFT")), Decimal(0))
    assert after / plan.after.value_usd <= Decimal("0.205")
    bonds = {sleeve.key: sleeve.weight_frac for sleeve in plan.drift_after.sleeves}["bonds"]
    assert abs(bonds - Decimal(14_000) / Decimal(95_000)) < Decimal("0.01")


def test_sheltered_accounts_are_rebalanced_before_tax_is_paid() -> None:
    home = household(
        [lot("VTI", 100, 100, "2015-03-01"), lot("VTI", 100, 100, "2015-03-01", "acct-2")],
        {"VTI": 330, "BND": 70},
        cash={"acct-1": 0, "acct-2": 0},
        types=ROTH,
    )
    plan = make_plan(home, single(targets=targets(us_equity=0.6, bonds=0.4)), LAW, Wishes(), ON, BALANCED)
    assert plan.realized.gain_usd == 0
    assert {t.account_id for t in plan.sells} == {"acct-2"}


def test_new_money_is_put_to_work_and_money_to_raise_is_raised() -> None:
    home = household(
        [lot("VTI", 100, 300, "2020-01-02"), lot("BND", 100, 70, "2020-01-02")],
        {"VTI": 330, "BND": 70},
        cash={"acct-1": 0},
    )
    investor = single(targets=targets(us_equity=0.5, bonds=0.5))
    invest = make_plan(home, investor, LAW, Wishes(new_cash_usd=Decimal(20_000), no_sells=True), ON, BALANCED)
    assert not invest.sells
    assert Decimal(18_000) < sum(t.amount_usd for t in invest.buys if t.symbol == "BND") <= 20_000
    raise_cash = make_plan(home, investor, LAW, Wishes(raise_cash_usd=Decimal(5_000)), ON, BALANCED)
    assert raise_cash.after.cash_usd["acct-1"] >= 4_999


def test_the_three_styles_stand_in_order_of_gains_and_of_distance() -> None:
    home = household(
        [lot("MSFT", 200, 100, "2018-03-01"), lot("MSFT", 50, 470, "2023-03-01"), lot("INTC", 100, 100, "2022-03-02")],
        {"MSFT": 480, "INTC": 60, "VTI": 330, "SOXX": 200},
        cash={"acct-1": 10_000},
    )
    investor = single(targets=targets(MSFT=0.3, us_equity=0.6, cash=0.1))
    plans = {s.name: make_plan(home, investor, LAW, Wishes(), ON, s) for s in (NO_GAINS, BALANCED, ALL_THE_WAY)}
    assert plans["no_gains"].realized.gain_usd <= 0
    assert plans["no_gains"].drift_after.total_frac >= plans["balanced"].drift_after.total_frac - Decimal("0.005")
    assert plans["balanced"].drift_after.total_frac > plans["all_the_way"].drift_after.total_frac
    assert plans["all_the_way"].drift_after.total_frac < Decimal("0.02")


def test_the_same_holdings_give_the_same_plan_whatever_the_order_of_rows() -> None:
    rows = [
        lot("MSFT", 200, 100, "2018-03-01"),
        lot("MSFT", 50, 470, "2023-03-01"),
        lot("INTC", 100, 100, "2022-03-02"),
        lot("VTI", 30, 250, "2022-05-02"),
    ]
    prices = {"MSFT": 480, "INTC": 60, "VTI": 330, "SOXX": 200}
    investor = single(targets=targets(MSFT=0.3, us_equity=0.6, cash=0.1))
    found = set()
    for seed in range(4):
        shuffled = random.Random(seed).sample(rows, len(rows))
        home = household(shuffled, prices, cash={"acct-1": 10_000})
        plan = make_plans(home, investor, Wishes(), ON, "balanced", compare=False).chosen
        cost = {held.id: held.basis_usd for held in home.lots}
        found.add(tuple(sorted((t.side, t.symbol, t.shares, cost.get(t.lot_id or "")) for t in plan.trades)))
    assert len(found) == 1


SYMBOLS = ("MSFT", "INTC", "VTI", "BND", "VXUS")


@st.composite
def random_homes(draw: st.DrawFn) -> object:
    rows = []
    for _ in range(draw(st.integers(1, 10))):
        symbol = draw(st.sampled_from(SYMBOLS))
        shares = draw(st.integers(1, 400))
        cost = draw(st.integers(5, 900))
        day = draw(st.dates(date(2015, 1, 1), ON))
        rows.append(lot(symbol, shares, cost, day.isoformat(), draw(st.sampled_from(["acct-1", "acct-2"]))))
    prices = {"MSFT": 480, "INTC": 60, "VTI": 330, "BND": 70, "VXUS": 75, "SOXX": 200, "ITOT": 140}
    cash = {"acct-1": draw(st.integers(0, 50_000)), "acct-2": draw(st.integers(0, 5_000))}
    return household(rows, prices, cash=cash, types={"acct-1": AccountType.TAXABLE, **ROTH})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    random_homes(), st.sampled_from([0, 40_000, 150_000, 900_000]), st.sampled_from([BALANCED, NO_GAINS, ALL_THE_WAY])
)
def test_no_plan_loses_value_oversells_or_buys_inside_a_wash_window(home, income, style) -> None:
    investor = single(income, targets=targets(MSFT=0.1, us_equity=0.5, intl_equity=0.1, bonds=0.25, cash=0.05))
    plan = make_plan(home, investor, LAW, Wishes(), ON, style)
    assert plan.after.value_usd == home.value_usd
    for trade in plan.sells:
        assert 0 < trade.shares <= home.lot_by_id[trade.lot_id].shares
    assert all(amount >= 0 for amount in plan.after.cash_usd.values())
    legs = [Leg(home.lot_by_id[t.lot_id], t.shares) for t in plan.sells]
    assert wash_of(home, legs, ON).disallowed_usd == 0
    lost = {home.lot_by_id[i].symbol for i, gain in plan.realized.gain_by_lot.items() if gain < 0}
    assert not lost & {t.symbol for t in plan.buys}


def test_impossible_wishes_end_in_a_named_error() -> None:
    home = household([lot("VTI", 10, 300, "2020-01-02")], {"VTI": 330}, cash={"acct-1": 0})
    wishes = Wishes(raise_cash_usd=Decimal(1_000_000))
    with pytest.raises(LotlineError):
        make_plan(home, single(targets=targets(us_equity=0.5, cash=0.5)), LAW, wishes, ON, BALANCED)


def test_a_group_sold_at_a_loss_lately_is_not_bought() -> None:
    from tools.model import LossSale

    home = household([lot("VTI", 100, 300, "2020-01-02")], {"VTI": 330, "BND": 70, "AGG": 99}, cash={"acct-1": 30_000})
    sold = LossSale("BND", "acct-1", date(2026, 11, 10), Decimal(100), Decimal(500))
    wanted = single(targets=targets(us_equity=0.5, bonds=0.5))
    free = make_plan(home, wanted, LAW, Wishes(), ON, BALANCED)
    assert "BND" in {t.symbol for t in free.buys}
    quiet = make_plan(replace(home, loss_sales=(sold,)), wanted, LAW, Wishes(), ON, BALANCED)
    assert "BND" not in {t.symbol for t in quiet.buys}
