"""The core problem as arrays, in weights of the portfolio's value (cash included).

The formulation follows Moehle, Kochenderfer, Boyd and Ang, "Tax-Aware Portfolio Construction via Convex Optimization"
(arXiv 2008.04985), with the netted tax exact by regime and the wash-sale rule as a choice per identical group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.errors import BadRequest

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
BP = 1e4


@dataclass(frozen=True, slots=True)
class Threshold:
    """A higher rate that begins at ``at`` of net gain: ``kind`` is "net" (all gain) or "short" (taxed as ordinary)."""

    kind: str
    rate: float
    at: float


@dataclass(frozen=True, slots=True)
class Step:
    """A higher line that a year's net gains may meet: ``short`` s + ``long`` l + ``at``, for gains s and l as taxed.

    The tax of a net gain is the highest of all lines; ``short`` is at least ``long``, and ``at`` zero or below.
    """

    short: float
    long: float
    at: float


@dataclass(frozen=True, slots=True)
class TaxRates:
    """The year's netted tax by marginal rates; amounts are weights.

    ``short``/``long`` on a net gain of that kind; ``ordinary`` saved per dollar of net loss up to ``offset``;
    ``carry_short``/``carry_long`` the worth of a dollar carried forward, by its character. ``short_start`` and
    ``long_start`` are the year's net gains before the plan, carryovers included.
    """

    short: float
    long: float
    ordinary: float
    carry_short: float
    carry_long: float
    offset: float
    short_start: float
    long_start: float
    thresholds: tuple[Threshold, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CoreLots:
    """Parallel arrays over lots.

    ``gain_rate`` is 1 - basis/price; ``most`` what may be sold; ``recent`` bought in the last 30 days, so another
    loss of its group is disallowed while it is held; ``later`` the present value of the later tax per dollar of gain.
    """

    account: Index
    asset: Index
    value: Array
    gain_rate: Array
    short: Mask
    taxable: Mask
    most: Array
    recent: Mask
    later: Array

    @property
    def loss(self) -> Mask:
        """Lots whose sale would be a loss that the tax return sees."""
        return self.taxable & (self.gain_rate < 0)


@dataclass(frozen=True, slots=True)
class CoreBuys:
    """Parallel arrays over (account, asset) pairs that may be bought, up to ``most``; ``cost`` on top of the spread."""

    account: Index
    asset: Index
    most: Array
    cost: Array


@dataclass(frozen=True, slots=True)
class Limit:
    """One linear wish: ``sell`` times sells plus ``buy`` times buys is at most ``most``."""

    name: str
    sell: Array
    buy: Array
    most: float


@dataclass(frozen=True, slots=True)
class Bend:
    """What a goal costs above and below ``level``: per unit (``up``, ``down``) and per squared unit."""

    level: float
    up: float = 0.0
    down: float = 0.0
    up_square: float = 0.0
    down_square: float = 0.0

    @property
    def matters(self) -> bool:
        """Tell whether it costs anything."""
        return max(self.up, self.down, self.up_square, self.down_square) > 0


@dataclass(frozen=True, slots=True)
class Goal:
    """A weight worth reaching: ``start`` plus ``sell`` times sells plus ``buy`` times buys; its bends add up."""

    name: str
    start: float
    sell: Array
    buy: Array
    bends: tuple[Bend, ...]

    def cost(self, sell: Array, buy: Array) -> float:
        """Return what the weight that these trades bring costs."""
        weight = self.start + float(self.sell @ sell) + float(self.buy @ buy)
        over = [(bend, max(weight - bend.level, 0.0), max(bend.level - weight, 0.0)) for bend in self.bends]
        return sum(b.up * u + b.up_square * u * u + b.down * d + b.down_square * d * d for b, u, d in over)


@dataclass(frozen=True, slots=True)
class CoreProblem:
    """One household's choice of sells by lot and buys by asset.

    Attributes:
        deviation: Of each asset before trading: weight held less target (each account's part times its weight).
        factors: Assets x factors; ``factors @ factors.T + diag(idio**2)`` is the covariance of returns.
        idio: Annual idiosyncratic volatility of each asset.
        spread: Cost of each asset per unit traded, on buys and sells, paid from cash.
        group: Substantially-identical group number of each asset, 0 to the number of groups less one.
        cash: Cash of each account before trading; ``cash_target`` is what each must end with.
        account_weight: What a dollar of each account weighs in the deviation (1; less for a pre-tax account).
        gamma: Price of variance: cost per unit of annual tracking variance.
        set_aside: The account that must also keep the plan's own tax in cash, None for none.
        tax_most: Limit on the tax of the plan above that of doing nothing, None for none.
        goals: Weights of sleeves, names or cash with what it costs to miss them.
        loose_cash: Accounts may end with more cash than their targets.
    """

    lots: CoreLots
    buys: CoreBuys
    deviation: Array
    factors: Array
    idio: Array
    spread: Array
    group: Index
    cash: Array
    cash_target: Array
    account_weight: Array
    tax: TaxRates
    gamma: float
    limits: tuple[Limit, ...] = ()
    set_aside: int | None = None
    tax_most: float | None = None
    goals: tuple[Goal, ...] = ()
    loose_cash: bool = False

    def __post_init__(self) -> None:
        """Refuse data that has no meaning.

        Raises:
            BadRequest: Names the array or rate and what it must be.
        """
        for name, values, least, most in _ranges(self):
            if values.size and not (np.isfinite(values).all() and values.min() >= least and values.max() <= most):
                raise BadRequest(f"{name} must be finite and from {least:g} to {most:g}.", "Correct the input.")
        _same_lengths(self)
        _rates_in_order(self.tax)

    @property
    def groups(self) -> int:
        """Number of substantially-identical groups."""
        return int(self.group.max()) + 1 if self.group.size else 0

    @property
    def linear(self) -> tuple[Limit | Goal, ...]:
        """Limits, then goals: what has a measure of its own."""
        return (*self.limits, *self.goals)


def _ranges(p: CoreProblem) -> list[tuple[str, Array, float, float]]:
    top = 1e6
    return [
        ("Lot values", p.lots.value, 0.0, top),
        ("Amounts that may be sold", p.lots.value * (1 + 1e-12) - p.lots.most, 0.0, top),
        ("Limits of sells", p.lots.most, 0.0, top),
        ("Gain rates", p.lots.gain_rate, -top, 1.0),
        ("Values of later tax", p.lots.later, 0.0, 1.0),
        ("Limits of buys", p.buys.most, 0.0, top),
        ("Costs of buys", p.buys.cost, 0.0, 1.0),
        ("Deviations from target", p.deviation, -top, top),
        ("Factor exposures", p.factors, -top, top),
        ("Idiosyncratic volatilities", p.idio, 0.0, top),
        ("Spreads", p.spread, 0.0, 0.5),
        ("Cash", p.cash, -top, top),
        ("Cash targets", p.cash_target, -top, top),
        ("Account weights", p.account_weight, 0.0, 1.0),
        ("The price of variance", np.array([p.gamma]), 0.0, 1e9),
        *((f"The price of {g.name}", _bend_costs(g), 0.0, 1e9) for g in p.goals),
    ]


def _bend_costs(goal: Goal) -> Array:
    return np.array([[b.up, b.down, b.up_square, b.down_square] for b in goal.bends], dtype=float).ravel()


def _same_lengths(p: CoreProblem) -> None:
    lots, assets, accounts = p.lots, len(p.deviation), len(p.cash)
    parallel = (lots.asset, lots.account, lots.gain_rate, lots.short, lots.taxable, lots.most, lots.recent, lots.later)
    right = (
        all(len(one) == len(lots.value) for one in parallel)
        and len(p.buys.account) == len(p.buys.asset) == len(p.buys.most) == len(p.buys.cost)
        and len(p.factors) == len(p.idio) == len(p.spread) == len(p.group) == assets
        and len(p.cash_target) == len(p.account_weight) == accounts
        and all(len(g.sell) == len(lots.value) and len(g.buy) == len(p.buys.most) for g in p.linear)
        and np.array_equal(np.unique(p.group), np.arange(p.groups))
        and _inside(lots.asset, assets)
        and _inside(p.buys.asset, assets)
        and _inside(lots.account, accounts)
        and _inside(p.buys.account, accounts)
    )
    if not assets or not accounts:
        raise BadRequest("There is nothing to plan for.", "Give at least one asset and one account.")
    if not right:
        raise BadRequest(
            "The arrays of the problem do not belong together.",
            "Give each lot, asset and account a row, and number the groups from zero.",
        )


def _inside(index: Index, size: int) -> bool:
    return not index.size or bool(index.min() >= 0 and index.max() < size)


def _rates_in_order(t: TaxRates) -> None:
    """Refuse rates for which the pieces of the netted tax are not convex, each on its own cone."""
    rates = (t.short, t.long, t.ordinary, t.carry_short, t.carry_long, t.offset, t.short_start, t.long_start)
    if not np.isfinite(rates).all() or min(rates[:6]) < 0 or max(rates[:5]) > 1:
        raise BadRequest("Tax rates must lie between 0 and 1, the loss limit at or above 0.", "Check the income.")
    if t.short < max(t.long, t.ordinary):
        raise BadRequest("The short-term rate is below another rate of this return.", "Check income and status.")
    if any(not (1 >= s.short >= s.long >= 0 >= s.at) for s in t.steps):
        raise BadRequest("A step needs a short rate at or above its long one, and a place at most zero.", "Correct it.")
    if any(s.kind not in ("net", "short") or s.rate < 0 or s.at < 0 for s in t.thresholds):
        raise BadRequest("A threshold needs a kind (net or short), a rate and a place at or above zero.", "Correct it.")
