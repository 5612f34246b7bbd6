"""A household's problem in the terms of the proven core; nothing but a change of columns."""

from __future__ import annotations

import numpy as np

from tools.plan.core.problem import Bend, CoreBuys, CoreLots, CoreProblem, Goal, Limit, Mask, Step, TaxRates
from tools.plan.problem import Array, Problem, TaxPieces
from tools.plan.style import IDLE_COST, OVER_CAP_COST

GAIN_LIMIT = "the limit on gains"
IDLE_CASH = "idle cash"
TURNOVER_LIMIT = "the limit on turnover"


def core_problem(p: Problem) -> CoreProblem:
    """Return the same problem for the core: sleeves, caps and idle cash as goals, names and stand-ins as risk.

    The deviation of an asset is what the plan adds to it, so that a name and its stand-in together stay as they are.
    """
    shared = p.exposure.sum(axis=1) > 1 if len(p.exposure) else np.zeros(0, dtype=bool)
    alone = p.exposure[~shared].sum(axis=0) if len(p.exposure) else np.zeros(len(p.symbols))
    return CoreProblem(
        lots=_lots(p),
        buys=CoreBuys(p.buys.account, p.buys.asset, p.buys.most, p.buys.reluctance),
        deviation=np.zeros(len(p.symbols)),
        factors=np.sqrt(p.exposure_cost) * p.exposure[shared].T if len(p.exposure) else np.zeros((len(p.symbols), 0)),
        idio=np.sqrt(p.exposure_cost * alone),
        spread=np.full(len(p.symbols), p.trade_cost),
        group=np.unique(p.groups, return_inverse=True)[1],
        cash=p.cash,
        cash_target=p.cash_floor,
        account_weight=np.ones(len(p.cash)),
        tax=tax_rates(p.tax),
        gamma=1.0,
        limits=(*_limits(p), *p.limits),
        goals=(*_sleeves(p), *_caps(p), _idle(p), *p.goals),
        loose_cash=True,
        set_aside=p.set_aside,
        tax_most=p.tax_most,
    )


def tax_rates(tax: TaxPieces) -> TaxRates:
    """Write the year's tax with its steps as lines above the first rates."""
    steps = [Step(max(tax.short, rate), rate, min(at, 0.0)) for rate, at in tax.long_steps]
    steps += [Step(max(rate, tax.long), tax.long, min(at, 0.0)) for rate, at in tax.short_steps]
    return TaxRates(
        short=tax.short,
        long=tax.long,
        ordinary=tax.ordinary,
        carry_short=tax.carry,
        carry_long=tax.carry,
        offset=tax.offset,
        short_start=tax.short_start,
        long_start=tax.long_start,
        steps=tuple(steps),
    )


def _lots(p: Problem) -> CoreLots:
    """Losses that a purchase blocks which the plan cannot sell along are kept."""
    lots = p.lots
    taxable, gain = lots.taxable > 0, lots.gain_rate
    blocked = taxable & (gain < 0) & (lots.matched > 0) & ~_may_go_along(p)[p.groups[lots.asset]]
    return CoreLots(
        account=lots.account,
        asset=lots.asset,
        value=lots.value,
        gain_rate=gain,
        short=lots.short > 0,
        taxable=taxable,
        most=np.where(blocked, 0.0, lots.most),
        recent=lots.recent,
        later=np.full(len(gain), p.tax.later),
    )


def _may_go_along(p: Problem) -> Mask:
    """Tell of each group whether all its recent lots are taxable and may be sold whole."""
    lots, groups = p.lots, p.groups[p.lots.asset]
    stuck = lots.recent & ((lots.taxable == 0) | ~np.isclose(lots.most, lots.value))
    count = int(p.groups.max()) + 1 if p.groups.size else 0
    return np.asarray(np.bincount(groups[stuck], minlength=count) == 0)


def _sleeves(p: Problem) -> list[Goal]:
    s, found = p.sleeves, list[Goal]()
    for n, key in enumerate(s.keys):
        if not s.weighed[n] and not s.wrong_way_cost[n]:
            continue
        cash = p.cash_sleeve == n
        sell = -s.members[n][p.lots.asset] + (1 - p.trade_cost) * cash
        buy = s.members[n][p.buys.asset] - (1 + p.trade_cost) * cash
        start = float(s.members[n] @ p.held) + (float(p.cash.sum()) if cash else 0.0)
        found.append(Goal(key, start, sell, buy, _bends(p, n)))
    return found


def _bends(p: Problem, n: int) -> tuple[Bend, ...]:
    s = p.sleeves
    target, band, wrong = float(s.target[n]), float(s.band[n]), float(s.wrong_way_cost[n])
    weighed, outside = float(s.weighed[n]), float(s.outside_cost[n] * s.weighed[n] ** 2)
    drift = p.drift_cost * weighed**2
    bends = [Bend(target, up_square=drift, down_square=drift)] if drift else []
    if outside:
        bends += [Bend(target + band, up_square=outside), Bend(target - band, down_square=outside)]
    if wrong:
        bends += [Bend(float(s.high[n]), up=wrong), Bend(float(s.low[n]), down=wrong)]
    return tuple(bends)


def _caps(p: Problem) -> list[Goal]:
    """Write caps only where holdings and purchases could exceed them."""
    reach = p.held + np.bincount(p.buys.asset, p.buys.most, len(p.symbols))
    return [
        Goal(
            f"cap on {p.symbols[n]}",
            float(p.held[n]),
            -(p.lots.asset == n).astype(float),
            (p.buys.asset == n).astype(float),
            (Bend(float(p.weight_most[n]), up=OVER_CAP_COST),),
        )
        for n in np.flatnonzero(reach > p.weight_most)
        if p.weight_most[n] < 1
    ]


def _idle(p: Problem) -> Goal:
    level = max(float(p.cash.sum()), float(p.cash_floor.sum()))
    sell, buy = np.full(len(p.lots.ids), 1 - p.trade_cost), np.full(len(p.buys.asset), -1 - p.trade_cost)
    return Goal(IDLE_CASH, float(p.cash.sum()), sell, buy, (Bend(level, up=IDLE_COST),))


def _limits(p: Problem) -> tuple[Limit, ...]:
    own = np.flatnonzero(np.ones(len(p.sleeves.keys)) if p.keep_mix else p.sleeves.weighed == 0)
    found = []
    for n in own:
        mine: Array = p.sleeves.members[n]
        sell, buy = -mine[p.lots.asset], mine[p.buys.asset]
        if buy.any():
            found.append(Limit(f"the mix of {p.sleeves.keys[n]}", sell, buy, 0.0))
    if p.net_gain_most is not None:
        most = p.net_gain_most - p.tax.short_start - p.tax.long_start
        found.append(Limit(GAIN_LIMIT, p.lots.gain_rate * p.lots.taxable, np.zeros(len(p.buys.asset)), most))
    if p.turnover_most is not None:
        ones = np.ones(len(p.lots.ids)), np.ones(len(p.buys.asset))
        found.append(Limit(TURNOVER_LIMIT, *ones, 2 * p.turnover_most))
    return tuple(found)
