"""Federal tax of 2026 as the forms have it. No alternative minimum tax: cases that meet it are not asked here.

Sources: Rev. Proc. 2025-32 (brackets, gain breakpoints, standard deduction); IRC 1211(b) and 1212(b) (losses);
IRC 1411 (net investment income tax).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RATES = (0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37)
_JOINT = (24_800, 100_800, 211_400, 403_550, 512_450, 768_700)
OVER = {
    "single": (12_400, 50_400, 105_700, 201_775, 256_225, 640_600),
    "married_joint": _JOINT,
    "surviving_spouse": _JOINT,
    "married_separate": (12_400, 50_400, 105_700, 201_775, 256_225, 384_350),
    "head_of_household": (17_700, 67_450, 105_700, 201_750, 256_200, 640_600),
}
DEDUCTION = {"single": 16_100, "married_joint": 32_200, "surviving_spouse": 32_200, "married_separate": 16_100}
DEDUCTION["head_of_household"] = 24_150
ZERO_TO = {"single": 49_450, "married_joint": 98_900, "surviving_spouse": 98_900, "married_separate": 49_450}
ZERO_TO["head_of_household"] = 66_200
FIFTEEN_TO = {"single": 545_500, "married_joint": 613_700, "surviving_spouse": 613_700, "married_separate": 306_850}
FIFTEEN_TO["head_of_household"] = 579_600
NIIT_OVER = {"single": 200_000, "married_joint": 250_000, "surviving_spouse": 250_000, "married_separate": 125_000}
NIIT_OVER["head_of_household"] = 200_000


@dataclass(frozen=True)
class Person:
    """A return before the sale in question; gains and losses of the year so far, carryovers as positive losses."""

    filing_status: str
    income: float
    qualified: float = 0.0
    short: float = 0.0
    long: float = 0.0
    short_carryover: float = 0.0
    long_carryover: float = 0.0


SAMPLE = Person("married_joint", 265_000, 5_200, 6_140.50, 14_275.80, 0, 3_600)


def person_of(profile: dict[str, Any] | None) -> Person:
    """Return the person that a case's profile describes, the sample's without one."""
    if profile is None:
        return SAMPLE
    return Person(
        profile["filing_status"],
        float(profile["income"]),
        short=float(profile.get("short_gain", 0)),
        long=float(profile.get("long_gain", 0)),
        long_carryover=float(profile.get("carryforward", 0)),
    )


def on_brackets(income: float, status: str) -> float:
    """Add up the brackets below an income."""
    total, floor = 0.0, 0.0
    for rate, top in zip(RATES, (*OVER[status], float("inf")), strict=True):
        total += rate * max(0.0, min(income, top) - floor)
        floor = top
    return total


def federal_tax(person: Person, short: float = 0.0, long: float = 0.0) -> float:
    """Return the whole federal tax with further gains of the year."""
    status = person.filing_status
    net_short = person.short + short - person.short_carryover
    net_long = person.long + long - person.long_carryover
    net = net_short + net_long
    limit = 1_500 if status == "married_separate" else 3_000
    gain = max(net, -limit)
    agi = person.income + person.qualified + gain
    taxable = max(agi - DEDUCTION[status], 0.0)
    favoured = min(person.qualified + max(min(net_long, net), 0.0), taxable)
    plain = taxable - favoured
    at_zero = max(0.0, min(taxable, ZERO_TO[status]) - plain)
    at_fifteen = max(0.0, min(taxable, FIFTEEN_TO[status]) - max(plain, ZERO_TO[status]))
    at_twenty = favoured - at_zero - at_fifteen
    regular = on_brackets(plain, status) + 0.15 * at_fifteen + 0.20 * at_twenty
    invested = max(person.qualified + gain, 0.0)
    niit = 0.038 * min(invested, max(agi - NIIT_OVER[status], 0.0))
    return regular + niit


def extra_tax(person: Person, short: float = 0.0, long: float = 0.0) -> float:
    """Return what further gains add to the tax; negative when losses save some."""
    return federal_tax(person, short, long) - federal_tax(person)


def zero_room(person: Person) -> float:
    """Return how much more long-term gain is free of tax: losses absorb it first, then the 0 % bracket takes it."""
    net = person.short + person.long - person.short_carryover - person.long_carryover
    taxable = person.income + person.qualified + net - DEDUCTION[person.filing_status]
    return max(0.0, ZERO_TO[person.filing_status] - taxable)
