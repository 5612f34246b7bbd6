"""A core problem small enough to work out by hand: one account, assets A and B, one lot of each."""

from __future__ import annotations

import numpy as np

from tools.plan.core.problem import CoreBuys, CoreLots, CoreProblem, TaxRates

NO_TAX = TaxRates(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def problem_with(tax: TaxRates = NO_TAX, **more: object) -> CoreProblem:
    """Return 0.6 of A against a target of 0.4, 0.4 of B against 0.6, no cash; ``more`` replaces parts."""
    lots = CoreLots(
        account=np.zeros(2, dtype=np.intp),
        asset=np.arange(2),
        value=np.array([0.6, 0.4]),
        gain_rate=np.array([0.5, -0.25]),
        short=np.zeros(2, dtype=bool),
        taxable=np.ones(2, dtype=bool),
        most=np.array([0.6, 0.4]),
        recent=np.zeros(2, dtype=bool),
        later=np.zeros(2),
    )
    parts: dict[str, object] = {
        "lots": lots,
        "buys": CoreBuys(np.zeros(2, dtype=np.intp), np.arange(2), np.ones(2), np.zeros(2)),
        "deviation": np.array([0.2, -0.2]),
        "factors": np.zeros((2, 1)),
        "idio": np.full(2, 0.2),
        "spread": np.full(2, 1e-5),
        "group": np.arange(2),
        "cash": np.zeros(1),
        "cash_target": np.zeros(1),
        "account_weight": np.ones(1),
        "tax": tax,
        "gamma": 10.0,
    }
    return CoreProblem(**{**parts, **more})  # type: ignore[arg-type]  # a test replaces any part
