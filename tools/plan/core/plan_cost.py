"""What a plan of the core problem costs, exactly, and whether it keeps every rule, however it was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.plan.core.netted_tax import tax_of
from tools.plan.core.problem import BP, Array, CoreProblem

DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of the cost in bp of the portfolio; ``short`` and ``long`` are the year's net gains in weights.

    ``goals_bp`` is the cost of missed goals;
    ``later_bp`` is the worth of the later tax that sales with a gain spare, and losses bring.
    """

    risk_bp: float
    trading_bp: float
    tax_bp: float
    later_bp: float
    short: float
    long: float
    goals_bp: float = 0.0

    @property
    def total_bp(self) -> float:
        """What the optimizer minimises."""
        return self.risk_bp + self.goals_bp + self.trading_bp + self.tax_bp - self.later_bp


def cost_of(p: CoreProblem, sell: Array, buy: Array) -> Cost:
    """Return the exact cost of sells by lot and buys by pair."""
    lots, size = p.lots, len(p.deviation)
    e = p.deviation - np.bincount(lots.asset, sell * p.account_weight[lots.account], size)
    e = e + np.bincount(p.buys.asset, buy * p.account_weight[p.buys.account], size)
    risk = p.gamma * (np.sum((p.factors.T @ e) ** 2) + np.sum((p.idio * e) ** 2))
    gain = lots.gain_rate * lots.taxable * sell
    short = p.tax.short_start + float(gain[lots.short].sum())
    long = p.tax.long_start + float(gain[~lots.short].sum())
    trading = p.spread[lots.asset] @ sell + (p.spread[p.buys.asset] + p.buys.cost) @ buy
    return Cost(
        risk_bp=BP * float(risk),
        trading_bp=BP * float(trading),
        tax_bp=BP * tax_of(short, long, p.tax),
        later_bp=BP * float(lots.later @ gain),
        short=short,
        long=long,
        goals_bp=BP * sum((goal.cost(sell, buy) for goal in p.goals), 0.0),
    )


def rule_breaks(p: CoreProblem, sell: Array, buy: Array) -> dict[str, float]:
    """Return every rule that the plan breaks, with the amount in weights; empty when it is legal."""
    lots, buys = p.lots, p.buys
    found = {
        "more sold than may be": float(np.max(sell - lots.most, initial=0.0)),
        "more bought than may be": float(np.max(buy - buys.most, initial=0.0)),
        "negative trades": float(max(np.max(-sell, initial=0.0), np.max(-buy, initial=0.0))),
        "wash sales": wash_residue(p, sell, buy),
    }
    cost = cost_of(p, sell, buy)
    idle = tax_of(p.tax.short_start, p.tax.long_start, p.tax)
    extra = cost.tax_bp / BP - idle
    cash = p.cash + np.bincount(lots.account, sell * (1 - p.spread[lots.asset]), len(p.cash))
    cash = cash - np.bincount(buys.account, buy * (1 + p.spread[buys.asset]), len(p.cash))
    for n, (have, target) in enumerate(zip(cash, p.cash_target, strict=True)):
        off = target + (extra if n == p.set_aside else 0.0) - have
        off = max(0.0, off) if p.loose_cash or n == p.set_aside else abs(off)
        found[f"cash of account {n}"] = float(off)
    for limit in p.limits:
        found[limit.name] = float(limit.sell @ sell + limit.buy @ buy - limit.most)
    if p.tax_most is not None:
        found["tax"] = extra - p.tax_most
    return {name: amount for name, amount in found.items() if amount > DUST}


def wash_residue(p: CoreProblem, sell: Array, buy: Array) -> float:
    """Return the loss sales, in weights, that a purchase of the plan or a recent lot still held would disallow.

    A recent lot is no replacement for its own sale: the rest of its own purchase does not count.
    """
    lots, groups = p.lots, p.groups
    lot_group = p.group[lots.asset]
    kept = lots.recent & (lots.value - sell > 0)
    still_held = np.bincount(lot_group, kept, groups)[lot_group] - kept
    bought = np.bincount(p.group[p.buys.asset], buy, groups)[lot_group]
    washed = lots.loss & (sell > 0) & ((still_held > 0) | (bought > 0))
    return float(sell[washed].sum())
