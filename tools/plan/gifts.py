"""Lots to give to charity: long-term shares with most gain to a dollar, so that the least value takes the most gain.

What is given of a long-term holding counts at its market value and its gain is never taxed (IRC 170(e)(1)(A)); of
shares held a year or less only the cost would count, so those are not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term
from tools.model import AccountType, Household, Lot, Term, Wishes
from tools.money import ZERO, cents, whole

INCOME_FRAC = Decimal("0.30")
"""The deduction for such gifts to public charities is at most this part of adjusted gross income; what is above it is
carried forward five years (IRC 170(b)(1)(C))."""
FLOOR_FRAC = Decimal("0.005")
"""From 2026 the part of all gifts below this share of adjusted gross income is not deducted (IRC 170(b)(1)(I))."""


@dataclass(frozen=True, slots=True)
class Gift:
    """Shares of one lot to give, at today's price, with the gain that is then never taxed."""

    lot: Lot
    shares: Decimal
    amount_usd: Decimal
    gain_usd: Decimal


def gifts_for(household: Household, wishes: Wishes, on: date) -> tuple[Gift, ...]:
    """Return what to give instead of cash, up to the amount wished: most gain to a dollar first, oldest of equals.

    Holdings and lots that were to be left alone are not given. The last lot is given in whole shares.
    """
    left, found = wishes.charity_usd or ZERO, list[Gift]()
    for lot in sorted(_worth_giving(household, wishes, on), key=lambda lot: _order(household, lot)):
        price = household.price_of(lot.symbol) or ZERO
        shares = lot.shares if lot.shares * price <= left else whole(left / price)
        if shares <= 0:
            continue
        amount = cents(shares * price)
        found.append(Gift(lot, shares, amount, amount - (lot.basis_of(shares, amount) or ZERO)))
        left -= amount
    return tuple(found)


def gain_frac(household: Household, lot: Lot) -> Decimal:
    """Return the gain in a dollar of the lot's value."""
    return (household.gain_of(lot) or ZERO) / (household.value_of(lot) or Decimal(1))


def _order(household: Household, lot: Lot) -> tuple[Decimal, date, str]:
    return -gain_frac(household, lot), lot.acquired or date.max, lot.id


def _worth_giving(household: Household, wishes: Wishes, on: date) -> list[Lot]:
    return [
        lot
        for lot in household.lots
        if household.type_of(lot) is AccountType.TAXABLE
        and lot_term(lot, on) is Term.LONG
        and (household.gain_of(lot) or ZERO) > 0
        and lot.symbol not in wishes.exclude
        and lot.id not in wishes.lots_locked
        and lot.account_id not in wishes.accounts_left_alone
        and (household.value_of(lot) or ZERO) > 0
    ]
