"""Cash of accounts: what is there, what must stay, and where new money enters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from tools.errors import NoPlan
from tools.household.canonical import in_canonical_order
from tools.model import AccountType, Household, Wishes
from tools.money import ZERO, as_float
from tools.plan.problem import Array


def cash_by_seat(household: Household, seats: dict[str, int], total: Decimal) -> Array:
    """Return the known cash of each account as a share of the portfolio; unknown counts as none."""
    cash = np.zeros(len(seats))
    for account_id, amount in household.cash_usd.items():
        cash[seats[account_id]] += as_float(amount) / as_float(total)
    return cash


def cash_floor(household: Household, wishes: Wishes, seats: dict[str, int], total: Decimal) -> Array:
    """Return what must stay in cash in each account: nothing, a debt that is there already, or the cash to raise.

    Raises:
        NoPlan: Cash is to be raised and no account is taxable.
    """
    floor = np.zeros(len(seats))
    for account_id, amount in household.cash_usd.items():
        floor[seats[account_id]] = min(0.0, as_float(amount) / as_float(total))
    home = home_account(household)
    if wishes.raise_cash_usd and home is None:
        raise NoPlan("There is no taxable account to raise cash in.", "Say which account is taxable.")
    if wishes.raise_cash_usd and home is not None:
        floor[seats[home]] = as_float((household.cash_usd.get(home, ZERO) + wishes.raise_cash_usd) / total)
    if wishes.cash_target_usd and home is None:
        raise NoPlan("There is no taxable account to keep cash in.", "Say which account is taxable.")
    if wishes.cash_target_usd and home is not None:
        floor[seats[home]] = max(floor[seats[home]], as_float(wishes.cash_target_usd / total))
    return floor


def home_account(household: Household) -> str | None:
    """Return the account that new money enters and leaves: the largest taxable one, the first of equals."""
    taxable = [account.id for account in household.accounts if account.type is AccountType.TAXABLE]
    worth = {
        a: sum((household.value_of(x) or ZERO for x in household.lots if x.account_id == a), ZERO) for a in taxable
    }
    return max(taxable, key=lambda a: worth[a], default=None)


def with_new_cash(household: Household, wishes: Wishes) -> Household:
    """Return what a plan starts from: accounts and lots in one order, new money in the largest taxable account.

    Cash unknown there counts as this money alone.

    Raises:
        NoPlan: There is new money and no account is taxable.
    """
    household = in_canonical_order(household)
    home = home_account(household)
    if not wishes.new_cash_usd:
        return household
    if home is None:
        raise NoPlan("There is no taxable account for new money.", "Say which account is taxable.")
    cash = {**household.cash_usd, home: household.cash_usd.get(home, ZERO) + wishes.new_cash_usd}
    return replace(household, cash_usd=cash)
