"""From the solver's amounts to trades: exact zeros, exact limits, cash to the last digit."""

from __future__ import annotations

import numpy as np

from tools.plan.core.form import Form
from tools.plan.core.problem import Array, CoreProblem

SNAP = 1e-8
"""Below this part of its limit an amount is none, above the rest of it all."""


def trades_of(p: CoreProblem, form: Form, amount: Array) -> tuple[Array, Array]:
    """Return (sell by lot, buy by pair) of a form with one side a group."""
    part = amount / form.most
    kept = np.where(part < SNAP, 0.0, np.where(part > 1 - SNAP, form.most, amount))
    sell, buy = np.zeros(len(p.lots.value)), np.zeros(len(p.buys.most))
    is_lot = (form.item >= 0) & (form.item < form.lots)
    is_buy = form.item >= form.lots
    sell[form.item[is_lot]] = kept[is_lot]
    buy[form.item[is_buy] - form.lots] = kept[is_buy]
    for _, lot in form.forced:
        sell[lot] = p.lots.value[lot]
    return _balanced(p, sell, buy)


def _balanced(p: CoreProblem, sell: Array, buy: Array) -> tuple[Array, Array]:
    """Take what precision left over in cash out of the trade with the most room in each account."""
    lots, buys = p.lots, p.buys
    for n, target in enumerate(p.cash_target):
        if n == p.set_aside:
            continue
        mine, here = lots.account == n, buys.account == n
        cash = p.cash[n] + sell[mine] @ (1 - p.spread[lots.asset[mine]]) - buy[here] @ (1 + p.spread[buys.asset[here]])
        over = float(cash - target)
        if p.loose_cash and over >= 0:
            continue
        sell_room = np.where(mine, np.minimum(sell, lots.most - sell), -1.0)
        buy_room = np.where(here, np.minimum(buy, buys.most - buy), -1.0)
        s, b = int(np.argmax(sell_room)) if len(sell) else -1, int(np.argmax(buy_room)) if len(buy) else -1
        if s >= 0 and sell_room[s] > abs(over) and (b < 0 or sell_room[s] >= buy_room[b]):
            sell[s] -= over / (1 - p.spread[lots.asset[s]])
        elif b >= 0 and buy_room[b] > abs(over):
            buy[b] += over / (1 + p.spread[buys.asset[b]])
    return sell, buy
