"""From weights to orders: whole shares, no trade too small to bother with, cash never overspent."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import numpy as np

from tools.errors import NoPlan
from tools.model import AccountType, Household, Lot, Trade, Wishes
from tools.money import ZERO, cents, from_float, whole
from tools.plan.frame import Frame
from tools.plan.problem import Solution

SMALLEST_USD = Decimal(100)
SMALLEST_FRAC = Decimal("0.0005")
HALF = Decimal("0.5")


def smallest_trade(wishes: Wishes, value_usd: Decimal) -> Decimal:
    """Return the least amount worth an order: the person's own, else 0.05 % of the portfolio and at least $100."""
    return wishes.min_trade_usd if wishes.min_trade_usd is not None else max(SMALLEST_USD, value_usd * SMALLEST_FRAC)


def net_out(frame: Frame, solution: Solution) -> Solution:
    """Cancel what an account would both sell and buy of one symbol; nearly indifferent optima hold such pairs."""
    lots, buys = frame.problem.lots, frame.problem.buys
    sell, buy = solution.sell.copy(), solution.buy.copy()
    fixed = (lots.gain_rate < 0) & (lots.taxable > 0)
    if frame.problem.step_up is not None:
        fixed |= frame.problem.step_up
    for n in np.flatnonzero(buy > 0):
        here = (lots.account == buys.account[n]) & (lots.asset == buys.asset[n]) & (sell > 0) & ~fixed
        for lot in np.flatnonzero(here):
            both = min(sell[lot], buy[n])
            sell[lot] -= both
            buy[n] -= both
    return replace(solution, sell=sell, buy=buy)


def round_sells(household: Household, frame: Frame, solution: Solution, wishes: Wishes) -> list[Trade]:
    """Return sales in whole shares; a lot sold almost whole is sold whole."""
    least = smallest_trade(wishes, frame.value_usd)
    sells = [t for lot, x in zip(frame.lots, solution.sell, strict=True) if (t := _sell(household, frame, lot, x))]
    return [t for t in sells if t.amount_usd >= least or _must(frame, t)]


def keep_gain_limit(household: Household, frame: Frame, sells: list[Trade], limit_usd: Decimal | None) -> list[Trade]:
    """Take back the fewest dollars of gain lots that whole-share rounding pushed over the limit.

    Raises:
        NoPlan: No sale with a gain can be made smaller.
    """
    while limit_usd is not None and (over := _gain(household, sells) - limit_usd) > 0:
        options = []
        for n, trade in enumerate(sells):
            gain = _gain(household, [trade])
            if gain > 0 and not _must(frame, trade):
                back = min(trade.shares, (over * trade.shares / gain).to_integral_value(ROUND_CEILING))
                options.append((back * trade.price_usd, n, back))
        if not options:
            raise NoPlan("The limit on gains cannot be kept.", "Raise the limit.")
        _, n, back = min(options)
        fewer = replace(sells[n], shares=sells[n].shares - back)
        sells = [*sells[:n], *([fewer] if fewer.shares > 0 else []), *sells[n + 1 :]]
    return sells


def _gain(household: Household, sells: list[Trade]) -> Decimal:
    """Return the taxable gain of sales, losses counted against it."""
    total = ZERO
    for trade in sells:
        lot = household.lot_by_id[trade.lot_id or ""]
        if household.type_of(lot) is AccountType.TAXABLE:
            total += trade.amount_usd - (lot.basis_of(trade.shares, trade.amount_usd) or ZERO)
    return total


def raise_enough(household: Household, frame: Frame, sells: list[Trade]) -> list[Trade]:
    """Sell a little more where rounding left an account short of the cash that it must keep.

    Raises:
        NoPlan: Nothing more can be sold there.
    """
    for n, account in enumerate(household.accounts):
        while (short := -_money(household, frame, n, sells)) > 0:
            more = _one_more(household, frame, account.id, sells, short)
            if more is None:
                raise NoPlan("That much cash cannot be raised under these limits.", "Ask for less, or loosen a limit.")
            sells = [*(t for t in sells if t.lot_id != more.lot_id), more]
    return sells


def _one_more(household: Household, frame: Frame, account_id: str, sells: list[Trade], short: Decimal) -> Trade | None:
    """Return the sale that fills the gap with the least excess, from lots sold already, else from lots with a gain."""
    sold = {t.lot_id: t.shares for t in sells}
    lots = frame.problem.lots
    found: list[tuple[bool, Decimal, Trade]] = []
    for lot, most, gain in zip(frame.lots, lots.most, lots.gain_rate, strict=True):
        left = frame.may_sell(lot) - sold.get(lot.id, ZERO)
        if lot.account_id != account_id or most <= 0 or left <= 0 or (lot.id not in sold and gain < 0):
            continue
        price = household.price_of(lot.symbol) or ZERO
        shares = min(left, (short / price).to_integral_value(ROUND_CEILING))
        trade = Trade("sell", account_id, lot.symbol, frame.may_sell(lot) - left + shares, price, lot.id)
        found.append((lot.id not in sold, abs(shares * price - short), trade))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _money(household: Household, frame: Frame, seat: int, sells: list[Trade]) -> Decimal:
    """Return what an account may spend once ``sells`` are done, less what it must keep."""
    spare = from_float(frame.problem.cash[seat] - frame.problem.cash_floor[seat], Decimal("1e-12"))
    account_id = household.accounts[seat].id
    return cents(frame.value_usd * spare) + sum((t.amount_usd for t in sells if t.account_id == account_id), ZERO)


def buys_for(
    household: Household, frame: Frame, solution: Solution, sells: list[Trade], wishes: Wishes
) -> tuple[Trade, ...]:
    """Spend each account's money on the wanted purchases, to the nearest whole share, largest shortfall first."""
    least = smallest_trade(wishes, frame.value_usd)
    trades: list[Trade] = []
    for n, account in enumerate(household.accounts):
        wanted = {
            symbol: frame.value_usd * from_float(b, Decimal("1e-12"))
            for (account_id, symbol), b in zip(frame.pairs, solution.buy, strict=True)
            if account_id == account.id and b > 0
        }
        trades += _spend(household, account.id, wanted, _money(household, frame, n, sells), least)
    return tuple(trades)


def _must(frame: Frame, trade: Trade) -> bool:
    lots = frame.problem.lots
    place = lots.ids.index(trade.lot_id or "")
    return bool(lots.recent[place] or lots.matched[place] > 0)


def _sell(household: Household, frame: Frame, lot: Lot, weight: float) -> Trade | None:
    price = household.price_of(lot.symbol) or ZERO
    wanted = frame.value_usd * from_float(weight, Decimal("1e-12")) / price
    shares = wanted.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if wanted > 0 and wanted >= max(lot.shares - HALF, lot.shares * HALF):
        shares = lot.shares
    shares = min(shares, frame.may_sell(lot))
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
    for symbol in sorted(bought, key=lambda s: (-(wanted[s] - shares[s] * price[s]), s)):
        while price[symbol] <= left and shares[symbol] * price[symbol] < wanted[symbol] - price[symbol] * HALF:
            shares[symbol] += 1
            left -= price[symbol]
    return [Trade("buy", account_id, s, shares[s], price[s]) for s in bought if shares[s] > 0]
