"""Distance from the targets, sleeve by sleeve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from tools.analysis.sleeves import Sleeve, build_sleeves
from tools.facts import FactBook, Figures, Json
from tools.model import Household, Target
from tools.money import ZERO, cents


@dataclass(frozen=True, slots=True)
class Drift:
    """Sleeves with their distance; ``total_frac`` is the share of the portfolio in the wrong place."""

    sleeves: tuple[Sleeve, ...]
    value_usd: Decimal

    @property
    def total_frac(self) -> Decimal:
        """Half the sum of absolute distances."""
        return sum((abs(sleeve.drift_frac) for sleeve in self.sleeves), ZERO) / 2

    @property
    def outside(self) -> tuple[Sleeve, ...]:
        """Sleeves beyond their bands, furthest first."""
        found = (sleeve for sleeve in self.sleeves if sleeve.outside)
        return tuple(sorted(found, key=lambda sleeve: -abs(sleeve.drift_frac)))


def measure_drift(
    household: Household,
    targets: tuple[Target, ...],
    threshold_frac: Decimal | None = None,
    mode: Literal["absolute", "relative"] = "absolute",
    new_cash_usd: Decimal = ZERO,
) -> Drift:
    """Measure how far each sleeve is from its target.

    Args:
        household: What is held.
        targets: The wishes; without any, sleeves have weights only.
        threshold_frac: Replaces every band: points of the portfolio (absolute) or a share of the target (relative).
        mode: How ``threshold_frac`` is read.
        new_cash_usd: Money in the accounts that waits to be put to work.
    """
    sleeves = build_sleeves(household, targets, new_cash_usd)
    if threshold_frac is not None:
        sleeves = tuple(_with_band(sleeve, threshold_frac, mode) for sleeve in sleeves)
    return Drift(sleeves, household.value_usd)


def _with_band(sleeve: Sleeve, threshold_frac: Decimal, mode: str) -> Sleeve:
    if sleeve.target_frac is None:
        return sleeve
    band = threshold_frac if mode == "absolute" else threshold_frac * sleeve.target_frac
    return replace(sleeve, band_frac=band)


def describe_drift(drift: Drift, book: FactBook) -> dict[str, Json]:
    """Write the result as JSON with facts; the furthest sleeve comes first."""
    order = sorted(drift.sleeves, key=lambda s: (s.target_frac is None, -abs(s.drift_frac), -s.weight_frac))
    rows: list[Json] = [
        book.row(
            sleeve.key,
            {
                "weight_frac": sleeve.weight_frac,
                "target_frac": sleeve.target_frac,
                "drift_frac": sleeve.drift_frac if sleeve.target_frac is not None else None,
                "band_frac": sleeve.band_frac,
                "amount_usd": cents(sleeve.drift_frac * drift.value_usd) if sleeve.target_frac is not None else None,
            },
            entity=sleeve.key,
            of=sleeve.name,
            sleeve=sleeve.key,
            name=sleeve.name,
            outside=sleeve.outside,
        )
        for sleeve in order
    ]
    figures: Figures = {
        "value_usd": drift.value_usd,
        "outside_count": len(drift.outside),
        "total_drift_frac": drift.total_frac,
    }
    return {**book.row("", figures), "sleeves": rows}
