"""Goals of the core: sleeves with bands, caps and idle cash cost what they say, and both paths agree on them."""

from __future__ import annotations

import numpy as np
import pytest
from core_builders import NO_TAX, problem_with
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.plan.core.check import check_certificate
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import Bend, CoreBuys, CoreLots, CoreProblem, Goal, Step, TaxRates
from tools.plan.core.reference import solve_reference
from tools.plan.core.search import solve_core
from tools.plan.core.terms import sale_terms

SLOW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def with_goals(seed: int) -> CoreProblem:
    """Return a random household without asset targets: sleeves with bands and caps, idle cash, a stepped tax."""
    rng = np.random.default_rng(seed)
    lots, assets, accounts, pairs = rng.integers(3, 12), rng.integers(2, 6), rng.integers(1, 3), rng.integers(1, 8)
    value = rng.random(lots)
    value /= value.sum() * 1.2
    held = CoreLots(
        account=rng.integers(0, accounts, lots),
        asset=rng.integers(0, assets, lots),
        value=value,
        gain_rate=rng.uniform(-0.6, 0.7, lots),
        short=rng.random(lots) < 0.4,
        taxable=rng.random(lots) < 0.8,
        most=value * (rng.random(lots) < 0.9),
        recent=rng.random(lots) < 0.15,
        later=np.where(rng.random(lots) < 0.5, 0.1, 0.0),
    )
    wanted = CoreBuys(
        rng.integers(0, accounts, pairs), rng.integers(0, assets, pairs), np.ones(pairs), rng.random(pairs) * 1e-4
    )
    weights = np.bincount(held.asset, value, assets)
    goals = [_sleeve(n, rng.random(assets) < 0.5, rng.random(), weights, held, wanted) for n in range(3)]
    goals.append(Goal("idle", 0.1, np.ones(lots), -np.ones(pairs), (Bend(0.12, up=0.003),)))
    starts = rng.normal(size=2) * 0.01
    steps = (Step(0.35, 0.35, -0.002), Step(0.4, 0.18, -0.001))
    return CoreProblem(
        lots=held,
        buys=wanted,
        deviation=np.zeros(assets),
        factors=rng.normal(size=(assets, 2)) * 0.1 * (rng.random((assets, 2)) < 0.3),
        idio=np.where(rng.random(assets) < 0.5, 0.2, 0.0),
        spread=np.full(assets, 3e-4),
        group=np.unique(rng.integers(0, assets, assets), return_inverse=True)[1],
        cash=np.full(accounts, 0.1 / accounts),
        cash_target=np.zeros(accounts),
        account_weight=np.ones(accounts),
        tax=TaxRates(0.3, 0.18, 0.28, 0.1, 0.08, 0.003, starts[0], starts[1], steps=steps),
        gamma=1.0,
        goals=tuple(goals),
        loose_cash=True,
    )


def _sleeve(n: int, mine: np.ndarray, target: float, weights: np.ndarray, lots: CoreLots, buys: CoreBuys) -> Goal:
    bends = (
        Bend(target, up_square=0.05, down_square=0.05),
        Bend(target + 0.05, up_square=0.02),
        Bend(target - 0.05, down_square=0.02),
        Bend(target + 0.1, up=0.1),
    )
    sell, buy = -mine[lots.asset].astype(float), mine[buys.asset].astype(float)
    return Goal(f"sleeve {n}", float(weights @ mine), sell, buy, bends)


@SLOW
@given(st.integers(0, 10_000))
def test_two_independent_paths_agree_on_goals_and_the_certificate_holds(seed: int) -> None:
    problem = with_goals(seed)
    plan, reference = solve_core(problem), solve_reference(problem)
    assert plan.cost.total_bp == pytest.approx(reference.cost_bp, abs=1e-3)
    assert rule_breaks(problem, plan.sell, plan.buy) == {}
    assert check_certificate(problem, plan.certificate, plan.cost.total_bp, 0.01).fault == ""


@SLOW
@given(st.integers(0, 10_000))
def test_no_random_legal_plan_costs_less_than_the_bound(seed: int) -> None:
    problem = with_goals(seed)
    plan, rng = solve_core(problem), np.random.default_rng(seed)
    for part in rng.random(200) ** 3:
        sell = plan.sell * (1 - part) + part * problem.lots.most * rng.random(len(plan.sell))
        buy = plan.buy * (1 - part) + part * problem.buys.most * rng.random(len(plan.buy)) * 0.1
        if max(rule_breaks(problem, sell, buy).values(), default=0.0) < 1e-9:
            assert cost_of(problem, sell, buy).total_bp >= plan.bound_bp - 1e-6


def test_a_goal_is_missed_until_its_slope_meets_the_price_of_the_trade() -> None:
    """0.6 of A, goal 0.4 at 0.5 a squared unit, idle cash at 0.06 a dollar: sell x with 2 x 0.5 (0.2 - x) = 0.06."""
    a_goal = Goal("A", 0.6, np.array([-1.0, 0.0]), np.zeros(2), (Bend(0.4, up_square=0.5, down_square=0.5),))
    idle = Goal("idle", 0.0, np.ones(2), -np.ones(2), (Bend(0.0, up=0.06),))
    problem = problem_with(
        NO_TAX,
        deviation=np.zeros(2),
        idio=np.zeros(2),
        spread=np.zeros(2),
        goals=(a_goal, idle),
        loose_cash=True,
        buys=CoreBuys(np.zeros(2, dtype=np.intp), np.arange(2), np.zeros(2), np.zeros(2)),
    )
    plan = solve_core(problem)
    assert plan.sell[0] == pytest.approx(0.2 - 0.06, abs=1e-6)
    assert plan.cost.goals_bp == pytest.approx(1e4 * (0.5 * 0.06**2 + 0.06 * 0.14), abs=1e-6)
    # What the goal gains per dollar sold is the price of the idle cash.
    assert sale_terms(problem, plan)[0].goals == pytest.approx(0.0, abs=1e-5)


def test_cash_may_stay_where_it_is_loose_and_must_be_spent_where_it_is_not() -> None:
    plan = solve_core(problem_with(NO_TAX, cash=np.array([0.1]), loose_cash=True, deviation=np.array([0.0, 0.0])))
    assert plan.buy.sum() == pytest.approx(0.0, abs=1e-4)
    tight = solve_core(problem_with(NO_TAX, cash=np.array([0.1]), deviation=np.array([0.0, 0.0])))
    assert tight.buy.sum() == pytest.approx(0.1, abs=1e-4)
