"""What tax figures say of the state: its own tax on the same gains, or that none was named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assistant.adapters.taxsim import second_opinion
from assistant.toolbox.result import Desk
from tools.facts import cite
from tools.model import Investor
from tools.money import ZERO
from tools.tax.law import Law, law_for
from tools.tax.situation import situations
from tools.tax.state_law import state_law
from tools.tax.state_year import StateRange, state_change_range
from tools.tax.year import Gains, TaxRange

KEYS = ("state_tax_usd", "state_tax_low_usd", "state_tax_high_usd")


def state_note(desk: Desk, investor: Investor, tax: TaxRange, year: int) -> StateRange | None:
    """Add the state tax on the gains that ``tax`` is about, as facts and a note, and return it.

    A state without tax on gains needs no words; with no state named, the answer says that none is counted.

    Raises:
        BadRequest: There is no such state.
    """
    found = state_change_range(investor, _gains(tax), law_for(year), year)
    if found is None:
        desk.unchecked.append("state tax is not included")
        return None
    if not found.law.no_tax:
        desk.notes.append(_words(desk, found, asked_nothing=_gains(tax) == Gains()))
        if found.law.note:
            desk.notes.append(found.law.note)
    return found


def note_untaxed(desk: Desk, state: str | None, year: int) -> None:
    """Say so when a state that was tried out leaves gains untaxed."""
    if state is not None and (law := state_law(state, year)).no_tax:
        desk.notes.append(f"{law.name} does not tax investment gains.")


def note_second_engine(desk: Desk, investor: Investor, gains: Gains, law: Law) -> None:
    """Add what TAXSIM has for the same gains, the year's own when none were named, where that package is installed."""
    cases = situations(investor, law)
    if len(cases) != 1:
        return
    case = cases[0]
    if gains == Gains():
        # The year's gains less what was carried in, against a year with neither: as our own figure is made.
        net_short = case.short_gain_usd - case.short_carryover_usd
        gains = Gains(net_short, case.long_gain_usd - case.long_carryover_usd, case.collectible_gain_usd)
        case = replace(
            case,
            short_gain_usd=ZERO,
            long_gain_usd=ZERO,
            collectible_gain_usd=ZERO,
            short_carryover_usd=ZERO,
            long_carryover_usd=ZERO,
        )
    found = second_opinion(case, gains, law.year)
    if found is None:
        return
    row = desk.book.row("taxsim", {"second_tax_usd": found.extra_usd}, of=f"TAXSIM, law of {found.year}")
    desk.notes.append(
        f"A second engine, TAXSIM, has {cite(row['id'], 'second_tax_usd')} of state tax on these gains, "
        f"by the law of {found.year}, the last year it knows."
    )


def state_figures(found: StateRange) -> dict[str, Decimal | None]:
    """Return ``state_tax_usd``, or its low and high ends when income or status is unknown."""
    if found.exact:
        return {"state_tax_usd": found.low.extra_usd}
    return {"state_tax_low_usd": found.low.extra_usd, "state_tax_high_usd": found.high.extra_usd}


def _gains(tax: TaxRange) -> Gains:
    with_, without = tax.low.with_, tax.low.without
    return Gains(with_.short_gain_usd - without.short_gain_usd, with_.long_gain_usd - without.long_gain_usd)


def _words(desk: Desk, found: StateRange, *, asked_nothing: bool) -> str:
    whole = {"without_usd": found.low.without_usd, "with_usd": found.low.with_usd} if found.exact else {}
    name = found.law.name
    desk.state = desk.book.row("state", {**state_figures(found), **whole}, of=found.label, name=name)
    row_id = desk.state["id"]
    assumed = f"resident of {name} all year, no dependants"
    if not found.exact:
        low, high = (cite(row_id, key) for key in KEYS[1:])
        return f"{found.label}: between {low} and {high} for these gains; {assumed}."
    if found.low.extra_usd == 0 and not asked_nothing:
        return f"{found.label}: these gains change nothing; {assumed}."
    return f"{found.label}: {assumed}."
