"""Inputs at the end of their range: nothing held, one asset, no price of risk, figures that are none."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from core_builders import problem_with
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.bench.accounts import Size, random_account
from tools.errors import BadRequest, NoPlan
from tools.plan.core.check import check_certificate
from tools.plan.core.plan_cost import rule_breaks
from tools.plan.core.problem import CoreBuys, CoreLots, CoreProblem, TaxRates
from tools.plan.core.reference import solve_reference
from tools.plan.core.search import solve_core

SLOW = settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
AT_15 = TaxRates(0.24, 0.15, 0.24, 0.1, 0.1, 0.003, 0.0, 0.0)
FREE = TaxRates(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def nothing_held(**more: object) -> CoreProblem:
    """No lot and nothing that may be bought."""
    base = problem_with(AT_15)
    lots = replace(base.lots, **{field.name: getattr(base.lots, field.name)[:0] for field in fields(CoreLots)})
    buys = replace(base.buys, **{field.name: getattr(base.buys, field.name)[:0] for field in fields(CoreBuys)})
    return replace(base, lots=lots, buys=buys, **more)


def test_an_empty_portfolio_has_the_empty_plan() -> None:
    plan = solve_core(nothing_held(deviation=np.zeros(2)))
    assert plan.sell.size == plan.buy.size == 0
    assert plan.cost.total_bp == 0


def test_an_empty_portfolio_cannot_raise_cash_and_says_so() -> None:
    with pytest.raises(NoPlan, match=r"cash of account 0.*10"):
        solve_core(nothing_held(cash_target=np.array([0.1])))


def test_a_problem_without_assets_is_refused_in_words() -> None:
    none = np.zeros(0)
    with pytest.raises(BadRequest, match="nothing to plan"):
        nothing_held(deviation=none, factors=np.zeros((0, 1)), idio=none, spread=none, group=np.zeros(0, dtype=np.intp))


def test_one_asset_alone_is_sold_to_its_target() -> None:
    base = problem_with(FREE, deviation=np.array([0.2, 0.0]), spread=np.zeros(2), cash_target=np.array([0.2]))
    only = replace(base, buys=replace(base.buys, most=np.zeros(2)), lots=replace(base.lots, most=np.array([0.6, 0.0])))
    assert solve_core(only).sell == pytest.approx([0.2, 0.0], abs=1e-6)


def test_where_risk_costs_nothing_only_gains_of_tax_are_worth_a_trade() -> None:
    plan = solve_core(problem_with(AT_15, gamma=0.0))
    # The loss of B saves 24 % of 3,000 a million and 10 % of the rest; A's gain would cost and is not needed.
    assert plan.sell[0] == 0
    assert plan.sell[1] == pytest.approx(0.4, abs=1e-6)
    assert plan.cost.tax_bp == pytest.approx(-1e4 * (0.24 * 0.003 + 0.1 * (0.1 - 0.003)), abs=1e-3)


def test_an_asset_without_risk_of_its_own_is_solved_as_well() -> None:
    problem = replace(random_account(7, Size(assets=6, lots_per_asset=3, factors=2)), idio=np.zeros(6))
    plan = solve_core(problem)
    assert plan.cost.total_bp == pytest.approx(solve_reference(problem).cost_bp, abs=1e-3)


ARRAYS = [
    *[("lots", name) for name in ("value", "gain_rate", "most", "later")],
    *[("buys", name) for name in ("most", "cost")],
    *[("", name) for name in ("deviation", "factors", "idio", "spread", "cash", "cash_target", "account_weight")],
]


@pytest.mark.parametrize("figure", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("part", "name"), ARRAYS, ids=[f"{part}.{name}" for part, name in ARRAYS])
def test_a_figure_that_is_none_is_refused_wherever_it_stands(part: str, name: str, figure: float) -> None:
    base = problem_with(AT_15)
    owner = getattr(base, part) if part else base
    bad = np.array(getattr(owner, name), dtype=float)
    bad.flat[0] = figure
    with pytest.raises(BadRequest):
        replace(base, **{part: replace(owner, **{name: bad})}) if part else replace(base, **{name: bad})


@pytest.mark.parametrize("gamma", [np.nan, np.inf, -1.0])
def test_a_price_of_risk_that_is_none_is_refused(gamma: float) -> None:
    with pytest.raises(BadRequest):
        problem_with(AT_15, gamma=gamma)


@SLOW
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1e-6, 1e-3, 1.0, 1e3]), st.sampled_from([0.0, 1e-9, 1.0]))
def test_whatever_the_price_of_risk_and_the_size_of_lots_the_proof_holds(seed: int, gamma: float, tiny: float) -> None:
    """Every third lot is shrunk to dust, or away."""
    base = random_account(seed, Size(assets=8, lots_per_asset=4, factors=2))
    part = np.where(np.arange(len(base.lots.value)) % 3 == 0, tiny, 1.0)
    lots = replace(base.lots, value=base.lots.value * part, most=base.lots.most * part)
    problem = replace(base, lots=lots, gamma=base.gamma * gamma)
    try:
        plan = solve_core(problem)
    except NoPlan:
        with pytest.raises(NoPlan):
            solve_reference(problem)
        return
    assert max(rule_breaks(problem, plan.sell, plan.buy).values(), default=0.0) <= 1e-6
    assert check_certificate(problem, plan.certificate, plan.cost.total_bp, 0.01).fault == ""
