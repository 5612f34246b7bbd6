"""The law as data: the limits of one tax year, each with its source, read once from ``law/<year>.toml``."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tools.errors import LawProblem
from tools.model import FilingStatus

Rate = Annotated[Decimal, Field(ge=0, le=1)]
Amount = Annotated[Decimal, Field(ge=0)]
Source = Annotated[str, Field(min_length=5)]
T = TypeVar("T")


def _complete(amounts: dict[FilingStatus, T]) -> dict[FilingStatus, T]:
    missing = [status.value for status in FilingStatus if status not in amounts]
    if missing:
        raise ValueError(f"no amount for {', '.join(missing)}")
    return amounts


ByStatus = Annotated[dict[FilingStatus, Amount], AfterValidator(_complete)]
EdgesByStatus = Annotated[dict[FilingStatus, tuple[Amount, ...]], AfterValidator(_complete)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ordinary(_Section):
    """Rates on ordinary income: ``rates_frac[k]`` applies over ``over_usd[status][k]``."""

    source: Source
    rates_frac: tuple[Rate, ...]
    over_usd: EdgesByStatus

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        for status, edges in self.over_usd.items():
            if len(edges) != len(self.rates_frac) or list(edges) != sorted(set(edges)) or edges[0] != 0:
                raise ValueError(f"{status.value}: one rising edge for each rate, the first 0")
        return self


class LongTermGains(_Section):
    """Rates on long-term gains and qualified dividends, by taxable income, and the most on collectibles."""

    source: Source
    rates_frac: tuple[Rate, Rate, Rate]
    collectibles_rate_frac: Rate
    zero_rate_up_to_usd: ByStatus
    fifteen_rate_up_to_usd: ByStatus


class StandardDeduction(_Section):
    """The deduction of those who do not itemize; ``addition_usd`` is for each box of age 65 or blindness ticked."""

    source: Source
    amount_usd: ByStatus
    addition_usd: ByStatus


class Amt(_Section):
    """Alternative minimum tax: exemption, where it starts to shrink and how fast, and where the upper rate starts."""

    source: Source
    rates_frac: tuple[Rate, Rate]
    exemption_phaseout_rate_frac: Rate
    exemption_usd: ByStatus
    phaseout_over_usd: ByStatus
    upper_rate_over_usd: ByStatus


class Niit(_Section):
    """Net investment income tax."""

    source: Source
    rate_frac: Rate
    over_usd: ByStatus


class CapitalLoss(_Section):
    """The most of a net loss that may reduce other income in one year."""

    source: Source
    limit_usd: ByStatus


class WashSale(_Section):
    """Days before and after a sale at a loss within which a purchase of the same security counts.

    ``digital_assets_from`` is the first day of sales of crypto to which the rule applies, None while no law says so.
    """

    source: Source
    before_days: int
    after_days: int
    digital_assets_from: date | None = None


class Law(_Section):
    """The limits of one tax year; ``note`` says so when a later year was asked for than this version knows."""

    year: int
    ordinary: Ordinary
    long_term_gains: LongTermGains
    standard_deduction: StandardDeduction
    amt: Amt
    niit: Niit
    capital_loss: CapitalLoss
    wash_sale: WashSale
    note: str | None = None

    def __hash__(self) -> int:
        """Count two laws of one year as one."""
        return hash(self.year)


def _folder() -> Traversable:
    return files("tools.tax").joinpath("law")


def parse(name: str, text: str) -> Law:
    """Validate the text of one law file.

    Raises:
        LawProblem: A status, a source or an amount is missing or impossible.
    """
    try:
        return Law.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise LawProblem(f"The law file is not TOML: {error}.", "Correct that line.", name) from error
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise LawProblem(
            f"The law file cannot be used: {wrong[0]}{more}.", "Correct that value from the source it names.", name
        ) from error


@lru_cache(maxsize=1)
def known_years() -> tuple[int, ...]:
    """Return the tax years that this version has limits for."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(int(name[:4]) for name in names if re.fullmatch(r"\d{4}\.toml", name)))


@lru_cache
def law_for(year: int) -> Law:
    """Return the limits of a tax year; after the last known year the last one, with a ``note`` that says so.

    Raises:
        LawProblem: The year is before the first one known, or its file is broken.
    """
    first, last = known_years()[0], known_years()[-1]
    if year < first:
        raise LawProblem(f"This version has no limits for tax year {year}.", f"Ask about {first} or later.")
    used = min(year, last)
    name = f"{used}.toml"
    law = parse(name, _folder().joinpath(name).read_text(encoding="utf-8"))
    if used == year:
        return law
    return law.model_copy(update={"note": f"{year} limits are not in this version: {used} used"})


def latest_law() -> Law:
    """Return the newest limits, for rules that no year changes."""
    return law_for(known_years()[-1])
