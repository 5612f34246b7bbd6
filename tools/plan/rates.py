"""The year's tax as the solver sees it: marginal rates, their steps, and how much gain is allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from tools.model import Investor, Term, Wishes
from tools.money import ZERO, as_float
from tools.plan.problem import TaxPieces
from tools.plan.style import Style, later_value
from tools.tax.law import Law
from tools.tax.liability import federal
from tools.tax.marginal import STEP_USD
from tools.tax.situation import returns_for
from tools.tax.state_year import state_totals
from tools.tax.year import Gains, Situation, marginal, room, situations

GRID = 40
"""Points of the exact tax between no gain and all that could be realized."""
SAME_RATE = 1e-4
ONE_USD = Decimal(1)


def representative(investor: Investor, law: Law) -> Situation:
    """Return the return to plan for: the person's own, else the one in the middle of those still possible.

    Separate filers are passed over for it: half the loss limit would fit nobody else.
    """
    cases = situations(investor, law)
    limit = law.capital_loss.limit_usd
    most = max(limit[case.filing_status] for case in cases)
    usual = [case for case in cases if limit[case.filing_status] == most]
    return sorted(usual, key=lambda case: case.income_usd)[len(usual) // 2]


def tax_pieces(
    situation: Situation, law: Law, style: Style, total: Decimal, most_gain_usd: Decimal = ZERO
) -> TaxPieces:
    """Take the rates from the exact engines, federal and state, as a year with neither gains nor losses meets them.

    Gains, up to those realized so far and ``most_gain_usd`` more, meet higher rates in steps (brackets, net investment
    income tax, alternative minimum tax); the steps are the lower convex envelope of the exact tax on gains of one term
    alone.
    """
    fresh = replace(
        situation, short_gain_usd=ZERO, long_gain_usd=ZERO, short_carryover_usd=ZERO, long_carryover_usd=ZERO
    )
    rates, state = marginal(fresh, Gains(), law), _state_rates(fresh, law)
    ordinary = as_float(rates.ordinary_rate_frac) + state.loss
    long = as_float(rates.long_rate_frac) + state.long
    short = max(as_float(rates.short_rate_frac) + state.short, ordinary, long)
    later = later_value(long)
    status, value = situation.filing_status, as_float(total)
    reach = most_gain_usd + max(situation.short_gain_usd, ZERO) + max(situation.long_gain_usd, ZERO)
    taxable = max(situation.income_usd - situation.deduction_usd(law), ZERO)
    return TaxPieces(
        short=short,
        long=long,
        ordinary=ordinary,
        carry=min(ordinary, later_value(long, style.carry_years)),
        later=later,
        offset=as_float(min(law.capital_loss.limit_usd[status], taxable)) / value,
        short_start=as_float(situation.short_gain_usd - situation.short_carryover_usd) / value,
        long_start=as_float(situation.long_gain_usd - situation.long_carryover_usd) / value,
        short_steps=_steps(fresh, law, total, reach, Term.SHORT, short),
        long_steps=_steps(fresh, law, total, reach, Term.LONG, long),
    )


@dataclass(frozen=True, slots=True)
class _StateRates:
    short: float
    long: float
    loss: float


def _state_rates(fresh: Situation, law: Law) -> _StateRates:
    """Return what the state takes of the next 1,000 dollars of gain, and gives for the first dollar of net loss."""
    steps = (Gains(), Gains(short_usd=STEP_USD), Gains(long_usd=STEP_USD), Gains(short_usd=-ONE_USD))
    none, short, long, loss = state_totals([fresh.plus(step) for step in steps], law)
    step = as_float(STEP_USD)
    return _StateRates((short - none) / step, (long - none) / step, none - loss)


def _steps(
    fresh: Situation, law: Law, total: Decimal, most_gain_usd: Decimal, term: Term, first: float
) -> tuple[tuple[float, float], ...]:
    """Return (rate, intercept as a fraction of the portfolio) of each step above the ``first`` rate."""
    if most_gain_usd <= 0:
        return ()
    edges = room(fresh, Gains(), law)
    inside = [edges.zero_usd, edges.zero_usd + edges.fifteen_usd, edges.niit_usd]
    even = [most_gain_usd * n / GRID for n in range(GRID + 1)]
    gains = sorted({gain for gain in (*even, *inside) if gain <= most_gain_usd})
    cases = [fresh.plus(Gains(gain) if term is Term.SHORT else Gains(ZERO, gain)) for gain in gains]
    tax = federal(returns_for(cases), law).total + state_totals(cases, law)
    hull = _lower_hull([(as_float(g), float(t - tax[0])) for g, t in zip(gains, tax, strict=True)])
    steps = [((t2 - t1) / (g2 - g1), g1, t1) for (g1, t1), (g2, t2) in pairwise(hull)]
    return tuple((rate, (t - rate * g) / as_float(total)) for rate, g, t in steps if rate > first + SAME_RATE)


def _lower_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1 and _above(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    return hull


def _above(first: tuple[float, float], middle: tuple[float, float], last: tuple[float, float]) -> bool:
    """Tell whether ``middle`` lies on or above the line from ``first`` to ``last``, to a tenth of a cent."""
    slope = (last[1] - first[1]) / (last[0] - first[0])
    return middle[1] >= first[1] + slope * (middle[0] - first[0]) - 1e-3


def gain_limit(tax: TaxPieces, wishes: Wishes, style: Style, total: Decimal) -> float | None:
    """Return the limit on the year's net gain: where it starts plus what the plan's own trades may add."""
    most = gain_room(wishes, style)
    return None if most is None else tax.short_start + tax.long_start + as_float(most / total)


def gain_room(wishes: Wishes, style: Style) -> Decimal | None:
    """Return the most net gain that the plan's own trades may realize, None without a limit."""
    limits = [] if wishes.max_gain_usd is None else [wishes.max_gain_usd]
    if style.no_net_gain:
        limits.append(ZERO)
    return min(limits, default=None)
