"""Further wishes as named parts of the problem: tax set aside, the 0 % bracket, staying invested, asset location."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tools.market.replacements import replacements
from tools.model import AccountType, Household, Lot, Wishes
from tools.money import ZERO, as_float
from tools.plan.cash import home_account
from tools.plan.core.problem import Bend, Goal, Limit
from tools.plan.location import drag
from tools.plan.problem import Problem
from tools.plan.style import later_value
from tools.tax.law import Law
from tools.tax.year import Gains, Situation, room

Pairs = Sequence[tuple[str, str]]
LOCATION, ZERO_BRACKET = "asset location", "the 0 % bracket"
STAY, CASH_LIMIT = "staying invested in", "what must be there before tax"


def with_wishes(
    problem: Problem,
    household: Household,
    lots: Sequence[Lot],
    pairs: Pairs,
    wishes: Wishes,
    situation: Situation,
    law: Law,
    again: int,
) -> Problem:
    """Return the problem with the parts that these wishes add to it.

    Args:
        problem: The problem without them.
        household: What it is about.
        lots: Its lots, in the order of the problem's arrays.
        pairs: Its (account, symbol) purchases; the last ``again`` of them are those of ``bought_again``.
        wishes: What was asked for.
        situation: The return that the plan is made for.
        law: This year's.
        again: How many pairs may only be bought as far as they are sold.
    """
    home = home_account(household)
    if wishes.tax_set_aside and home is not None:
        seat = [account.id for account in household.accounts].index(home)
        problem = replace(problem, set_aside=seat, limits=(*problem.limits, _cash_before_tax(problem, seat)))
    if wishes.zero_bracket and (room_usd := zero_room(situation, law)) > 0:
        problem = _zero_bracket(problem, again, room_usd, household.value_usd, later_frac(situation, law))
    if wishes.stay_invested:
        problem = _stay_invested(problem, household, pairs)
    if wishes.asset_location:
        problem = replace(problem, goals=(*problem.goals, _location(problem, household, lots, pairs)))
    return problem


def _cash_before_tax(p: Problem, home: int) -> Limit:
    """Keep what must stay in cash even where the plan saves tax: money saved in April is not there yet."""
    sell = np.where(p.lots.account == home, -(1 - p.trade_cost), 0.0)
    buy = np.where(p.buys.account == home, 1 + p.trade_cost, 0.0)
    return Limit(CASH_LIMIT, sell, buy, float(p.cash[home] - p.cash_floor[home]))


def zero_room(situation: Situation, law: Law) -> Decimal:
    """Return the long-term gain that is still taxed at 0 % and worth realizing.

    None while losses carried in or realized are unused: a gain would use them up instead.
    """
    net = situation.short_gain_usd + situation.long_gain_usd
    if situation.kept_for_good or net < situation.short_carryover_usd + situation.long_carryover_usd:
        return ZERO
    return room(situation, Gains(), law).zero_usd


def later_frac(situation: Situation, law: Law) -> Decimal:
    """Return the rate that a gain would meet later: the person's own, else the first above 0 %."""
    rate = situation.later_rate_frac
    return law.long_term_gains.rates_frac[1] if rate is None else rate


def bought_again(
    household: Household, lots: Sequence[Lot], pairs: Pairs, wishes: Wishes, situation: Situation, law: Law
) -> list[tuple[str, str]]:
    """Return the further pairs that may be bought, each only as far as it is sold to raise its cost at 0 %."""
    if not wishes.zero_bracket or zero_room(situation, law) <= 0:
        return []
    mine = [
        (lot.account_id, lot.symbol)
        for lot in lots
        if household.type_of(lot) is AccountType.TAXABLE
        and (household.gain_of(lot) or ZERO) > 0
        and lot.symbol not in wishes.exclude
        and wishes.trades_in(lot.account_id)
    ]
    return [pair for pair in dict.fromkeys(mine) if pair not in pairs]


def _zero_bracket(p: Problem, again: int, room_usd: Decimal, total_usd: Decimal, later_frac: Decimal) -> Problem:
    """Reward gains up to the room by the later tax they spare; what is sold for it may be bought again at once."""
    lots, buys = p.lots, len(p.buys.asset)
    gains = (lots.taxable > 0) & (lots.short == 0) & (lots.gain_rate > 0)
    limits = [_only_again(p, gains, n) for n in range(buys - again, buys)]
    counted = gains | (lots.taxable > 0) & (lots.gain_rate < 0)
    sell = np.where(counted, lots.gain_rate, 0.0)
    worth = later_value(as_float(later_frac))
    goal = Goal(ZERO_BRACKET, 0.0, sell, np.zeros(buys), (Bend(as_float(room_usd / total_usd), down=worth),))
    return replace(p, limits=(*p.limits, *limits), goals=(*p.goals, goal), step_up=gains)


def _only_again(p: Problem, gains: NDArray[np.bool_], n: int) -> Limit:
    """Buy of a pair at most what the plan sells there with a gain."""
    here = gains & (p.lots.account == p.buys.account[n]) & (p.lots.asset == p.buys.asset[n])
    buy = np.zeros(len(p.buys.asset))
    buy[n] = 1.0
    return Limit(f"{p.symbols[p.buys.asset[n]]} bought again", np.where(here, -1.0, 0.0), buy, 0.0)


def stand_in_of(household: Household, symbol: str) -> str | None:
    """Return the first stand-in with a price that no rule holds to be the same, None where there is none."""
    found = (r.symbol for r in replacements(symbol, household.own_groups) if r.grade == "different")
    return next((stand_in for stand_in in found if household.price_of(stand_in)), None)


def _stay_invested(p: Problem, household: Household, pairs: Pairs) -> Problem:
    """Put what losses bring into their stand-ins; a loss without one is kept."""
    lots, known = p.lots, {symbol for _, symbol in pairs}
    loss = (lots.taxable > 0) & (lots.gain_rate < 0)
    stand_ins = [stand_in_of(household, symbol) for symbol in p.symbols]
    of_lot = [stand_ins[asset] if stand_ins[asset] in known else None for asset in lots.asset]
    kept = loss & np.array([each is None for each in of_lot], dtype=bool)
    limits = []
    for stand_in in sorted({each for each, lost in zip(of_lot, loss, strict=True) if lost and each}):
        sold = loss & np.array([each == stand_in for each in of_lot], dtype=bool)
        buy = np.array([-1.0 if symbol == stand_in else 0.0 for _, symbol in pairs])
        limits.append(Limit(f"{STAY} {stand_in}", np.where(sold, 1 - 2 * p.trade_cost, 0.0), buy, 0.0))
    return replace(p, lots=replace(lots, most=np.where(kept, 0.0, lots.most)), limits=(*p.limits, *limits))


def _location(p: Problem, household: Household, lots: Sequence[Lot], pairs: Pairs) -> Goal:
    """Weigh the yearly tax of what each account holds."""
    sell = np.array([drag(household, lot.account_id, lot.symbol, p.tax) for lot in lots])
    buy = np.array([drag(household, account, symbol, p.tax) for account, symbol in pairs])
    return Goal(LOCATION, float(sell @ p.lots.value), -sell, buy, (Bend(0.0, up=1.0),))
