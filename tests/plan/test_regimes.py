"""The convex pieces of netted tax against Schedule D written out by cases."""

from __future__ import annotations

import numpy as np
import pytest

from tools.errors import NoPlan
from tools.plan.problem import TaxPieces
from tools.plan.program import regimes


def schedule_d(short: float, long: float, tax: TaxPieces) -> float:
    """Tax of a year by netting within and across terms, the limit, and what carries forward."""
    net = short + long
    if net < 0:
        used = min(-net, tax.offset)
        return -tax.ordinary * used - tax.carry * (-net - used)
    if short >= 0 and long >= 0:
        return tax.short * short + tax.long * long
    return (tax.long if short < 0 else tax.short) * net


@pytest.mark.parametrize(
    "tax",
    [
        TaxPieces(0.278, 0.188, 0.24, 0.12, 0.127, 0.003, 0, 0),
        TaxPieces(0.12, 0.0, 0.12, 0.0, 0.0, 0.003, 0, 0),
        TaxPieces(0.408, 0.238, 0.37, 0.16, 0.16, 0.0015, 0, 0),
    ],
    ids=["middle", "zero bracket", "top"],
)
def test_the_least_feasible_piece_is_the_tax(tax: TaxPieces) -> None:
    rng = np.random.default_rng(7)
    for short, long in rng.normal(0, 0.01, (2000, 2)):
        point = np.array([short, long, 1.0])
        values = [float(np.max(r.planes @ point)) for r in regimes(tax) if (r.cone @ point >= 0).all()]
        assert min(values) == pytest.approx(schedule_d(short, long, tax), abs=1e-12)


def test_rates_out_of_order_are_refused() -> None:
    with pytest.raises(NoPlan):
        regimes(TaxPieces(0.1, 0.2, 0.1, 0.0, 0.0, 0.003, 0, 0))
