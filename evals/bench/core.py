"""Print what the optimizer's core proves and how fast: ``python -m evals.bench.core [accounts]``.

Imports and process start are not counted. CPU is that of this process; every figure is of one run on one core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import cvxpy as cp
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.bench.accounts import Size, random_account
from evals.bench.floors import FLOORS, floor_cost
from evals.bench.instances import optima, read_instance
from evals.bench.peer_table import peers_table
from tools.plan.core.check import check_certificate
from tools.plan.core.frontier import frontier
from tools.plan.core.netted_tax import regimes
from tools.plan.core.order_rules import OrderRules
from tools.plan.core.orders import with_orders
from tools.plan.core.plan_cost import rule_breaks
from tools.plan.core.problem import CoreProblem
from tools.plan.core.reference import solve_reference, written
from tools.plan.core.search import CorePlan, solve_core

Result = TypeVar("Result")
DIGITS_BP = 0.01
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


Timed = dict[str, tuple[CorePlan, float, float]]
"""Our plan of each instance, with its wall and CPU milliseconds."""


def solved_instances() -> Timed:
    """Solve every instance under the files' own rule, after one round that is not counted."""
    found: Timed = {}
    for optimum in optima():
        problem = read_instance(optimum.name)
        solve_core(problem)
        found[optimum.name] = timed(partial(solve_core, problem), 5)
    return found


def instances_table(plans: Timed) -> Table:
    """Compare with certified optima under the files' own rule, the exact rule, and plain ways to rebalance."""
    table = Table(title="Instances (bp of the account)")
    for column in ("instance", "certified", "ours", "gap", "wall ms", "CPU ms", "exact rule", *FLOORS):
        table.add_column(column, justify="right")
    for optimum in optima():
        problem, exact = read_instance(optimum.name), read_instance(optimum.name, exact=True)
        plan, wall, cpu = plans[optimum.name]
        floors = [floor_cost(problem, way)[0] - plan.cost.total_bp for way in FLOORS.values()]
        table.add_row(
            optimum.name,
            f"{optimum.best_bp:.6f}",
            f"{plan.cost.total_bp:.6f}",
            f"{plan.gap_bp:.1e}",
            f"{wall:.0f}",
            f"{cpu:.0f}",
            f"{solve_core(exact).cost.total_bp:.4f}",
            *(f"{max(margin, 0.0):+.1f}" for margin in floors),
        )
    return table


def accounts_table(count: int) -> Table:
    """Solve random accounts of 30 assets and check every certificate apart from the solver."""
    wall, cpu, faults, worst, solves = list[float](), list[float](), 0, 0.0, list[int]()
    for seed in range(count):
        problem = random_account(seed)
        plan, w, c = timed(partial(solve_core, problem), 2)
        checked = check_certificate(problem, plan.certificate, plan.cost.total_bp, DIGITS_BP)
        faults += bool(checked.fault) or bool(rule_breaks(problem, plan.sell, plan.buy))
        worst = max(worst, plan.cost.total_bp - checked.bound_bp)
        wall.append(w)
        cpu.append(c)
        solves.append(plan.solves)
    table = Table("What", "Median", "99 %", "Worst", title=f"{count} accounts of 30 assets, 300 lots")
    for name, values in (("wall ms", wall), ("CPU ms", cpu), ("convex programs", solves)):
        low, high, top = np.median(values), np.percentile(values, 99), max(values)
        table.add_row(name, f"{low:.0f}", f"{high:.0f}", f"{top:.0f}")
    table.add_row("gap checked apart, bp", "", "", f"{worst:.1e}")
    table.add_row("certificates or rules at fault", "", "", str(faults))
    return table


def speed_table() -> Table:
    """Time larger accounts, the frontier, and rules about orders."""
    table = Table("What", "Goal ms", "Wall ms", "CPU ms", "Worst CPU", "Note", title="Speed, one core")
    took = {lots: _large_row(table, lots) for lots in (5_000, 10_000, 20_000)}
    table.add_row("CPU(20,000 lots) / CPU(5,000)", "4.8 x", "", f"{took[20_000] / took[5_000]:.2f} x", "", "")
    _written_row(table)
    hundred = read_instance("i08_n100_s23", exact=True)
    points, wall, cpu = timed(partial(frontier, hundred), 5)
    note = f"{len(points)} points, widest gap in the regime {max(p.gap_bp for p in points):.2f} bp"
    table.add_row("frontier of 100 assets", "250", f"{wall:.0f}", f"{cpu:.0f}", "", note)
    thirty = read_instance("i01_n30_s12", exact=True)
    rules = {"12 orders": OrderRules(most=12), "orders of 0.25 % or more": OrderRules(least=0.0025)}
    for name, rule in rules.items():
        ordered, wall, cpu = timed(partial(with_orders, thirty, rule), 3)
        note = f"gap to the core's bound {ordered.gap_bp:.2f} bp, {ordered.orders} orders"
        table.add_row(f"30 assets, {name}", "2000", f"{wall:.0f}", f"{cpu:.0f}", "", note)
    fast, (reference, wall, cpu) = solve_core(thirty), timed(partial(solve_reference, thirty))
    note = f"differs by {abs(reference.cost_bp - fast.cost.total_bp):.1e} bp"
    table.add_row("30 assets by cvxpy, all regimes", "", f"{wall:.0f}", f"{cpu:.0f}", "", note)
    return table


def _large_row(table: Table, lots: int) -> float:
    """Time large accounts; return the sum of their CPU milliseconds."""
    wall, cpu, plans = list[float](), list[float](), list[CorePlan]()
    for seed in LARGE_SEEDS:
        problem = _large(seed, lots)
        plan, w, c = timed(partial(solve_core, problem, DIGITS_BP), 3)
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


def _written_row(table: Table) -> None:
    """Time cvxpy on the regime and sides of a large plan, beside what its solver alone takes of it."""
    problem = _large(LARGE_SEEDS[2], LARGE_LOTS)
    plan = solve_core(problem, DIGITS_BP)
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


def tables(accounts: int) -> Iterator[Table]:
    """Measure: instances, peers, so many random accounts, speed."""
    plans = solved_instances()
    yield instances_table(plans)
    yield peers_table(plans)
    yield accounts_table(accounts)
    yield speed_table()


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    console = Console(width=200)
    for table in tables(count):
        console.print(table)


if __name__ == "__main__":
    main()
