"""How good a plan is, in dollars: what is not proven, and what whole shares and rules on orders cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.model import Trade
from tools.money import ZERO, cents, from_float
from tools.plan.core.problem import BP
from tools.plan.frame import Frame
from tools.plan.risk import tracking_of
from tools.plan.solve import Found, cost_of_trades, weights_of

FINE = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a plan's place among all plans; the measure is tax now and later, trading, and distance.

    ``gap_usd`` is how much better another plan could be at most before orders are rounded: over all tax regimes of the
    year, all sides of identical and near-identical groups, fractional shares. The steps of the tax inside it are the
    lower envelope of the exact tax. ``small_usd``, ``few_usd`` and ``rounding_usd`` are what the least order, the
    limit on their number and whole shares cost on top. ``tracking_before_frac`` and ``tracking_after_frac`` are annual.
    """

    gap_usd: Decimal
    small_usd: Decimal
    few_usd: Decimal
    rounding_usd: Decimal
    tracking_before_frac: Decimal
    tracking_after_frac: Decimal
    regimes: int


def proof_of(frame: Frame, found: Found, trades: Sequence[Trade]) -> Proof:
    """Return the gap of the core and the dollars that each later stage added."""
    end_bp = cost_of_trades(frame, found.core, trades)
    core_bp = found.proven.asked_bp(found.core)
    sell, buy = weights_of(frame, trades)
    nothing = (sell * 0.0, buy * 0.0)
    return Proof(
        gap_usd=_usd(frame, core_bp - found.proven.bound_bp),
        small_usd=_usd(frame, found.small_bp - core_bp),
        few_usd=_usd(frame, found.few_bp - found.small_bp),
        rounding_usd=_usd(frame, end_bp - found.few_bp),
        tracking_before_frac=_frac(tracking_of(frame.problem, found.core, *nothing)),
        tracking_after_frac=_frac(tracking_of(frame.problem, found.core, sell, buy)),
        regimes=len({leaf.regime for leaf in found.proven.plan.certificate.leaves}),
    )


def _usd(frame: Frame, cost_bp: float) -> Decimal:
    """Return dollars; rounding may also gain, as it leaves the limits of the core by less than a share."""
    return cents(frame.value_usd * from_float(cost_bp / BP, FINE)) if cost_bp else ZERO


def _frac(value: float) -> Decimal:
    return from_float(value, Decimal("1e-6"))
