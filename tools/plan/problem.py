"""The data of one rebalancing problem, as arrays in fractions of the portfolio's value."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.plan.core.problem import Goal, Limit

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TaxPieces:
    """Marginal rates of the year's netted tax. All are fractions per dollar; amounts are fractions of the portfolio.

    ``short``/``long`` on a net gain of that kind, ``ordinary`` saved per dollar of net loss up to ``offset``,
    ``carry`` the worth of a dollar of loss carried forward, ``later`` the present value of the later tax per dollar
    of embedded gain. ``short_start``/``long_start`` are net gains before the plan, carryovers included.
    ``short_steps``/``long_steps`` are (rate, intercept) of the higher rates that larger gains meet.
    """

    short: float
    long: float
    ordinary: float
    carry: float
    later: float
    offset: float
    short_start: float
    long_start: float
    short_steps: tuple[tuple[float, float], ...] = ()
    long_steps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Lots:
    """Parallel arrays over lots.

    ``value`` is the lot's weight, ``gain_rate`` = 1 - basis/price, ``most`` what may be sold of it. ``short`` and
    ``taxable`` are 0/1. ``recent``: bought inside the wash-sale window. ``matched``: 0/1, another recent lot of its
    group is held, so a loss would be disallowed unless that lot is sold along.
    """

    ids: tuple[str, ...]
    account: Index
    asset: Index
    value: Array
    gain_rate: Array
    short: Array
    taxable: Array
    most: Array
    recent: NDArray[np.bool_]
    matched: Array


@dataclass(frozen=True, slots=True)
class Buys:
    """Parallel arrays over (account, asset) pairs that may be bought.

    ``most`` is the limit of each; ``reluctance`` a small cost that decides between accounts that would do equally well.
    """

    account: Index
    asset: Index
    most: Array
    reluctance: Array


@dataclass(frozen=True, slots=True)
class Sleeves:
    """Target weights.

    ``members`` is sleeves x assets (0/1); ``weighed`` is 0 for sleeves without a target;
    ``outside_cost`` is the cost of a squared distance beyond the band. A sleeve should end between ``low`` and
    ``high``: no further from its target than it was, or than its band; ``wrong_way_cost`` is that of a weight beyond.
    """

    keys: tuple[str, ...]
    members: Array
    target: Array
    band: Array
    weighed: Array
    outside_cost: Array
    low: Array
    high: Array
    wrong_way_cost: Array


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that the solver needs and nothing else.

    Attributes:
        symbols: The assets, in the order of every asset index.
        groups: Substantially-identical group number of each asset.
        families: The same with securities graded caution taken together: one at a loss and another bought is avoided.
        held: Weight held of each asset, all accounts together.
        exposure: Names x assets (0/1): a single name and what may stand in for it; ``exposure_target`` is kept.
        cash: Cash of each account; sales fund purchases where cash is unknown (zero).
        cash_floor: What must stay in cash, per account.
        tax: The year's netted tax by marginal rates.
        drift_cost: Cost of a squared distance from target.
        net_gain_most: Limit on the year's net gain, None for none.
        weight_most: Limit on each asset's weight (1 where there is none).
        tax_most: Limit on the tax of the plan above that of doing nothing, None for none.
        turnover_most: Limit on half of sales and purchases together, None for none.
        swings: Annual swing of each sleeve's own that counts into the tracking error; ``market`` is 1 for stocks.
        tracking_most: Limit on the annual tracking error, None for none.
        set_aside: The account that keeps the plan's own tax in cash too, None for none.
        goals: What further wishes make worth reaching, each named.
        limits: What further wishes hold to, each named.
        step_up: Lots that may be sold and bought again at once for a higher cost; None for none.
        keep_mix: Buy in a sleeve at most what is sold of it; so it is always where a sleeve has no target.
    """

    symbols: tuple[str, ...]
    groups: Index
    families: Index
    held: Array
    lots: Lots
    buys: Buys
    sleeves: Sleeves
    exposure: Array
    exposure_target: Array
    exposure_cost: float
    cash: Array
    cash_floor: Array
    cash_sleeve: int | None
    tax: TaxPieces
    drift_cost: float
    trade_cost: float
    net_gain_most: float | None
    weight_most: Array
    keep_mix: bool
    tax_most: float | None = None
    turnover_most: float | None = None
    tracking_most: float | None = None
    swings: Array = field(default_factory=lambda: np.zeros(0))
    market: Array = field(default_factory=lambda: np.zeros(0))
    set_aside: int | None = None
    goals: tuple[Goal, ...] = ()
    limits: tuple[Limit, ...] = ()
    step_up: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that change between solves of one compiled model."""

    sell_most: Array
    sell_least: Array
    buy_most: Array


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver chose: ``sell`` per lot and ``buy`` per pair, in weights; the model's own objective in bp."""

    sell: Array
    buy: Array
    objective_bp: float
    regime: str
