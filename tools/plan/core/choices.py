"""Which side of each group to try: one is chosen per group, written as a mask over sides."""

from __future__ import annotations

import numpy as np

from tools.plan.core.bound import Bound
from tools.plan.core.form import Form
from tools.plan.core.problem import Array, Mask
from tools.plan.core.sides import Sides


def losses_sold(sides: Sides) -> Mask:
    """Start from the last side of each group: its losses are sold."""
    return np.append(sides.group[1:] != sides.group[:-1], True)


def best_sides(form: Form, bound: Bound) -> Mask:
    """Return the cheapest side of each group at the bound's prices."""
    return pick(form, -bound.side_cost)


def pick(form: Form, score: Array) -> Mask:
    """Choose one side of each group: the highest score, the first of equals."""
    best = np.full(form.groups, -np.inf)
    np.maximum.at(best, form.group, score)
    top = score >= best[form.group]
    place = np.where(top, np.arange(len(score)), len(score))
    first = np.full(form.groups, len(score))
    np.minimum.at(first, form.group, place)
    chosen = np.zeros(len(score), dtype=bool)
    chosen[first] = True
    return chosen
