"""How much a plan is willing to pay to get closer to target, and the assumptions behind postponed tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

HORIZON_YEARS = 10
DISCOUNT = 0.04
HALF_SPREAD = 0.0003
EXPOSURE_COST = 0.05
RELUCTANCE = 0.0002
"""Cost per dollar of buying in the less natural account."""
IDLE_COST = 0.003
"""Cost per dollar of letting the money of a sale lie idle."""
STAY_INSIDE = 4.0
"""Cost of a squared weight beyond the band for a sleeve that is inside it before the plan."""
STAY_TIMES = 10.0
"""The same cost is at least this many times that of a sleeve outside its band already."""
OVER_CAP_COST = 10.0
"""Cost per dollar of a single name above its cap."""
WRONG_WAY_COST = 0.1
"""Cost per dollar of taking a sleeve further from its target, or out of its band."""
SMALL_LOSS_FRAC = Decimal("0.001")
SMALL_LOSS_USD = Decimal(1_000)
"""A loss below this share of the portfolio, and below these dollars, is not worth a trade of its own."""


@dataclass(frozen=True, slots=True)
class Style:
    """Cost per squared weight: ``drift`` of any distance from target, ``outside`` of distance beyond the band.

    ``no_net_gain`` forbids the plan to realize more gains than losses. A loss carried forward is used in about
    ``carry_years``: as late as the gains it postpones, unless the person wants to harvest.
    """

    name: str
    drift: float
    outside: float
    no_net_gain: bool = False
    carry_years: int = HORIZON_YEARS

    @property
    def in_dollars(self) -> bool:
        """Tell whether distance is weighed as what it is worth; going all the way puts it above everything."""
        return self.drift < 1


BALANCED = Style("balanced", drift=0.05, outside=0.02)
NO_GAINS = Style("no_gains", drift=0.05, outside=0.02, no_net_gain=True)
ALL_THE_WAY = Style("all_the_way", drift=30.0, outside=30.0)
HARVEST = Style("harvest", drift=0.002, outside=0.0, carry_years=2)
"""Taking losses matters and the mix little: what has no stand-in waits in cash until it may be bought again."""
STYLES = {style.name: style for style in (BALANCED, NO_GAINS, ALL_THE_WAY)}


def later_value(rate: float, years: int = HORIZON_YEARS) -> float:
    """Return today's value of a tax paid at ``rate`` after ``years``."""
    return rate * (1 + DISCOUNT) ** -years


def petty_usd(value_usd: Decimal) -> Decimal:
    """Return the loss below which an order of its own is not worth it."""
    return min(SMALL_LOSS_FRAC * value_usd, SMALL_LOSS_USD)
