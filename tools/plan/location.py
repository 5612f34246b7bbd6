"""Where each asset class is best held: what a year's interest and dividends cost in a taxable account.

Yields are assumptions by asset class, rounded from long-run ones; a dollar of a traditional IRA counts like any other
although tax is still owed on it. Where each part is held is decided once the mix is: the wish moves no part of it.
"""

from __future__ import annotations

import re

from tools.analysis.holdings import name_of
from tools.analysis.sleeves import class_of
from tools.model import AccountType, Household
from tools.plan.problem import TaxPieces
from tools.plan.style import DISCOUNT, HORIZON_YEARS

ORDINARY_YIELD = {"bonds": 0.04, "real_estate": 0.035}
"""Part of the value paid out in a year and taxed as ordinary income."""
QUALIFIED_YIELD = {"us_equity": 0.013, "intl_equity": 0.028}
"""Part of the value paid out in a year and taxed as long-term gains are."""

EXEMPT_LESS = 0.01
"""What municipal bonds pay less a year than taxable ones, wherever they are held: the price of being tax-exempt."""
EXEMPT = re.compile(r"\bmuni|tax[- ]exempt|tax[- ]free", re.IGNORECASE)


def yearly_drag(kind: str, tax: TaxPieces) -> float:
    """Return the yearly tax on a dollar of an asset class in a taxable account."""
    return ORDINARY_YIELD.get(kind, 0.0) * tax.ordinary + QUALIFIED_YIELD.get(kind, 0.0) * tax.long


def drag(household: Household, account_id: str, symbol: str, tax: TaxPieces) -> float:
    """Return today's value of the yearly tax on a dollar held there for ten years; none in sheltered accounts.

    A tax-exempt fund costs what it pays less, in every account.
    """
    years = (1 - (1 + DISCOUNT) ** -HORIZON_YEARS) / DISCOUNT
    if tax_exempt(household, symbol):
        return years * EXEMPT_LESS
    if household.account_by_id[account_id].type is not AccountType.TAXABLE:
        return 0.0
    return years * yearly_drag(class_of(household, symbol), tax)


def tax_exempt(household: Household, symbol: str) -> bool:
    """Tell by its name whether a fund holds municipal bonds, whose interest is free of federal tax."""
    return bool(EXEMPT.search(name_of(household, symbol)))
