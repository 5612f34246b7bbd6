"""The convex pieces of the netted tax against Schedule D by cases, carried losses of either character, thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from core_builders import problem_with
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import BadRequest
from tools.plan.core.netted_tax import expanded, regimes, tax_of
from tools.plan.core.problem import TaxRates, Threshold

RATE = st.floats(0, 0.5)
GAIN = st.floats(-0.1, 0.1)


@st.composite
def rates(draw: st.DrawFn) -> TaxRates:
    short, long, ordinary, carry_short, carry_long = (draw(RATE) for _ in range(5))
    steps = st.builds(Threshold, st.sampled_from(["net", "short"]), st.floats(0, 0.1), st.floats(0, 0.05))
    return TaxRates(
        max(short, long, ordinary),
        long,
        ordinary,
        carry_short,
        carry_long,
        draw(st.floats(0, 0.02)),
        0.0,
        0.0,
        tuple(draw(st.lists(steps, max_size=2))),
    )


@given(rates(), GAIN, GAIN)
def test_wherever_a_piece_holds_it_is_the_tax(t: TaxRates, short: float, long: float) -> None:
    point = np.array([short, long, 1.0])
    holding = [r for r in regimes(t) if (r.cone @ point >= 0).all()]
    assert holding
    for regime in holding:
        ramps = sum(rate * max(0.0, float(np.array(ramp) @ point)) for *ramp, rate in regime.ramps)
        assert float((regime.planes @ point).max()) + ramps == pytest.approx(tax_of(short, long, t), abs=1e-12)
        assert float((expanded(regime) @ point).max()) == pytest.approx(tax_of(short, long, t), abs=1e-12)


MIDDLE = TaxRates(0.24, 0.15, 0.24, 0.12, 0.10, 0.003, 0.0, 0.0, (Threshold("net", 0.038, 0.02),))


@pytest.mark.parametrize(
    ("short", "long", "tax"),
    [
        (0.010, 0.010, 0.010 * 0.24 + 0.010 * 0.15),
        (0.010, -0.004, 0.006 * 0.24),
        (-0.004, 0.010, 0.006 * 0.15),
        (-0.002, 0.000, -0.002 * 0.24),
        (-0.010, 0.000, -0.003 * 0.24 - 0.007 * 0.12),
        (0.000, -0.010, -0.003 * 0.24 - 0.007 * 0.10),
        # The limit takes 0.003 of short-term loss first: 0.001 short and all 0.002 long carry forward.
        (-0.004, -0.002, -0.003 * 0.24 - 0.001 * 0.12 - 0.002 * 0.10),
        (0.030, 0.000, 0.030 * 0.24 + 0.010 * 0.038),
        (0.000, 0.030, 0.030 * 0.15 + 0.010 * 0.038),
    ],
)
def test_the_tax_of_a_year_follows_the_lines_of_schedule_d(short: float, long: float, tax: float) -> None:
    assert tax_of(short, long, MIDDLE) == pytest.approx(tax, abs=1e-15)


@pytest.mark.parametrize(
    ("short", "long", "ordinary", "offset"), [(0.1, 0.2, 0.1, 0.003), (0.1, 0.0, 0.2, 0.003), (0.3, 0.2, 0.3, -1.0)]
)
def test_rates_that_no_return_has_are_refused(short: float, long: float, ordinary: float, offset: float) -> None:
    with pytest.raises(BadRequest):
        problem_with(TaxRates(short, long, ordinary, 0.0, 0.0, offset, 0.0, 0.0))
