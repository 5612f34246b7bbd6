"""The table of other optimizers beside ours, on accounts with certified optima."""

from __future__ import annotations

import numpy as np
from rich.table import Table

from evals.bench.instances import optima, read_instance
from evals.bench.peers import SETTING, PeerResult, run_peer
from tools.plan.core.plan_cost import Cost
from tools.plan.core.problem import BP
from tools.plan.core.search import CorePlan

PEERS = ("taxrebalance", "cvxportfolio")
MOST_ASSETS = 100
"""Above this taxrebalance takes minutes."""
COLUMNS = ("objective", "tracking error", "tax and trading", "cash off target", "washed sales", "wall ms", "CPU ms")


def peers_table(plans: dict[str, tuple[CorePlan, float, float]]) -> Table:
    """Compare our plans (with wall and CPU milliseconds) to the peers', all at the exact tax, in bp."""
    title = f"Peers at the exact tax, bp; taxrebalance at our tracking error ({SETTING} names their Python)"
    table = Table("instance", "by", title=title)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for name in (optimum.name for optimum in optima()):
        problem = read_instance(name)
        if len(problem.deviation) > MOST_ASSETS:
            continue
        plan, wall, cpu = plans[name]
        risk = float(np.sqrt(plan.cost.risk_bp / BP / problem.gamma))
        table.add_row(name, "ours", *_cells(PeerResult(plan.cost, risk, 0.0, 0.0, wall, cpu)))
        for peer in PEERS:
            found = run_peer(peer, problem, risk)
            table.add_row("", peer, *((found,) if isinstance(found, str) else _cells(found)))
    return table


def _cells(one: PeerResult) -> list[str]:
    cost: Cost = one.cost
    return [
        f"{cost.total_bp:.2f}",
        f"{BP * one.risk_frac:.1f}",
        f"{cost.tax_bp + cost.trading_bp:.2f}",
        f"{one.idle_bp:.1f}",
        f"{one.washed_bp:.1f}",
        f"{one.wall_ms:.0f}",
        f"{one.cpu_ms:.0f}",
    ]
