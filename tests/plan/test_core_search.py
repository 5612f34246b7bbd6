"""The core's search against an independent path, against enumeration, and against its own certificate."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.bench.accounts import Size, random_account
from tools.plan.core.certificate import Certificate
from tools.plan.core.check import check_certificate
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import CoreProblem
from tools.plan.core.reference import solve_reference
from tools.plan.core.search import solve_core

SMALL = Size(assets=6, lots_per_asset=3, factors=2)
SLOW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.integers(0, 10_000))
def test_two_independent_paths_agree_on_households_with_groups_of_several(seed: int) -> None:
    problem = random_account(seed, SMALL)
    plan, reference = solve_core(problem), solve_reference(problem)
    assert plan.cost.total_bp == pytest.approx(reference.cost_bp, abs=1e-3)


@SLOW
@given(st.integers(0, 10_000))
def test_no_random_legal_plan_costs_less_than_the_bound(seed: int) -> None:
    problem = random_account(seed, SMALL)
    plan, rng = solve_core(problem), np.random.default_rng(seed)
    for part in rng.random(200) ** 3:
        sell = plan.sell * (1 - part) + part * problem.lots.most * rng.random(len(plan.sell))
        buy = plan.buy * (1 - part) + part * problem.buys.most * rng.random(len(plan.buy))
        if max(rule_breaks(problem, sell, buy).values(), default=0.0) < 1e-9:
            assert cost_of(problem, sell, buy).total_bp >= plan.bound_bp - 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_accounts_of_every_kind_are_solved_to_the_end_with_a_certificate_that_holds(seed: int) -> None:
    problem = random_account(20_000 + seed)
    plan = solve_core(problem)
    assert rule_breaks(problem, plan.sell, plan.buy) == {}
    checked = check_certificate(problem, plan.certificate, plan.cost.total_bp, 0.01)
    assert checked.fault == ""


def test_a_certificate_without_one_of_its_leaves_is_refused() -> None:
    problem = random_account(3, SMALL)
    plan = solve_core(problem)
    short = Certificate(plan.certificate.sides, plan.certificate.leaves[1:], plan.bound_bp)
    assert "cover" in check_certificate(problem, short, plan.cost.total_bp, 0.01).fault


def test_a_leaf_that_claims_to_leave_other_choices_to_others_must_have_others_that_take_them() -> None:
    """Forge: mark a leaf as covering only part of its choices, so that nothing covers the rest."""
    problem = random_account(3, SMALL)
    plan = solve_core(problem)
    cut = plan.certificate.leaves[0]
    forged = replace(cut, kept=cut.allowed)
    leaves = (forged, *plan.certificate.leaves[1:])
    bad = Certificate(plan.certificate.sides, leaves, plan.bound_bp)
    assert "cover" in check_certificate(problem, bad, plan.cost.total_bp, 0.01).fault


def test_sides_left_out_by_their_price_have_a_leaf_of_their_own_and_the_proof_still_holds() -> None:
    problem = random_account(179)
    plan = solve_core(problem)
    assert any(leaf.kept is not None for leaf in plan.certificate.leaves)
    checked = check_certificate(problem, plan.certificate, plan.cost.total_bp, 0.01)
    assert checked.fault == ""
    assert checked.bound_bp == pytest.approx(plan.bound_bp, abs=1e-6)
    without = tuple(leaf for leaf in plan.certificate.leaves if leaf.kept is None)
    short = Certificate(plan.certificate.sides, without, plan.bound_bp)
    assert "cover" in check_certificate(problem, short, plan.cost.total_bp, 0.01).fault


def test_a_certificate_of_another_problem_is_refused() -> None:
    problem = random_account(3, SMALL)
    plan = solve_core(problem)
    cheaper = replace(problem, spread=np.zeros_like(problem.spread), deviation=problem.deviation * 0.5)
    other_law = replace(problem, tax=replace(problem.tax, carry_short=0.0, carry_long=0.0))
    for changed in (cheaper, other_law):
        assert check_certificate(changed, plan.certificate, plan.cost.total_bp, 0.01).fault


def test_no_plan_on_a_grid_of_whole_shares_beats_the_best() -> None:
    """Three assets, lots of a few shares, rates that change inside the range: every whole-share plan is tried."""
    problem = _tiny()
    plan = solve_core(problem)
    step = 0.1
    sells = [np.arange(0, most + 1e-9, step) for most in problem.lots.most]
    best = np.inf
    for sell in product(*sells):
        for bought in product(*[np.arange(0, most + 1e-9, step) for most in problem.buys.most]):
            s, b = np.array(sell), np.array(bought)
            if max(rule_breaks(problem, s, b).values(), default=0.0) < 1e-9:
                best = min(best, cost_of(problem, s, b).total_bp)
    assert plan.cost.total_bp <= best + 1e-6


def _tiny() -> CoreProblem:
    problem = random_account(5, Size(assets=3, lots_per_asset=1, factors=1))
    lots, one = problem.lots, np.ones(4)
    return replace(
        problem,
        lots=replace(
            lots,
            account=np.zeros(4, dtype=np.intp),
            asset=np.array([0, 0, 1, 2]),
            value=0.2 * one,
            gain_rate=np.array([0.5, -0.2, 0.3, -0.1]),
            short=np.array([False, True, True, False]),
            taxable=np.ones(4, dtype=bool),
            most=0.2 * one,
            recent=np.zeros(4, dtype=bool),
            later=0.05 * one,
        ),
        buys=replace(
            problem.buys,
            account=np.zeros(3, dtype=np.intp),
            asset=np.arange(3),
            most=np.full(3, 0.2),
            cost=np.zeros(3),
        ),
        deviation=np.array([0.15, -0.1, 0.02]),
        spread=np.zeros(3),
        group=np.array([0, 1, 1]),
        cash=np.array([0.2]),
        cash_target=np.array([0.1]),
        account_weight=np.ones(1),
        gamma=5.0,
    )
