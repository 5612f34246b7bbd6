"""Accounts with certified optima, solved by the core's own search."""

from __future__ import annotations

import pytest

from evals.bench.instances import Optimum, optima, read_instance
from tools.plan.core.check import check_certificate
from tools.plan.core.plan_cost import cost_of, rule_breaks, wash_residue
from tools.plan.core.search import solve_core

CLOSE_BP = 0.01
ALL = {optimum.name: optimum for optimum in optima()}


@pytest.mark.parametrize("optimum", ALL.values(), ids=ALL.keys())
def test_the_best_plan_costs_what_the_certificate_says_it_must(optimum: Optimum) -> None:
    problem = read_instance(optimum.name)
    plan = solve_core(problem)
    assert cost_of(problem, plan.sell, plan.buy).total_bp == pytest.approx(optimum.best_bp, abs=CLOSE_BP)
    assert rule_breaks(problem, plan.sell, plan.buy) == {}
    assert plan.gap_bp <= CLOSE_BP


@pytest.mark.parametrize("name", list(ALL)[:4])
def test_the_exact_wash_sale_rule_is_at_least_as_good_and_leaves_no_wash_sale(name: str) -> None:
    problem = read_instance(name, exact=True)
    plan = solve_core(problem)
    assert plan.cost.total_bp <= ALL[name].best_bp + CLOSE_BP
    assert wash_residue(problem, plan.sell, plan.buy) == 0


@pytest.mark.parametrize("name", list(ALL)[:4])
def test_certificates_hold_when_recomputed_without_the_solver(name: str) -> None:
    for exact in (False, True):
        problem = read_instance(name, exact=exact)
        plan = solve_core(problem)
        checked = check_certificate(problem, plan.certificate, plan.cost.total_bp, CLOSE_BP)
        assert checked.fault == ""
        assert checked.bound_bp == pytest.approx(plan.bound_bp, abs=1e-6)
