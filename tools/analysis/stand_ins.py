"""What to hold instead of a security: candidates graded for the wash-sale rule, with cost and how closely they move."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import name_of
from tools.facts import FactBook, Figures, Json
from tools.market.comovement import Comovement, comovement
from tools.market.expenses import Expense, expense_of
from tools.market.identical import Related, compare, group_of, related
from tools.market.prices import Price
from tools.market.replacements import Replacement, replacements
from tools.market.securities import broad_fund, info
from tools.model import Household, LossSale
from tools.money import cents
from tools.tax.wash_sale import quiet_until

DEFAULT_COUNT = 3
INVESTED_USD = Decimal(10_000)
"""Costs are told for this much money: a ratio of hundredths of a percent says little."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A candidate. ``until`` is the first day on which buying it undoes no loss taken lately; None where it does none.

    ``expense`` and ``moves`` are None where nothing is known.
    """

    symbol: str
    grade: str
    why: str
    confidence: str
    expense: Expense | None
    moves: Comovement | None
    held: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class StandIns:
    """Candidates, the best first, and what stands too close to be one. ``until``: no purchase of these before then."""

    symbol: str
    found: tuple[StandIn, ...]
    too_close: tuple[Related, ...]
    until: date | None


def find_stand_ins(
    household: Household,
    symbol: str,
    on: date,
    count: int = DEFAULT_COUNT,
    exclude: Collection[str] = (),
    closes: Mapping[str, Sequence[Price]] | None = None,
) -> StandIns:
    """Find what could be held instead of ``symbol``.

    Args:
        household: What is held, what was sold at a loss lately, and the person's own groups.
        symbol: What is or was sold.
        on: The day of the purchase.
        count: How many candidates at most.
        exclude: Symbols that the person does not want.
        closes: Daily closes by symbol, for how closely two securities moved.
    """
    series = closes or {}
    own = household.own_groups
    candidates = [one for one in replacements(symbol, own) or _broad(household, symbol) if one.symbol not in exclude]
    found = [_stand_in(household, symbol, one, on, series) for one in candidates]
    found.sort(key=lambda one: (one.until is not None, one.grade == "caution"))
    close = tuple(one for one in related(symbol, own) if one.grade == "same")
    return StandIns(symbol, tuple(found[:count]), close, _undone_until(household, symbol, on))


def _broad(household: Household, symbol: str) -> tuple[Replacement, ...]:
    """Fall back on the fund of a whole class where the table knows nothing nearer."""
    security, general = household.securities.get(symbol), info(symbol)
    asset_class = (security.asset_class if security else None) or (general.asset_class if general else None)
    fund = broad_fund(asset_class) if asset_class else None
    if fund is None or fund == symbol or asset_class is None:
        return ()
    close = compare(symbol, fund, household.own_groups)
    if close.grade == "same":
        return ()
    kind = asset_class.replace("_", " ").replace("us ", "US ").replace("intl ", "international ")
    why = f"It covers {kind} as a whole; nothing nearer to {symbol} is in my table. {close.why}"
    return (Replacement(fund, close.grade, why),)


def _stand_in(
    household: Household, symbol: str, one: Replacement, on: date, closes: Mapping[str, Sequence[Price]]
) -> StandIn:
    moves = comovement(closes.get(symbol, ()), closes.get(one.symbol, ()))
    sure = compare(symbol, one.symbol, household.own_groups).confidence
    held, until = one.symbol in household.symbols, _undone_until(household, one.symbol, on)
    return StandIn(one.symbol, one.grade, one.why, sure, expense_of(one.symbol), moves, held, until)


def _undone_until(household: Household, symbol: str, on: date) -> date | None:
    """Return from when a purchase of the symbol matches no loss taken lately, None when it matches none now."""
    group = group_of(symbol, household.own_groups)
    ends = [quiet_until(one.sold) for one in household.loss_sales if _near(one, group, on, household)]
    return max(ends, default=None)


def _near(sale: LossSale, group: str, on: date, household: Household) -> bool:
    return group_of(sale.symbol, household.own_groups) == group and sale.sold <= on < quiet_until(sale.sold)


def describe_stand_ins(household: Household, found: StandIns, book: FactBook) -> dict[str, Json]:
    """Write the candidates as JSON with facts."""
    name = name_of(household, found.symbol)
    figures: Figures = {
        "candidates_count": len(found.found),
        "invested_usd": INVESTED_USD,
        "until_date": found.until,
    }
    head = book.row("", figures, entity=found.symbol, of=name, symbol=found.symbol, name=name)
    return {
        **head,
        "candidates": [_row(household, one, book) for one in found.found],
        "too_close": [{"symbol": one.symbol, "why": one.why} for one in found.too_close],
    }


def _row(household: Household, one: StandIn, book: FactBook) -> dict[str, Json]:
    figures: Figures = {
        "yearly_usd": cents(one.expense.yearly_frac * INVESTED_USD) if one.expense else None,
        "correlation_frac": one.moves.correlation_frac if one.moves else None,
        "returns_count": one.moves.returns_count if one.moves else None,
        "until_date": one.until,
    }
    known = {key: value for key, value in figures.items() if value is not None}
    name = name_of(household, one.symbol)
    words: dict[str, Json] = {"symbol": one.symbol, "name": name, "grade": one.grade, "why": one.why, "held": one.held}
    return book.row(one.symbol, known, entity=one.symbol, of=name, **words)
