"""What makes the search fast does not change what it finds; where a plain way ties, nothing is better."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.bench.accounts import Size, random_account
from evals.bench.floors import FLOORS, fixed_rates, floor_cost
from evals.bench.instances import optima, read_instance
from tools.plan.core import programs
from tools.plan.core.bound import Bounds
from tools.plan.core.carried import carried_over, gain_ranges
from tools.plan.core.check import check_certificate
from tools.plan.core.form import form_of, free_form
from tools.plan.core.interior import minimise
from tools.plan.core.netted_tax import regimes
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.search import solve_core
from tools.plan.core.tail import tail_of

SLOW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
MIDDLE = Size(assets=12, lots_per_asset=6, factors=3)


@SLOW
@given(st.integers(0, 10_000))
def test_a_bound_by_carried_prices_is_never_above_what_the_regime_can_cost(seed: int) -> None:
    problem = random_account(seed, MIDDLE)
    form, _ = form_of(problem)
    first, *others = (tail_of(problem, regime, 50.0) for regime in regimes(problem.tax))
    found = minimise(free_form(problem), first)
    for tail in others:
        prices = carried_over(found.prices, first, tail, gain_ranges(form))
        assert prices is not None
        everything = minimise(form, tail)
        assert Bounds(form).at(tail, prices).cost <= everything.cost + 1e-8


@SLOW
@given(st.integers(0, 10_000))
def test_prices_carried_to_their_own_regime_prove_as_much_as_before(seed: int) -> None:
    problem = random_account(seed, MIDDLE)
    form, _ = form_of(problem)
    bounds, ranges = Bounds(form), gain_ranges(form)
    for regime in regimes(problem.tax):
        tail = tail_of(problem, regime, 50.0)
        found = minimise(free_form(problem), tail)
        again = carried_over(found.prices, tail, tail, ranges)
        assert again is not None
        assert bounds.at(tail, again).cost >= bounds.at(tail, found.prices).cost - 1e-7


@FEW
@given(seed=st.integers(0, 10_000))
def test_with_few_columns_at_first_the_plan_is_as_good_and_as_well_proven(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_account(seed, MIDDLE)
    plan = solve_core(problem)
    with monkeypatch.context() as patch:
        patch.setattr(programs, "LARGE", 0)
        sifted = solve_core(problem)
    assert sifted.cost.total_bp == pytest.approx(plan.cost.total_bp, abs=1e-3)
    assert rule_breaks(problem, sifted.sell, sifted.buy) == {}
    assert check_certificate(problem, sifted.certificate, sifted.cost.total_bp, 1e-3).fault == ""


def test_where_fixed_rates_tie_the_certificate_proves_that_nothing_is_better() -> None:
    """It ends with short and long gains, where the netted tax is that of fixed rates: the tie is the optimum."""
    problem = read_instance("i00_n30_s11")
    plan = solve_core(problem)
    fixed = cost_of(problem, *fixed_rates(problem))
    assert plan.cost.short > 0.01
    assert plan.cost.long > 0.01
    checked = check_certificate(problem, plan.certificate, fixed.total_bp, 1e-4)
    assert checked.fault == ""


@pytest.mark.parametrize("name", [one.name for one in optima()][:4])
@pytest.mark.parametrize("way", list(FLOORS))
def test_no_plain_way_is_better_and_all_but_a_proven_tie_are_worse(name: str, way: str) -> None:
    problem = read_instance(name)
    margin = floor_cost(problem, FLOORS[way])[0] - solve_core(problem).cost.total_bp
    tie = (name, way) == ("i00_n30_s11", "fixed rates")
    assert margin == pytest.approx(0.0, abs=1e-4) if tie else margin > 0.1


def test_regimes_closed_by_prices_of_others_are_told_apart_from_those_solved() -> None:
    plans = [solve_core(random_account(seed)) for seed in range(8)]
    assert any(plan.unsolved for plan in plans)
    assert all(plan.regime not in plan.unsolved for plan in plans)
    for plan in plans:
        assert plan.unsolved <= {leaf.regime for leaf in plan.certificate.leaves}
        assert np.isfinite(plan.bound_bp)
