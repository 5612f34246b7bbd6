"""What each wish costs: the plan made again without it, and the price of loosening it by one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

import numpy as np

from tools.errors import LotlineError
from tools.model import Household, Investor, Wishes
from tools.money import ZERO, cents, from_float
from tools.plan.adapter import GAIN_LIMIT, TURNOVER_LIMIT
from tools.plan.core.plan_cost import cost_of
from tools.plan.core.problem import BP
from tools.plan.core.terms import wish_prices
from tools.plan.frame import Frame, build_frame
from tools.plan.problem import Array
from tools.plan.rates import representative
from tools.plan.risk import distances
from tools.plan.rounding import smallest_trade
from tools.plan.solve import Found, find
from tools.plan.style import Style
from tools.plan.wished import CASH_LIMIT
from tools.tax.law import Law

FINE = Decimal("1e-12")
THOUSAND, POINT = Decimal(1000), Decimal("0.01")
PRICED = (
    "max_gain_usd",
    "max_tax_usd",
    "max_turnover_frac",
    "max_trades",
    "min_trade_usd",
    "tracking_error_frac",
    "cash_target_usd",
    "raise_cash_usd",
    "max_weight_frac",
    "no_sells",
    "long_term_only",
    "exclude",
    "lots_locked",
    "account_id",
    "accounts_left_alone",
    "only",
    "wait_until",
    "tax_set_aside",
    "zero_bracket",
    "charity_usd",
    "stay_invested",
    "asset_location",
)
TAX_CASH = "cash and the tax to be set aside"
ROWS = {"max_gain_usd": GAIN_LIMIT, "max_tax_usd": "tax", "max_turnover_frac": TURNOVER_LIMIT}


@dataclass(frozen=True, slots=True)
class WishPrice:
    """What the plan would gain without one wish, all others kept.

    ``cost_usd`` is in the measure that plans are chosen by: tax now and later, trading, and distance from target;
    ``tax_usd`` the part that is this year's tax, below zero where the wish saves some; ``drift_frac`` how much further
    from target it leaves the portfolio. ``unit_usd`` is what one unit
    more would save: a thousand dollars, or a point of turnover; None where a wish has no unit.
    """

    field: str
    cost_usd: Decimal
    tax_usd: Decimal
    drift_frac: Decimal
    unit_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Case:
    """A plan's circumstances other than the wishes."""

    household: Household
    investor: Investor
    law: Law
    on: date
    style: Style

    def solved(self, wishes: Wishes) -> tuple[Frame, Found]:
        """Return the arrays and the best amounts under these wishes, before whole shares."""
        situation = representative(self.investor, self.law)
        frame = build_frame(self.household, self.investor, situation, self.law, wishes, self.on, self.style)
        return frame, find(frame, smallest_trade(wishes, frame.value_usd), wishes.max_trades)


def price_wishes(case: Case, wishes: Wishes, frame: Frame, found: Found) -> tuple[WishPrice, ...]:
    """Price each wish that the plan was made under.

    Args:
        case: The circumstances; ``household`` with the new money in it.
        wishes: The wishes kept.
        frame: The arrays of the plan.
        found: Its amounts.
    """
    return tuple(
        price for name in PRICED if name in asked(wishes) if (price := _price(case, wishes, name, frame, found))
    )


def asked(wishes: Wishes) -> Iterator[str]:
    """Return the names of the wishes that were said."""
    return (item.name for item in fields(wishes) if getattr(wishes, item.name) != item.default)


def _price(case: Case, wishes: Wishes, name: str, frame: Frame, found: Found) -> WishPrice | None:
    default = next(item.default for item in fields(wishes) if item.name == name)
    without: Mapping[str, object] = {name: default}
    try:
        other, free = case.solved(replace(wishes, **without))  # type: ignore[arg-type]  # one field, its own default
    except LotlineError:
        return None
    trades = _in(other, frame, found)
    kept = cost_of(free.core, *trades)
    best = cost_of(free.core, free.solution.sell, free.solution.buy)
    return WishPrice(
        name,
        max(_usd(frame, kept.total_bp - best.total_bp), ZERO),
        _usd(frame, kept.tax_bp - best.tax_bp),
        _decimal(_distance(other, free, *trades) - _distance(other, free, free.solution.sell, free.solution.buy)),
        _unit(frame, found, name),
    )


def _in(other: Frame, frame: Frame, found: Found) -> tuple[Array, Array]:
    """Write amounts of one frame in the places of another."""
    place = {pair: n for n, pair in enumerate(other.pairs)}
    buy = np.zeros(len(other.pairs))
    for pair, amount in zip(frame.pairs, found.solution.buy, strict=True):
        if pair in place:
            buy[place[pair]] = amount
    return found.solution.sell, buy


def _distance(frame: Frame, found: Found, sell: Array, buy: Array) -> float:
    """Return half the sum of distances from target."""
    off = distances(frame.problem, found.core, sell, buy)
    return float(np.abs(off * frame.problem.sleeves.weighed).sum()) / 2


def _unit(frame: Frame, found: Found, name: str) -> Decimal | None:
    """Return what a thousand dollars, or a point, more of a wish would save at the plan's own prices."""
    prices = wish_prices(found.proven.plan)
    if name in ("cash_target_usd", "raise_cash_usd"):
        rules = (f"cash of account {frame.seats.index(frame.home)}", TAX_CASH, CASH_LIMIT)
        return cents(THOUSAND * _decimal(sum(max(prices.get(rule, 0.0), 0.0) for rule in rules)))
    if name not in ROWS or ROWS[name] not in prices:
        return None
    price = _decimal(prices[ROWS[name]])
    return cents(2 * POINT * frame.value_usd * price if name == "max_turnover_frac" else THOUSAND * price)


def _decimal(value: float) -> Decimal:
    return from_float(value, FINE)


def _usd(frame: Frame, cost_bp: float) -> Decimal:
    return cents(frame.value_usd * _decimal(cost_bp / BP))
