"""Other optimizers on the same accounts, each in its own environment, judged by our exact cost.

They come from the package registry and conflict with nothing, as they are never installed beside this package:
``LOTLINE_PEERS`` names the Python of an environment with ``taxrebalance`` and ``cvxportfolio``. taxrebalance is given
the tracking error of our own plan; neither peer knows limits of single purchases, so what they break is shown.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.plan.core.order_rules import cash_left
from tools.plan.core.plan_cost import Cost, cost_of, wash_residue
from tools.plan.core.problem import BP, Array, CoreProblem

RUNNER = Path(__file__).with_name("peer_runner.py")
SETTING = "LOTLINE_PEERS"
DOLLARS = 1e6
"""Every account is told to the peers as one of a million dollars in shares of a dollar."""
LONG_DAYS, SHORT_DAYS = 1_000, 100
SECONDS = 900


@dataclass(frozen=True, slots=True)
class PeerResult:
    """A peer's trades at our exact cost; ``idle_bp`` cash off its target, ``washed_bp`` losses the rule disallows."""

    cost: Cost
    risk_frac: float
    idle_bp: float
    washed_bp: float
    wall_ms: float
    cpu_ms: float


def peers_python() -> str | None:
    """Return the Python that has the peers, None where it is not set."""
    return os.environ.get(SETTING)


def run_peer(name: str, problem: CoreProblem, tracking_error: float) -> PeerResult | str:
    """Run one peer; return its result, or its last words when it finds none."""
    python = peers_python()
    if python is None:
        return f"{SETTING} is not set"
    told = json.dumps(_account(problem, tracking_error))
    try:
        done = subprocess.run(
            [python, str(RUNNER), name], input=told, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no reason given"])[-1][:80]
    found = json.loads(done.stdout)
    scale = 1 / DOLLARS
    return _judged(problem, np.array(found["sell"]) * scale, np.array(found["buy"]) * scale, found)


def _judged(p: CoreProblem, sell: Array, buy: Array, found: dict[str, float]) -> PeerResult:
    sell, buy = np.where(sell < 1e-9, 0.0, np.minimum(sell, p.lots.value)), np.where(buy < 1e-9, 0.0, buy)
    cost = cost_of(p, sell, buy)
    return PeerResult(
        cost=cost,
        risk_frac=float(np.sqrt(cost.risk_bp / BP / p.gamma)),
        idle_bp=BP * float(np.abs(cash_left(p, sell, buy)).sum()),
        washed_bp=BP * wash_residue(p, sell, buy),
        wall_ms=1e3 * found["wall"],
        cpu_ms=1e3 * found["cpu"],
    )


def _account(p: CoreProblem, tracking_error: float) -> dict[str, object]:
    """Write an account of one taxable account; weights become parts of what is not kept as cash."""
    lots, size = p.lots, len(p.deviation)
    held = np.bincount(lots.asset, lots.value, size)
    target = np.maximum(held - p.deviation, 0.0)
    invested = float(target.sum())
    shut = np.bincount(lots.asset, lots.most, size) <= 0
    never_sold = shut & (np.bincount(lots.asset, minlength=size) > 0) & (p.buys.most[:size] <= 0)
    return {
        "symbols": [f"S{n:03d}" for n in range(size)],
        "target": (target / invested).tolist(),
        "covariance": (p.factors @ p.factors.T + np.diag(p.idio**2)).tolist(),
        "spread": p.spread.tolist(),
        "lots": [
            {
                "asset": int(lots.asset[n]),
                "shares": float(lots.value[n]) * DOLLARS,
                "basis": float(1 - lots.gain_rate[n]),
                "days": SHORT_DAYS if lots.short[n] else LONG_DAYS,
                "blocked": bool(lots.loss[n] and lots.most[n] <= 0),
            }
            for n in range(len(lots.value))
        ],
        "cash": float(p.cash[0] - p.cash_target[0]) * DOLLARS,
        "short_rate": p.tax.short,
        "long_rate": p.tax.long,
        "gamma": p.gamma,
        "tracking_error": tracking_error / invested,
        "restricted": np.flatnonzero(never_sold).tolist(),
    }
