"""Parts of the search: what is known of each, and where it is divided."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tools.plan.core.form import Form
from tools.plan.core.iterates import Prices
from tools.plan.core.netted_tax import Regime
from tools.plan.core.plan_cost import Cost
from tools.plan.core.problem import Array, Mask
from tools.plan.core.tail import Tail

TIE = 1e-9


@dataclass
class Best:
    """The best legal plan so far, with the prices and the regime's rows that it was found with."""

    sell: Array
    buy: Array
    cost: Cost
    regime: str
    prices: Prices
    tail: Tail


@dataclass(order=True)
class Node:
    """A regime and the sides left in it, with the bound that ``proof`` proves for them.

    ``penalty`` is how dear broken rules are; a ``fresh`` node has not been looked at, a ``looked`` one has had plans
    made by prices; ``next`` are the sides to try, ``guide`` what a unit of each
    column costs at the last prices, ``tried`` the plan whose prices were carried over.
    """

    bound: float
    order: int
    regime: Regime = field(compare=False)
    allowed: Mask = field(compare=False)
    proof: Prices | None = field(compare=False, default=None)
    penalty: int = field(compare=False, default=0)
    fresh: bool = field(compare=False, default=True)
    guide: Array | None = field(compare=False, default=None)
    tried: Best | None = field(compare=False, default=None)
    looked: bool = field(compare=False, default=False)
    next: Mask | None = field(compare=False, default=None)
    seen: set[bytes] = field(compare=False, default_factory=set)


def parts(node: Node, form: Form, chosen: Array, gained: Array) -> tuple[Mask, ...]:
    """Divide a node's sides at the group that gains most from being on several at once; none where all have one."""
    open_groups = np.bincount(form.group[node.allowed], minlength=form.groups) > 1
    if not open_groups.any():
        return ()
    mixed = np.zeros(form.groups)
    np.add.at(mixed, form.group, np.where(node.allowed, np.minimum(chosen, 1 - chosen), 0.0))
    group = int(np.argmax(np.where(open_groups, gained + TIE * mixed, -1.0)))
    mine = (form.group == group) & node.allowed
    first = int(np.argmax(np.where(mine, chosen, -1.0)))
    with_, without = node.allowed & ~mine, node.allowed.copy()
    with_[first], without[first] = True, False
    return with_, without
