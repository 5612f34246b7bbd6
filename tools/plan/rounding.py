"""From weights to orders: whole shares, no trade too small to bother with, cash never overspent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from tools.model import Household, Lot, Trade, Wishes
from tools.money import ZERO, cents, from_float, whole
from tools.plan.frame import Frame
from tools.plan.optimizer import Search
from tools.plan.problem import Solution

SMALLEST_USD = Decimal(100)
SMALLEST_FRAC = Decimal("0.0005")
HALF = Decimal("0.5")


def smallest_trade(wishes: Wishes, value_usd: Decimal) -> Decimal:
    """Return the least amount worth an order: the person's own, else 0.05 % of the portfolio and at least $100."""
    return wishes.min_trade_usd if wishes.min_trade_usd is not None else max(SMALLEST_USD, value_usd * SMALLEST_FRAC)


def drop_small(frame: Frame, search: Search, solution: Solution, least_usd: Decimal) -> Solution:
    """Forbid trades below the minimum and solve again, until none is left (three rounds at most)."""
    floor = float(least_usd / frame.value_usd)
    lots = frame.problem.lots
    together = lots.recent | (lots.matched > 0)
    for _ in range(3):
        small_sell = (solution.sell > 0) & (solution.sell < floor) & ~together
        small_buy = (solution.buy > 0) & (solution.buy < floor)
        if not small_sell.any() and not small_buy.any():
            break
        sells = np.where(small_sell | (lots.value < floor) & ~together, 0.0, np.inf)
        found = search.tighten(sells, np.where(small_buy, 0.0, np.inf))
        if found is None:
            break
        solution = found
    return solution


def round_trades(household: Household, frame: Frame, solution: Solution, wishes: Wishes) -> tuple[Trade, ...]:
    """Return orders in whole shares; a lot sold almost whole is sold whole."""
    least = smallest_trade(wishes, frame.value_usd)
    sells = [t for lot, x in zip(frame.lots, solution.sell, strict=True) if (t := _sell(household, frame, lot, x))]
    sells = [t for t in sells if t.amount_usd >= least or _must(frame, t)]
    return tuple(sells) + buys_for(household, frame, solution, sells, wishes)


def buys_for(
    household: Household, frame: Frame, solution: Solution, sells: list[Trade], wishes: Wishes
) -> tuple[Trade, ...]:
    """Spend each account's money on the wanted purchases, whole shares, largest shortfall first."""
    least = smallest_trade(wishes, frame.value_usd)
    trades: list[Trade] = []
    for n, account in enumerate(household.accounts):
        spare = from_float(frame.problem.cash[n] - frame.problem.cash_floor[n], Decimal("1e-12"))
        money = cents(frame.value_usd * spare)
        money += sum((t.amount_usd for t in sells if t.account_id == account.id), ZERO)
        wanted = {
            symbol: frame.value_usd * from_float(b, Decimal("1e-12"))
            for (account_id, symbol), b in zip(frame.pairs, solution.buy, strict=True)
            if account_id == account.id and b > 0
        }
        trades += _spend(household, account.id, wanted, money, least)
    return tuple(trades)


def _must(frame: Frame, trade: Trade) -> bool:
    lots = frame.problem.lots
    place = lots.ids.index(trade.lot_id or "")
    return bool(lots.recent[place] or lots.matched[place] > 0)


def _sell(household: Household, frame: Frame, lot: Lot, weight: float) -> Trade | None:
    price = household.price_of(lot.symbol) or ZERO
    wanted = frame.value_usd * from_float(weight, Decimal("1e-12")) / price
    shares = wanted.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if wanted >= lot.shares - HALF and wanted > 0:
        shares = lot.shares
    shares = min(shares, lot.shares)
    return Trade("sell", lot.account_id, lot.symbol, shares, price, lot.id) if shares > 0 else None


def _spend(
    household: Household, account_id: str, wanted: dict[str, Decimal], money: Decimal, least: Decimal
) -> list[Trade]:
    price = {symbol: household.price_of(symbol) or ZERO for symbol in wanted}
    shares = {symbol: whole(amount / price[symbol]) for symbol, amount in wanted.items()}
    for symbol in sorted(wanted, key=lambda s: (wanted[s], s)):
        if shares[symbol] * price[symbol] < least:
            shares[symbol] = ZERO
    left = money - sum((shares[s] * price[s] for s in wanted), ZERO)
    for symbol in sorted(wanted, key=lambda s: (-wanted[s], s)):
        while left < 0 and shares[symbol] > 0:
            shares[symbol] -= 1
            left += price[symbol]
    bought = [s for s in wanted if shares[s] > 0]
    short_of = sum(wanted.values(), ZERO) - sum((shares[s] * price[s] for s in wanted), ZERO)
    for symbol in sorted(bought, key=lambda s: (-(wanted[s] - shares[s] * price[s]), s)):
        while price[symbol] <= min(left, short_of + price[symbol] * HALF):
            shares[symbol] += 1
            left -= price[symbol]
            short_of -= price[symbol]
    return [Trade("buy", account_id, s, shares[s], price[s]) for s in bought if shares[s] > 0]
