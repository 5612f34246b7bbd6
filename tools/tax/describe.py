"""Tax figures as rows of facts: the thresholds that a change crosses, and what the next dollars of each kind cost."""

from __future__ import annotations

from tools.facts import FactBook, Figures, Json
from tools.model import Investor
from tools.tax.crossings import Threshold, crossings, steady_usd
from tools.tax.law import Law
from tools.tax.marginal import STEP_USD
from tools.tax.situation import Gains, situations
from tools.tax.year import change, outcome

KINDS = {
    "short_gain": Gains(short_usd=STEP_USD),
    "long_gain": Gains(long_usd=STEP_USD),
    "short_loss": Gains(short_usd=-STEP_USD),
    "long_loss": Gains(long_usd=-STEP_USD),
    "collectible_gain": Gains(long_usd=STEP_USD, collectible_usd=STEP_USD),
}
"""People ask about the next 1,000 dollars of each kind."""


def crossing_rows(investor: Investor, gains: Gains, law: Law, book: FactBook) -> list[Json]:
    """Write each threshold that the gains cross; nothing while income or filing status is open."""
    cases = situations(investor, law)
    if len(cases) != 1:
        return []
    rows: list[Json] = []
    for found in crossings(cases[0], gains, law):
        figures: Figures = {
            "edge_usd": found.edge_usd,
            "before_usd": found.before_usd,
            "after_usd": found.after_usd,
            "beyond_usd": found.beyond_usd,
            "tax_usd": found.tax_usd,
            **_rates(found.threshold, law),
        }
        name = f"edge.{found.threshold}"
        rows.append(book.row(name, figures, of="Threshold", threshold=found.threshold.value, over=found.over))
    return rows


def _rates(threshold: Threshold, law: Law) -> Figures:
    zero, fifteen, twenty = law.long_term_gains.rates_frac
    found = {
        Threshold.ZERO_RATE: (zero, fifteen),
        Threshold.FIFTEEN_RATE: (fifteen, twenty),
        Threshold.NIIT: (None, law.niit.rate_frac),
    }
    below, above = found.get(threshold, (None, None))
    return {"below_frac": below, "above_frac": above}


def why_no_saving(investor: Investor, gains: Gains, law: Law) -> str | None:
    """Return why losses save nothing this year, None when they do or when that depends on what is unknown.

    ``carryover``: more losses are carried in than there are gains to offset. ``no_tax``: there is no tax to save.
    ``zero_rate``: the gains that they offset are taxed at 0 %. ``unused``: nothing is left for them to offset.
    """
    cases = situations(investor, law)
    if len(cases) != 1 or gains.short_usd + gains.long_usd >= 0 or change(cases[0], gains, law).saved_usd > 0:
        return None
    case, without = cases[0], outcome(cases[0], Gains(), law)
    if without.federal_tax_usd == 0:
        return "no_tax"
    if without.carryover_usd > 0:
        return "carryover"
    return "zero_rate" if case.short_gain_usd + case.long_gain_usd > 0 else "unused"


def next_rows(investor: Investor, law: Law, book: FactBook) -> list[Json]:
    """Write what the next 1,000 dollars of each kind do to the tax, and for how many dollars the rate holds."""
    cases = situations(investor, law)
    if len(cases) != 1:
        return []
    rows: list[Json] = []
    for kind, step in KINDS.items():
        tax = change(cases[0], step, law).extra_tax_usd
        figures: Figures = {
            "step_usd": STEP_USD,
            "tax_usd": tax,
            "holds_for_usd": steady_usd(cases[0], step, law),
        }
        rows.append(book.row(f"next.{kind}", figures, of=f"Next {kind.replace('_', ' ')}", kind=kind))
    return rows
