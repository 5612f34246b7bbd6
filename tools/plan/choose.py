"""Three plans side by side: without net gains, balanced, all the way to target. One picklable function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.errors import LotlineError, NoPlan
from tools.facts import FactBook, Json
from tools.model import Household, Investor, Wishes
from tools.plan.adapter import core_problem
from tools.plan.cash import with_new_cash
from tools.plan.families import solve_proven
from tools.plan.frame import build_frame
from tools.plan.plan import Plan, make_plan
from tools.plan.rates import representative
from tools.plan.relax import Relaxed, given_up, relaxations
from tools.plan.style import HARVEST, STYLES, Style
from tools.tax.law import Law, law_for

SMALL_CHANGE = Decimal("0.5")
"""A wish changed by more than this share is another wish: what would be possible is said, no plan is made of it."""
MORE = range(1, 13)
"""How many more orders are tried where no plan has so few."""
SAME_TAX_USD = Decimal(50)
SAME_DRIFT_FRAC = Decimal("0.005")
ASK = {
    "no_gains": "Keep net gains at $0",
    "balanced": "Show the balanced plan",
    "all_the_way": "Go all the way to target",
}


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan asked for and what the other styles would do.

    ``relaxed`` says which single changes of a wish would leave a plan where none keeps all; the first one was made.
    """

    chosen: Plan
    others: tuple[Plan, ...]
    relaxed: tuple[Relaxed, ...] = ()


def make_plans(
    household: Household, investor: Investor, wishes: Wishes, on: date, style: str, compare: bool = True
) -> Plans:
    """Make the plan in one style and, to compare, in the others; a style that has no plan is left out.

    Raises:
        MissingFact: No targets, cap or harvesting only.
        NoPlan: The wishes contradict each other.
    """
    law, wanted = law_for(on.year), HARVEST if wishes.harvest_only else STYLES[style]
    relaxed: tuple[Relaxed, ...] = ()
    try:
        chosen = make_plan(household, investor, law, wishes, on, wanted, priced=True)
    except NoPlan as error:
        chosen, relaxed = _relaxed_plan(household, investor, law, wishes, on, wanted, error)
        wishes = chosen.wishes
    others: list[Plan] = []
    for other in STYLES.values() if compare and investor.targets and not wishes.harvest_only else ():
        if other.name == style:
            continue
        try:
            found = make_plan(household, investor, law, wishes, on, other)
        except LotlineError:
            continue
        if all(_differs(found, known) for known in (chosen, *others)):
            others.append(found)
    return Plans(chosen, tuple(others), relaxed)


def _relaxed_plan(
    household: Household, investor: Investor, law: Law, wishes: Wishes, on: date, style: Style, error: NoPlan
) -> tuple[Plan, tuple[Relaxed, ...]]:
    """Make the plan with the smallest change of one wish; where none helps, say what was in the way."""
    home = with_new_cash(household, wishes)
    frame = build_frame(home, investor, representative(investor, law), law, wishes, on, style)

    def works(changed: Wishes) -> bool:
        try:
            other = build_frame(home, investor, representative(investor, law), law, changed, on, style)
            solve_proven(core_problem(other.problem), other.problem.families)
        except LotlineError:
            return False
        return True

    known = relaxations(frame, wishes, works)
    ways = tuple(way for way in known if way.share <= SMALL_CHANGE)
    if wishes.max_trades is not None and not known:
        ways = tuple(Relaxed("max_trades", Decimal(wishes.max_trades), Decimal(wishes.max_trades + n)) for n in MORE)
    for n, way in enumerate(ways):
        try:
            plan = make_plan(household, investor, law, way.applied(wishes), on, style, priced=True)
        except NoPlan:
            continue
        return plan, ways[n : n + 1] if way.field == "max_trades" else (way, *ways[:n], *ways[n + 1 :])
    fix = " Or ".join((*(way.words for way in known), *given_up(wishes, works))) or error.fix
    raise NoPlan("No set of trades keeps all of these wishes.", fix) from error


def _differs(one: Plan, other: Plan) -> bool:
    """Tell whether two plans are worth showing side by side."""
    tax = abs(one.tax.low.extra_tax_usd - other.tax.low.extra_tax_usd)
    return tax > SAME_TAX_USD or abs(one.drift_after.total_frac - other.drift_after.total_frac) > SAME_DRIFT_FRAC


def describe_others(plans: Plans, book: FactBook) -> list[Json]:
    """Write the alternatives: tax against doing nothing, and how far from target each would leave you."""
    rows: list[Json] = []
    for plan in plans.others:
        exact = plan.tax.exact
        figures = {
            "tax_change_usd": plan.tax.low.extra_tax_usd if exact else None,
            "gain_usd": plan.realized.gain_usd,
            "drift_after_frac": plan.drift_after.total_frac,
            "outside_after_count": len(plan.drift_after.outside),
        }
        say = ASK[plan.style.name]
        rows.append(
            book.row(plan.style.name, figures, of=plan.style.name.replace("_", " "), kind=plan.style.name, say=say)
        )
    return rows
