"""A second engine for state tax: TAXSIM as Python (``pip install lotline[exact-state]``), up to its own last year."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tools.model import FilingStatus
from tools.money import as_float, from_float
from tools.tax.situation import Gains, Situation

LAST_YEAR = 2025
"""The package refuses later years."""
_MARITAL = {FilingStatus.SINGLE: 1, FilingStatus.MARRIED_JOINT: 2, FilingStatus.MARRIED_SEPARATE: 6}
_CENSUS_CODES = (
    "AL=1 AK=2 AZ=4 AR=5 CA=6 CO=8 CT=9 DE=10 DC=11 FL=12 GA=13 HI=15 ID=16 IL=17 IN=18 IA=19 KS=20 KY=21 "
    "LA=22 ME=23 MD=24 MA=25 MI=26 MN=27 MS=28 MO=29 MT=30 NE=31 NV=32 NH=33 NJ=34 NM=35 NY=36 NC=37 "
    "ND=38 OH=39 OK=40 OR=41 PA=42 RI=44 SC=45 SD=46 TN=47 TX=48 UT=49 VT=50 VA=51 WA=53 WV=54 WI=55 "
    "WY=56 "
)
_FIPS = {code: int(number) for code, number in (pair.split("=") for pair in _CENSUS_CODES.split())}


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The state tax that gains add by the law of ``year``, which is earlier than asked where TAXSIM ends."""

    year: int
    extra_usd: Decimal


def installed() -> bool:
    """Tell whether the optional package is there."""
    return importlib.util.find_spec("taxsim_py") is not None


def second_opinion(case: Situation, gains: Gains, year: int) -> SecondOpinion | None:
    """Compute the state tax due to ``gains`` with TAXSIM.

    None without the package, without a state, or for a status that it has no code for.
    """
    if case.state not in _FIPS or case.filing_status not in _MARITAL or not installed():
        return None
    used = min(year, LAST_YEAR)
    without, with_ = _state_tax([_row(each, used) for each in (case, case.plus(gains))])
    return SecondOpinion(used, from_float(with_ - without))


def _row(case: Situation, year: int) -> dict[str, float]:
    wages = case.income_usd - case.investment_interest_usd
    return {
        "year": year,
        "state": _FIPS[case.state or ""],
        "mstat": _MARITAL[case.filing_status],
        "page": 50,
        "sage": 50 if case.filing_status is FilingStatus.MARRIED_JOINT else 0,
        "pwages": as_float(wages),
        "intrec": as_float(case.investment_interest_usd),
        "dividends": as_float(case.qualified_dividends_usd),
        "stcg": as_float(case.short_gain_usd - case.short_carryover_usd),
        "ltcg": as_float(case.long_gain_usd - case.long_carryover_usd),
    }


def _state_tax(rows: Sequence[dict[str, float]]) -> list[float]:
    polars: Any = importlib.import_module("polars")
    taxsim: Any = importlib.import_module("taxsim_py")
    found = taxsim.calculate_taxes(polars.DataFrame(list(rows)), state_id_type="fips")
    return [float(value) for value in found["siitax"].to_list()]
