"""Print what the optimizer's core proves and how fast: ``python -m evals.bench.core [accounts or folder]``.

With a folder of instances (``evals.bench.instances`` says what it must hold) only those are solved.

Imports and process start are not counted. CPU is that of this process; every figure is of one run on one core.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evals.bench.accounts import random_account
from evals.bench.floors import FLOORS, floor_cost
from evals.bench.instances import FOLDER, optima, read_instance
from evals.bench.large import large_row, timed, written_row
from evals.bench.peer_table import peers_table
from tools.plan.core.check import check_certificate
from tools.plan.core.frontier import frontier
from tools.plan.core.order_rules import OrderRules
from tools.plan.core.orders import with_orders
from tools.plan.core.plan_cost import rule_breaks, wash_residue
from tools.plan.core.problem import BP
from tools.plan.core.reference import solve_reference
from tools.plan.core.search import CorePlan, solve_core

DIGITS_BP = 0.01
TIE_BP = 1e-3
"""A way this close to the bound cannot be beaten by anything that matters."""


Timed = dict[str, tuple[CorePlan, float, float]]
"""Our plan of each instance, with its wall and CPU milliseconds."""


def solved_instances(folder: Path = FOLDER) -> Timed:
    """Solve every instance under the files' own rule, after one round that is not counted."""
    found: Timed = {}
    for optimum in optima(folder):
        problem = read_instance(optimum.name, folder=folder)
        solve_core(problem)
        found[optimum.name] = timed(partial(solve_core, problem), 5)
    return found


def instances_table(plans: Timed, folder: Path = FOLDER) -> Table:
    """Compare with certified optima under the files' own rule, the exact rule, and plain ways to rebalance.

    Gaps are recomputed from the certificates apart from the solver. The margin of a plain way is what it costs more;
    where it is below the gap the certificate proves that nothing is better than that way.
    """
    table = Table(title="Instances (bp of the account)")
    for column in ("instance", "certified", "ours", "gap", "washed", "wall ms", "CPU ms", "exact rule", *FLOORS):
        table.add_column(column, justify="right")
    for optimum in optima(folder):
        problem = read_instance(optimum.name, folder=folder)
        exact = solve_core(read_instance(optimum.name, exact=True, folder=folder))
        plan, wall, cpu = plans[optimum.name]
        checked = check_certificate(problem, plan.certificate, plan.cost.total_bp, DIGITS_BP)
        table.add_row(
            optimum.name,
            f"{optimum.best_bp:.6f}",
            f"{plan.cost.total_bp:.6f}",
            checked.fault or f"{max(0.0, plan.cost.total_bp - checked.bound_bp):.1e}",
            f"{BP * wash_residue(problem, plan.sell, plan.buy):.1g}",
            f"{wall:.0f}",
            f"{cpu:.0f}",
            f"{exact.cost.total_bp:.4f}",
            *(_margin(floor_cost(problem, way)[0], plan.cost.total_bp, checked.bound_bp) for way in FLOORS.values()),
        )
    return table


def _margin(floor_bp: float, ours_bp: float, bound_bp: float) -> str:
    if floor_bp - bound_bp <= TIE_BP:
        return "optimal too"
    return f"{floor_bp - ours_bp:+.2f}"


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
    took = {lots: large_row(table, lots) for lots in (5_000, 10_000, 20_000)}
    table.add_row("CPU(20,000 lots) / CPU(5,000)", "4.8 x", "", f"{took[20_000] / took[5_000]:.2f} x", "", "")
    written_row(table)
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


def tables(accounts: int) -> Iterator[Table]:
    """Measure: instances, peers, so many random accounts, speed."""
    plans = solved_instances()
    yield instances_table(plans)
    yield peers_table(plans)
    yield accounts_table(accounts)
    yield speed_table()


def main() -> None:
    """Measure and print."""
    console, asked = Console(width=200), sys.argv[1] if len(sys.argv) > 1 else "1000"
    if not asked.isdigit():
        console.print(instances_table(solved_instances(Path(asked)), Path(asked)))
        return
    for table in tables(int(asked)):
        console.print(table)


if __name__ == "__main__":
    main()
