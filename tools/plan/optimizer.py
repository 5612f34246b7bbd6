"""The solver: best sells by lot and buys by asset for one problem.

The wash-sale rule is a choice per family of near-identical securities: sell its losses or buy into it. A first solve
ignores it; where both happen, both ways are tried and the better is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tools.errors import NoPlan
from tools.plan.problem import Array, Limits, Problem, Solution

TINY = 1e-6


class Search:
    """One problem compiled, with the limits that its wash-sale decisions have fixed so far."""

    def __init__(self, problem: Problem) -> None:
        from tools.plan.program import Program  # cvxpy takes seconds to import; only solving needs it

        self._problem = problem
        self._program = Program(problem)
        self._limits = _start(problem)
        self._bounds: dict[str, float] = {}

    def best(self) -> Solution:
        """Find the best trades: relaxed first, then the wash-sale rule group by group.

        Raises:
            NoPlan: The limits contradict each other.
        """
        found = self._program.solve(self._limits, self._bounds)
        if found is None:
            fix = "Loosen one: the gain limit, the cash, or what is to be left alone."
            raise NoPlan("No set of trades keeps all of these limits.", fix)
        for group in _freeable(self._problem):
            freed, bounds = _sell_together(self._problem, self._limits, group), dict[str, float]()
            trial = self._program.solve(freed, bounds)
            if trial is not None and trial.objective_bp < found.objective_bp - TINY:
                found, self._limits, self._bounds = trial, freed, bounds
        return self._without_clashes(found)

    def tighten(self, sell_most: Array, buy_most: Array) -> Solution | None:
        """Solve again with tighter limits, for example without trades that are too small; None when impossible."""
        most = np.minimum(self._limits.sell_most, sell_most)
        least = np.minimum(self._limits.sell_least, most)
        self._limits = Limits(most, least, np.minimum(self._limits.buy_most, buy_most))
        found = self._program.solve(self._limits, self._bounds)
        try:
            return None if found is None else self._without_clashes(found)
        except NoPlan:
            return None

    def _without_clashes(self, found: Solution) -> Solution:
        """Choose for each family, its losses or its purchase, until none has both."""
        for _ in range(self._problem.families.max() + 1):
            clashes = _conflicts(self._problem, found)
            if not clashes:
                break
            found = self._decide(clashes[0])
        return found

    def _decide(self, family: int) -> Solution:
        options = []
        for fixed in _either_way(self._problem, self._limits, family):
            bounds = dict(self._bounds)
            trial = self._program.solve(fixed, bounds)
            if trial is not None:
                options.append((trial, fixed, bounds))
        if not options:
            raise NoPlan("No set of trades keeps the wash-sale rule and these limits.", "Loosen one of the limits.")
        found, self._limits, self._bounds = min(options, key=lambda option: option[0].objective_bp)
        return found


def is_loss(problem: Problem) -> Array:
    """Return 1 for taxable lots below cost."""
    return ((problem.lots.gain_rate < 0) & (problem.lots.taxable > 0)).astype(float)


def _start(problem: Problem) -> Limits:
    """Block the loss lots whose group was bought recently in another lot."""
    blocked = is_loss(problem) * problem.lots.matched
    most = problem.lots.most * (1 - blocked)
    return Limits(most, np.zeros_like(most), problem.buys.most.copy())


def _freeable(problem: Problem) -> Iterator[int]:
    """Yield groups whose recent lots are all taxable and may be sold whole together with the blocked losses."""
    lots = problem.lots
    groups = problem.groups[lots.asset]
    for group in np.unique(groups[(is_loss(problem) * lots.matched) > 0]):
        recent = (groups == group) & lots.recent
        if recent.any() and (lots.taxable[recent] > 0).all() and np.allclose(lots.most[recent], lots.value[recent]):
            yield int(group)


def _sell_together(problem: Problem, limits: Limits, group: int) -> Limits:
    here = problem.groups[problem.lots.asset] == group
    recent = here & problem.lots.recent
    most = np.where(here, problem.lots.most, limits.sell_most)
    least = np.where(recent, problem.lots.value, limits.sell_least)
    buy = np.where(problem.groups[problem.buys.asset] == group, 0.0, limits.buy_most)
    return Limits(most, np.minimum(least, most), buy)


def _conflicts(problem: Problem, solution: Solution) -> tuple[int, ...]:
    """Return the families whose losses are sold while one of the family is bought."""
    count = problem.families.max() + 1
    losses = np.bincount(problem.families[problem.lots.asset], solution.sell * is_loss(problem), count)
    bought = np.bincount(problem.families[problem.buys.asset], solution.buy, count)
    return tuple(int(g) for g in np.flatnonzero((losses > TINY) & (bought > TINY)))


def _either_way(problem: Problem, limits: Limits, family: int) -> tuple[Limits, Limits]:
    losses = (problem.families[problem.lots.asset] == family) & (is_loss(problem) > 0)
    buys = problem.families[problem.buys.asset] == family
    no_buy = replace(limits, buy_most=np.where(buys, 0.0, limits.buy_most))
    keep = np.where(losses, 0.0, limits.sell_most)
    return no_buy, replace(limits, sell_most=keep, sell_least=np.minimum(limits.sell_least, keep))
