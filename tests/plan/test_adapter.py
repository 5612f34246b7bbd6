"""The chat's plans by the proven core against the same problem written out in cvxpy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from builders import ON, household, lot, single, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.model import AccountType, Wishes
from tools.plan.adapter import core_problem
from tools.plan.core.check import check_certificate
from tools.plan.core.plan_cost import rule_breaks
from tools.plan.families import clashes, solve_proven
from tools.plan.frame import Frame, build_frame
from tools.plan.problem import Limits
from tools.plan.program import Program
from tools.plan.rates import representative
from tools.plan.style import ALL_THE_WAY, BALANCED, HARVEST, NO_GAINS, Style
from tools.tax.law import law_for

LAW = law_for(2026)
MIX = targets(MSFT=0.1, us_equity=0.5, intl_equity=0.1, bonds=0.25, cash=0.05)
PRICES = {"MSFT": 480, "INTC": 60, "VTI": 330, "BND": 70, "AGG": 99, "VXUS": 75, "SOXX": 200, "ITOT": 140, "VOO": 600}
SLOW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """A household of two accounts with groups of several names: funds of one index, a stock and its stand-in."""
    rows = []
    for _ in range(draw(st.integers(2, 10))):
        day = draw(st.dates(date(2019, 1, 1), ON))
        symbol = draw(st.sampled_from(["MSFT", "INTC", "VTI", "ITOT", "VOO", "BND", "VXUS"]))
        seat = draw(st.sampled_from(["acct-1", "acct-1", "acct-2"]))
        rows.append(lot(symbol, draw(st.integers(5, 400)), draw(st.integers(20, 700)), day.isoformat(), seat))
    types = {"acct-1": AccountType.TAXABLE, "acct-2": AccountType.ROTH_IRA}
    home = household(rows, PRICES, cash={"acct-1": draw(st.integers(0, 50_000)), "acct-2": 500}, types=types)
    style = draw(st.sampled_from([BALANCED, NO_GAINS, ALL_THE_WAY, HARVEST]))
    wishes = Wishes(harvest_only=style is HARVEST, max_weight_frac=draw(st.sampled_from([None, Decimal("0.2")])))
    return _frame(home, draw(st.sampled_from([30_000, 150_000, 900_000])), wishes, style)


def _frame(home: object, income: int, wishes: Wishes, style: Style) -> Frame:
    investor = single(income, targets=MIX)
    return build_frame(home, investor, representative(investor, LAW), LAW, wishes, ON, style)


@SLOW
@given(frames())
def test_the_core_and_cvxpy_agree_where_the_sides_are_given(frame: Frame) -> None:
    problem, families = frame.problem, frame.problem.families
    core = core_problem(problem)
    proven = solve_proven(core, families)
    written = Program(problem).solve(_sides_of(frame, proven.plan.sell, proven.plan.buy))
    assert written is not None
    assert proven.plan.cost.total_bp == pytest.approx(written.objective_bp, abs=1e-3)


@SLOW
@given(frames())
def test_the_core_s_plan_is_legal_proven_and_free_of_clashes(frame: Frame) -> None:
    core, families = core_problem(frame.problem), frame.problem.families
    proven = solve_proven(core, families)
    assert rule_breaks(core, proven.plan.sell, proven.plan.buy) == {}
    assert not clashes(core, families, proven.plan).size
    assert proven.gap_bp <= 0.01
    checked = check_certificate(proven.problem, proven.plan.certificate, proven.plan.cost.total_bp, 0.01)
    assert checked.fault == ""


@SLOW
@given(frames())
def test_cvxpy_s_cost_of_any_side_is_no_lower_than_the_bound(frame: Frame) -> None:
    """Selling no loss at all, and buying nothing of what could be lost on, are sides too."""
    core = core_problem(frame.problem)
    proven = solve_proven(core, frame.problem.families)
    most, buy = core.lots.most, frame.problem.buys.most
    lossy = np.isin(
        frame.problem.families[frame.problem.buys.asset], frame.problem.families[core.lots.asset[core.lots.loss]]
    )
    none, free = np.zeros_like(most), ~core.lots.recent & (frame.problem.lots.matched == 0)
    for limits in (
        Limits(np.where(core.lots.loss, 0.0, most), none, buy),
        Limits(np.where(core.lots.loss & ~free, 0.0, most), none, np.where(lossy, 0.0, buy)),
    ):
        found = Program(frame.problem).solve(limits)
        if found is not None:
            assert found.objective_bp >= proven.bound_bp - 1e-3


def _sides_of(frame: Frame, sell: np.ndarray, buy: np.ndarray) -> Limits:
    """Fix what the plan decided: families that are bought keep their losses, others are not bought."""
    problem, core = frame.problem, core_problem(frame.problem)
    lots, family = core.lots, problem.families
    count = int(family.max()) + 1
    losing = np.bincount(family[lots.asset], np.where(lots.loss, sell, 0.0), count) > 1e-9
    group = problem.groups
    lost = np.bincount(group[lots.asset], np.where(lots.loss, sell, 0.0), int(group.max()) + 1) > 1e-9
    mine, along = losing[family[lots.asset]], lost[group[lots.asset]]
    whole = along & lots.recent & (sell >= lots.value * (1 - 1e-6))
    blocked = lots.loss & (~mine | ~along | (lots.recent & ~whole & (sell <= 0)))
    held = lots.recent & ~whole
    count = np.bincount(group[lots.asset], held, int(group.max()) + 1)
    others_recent = count[group[lots.asset]] - held > 0
    most = np.where(blocked | (lots.loss & others_recent), 0.0, lots.most)
    least = np.where(whole, np.minimum(lots.value, most), 0.0)
    return Limits(most, least, np.where(losing[family[problem.buys.asset]], 0.0, problem.buys.most))


def test_a_fund_at_a_loss_and_its_near_twin_are_on_one_side_only() -> None:
    rows = [lot("VOO", 100, 700, "2023-03-01"), lot("BND", 300, 69, "2019-03-01")]
    home = household(rows, PRICES, cash={"acct-1": 60_000})
    frame = _frame(home, 150_000, Wishes(), BALANCED)
    plan = solve_proven(core_problem(frame.problem), frame.problem.families).plan
    sold = {frame.lots[n].symbol for n in np.flatnonzero(plan.sell > 1e-9)}
    bought = {frame.pairs[n][1] for n in np.flatnonzero(plan.buy > 1e-9)}
    assert not ("VOO" in sold and bought & {"VTI", "ITOT"} and _akin(frame, "VOO", bought))


def _akin(frame: Frame, symbol: str, others: set[str]) -> bool:
    place = {s: n for n, s in enumerate(frame.problem.symbols)}
    mine = frame.problem.families[place[symbol]]
    return any(frame.problem.families[place[other]] == mine for other in others)
