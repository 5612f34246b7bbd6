"""The households that come with Lotline: files as a person would drop them, and what they would say of themselves."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tools.household.targets import parse_targets
from tools.market.prices import Price, read_prices
from tools.model import FilingStatus, Investor
from tools.money import ZERO

_HERE = Path(__file__).parent
FIRST = "parkers"


@dataclass(frozen=True)
class Sample:
    """A household to open: ``files`` as (name, bytes), who they are, and the day of its prices."""

    title: str
    files: tuple[tuple[str, bytes], ...]
    investor: Investor
    as_of: date
    owners: tuple[str, ...]
    prices: tuple[Price, ...] = ()


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    filing_status: FilingStatus
    state: str
    income_usd: Decimal
    qualified_dividends_usd: Decimal = ZERO
    short_gain_usd: Decimal
    long_gain_usd: Decimal
    short_carryover_usd: Decimal = ZERO
    long_carryover_usd: Decimal = ZERO


class _Profile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    household: str
    as_of: date
    files: tuple[str, ...]
    owners: tuple[str, ...]
    investor: _Said
    targets: dict[str, dict[str, Any]]


@cache
def load_sample(folder: str = FIRST) -> Sample:
    """Read one of the households in this folder; it opens as of its own date, not as of today."""
    where = _HERE / folder
    profile = _Profile.model_validate(tomllib.loads((where / "profile.toml").read_text(encoding="utf-8")))
    files = tuple((name, (where / name).read_bytes()) for name in profile.files)
    investor = Investor(**profile.investor.model_dump(), gains_known=True, targets=parse_targets(profile.targets))
    prices = read_prices("prices.csv", (where / "prices.csv").read_text(encoding="utf-8"))
    return Sample(profile.household, files, investor, profile.as_of, profile.owners, prices)
