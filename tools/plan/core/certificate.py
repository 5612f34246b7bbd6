"""The proof that comes with a plan: leaves that cover every choice, each with prices that prove its bound."""

from __future__ import annotations

from dataclasses import dataclass

from tools.plan.core.iterates import Prices
from tools.plan.core.problem import Mask
from tools.plan.core.sides import Sides


@dataclass(frozen=True, slots=True)
class Leaf:
    """One regime with the sides left in it; ``cost`` is the bound that ``prices`` prove for it.

    ``penalty`` is the price of a broken rule in it, which makes a leaf without any plan cost more than every plan.
    With ``kept`` the leaf covers only choices with at least one side that is not among those; others cover the rest.
    """

    regime: str
    allowed: Mask
    prices: Prices | None
    penalty: float
    cost: float
    kept: Mask | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """All leaves; no plan of the core problem costs less than ``bound_bp``."""

    sides: Sides
    leaves: tuple[Leaf, ...]
    bound_bp: float
