"""Accounts of 500 assets: several of each size, by the core and by cvxpy."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import cvxpy as cp
import numpy as np
from rich.table import Table

from evals.bench.accounts import Size, random_account
from tools.plan.core.netted_tax import regimes
from tools.plan.core.problem import CoreProblem
from tools.plan.core.reference import written
from tools.plan.core.search import CorePlan, solve_core

Result = TypeVar("Result")
GAP_BP = 0.01
LARGE_SEEDS, LARGE_LOTS = range(1, 9), 10_000


def timed(work: Callable[[], Result], rounds: int = 1) -> tuple[Result, float, float]:
    """Return a result and the least wall and CPU milliseconds of some rounds."""
    wall, cpu = [], []
    for _ in range(rounds):
        w, c = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - w)
        cpu.append(time.process_time() - c)
    return result, 1e3 * min(wall), 1e3 * min(cpu)


def large_row(table: Table, lots: int) -> float:
    """Time large accounts; return the sum of their CPU milliseconds."""
    wall, cpu, plans = list[float](), list[float](), list[CorePlan]()
    for seed in LARGE_SEEDS:
        problem = _large(seed, lots)
        plan, w, c = timed(partial(solve_core, problem, GAP_BP), 3)
        wall.append(w)
        cpu.append(c)
        plans.append(plan)
    ran = [len({leaf.regime for leaf in plan.certificate.leaves} - plan.unsolved) for plan in plans]
    there = [len({leaf.regime for leaf in plan.certificate.leaves}) for plan in plans]
    note = (
        f"of {np.mean(there):.1f} regimes {np.mean(ran):.1f} ran, {np.mean([p.solves for p in plans]):.1f} programs, "
    )
    note += f"widest gap {max(plan.gap_bp for plan in plans):.1e} bp"
    what = f"500 assets, {lots:,} lots, {len(plans)} accounts"
    cells = (f"{np.median(wall):.0f}", f"{np.median(cpu):.0f}", f"{max(cpu):.0f}")
    table.add_row(what, "150" if lots == LARGE_LOTS else "", *cells, note)
    return sum(cpu)


def written_row(table: Table) -> None:
    """Time cvxpy on the regime and sides of a large plan, beside what its solver alone takes of it."""
    problem = _large(LARGE_SEEDS[2], LARGE_LOTS)
    plan = solve_core(problem, GAP_BP)
    regime = next(r for r in regimes(problem.tax) if r.name == plan.regime)

    def solve() -> cp.Problem:
        program = written(problem, plan.choice, regime)
        program.solve(solver=cp.CLARABEL)
        return program

    program, wall, cpu = timed(solve, 3)
    alone = 1e3 * float(program.solver_stats.solve_time)
    apart = abs(program.value - plan.cost.total_bp)
    note = f"{wall / alone:.2f} x its solver alone ({alone:.0f} ms); differs by {apart:.1e} bp"
    table.add_row("500 assets, 10,000 lots by cvxpy, sides given", "2.5 x", f"{wall:.0f}", f"{cpu:.0f}", "", note)


def _large(seed: int, lots: int) -> CoreProblem:
    return random_account(seed, Size(assets=500, lots_per_asset=lots // 500, factors=20))
