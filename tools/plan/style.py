"""How much a plan is willing to pay to get closer to target, and the assumptions behind postponed tax."""

from __future__ import annotations

from dataclasses import dataclass

HORIZON_YEARS = 10
DISCOUNT = 0.04
HALF_SPREAD = 0.0003
EXPOSURE_COST = 0.05
RELUCTANCE = 0.0002
"""Cost per dollar of buying in the less natural account."""
STAY_INSIDE = 4.0
"""Cost of a squared weight beyond the band for a sleeve that is inside it before the plan."""
SMALL_LOSS_FRAC = 0.001
"""A loss below this share of the portfolio is not worth a trade of its own."""


@dataclass(frozen=True, slots=True)
class Style:
    """Cost per squared weight: ``drift`` of any distance from target, ``outside`` of distance beyond the band.

    ``no_net_gain`` forbids the plan to realize more gains than losses.
    """

    name: str
    drift: float
    outside: float
    no_net_gain: bool = False


BALANCED = Style("balanced", drift=0.05, outside=0.02)
NO_GAINS = Style("no_gains", drift=0.05, outside=0.02, no_net_gain=True)
ALL_THE_WAY = Style("all_the_way", drift=30.0, outside=30.0)
STYLES = {style.name: style for style in (BALANCED, NO_GAINS, ALL_THE_WAY)}


def later_value(rate: float) -> float:
    """Return today's value of a tax paid at ``rate`` after the horizon."""
    return rate * (1 + DISCOUNT) ** -HORIZON_YEARS
