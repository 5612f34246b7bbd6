"""Money needed after the turn of the year: sold now, or in January, with the tax of each and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.errors import LotlineError
from tools.model import Household, Investor, Wishes
from tools.plan.glide import first_working_day
from tools.plan.plan import Plan, make_plan
from tools.tax.estimated import due_dates
from tools.tax.law import law_for
from tools.tax.year import next_year


@dataclass(frozen=True, slots=True)
class Timing:
    """The federal tax that raising the money adds, now and in January, and the days on which it is due at the latest.

    ``now_due`` and ``later_due`` are those of the estimated payments; what is safe to have paid is another question.
    """

    now: date
    later: date
    now_tax_usd: Decimal
    later_tax_usd: Decimal
    now_due: date
    later_due: date
    note: str | None


def compare_years(
    plan: Plan, household: Household, investor: Investor, wishes: Wishes, needed_by: date
) -> Timing | None:
    """Make the same plan in January of the next year; None where the money is needed before, or there is no plan."""
    later = first_working_day(plan.on.year + 1)
    if needed_by.year <= plan.on.year or not plan.tax.exact:
        return None
    law = law_for(later.year)
    then = next_year(investor, law_for(plan.on.year))
    try:
        other = make_plan(household, then, law, wishes, later, plan.style)
    except LotlineError:
        return None
    return Timing(
        now=plan.on,
        later=later,
        now_tax_usd=plan.tax.low.extra_tax_usd,
        later_tax_usd=other.tax.low.extra_tax_usd,
        now_due=_due(plan.on),
        later_due=_due(later),
        note=law.note,
    )


def _due(on: date) -> date:
    """Return the first estimated payment after a sale."""
    return next(day for day in due_dates(on.year) if day >= on)
