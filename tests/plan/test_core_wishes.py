"""Each wish changes the plan as meant, and its price is what loosening it saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from core_builders import problem_with

from evals.bench.accounts import Size, random_account
from tools.errors import NoPlan
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import CoreProblem, TaxRates
from tools.plan.core.search import CorePlan, solve_core
from tools.plan.core.terms import at_netting_limit, sale_terms, wish_prices
from tools.plan.core.wishes import (
    cash_target,
    gain_most,
    long_term_only,
    restricted,
    tax_most,
    tracking_error_most,
    turnover_most,
    wait_for_long_term,
)

AT_15 = TaxRates(0.24, 0.15, 0.24, 0.1, 0.1, 0.003, 0.0, 0.0)


def account() -> CoreProblem:
    """Ten assets whose unrestricted plan realizes gains."""
    base = random_account(8, Size(assets=10, lots_per_asset=4))
    return replace(base, tax=AT_15, gamma=60.0)


def test_what_is_restricted_is_not_traded() -> None:
    plan = solve_core(restricted(account(), {0, 3}))
    assert plan.sell[np.isin(account().lots.asset, [0, 3])].sum() == 0
    assert plan.buy[np.isin(account().buys.asset, [0, 3])].sum() == 0


def test_only_long_term_gains_are_realized_when_that_is_the_wish() -> None:
    lots, plan = account().lots, solve_core(long_term_only(account()))
    assert plan.sell[lots.short & lots.taxable & (lots.gain_rate > 0)].sum() == 0


def test_lots_that_turn_long_term_soon_are_kept_and_others_are_not() -> None:
    base = account()
    days = np.where(base.lots.short, 20.0, 0.0)
    assert (wait_for_long_term(base, days, 19).lots.most == base.lots.most).all()
    kept = base.lots.short & base.lots.taxable & (base.lots.gain_rate > 0)
    assert (wait_for_long_term(base, days, 20).lots.most[kept] == 0).all()


@pytest.mark.parametrize(
    ("name", "wish", "most"),
    [("net gain", gain_most, -0.02), ("turnover", turnover_most, 0.05), ("tax", tax_most, -0.002)],
)
def test_a_limit_holds_and_its_price_is_what_one_unit_more_saves(
    name: str, wish: Callable[[CoreProblem, float], CoreProblem], most: float
) -> None:
    base, step = account(), 1e-4
    plan, looser = solve_core(wish(base, most), 1e-5), solve_core(wish(base, most + step), 1e-5)
    tighter = solve_core(wish(base, most - step), 1e-5)
    assert rule_breaks(wish(base, most), plan.sell, plan.buy).get(name, 0.0) < 1e-6
    unit = 2.0 if name == "turnover" else 1.0
    price = unit * wish_prices(plan)[name] * 1e4
    saved, paid = (
        (plan.cost.total_bp - looser.cost.total_bp) / step,
        (tighter.cost.total_bp - plan.cost.total_bp) / step,
    )
    assert saved - 0.02 * abs(saved) - 1 <= price <= paid + 0.02 * abs(paid) + 1
    assert price > 0


def test_cash_to_raise_is_raised_and_with_its_tax_when_that_is_the_wish() -> None:
    base = replace(account(), cash_target=account().cash_target)
    plain, with_tax = solve_core(cash_target(base, 0, 0.2)), solve_core(cash_target(base, 0, 0.2, tax_too=True))
    assert rule_breaks(cash_target(base, 0, 0.2), plain.sell, plain.buy) == {}
    assert max(rule_breaks(cash_target(base, 0, 0.2, True), with_tax.sell, with_tax.buy).values(), default=0) < 1e-6


def test_a_tracking_error_holds_with_a_proof_and_one_out_of_reach_says_how_near_it_gets() -> None:
    base = replace(account(), gamma=1.0)
    free = solve_core(base)
    error = float(np.sqrt(free.cost.risk_bp / 1e4))
    tracked = tracking_error_most(base, 0.8 * error)
    assert tracked.error_frac <= 0.8 * error
    assert tracked.gap_bp < 0.5
    assert tracked.cost_bp >= free.cost.total_bp - 1e-3
    with pytest.raises(NoPlan, match="close to target"):
        tracking_error_most(base, 1e-6)


def sold_in_part(base: CoreProblem, plan: CorePlan) -> list[int]:
    return [j for j, x in enumerate(plan.sell) if 1e-4 < x < base.lots.most[j] - 1e-4]


def test_the_margin_is_zero_on_a_lot_sold_in_part_and_has_the_right_sign_on_others() -> None:
    base = account()
    plan = solve_core(base, 1e-6)
    terms = sale_terms(base, plan)
    assert sold_in_part(base, plan)
    for j in sold_in_part(base, plan):
        assert terms[j].margin == pytest.approx(0.0, abs=2e-4)
    whole = np.flatnonzero((plan.sell > base.lots.most - 1e-9) & (base.lots.most > 1e-3))
    assert all(terms[j].margin > -2e-4 for j in whole)


def test_the_terms_of_a_sale_are_those_of_a_finite_difference() -> None:
    base = problem_with(AT_15)
    plan = solve_core(base, 1e-6)
    terms, step = sale_terms(base, plan)[0], 1e-6
    more = cost_of(base, plan.sell + np.array([step, 0.0]), plan.buy)
    assert (more.tax_bp - plan.cost.tax_bp) / step / 1e4 == pytest.approx(terms.tax_now, abs=1e-6)
    assert -(more.risk_bp - plan.cost.risk_bp) / step / 1e4 == pytest.approx(terms.own_risk, abs=1e-4)


def test_a_plan_held_at_the_edge_of_netting_says_so() -> None:
    # Without other income a loss carried forward is worth nothing: gains are realized up to the losses and no further.
    harvest = TaxRates(0.5, 0.5, 0.5, 0.0, 0.0, 0.0, -0.05, 0.0)
    base = problem_with(harvest, gamma=5.0)
    base = replace(base, lots=replace(base.lots, most=np.array([0.6, 0.0])))
    plan = solve_core(base)
    assert plan.sell[0] == pytest.approx(0.1, abs=1e-4)
    assert at_netting_limit(plan) or plan.regime == "net gain"
