"""What a plan may buy, in which account, and how much of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from tools.analysis.sleeves import Sleeve, class_of
from tools.analysis.wash import sold_at_loss_lately
from tools.market.identical import related
from tools.market.replacements import replacements
from tools.market.securities import broad_fund, info
from tools.model import CASH, AccountType, Household, Lot, OwnGroup, Wishes
from tools.money import ZERO, as_float
from tools.plan.problem import Array
from tools.plan.style import RELUCTANCE


def family_of(symbol: str, own: tuple[OwnGroup, ...] = ()) -> str:
    """Return the key shared by securities graded same or caution: a plan does not sell one at a loss and buy another.

    The law on two funds of one index is unsettled; a plan keeps to the careful side of it.
    """
    family, new = {symbol}, [symbol]
    while new:
        new = [other.symbol for each in new for other in related(each, own) if other.symbol not in family]
        family.update(new)
    return min(family)


def buyable(
    household: Household, sleeves: tuple[Sleeve, ...], lots: tuple[Lot, ...], wishes: Wishes
) -> list[tuple[str, str]]:
    """Return (account, symbol) pairs: targeted symbols, funds of targeted sleeves, and stand-ins for losers.

    Single stocks are bought only when they have a target of their own: this product does not pick stocks.
    """
    losers = sorted({lot.symbol for lot in lots if (household.gain_of(lot) or ZERO) < 0})
    wanted = [] if wishes.harvest_only else [s for sleeve in sleeves for s in _sleeve_funds(household, sleeve)]
    for symbol in losers:
        stand_ins = [r.symbol for r in replacements(symbol, household.own_groups) if household.price_of(r.symbol)]
        wanted += stand_ins[:1]
    if wishes.harvest_only:
        wanted += [s for sleeve in sleeves for s in _sleeve_funds(household, sleeve)]
    candidates = list(dict.fromkeys(s for s in wanted if s not in wishes.exclude and s != CASH))
    held_in = {(lot.account_id, lot.symbol) for lot in lots}
    pairs = []
    for account in household.accounts:
        if account.type is AccountType.UNKNOWN or not wishes.trades_in(account.id):
            continue
        here = sorted(candidates, key=lambda s: ((account.id, s) not in held_in, candidates.index(s)))
        pairs += [(account.id, symbol) for symbol in here]
    return pairs


def _sleeve_funds(household: Household, sleeve: Sleeve) -> list[str]:
    if sleeve.target_frac is None or sleeve.key == "cash":
        return []
    if sleeve.key in household.securities and household.price_of(sleeve.key):
        return [sleeve.key]
    funds = [s for s in sleeve.symbols if household.price_of(s) and (found := info(s)) and found.kind == "fund"]
    by_value = sorted(funds, key=lambda s: (-sum(household.value_of(lot) or ZERO for lot in household.lots_of(s)), s))
    broad = broad_fund(sleeve.key)
    if broad and household.price_of(broad) and broad not in by_value:
        by_value.append(broad)
    return by_value


def buy_limits(household: Household, pairs: list[tuple[str, str]], wishes: Wishes, on: date, total: Decimal) -> Array:
    """Limit purchases: nothing akin to what was sold at a loss lately, single names up to the cap."""
    quiet = {family_of(symbol, household.own_groups) for symbol in sold_at_loss_lately(household, on)}
    cap = as_float(wishes.max_weight_frac) if wishes.max_weight_frac is not None else 1.0
    limits = []
    for _, symbol in pairs:
        found = info(symbol)
        fund = bool(found and found.kind == "fund")
        held = sum((household.value_of(lot) or ZERO for lot in household.lots_of(symbol)), ZERO)
        free = 1.0 if fund else max(0.0, cap - as_float(held) / as_float(total))
        limits.append(0.0 if family_of(symbol, household.own_groups) in quiet else free)
    return np.array(limits)


def reluctance(household: Household, pairs: list[tuple[str, str]]) -> Array:
    """Prefer to buy where the loser that a fund stands in for is, then where the fund is held; bonds in IRAs.

    Costs are far below those of tax and drift; the order of the list settles what is left.
    """
    costs = []
    for rank, (account_id, symbol) in enumerate(pairs):
        here = [lot for lot in household.lots if lot.account_id == account_id]
        at_home = any(lot.symbol == symbol for lot in here) or any(
            symbol == stand_in.symbol
            for lot in here
            if (household.gain_of(lot) or ZERO) < 0
            for stand_in in replacements(lot.symbol, household.own_groups)
        )
        taxed_bond = class_of(household, symbol) == "bonds" and not household.account_by_id[account_id].type.sheltered
        costs.append(RELUCTANCE * (2 * (not at_home) + taxed_bond + rank / max(len(pairs), 1)))
    return np.array(costs)
