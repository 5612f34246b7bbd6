"""State law as data: one table a state and year, each with its source, read once from ``law/states/<year>.toml``."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tools.errors import BadRequest, LawProblem
from tools.model import FilingStatus
from tools.tax.law import Amount, ByStatus, Rate, Source

T = TypeVar("T")
Confidence = Literal["two engines", "one engine", "law", "projected"]


def _for_all(value: object) -> object:
    """Read ``all`` as one value for each of the five statuses."""
    if isinstance(value, dict) and set(value) == {"all"}:
        return dict.fromkeys((status.value for status in FilingStatus), value["all"])
    return value


Edges = tuple[tuple[Amount, Decimal], ...]
PerStatus = Annotated[ByStatus, BeforeValidator(_for_all)]
StepsPerStatus = Annotated[dict[FilingStatus, Edges], BeforeValidator(_for_all)]


class StateLaw(BaseModel):
    """One state's income tax of one year.

    ``rule`` names how tax follows from the table (see ``state_rules``); ``schedule[status]`` holds (over, rate) pairs.
    ``long_gain_excluded_frac`` is the share of the net long-term gain that is not taxed, ``gain_excluded_frac`` that of
    any net gain. ``amounts``, ``by_status`` and ``steps`` hold what one rule alone needs. ``confidence`` says on what
    the table rests besides its ``source``: two independent engines agree with it, one of them, or the law alone;
    projected amounts are last year's raised by inflation, which ``note`` says too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    year: int
    name: str
    rule: str
    source: Source
    confidence: Confidence
    start: Literal["federal_agi", "federal_taxable_income"] = "federal_agi"
    long_gain_excluded_frac: Rate = Decimal(0)
    gain_excluded_frac: Rate = Decimal(0)
    schedule: StepsPerStatus = Field(default_factory=dict)
    deduction_usd: PerStatus | None = None
    exemption_usd: PerStatus | None = None
    credit_usd: PerStatus | None = None
    amounts: dict[str, Amount] = Field(default_factory=dict)
    by_status: dict[str, PerStatus] = Field(default_factory=dict)
    steps: dict[str, StepsPerStatus] = Field(default_factory=dict)
    note: str | None = None

    @property
    def no_tax(self) -> bool:
        """True when the state leaves all investment gains untaxed."""
        return self.rule == "none"

    def __hash__(self) -> int:
        """Count two tables of one state and year as one."""
        return hash((self.code, self.year))

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        for table in (self.schedule, *self.steps.values()):
            for status, pairs in table.items():
                edges = [edge for edge, _ in pairs]
                if not edges or edges[0] != 0 or edges != sorted(set(edges)):
                    raise ValueError(f"{status.value}: rising edges, the first 0")
            if table and len(table) != len(FilingStatus):
                raise ValueError("a table for each of the five statuses, or all")
        return self


def _folder() -> Traversable:
    return files("tools.tax").joinpath("law", "states")


def parse_states(name: str, text: str, year: int) -> dict[str, StateLaw]:
    """Validate the text of one year's file.

    Raises:
        LawProblem: A status, a source or an amount is missing or impossible.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
        return {code: StateLaw(code=code, year=year, **table) for code, table in tables.items()}
    except (ValidationError, tomllib.TOMLDecodeError, TypeError) as error:
        raise LawProblem(f"The law file cannot be used: {error}", "Correct it from its source.", name) from error


@lru_cache(maxsize=1)
def state_years() -> tuple[int, ...]:
    """Return the tax years that this version has state tables for."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(int(name[:4]) for name in names if re.fullmatch(r"\d{4}\.toml", name)))


@lru_cache
def states_of(year: int) -> dict[str, StateLaw]:
    """Return the 51 tables of one known year by postal code."""
    name = f"{year}.toml"
    return parse_states(name, _folder().joinpath(name).read_text(encoding="utf-8"), year)


def state_law(state: str, year: int) -> StateLaw:
    """Return one state's table; after the last known year the last one, with a ``note`` that says so.

    Raises:
        BadRequest: There is no such state.
        LawProblem: The year is before the first one known.
    """
    first, last = state_years()[0], state_years()[-1]
    if year < first:
        raise LawProblem(f"This version has no state tax for {year}.", f"Ask about {first} or later.")
    found = states_of(min(year, last))[state_code(state)]
    if year <= last:
        return found
    note = f"{found.name}: {year} limits are not in this version, {last} used"
    return found.model_copy(update={"note": note})


def state_code(state: str) -> str:
    """Return the postal code of a state given by code or name.

    Raises:
        BadRequest: There is no such state.
    """
    wanted = state.strip().casefold()
    for code, law in states_of(state_years()[-1]).items():
        if wanted in (code.casefold(), law.name.casefold()):
            return code
    raise BadRequest(f"I know no state {state!r}.", "Name one of the 50 states or DC, by name or two letters.")
