"""Alternative minimum tax: Form 6251, with long-term gains at their own rates (Part III)."""

from __future__ import annotations

import numpy as np

from tools.model import FilingStatus
from tools.tax.tables import STATUSES, Floats, Statuses, Tables, on_gains

_SEPARATE = STATUSES.index(FilingStatus.MARRIED_SEPARATE)


def exempted(income: Floats, status: Statuses, tables: Tables) -> Floats:
    """Return what is left of the exemption (Form 6251 line 5; IRC 55(d)(3)): it shrinks as income rises."""
    shrunk = tables.exemption_rate * np.maximum(income - tables.exemption_over[status], 0)
    return np.maximum(tables.exemption[status] - shrunk, 0)


def _separate_addition(income: Floats, status: Statuses, tables: Tables) -> Floats:
    """Return what separate filers add once their exemption is gone (Form 6251 line 4 instructions; IRC 55(d)(3))."""
    exemption = tables.exemption[status]
    gone_at = tables.exemption_over[status] + exemption / tables.exemption_rate
    added = np.minimum(tables.exemption_rate * np.maximum(income - gone_at, 0), exemption)
    return np.where(status == _SEPARATE, added, 0.0)


def _at_two_rates(base: Floats, status: Statuses, tables: Tables) -> Floats:
    lower, upper = (float(rate) for rate in tables.amt_rates)
    return lower * base + (upper - lower) * np.maximum(base - tables.upper_over[status], 0)


def tentative(
    income: Floats,
    ordinary_taxable: Floats,
    preferential: Floats,
    status: Statuses,
    tables: Tables,
    below: Floats | None = None,
) -> Floats:
    """Return the tentative minimum tax (Form 6251 line 7 or 40).

    A gain on collectibles gets no rate of its own here: it is part of the base at 26 and 28 %.

    Args:
        income: Alternative minimum taxable income before the separate filers' addition.
        ordinary_taxable: Regular taxable income outside the preferential part (line 20).
        preferential: Net long-term gain and qualified dividends without the 28 % part (line 13).
        status: Filing statuses.
        tables: The year's limits.
        below: Taxable income taxed by the schedule, where it is less than ``ordinary_taxable`` (that sheet's line 21).
    """
    whole = income + _separate_addition(income, status, tables)
    base = np.maximum(whole - exempted(whole, status, tables), 0)
    at_gain_rates = np.minimum(base, preferential)
    # Room under the 0 and 15 % edges comes from regular taxable income, not from the AMT base (lines 20 and 27).
    with_gains = _at_two_rates(base - at_gain_rates, status, tables) + on_gains(
        ordinary_taxable, at_gain_rates, status, tables, below
    )
    return np.minimum(with_gains, _at_two_rates(base, status, tables))
