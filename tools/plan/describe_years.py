"""A position over several years, and December against January, as facts."""

from __future__ import annotations

from tools.facts import FactBook, Figures, Json
from tools.plan.glide import FALL_FRAC, Glide
from tools.plan.timing import Timing


def describe_glide(found: Glide | None, book: FactBook) -> dict[str, Json]:
    """Write each year's sale, its tax and what is still at risk, with the tax of selling all at once."""
    if found is None:
        return {}
    figures = {"tax_usd": found.tax_usd, "at_once_usd": found.at_once_usd, "fall_frac": FALL_FRAC}
    head = book.row("glide", figures, entity=found.symbol, of="Over several years", symbol=found.symbol)
    rows = [
        book.row(
            f"glide.{year.on.year}",
            {
                "on_date": year.on,
                "traded_shares": year.shares,
                "gain_usd": year.gain_usd,
                "tax_usd": year.tax_usd,
                "weight_frac": year.weight_frac,
                "fall_usd": year.fall_usd,
            },
            entity=found.symbol,
            of=f"In {year.on.year}",
        )
        for year in found.years
    ]
    return {"glide": {**head, "years": [*rows], "notes": [*found.laws]}}


def describe_timing(found: Timing | None, book: FactBook) -> dict[str, Json]:
    """Write the tax of raising the money now and in January, and when it is due."""
    if found is None:
        return {}
    figures: Figures = {
        "later_date": found.later,
        "now_tax_usd": found.now_tax_usd,
        "later_tax_usd": found.later_tax_usd,
        "now_due_date": found.now_due,
        "later_due_date": found.later_due,
    }
    less = found.later_tax_usd < found.now_tax_usd
    return {"timing": book.row("timing", figures, of="Now or in January", later_is_less=less, note=found.note)}
