"""Wishes, impossible wishes and absurd inputs: each ends in the plan worked out by hand or in a named error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from core_builders import problem_with

from evals.bench.accounts import Size, random_account
from tools.errors import BadRequest, NoPlan
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import Limit, TaxRates
from tools.plan.core.search import solve_core

GAINS_AT_15 = TaxRates(0.24, 0.15, 0.24, 0.1, 0.1, 0.003, 0.0, 0.0)
NOTHING_FREE = TaxRates(0.10, 0.0, 0.10, 0.0, 0.0, 0.003, 0.0, 0.0)


def test_without_tax_the_portfolio_goes_all_the_way_to_target() -> None:
    plan = solve_core(problem_with())
    assert plan.sell == pytest.approx([0.2, 0.0], abs=1e-4)
    assert plan.buy == pytest.approx([0.0, 0.2], abs=1e-4)


def test_with_tax_the_sale_stops_where_one_more_dollar_saves_as_much_risk_as_it_costs_tax() -> None:
    plan = solve_core(problem_with(GAINS_AT_15))
    # Sell t of A, buy t of B: risk 10 x 0.04 x 2 (0.2 - t)^2, so the slope 1.6 (0.2 - t) meets 0.15 x 0.5 a dollar.
    assert plan.sell[0] == pytest.approx(0.2 - 0.15 * 0.5 / 1.6, abs=1e-4)


def test_a_gain_limit_holds_to_the_last_digit_and_costs_what_it_costs() -> None:
    limit = Limit("gains", np.array([0.5, -0.25]), np.zeros(2), 0.03)
    plan = solve_core(problem_with(limits=(limit,)))
    assert plan.sell[0] * 0.5 - plan.sell[1] * 0.25 == pytest.approx(0.03, abs=1e-6)


def test_in_the_zero_bracket_gains_are_harvested_and_bought_again_when_later_tax_is_saved() -> None:
    base = problem_with(NOTHING_FREE, deviation=np.zeros(2))
    base = replace(base, lots=replace(base.lots, gain_rate=np.array([0.5, 0.25]), later=np.full(2, 0.1)))
    plan = solve_core(base)
    assert plan.sell == pytest.approx([0.6, 0.4], abs=1e-4)
    assert plan.buy == pytest.approx([0.6, 0.4], abs=1e-4)
    assert plan.cost.later_bp == pytest.approx(1e4 * 0.1 * (0.6 * 0.5 + 0.4 * 0.25), abs=1e-2)


def test_the_tax_of_a_sale_can_be_set_aside_from_its_proceeds() -> None:
    # Raise 0.1 after tax from A alone: x - 0.15 x 0.5 x = 0.1.
    base = problem_with(GAINS_AT_15, cash_target=np.array([0.1]), set_aside=0)
    base = replace(base, lots=replace(base.lots, most=np.array([0.6, 0.0])), buys=replace(base.buys, most=np.zeros(2)))
    plan = solve_core(replace(base, deviation=np.zeros(2)))
    assert plan.sell[0] == pytest.approx(0.1 / (1 - 0.075), abs=1e-5)


def test_a_limit_on_tax_holds() -> None:
    plan = solve_core(problem_with(GAINS_AT_15, tax_most=0.005))
    assert plan.cost.tax_bp <= 50 + 1e-3
    assert plan.sell[0] > 0.05


def test_a_loss_and_its_own_purchase_are_not_in_one_plan() -> None:
    base = problem_with(GAINS_AT_15)
    plan = solve_core(base)
    assert plan.sell[1] == 0 or plan.buy[1] == 0
    together = solve_core(replace(base, group=np.zeros(2, dtype=np.intp)))
    assert together.sell[1] == 0 or together.buy.sum() == 0


def test_a_recent_purchase_elsewhere_blocks_a_loss_unless_it_is_sold_too() -> None:
    base = problem_with(GAINS_AT_15)
    recent = replace(base, group=np.zeros(2, dtype=np.intp), lots=replace(base.lots, recent=np.array([True, False])))
    plan = solve_core(recent)
    assert plan.sell[1] == 0 or plan.sell[0] == base.lots.value[0]
    assert "wash sales" not in rule_breaks(recent, plan.sell, plan.buy)


def test_its_own_recent_purchase_does_not_block_a_loss() -> None:
    base = problem_with(GAINS_AT_15, deviation=np.array([-0.2, 0.2]))
    recent = replace(base, lots=replace(base.lots, recent=np.array([False, True])))
    assert 0 < solve_core(recent).sell[1] < 0.4


def test_more_cash_than_there_is_names_the_account_and_how_much_is_missing() -> None:
    with pytest.raises(NoPlan, match=r"cash of account 0.*100"):
        solve_core(problem_with(cash_target=np.array([2.0])))


def test_with_everything_restricted_and_cash_where_it_should_be_nothing_is_traded() -> None:
    base = problem_with()
    shut = replace(base, lots=replace(base.lots, most=np.zeros(2)), buys=replace(base.buys, most=np.zeros(2)))
    plan = solve_core(shut)
    assert plan.sell.sum() == plan.buy.sum() == 0
    assert plan.cost.total_bp == pytest.approx(1e4 * 10 * 0.04 * 0.08)


def test_a_million_dollar_lot_among_cents_is_solved_to_the_end() -> None:
    base = random_account(11, Size(assets=10, lots_per_asset=4))
    value = base.lots.value.copy()
    value[1::2] *= 1e-8
    held = np.bincount(base.lots.asset, value - base.lots.value, 10)
    odd = replace(base, lots=replace(base.lots, value=value, most=np.minimum(base.lots.most, value)))
    odd = replace(odd, deviation=base.deviation + held)
    plan = solve_core(odd)
    assert plan.gap_bp <= 0.01
    assert rule_breaks(odd, plan.sell, plan.buy) == {}


def test_targets_that_do_not_sum_to_one_are_followed_as_far_as_cash_allows() -> None:
    plan = solve_core(problem_with(deviation=np.array([0.5, 0.3])))
    # Both are over target; what leaves A must enter B, so the deviations meet in the middle.
    assert plan.sell[0] == pytest.approx(0.1, abs=1e-4)


def test_an_account_without_lots_spends_its_cash() -> None:
    base = problem_with(cash=np.array([1.0]), deviation=np.array([-0.4, -0.6]))
    none = replace(base.lots, **{name: getattr(base.lots, name)[:0] for name in base.lots.__slots__})
    plan = solve_core(replace(base, lots=none))
    assert plan.buy == pytest.approx([0.4, 0.6], abs=1e-4)


@pytest.mark.parametrize(
    "more",
    [
        {"idio": np.array([0.2, np.nan])},
        {"deviation": np.array([0.2, np.inf])},
        {"gamma": -1.0},
        {"spread": np.array([0.6, 0.0])},
        {"factors": np.zeros((3, 1))},
        {"cash_target": np.zeros(2)},
    ],
)
def test_data_without_meaning_is_refused_by_name(more: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        problem_with(**more)


def test_the_cost_is_the_sum_of_its_parts() -> None:
    base = problem_with(GAINS_AT_15, spread=np.full(2, 0.001))
    cost = cost_of(base, np.array([0.1, 0.0]), np.array([0.0, 0.05]))
    assert cost.risk_bp == pytest.approx(1e4 * 10 * 0.04 * (0.1**2 + 0.15**2))
    assert cost.trading_bp == pytest.approx(1.5)
    assert cost.tax_bp == pytest.approx(1e4 * 0.15 * 0.05)
    assert cost.total_bp == pytest.approx(cost.risk_bp + cost.trading_bp + cost.tax_bp)
