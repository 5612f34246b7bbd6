"""What a regime makes of the measures: the maximum of its tax planes, and rows that hold or cost something.

A row g.M - level = over - under costs ``up`` per unit over and ``down`` per unit under, and the squares ``up_square``
and ``down_square`` per squared unit. Rules of the problem are rows
with a very high cost, so that every program has a solution; what cannot be kept shows as a rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.plan.core.form import FIXED_MEASURES
from tools.plan.core.netted_tax import Regime, expanded, tax_of
from tools.plan.core.problem import Array, CoreProblem


@dataclass(frozen=True, slots=True)
class Tail:
    """Planes over the measures (``planes`` M + ``intercept``) and rows; ``rule`` names rows that must hold, else ""."""

    planes: Array
    intercept: Array
    rows: Array
    level: Array
    up: Array
    down: Array
    rule: tuple[str, ...]
    up_square: Array
    down_square: Array

    def least(self, row: Array) -> tuple[Array, float]:
        """Return prices of the rows within what each may be, and the least that rows cost at them.

        A row with a square may have any price on that side; what it exceeds the linear part by is paid in the bound.
        """
        if not (self.up_square.any() or self.down_square.any()):
            price = np.clip(row, -self.down, self.up)
            return price, -float(price @ self.level)
        up, down = self.up_square > 0, self.down_square > 0
        price = np.clip(row, np.where(down, -np.inf, -self.down), np.where(up, np.inf, self.up))
        over, under = np.maximum(price - self.up, 0.0)[up], np.maximum(-price - self.down, 0.0)[down]
        paid = float(np.sum(over**2 / self.up_square[up]) + np.sum(under**2 / self.down_square[down])) / 4
        return price, -float(price @ self.level) - paid


def tail_of(problem: CoreProblem, regime: Regime, penalty: float) -> Tail:
    """Write one regime and the rules of the problem over its measures; ``penalty`` is the cost of a rule broken."""
    accounts, size = len(problem.cash), FIXED_MEASURES + len(problem.cash) + len(problem.limits) + len(problem.goals)
    unit, table = np.eye(size), list[tuple[Array, float, float, float, str]]()

    def gains(a: float, b: float) -> Array:
        return np.asarray(a * unit[0] + b * unit[1])

    for a, b, c in regime.cone:
        table.append((gains(a, b), -c, 0.0, penalty, f"regime {regime.name}"))
    for a, b, c, rate in regime.ramps:
        table.append((gains(a, b), -c, rate, 0.0, ""))
    idle = tax_of(problem.tax.short_start, problem.tax.long_start, problem.tax)
    for n in range(accounts):
        cash = unit[FIXED_MEASURES + n]
        if n != problem.set_aside:
            over = 0.0 if problem.loose_cash else penalty
            table.append((cash, problem.cash_target[n], over, penalty, f"cash of account {n}"))
            continue
        for a, b, c in expanded(regime):
            level = problem.cash_target[n] - idle + c
            table.append((cash - gains(a, b), level, 0.0, penalty, "cash and the tax to be set aside"))
    for n, limit in enumerate(problem.limits):
        table.append((unit[FIXED_MEASURES + accounts + n], limit.most, penalty, 0.0, limit.name))
    if problem.tax_most is not None:
        table += [(gains(a, b), problem.tax_most + idle - c, penalty, 0.0, "tax") for a, b, c in expanded(regime)]
    first, goals = FIXED_MEASURES + accounts + len(problem.limits), problem.goals
    bends = [(unit[first + n], bend) for n, goal in enumerate(goals) for bend in goal.bends if bend.matters]
    squares = [(0.0, 0.0)] * len(table) + [(bend.up_square, bend.down_square) for _, bend in bends]
    table += [(weight, bend.level, bend.up, bend.down, "") for weight, bend in bends]
    return Tail(
        planes=np.array([gains(a, b) for a, b, _ in regime.planes]),
        intercept=regime.planes[:, 2].copy(),
        rows=np.array([row[0] for row in table]),
        level=np.array([row[1] for row in table]),
        up=np.array([row[2] for row in table]),
        down=np.array([row[3] for row in table]),
        rule=tuple(row[4] for row in table),
        up_square=np.array([up for up, _ in squares]),
        down_square=np.array([down for _, down in squares]),
    )


def broken(tail: Tail, measure: Array) -> dict[str, float]:
    """Return the rules that measures break, with the amount in weights."""
    excess = tail.rows @ measure - tail.level
    rest: dict[str, float] = {}
    for name, e, up, down in zip(tail.rule, excess, tail.up, tail.down, strict=True):
        amount = max(e if up > 0 else 0.0, -e if down > 0 else 0.0)
        if name and amount > 0:
            rest[name] = max(rest.get(name, 0.0), float(amount))
    return rest
