"""Whole shares, least orders and their number against exhaustive search; the frontier."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from core_builders import problem_with

from tools.errors import BadRequest, NoPlan
from tools.plan.core.frontier import frontier
from tools.plan.core.order_rules import OrderRules, cash_left
from tools.plan.core.orders import with_orders
from tools.plan.core.plan_cost import cost_of, rule_breaks
from tools.plan.core.problem import Array, CoreBuys, CoreLots, CoreProblem, TaxRates, Threshold
from tools.plan.core.search import solve_core

CLOSE_BP = 1.0
SHARE = np.array([0.04, 0.05, 0.03])
EDGES = TaxRates(
    0.24, 0.15, 0.22, 0.1, 0.08, 0.004, 0.0, 0.0, (Threshold("net", 0.038, 0.01), Threshold("short", 0.05, 0.004))
)


def small(seed: int) -> CoreProblem:
    """Three assets, four lots of up to six shares; the thresholds lie within reach of their gains."""
    rng = np.random.default_rng(seed)
    asset = np.array([0, 0, 1, 2])
    value = SHARE[asset] * rng.integers(2, 6, 4)
    lots = CoreLots(
        account=np.zeros(4, dtype=np.intp),
        asset=asset,
        value=value,
        gain_rate=rng.uniform(-0.4, 0.6, 4),
        short=rng.random(4) < 0.5,
        taxable=np.ones(4, dtype=bool),
        most=value,
        recent=np.zeros(4, dtype=bool),
        later=np.full(4, 0.05),
    )
    held = np.bincount(asset, value, 3)
    return problem_with(
        EDGES,
        lots=lots,
        buys=CoreBuys(np.zeros(3, dtype=np.intp), np.arange(3), 5 * SHARE, np.zeros(3)),
        deviation=held - rng.dirichlet(np.ones(3)) * (held.sum() + 0.02),
        factors=rng.normal(0.1, 0.05, (3, 1)),
        idio=rng.uniform(0.15, 0.3, 3),
        spread=np.full(3, 0.001),
        group=np.array([0, 1, 1]),
        cash=np.array([0.05]),
        cash_target=np.array([0.01]),
        gamma=4.0,
    )


def every_plan(p: CoreProblem, rules: OrderRules) -> list[tuple[float, Array, Array]]:
    """Try every whole number of shares of every lot and purchase."""
    assert rules.share is not None
    sells = [np.arange(round(v / s) + 1) * s for v, s in zip(p.lots.most, rules.share[p.lots.asset], strict=True)]
    buys = [np.arange(round(v / s) + 1) * s for v, s in zip(p.buys.most, rules.share, strict=True)]
    found = []
    for sell in map(np.array, product(*sells)):
        for buy in map(np.array, product(*buys)):
            left = cash_left(p, sell, buy)[0]
            if left < -1e-9 or left > rules.share.max():
                continue
            order = np.concatenate([np.bincount(p.lots.asset, sell, 3), buy])
            made = order[order > 1e-9]
            if (rules.most is not None and len(made) > rules.most) or (made.size and made.min() < rules.least - 1e-9):
                continue
            breaks = rule_breaks(p, sell, buy)
            if all(v < 1e-9 for k, v in breaks.items() if not k.startswith("cash of")):
                found.append((cost_of(p, sell, buy).total_bp, sell, buy))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_whole_shares_agree_with_trying_every_plan(seed: int) -> None:
    problem, rules = small(seed), OrderRules(share=SHARE)
    found = with_orders(problem, rules)
    best = min(cost for cost, _, _ in every_plan(problem, rules))
    assert found.bound_bp - 1e-6 <= best <= found.cost.total_bp + 1e-6
    assert found.cost.total_bp == pytest.approx(best, abs=CLOSE_BP)


@pytest.mark.parametrize("seed", range(4))
def test_orders_are_whole_large_enough_and_few_enough_and_cash_suffices(seed: int) -> None:
    problem, rules = small(seed), OrderRules(share=SHARE, least=0.04, most=4)
    found = with_orders(problem, rules)
    shares = np.concatenate([found.sell / SHARE[problem.lots.asset], found.buy / SHARE])
    assert shares == pytest.approx(np.round(shares), abs=1e-6)
    order = np.concatenate([np.bincount(problem.lots.asset, found.sell, 3), found.buy])
    assert (order[order > 1e-9] >= 0.04 - 1e-9).all()
    assert (order > 1e-9).sum() == found.orders <= 4
    assert found.idle.min() >= -1e-9
    assert found.gap_bp == pytest.approx(found.cost.total_bp - found.bound_bp)


def test_no_order_at_all_is_a_plan_when_none_is_allowed_and_cash_is_right() -> None:
    found = with_orders(problem_with(), OrderRules(most=0))
    assert found.orders == 0
    assert found.gap_bp == pytest.approx(1e4 * 10 * 0.04 * 0.08, abs=0.1)


def test_cash_that_must_be_raised_without_orders_is_a_contradiction_by_name() -> None:
    with pytest.raises(NoPlan, match="cash"):
        with_orders(problem_with(cash_target=np.array([0.1])), OrderRules(most=0))


def test_a_negative_number_of_orders_is_refused() -> None:
    with pytest.raises(BadRequest):
        with_orders(problem_with(), OrderRules(most=-1))


def test_along_the_frontier_less_risk_costs_more_and_the_middle_is_the_plan_itself() -> None:
    problem = small(1)
    points = frontier(problem, points=9, span=30)
    risks = [point.risk_frac for point in points]
    paid = [point.cost.total_bp - point.cost.risk_bp for point in points]
    assert risks == sorted(risks, reverse=True)
    assert all(a <= b + 0.05 for a, b in zip(paid, paid[1:], strict=False))
    assert points[4].cost.total_bp == pytest.approx(solve_core(problem).cost.total_bp, abs=0.05)
