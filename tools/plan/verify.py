"""Checks a plan without knowing how it was found. A plan that fails is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import days_to_long, lot_term
from tools.analysis.realize import realize
from tools.analysis.wash import Leg, blocking, planned_purchases, purchases_near
from tools.errors import PlanRejected
from tools.model import AccountType, Household, Investor, Term, Trade, Wishes
from tools.money import ZERO
from tools.plan.verify_wished import verify_wished
from tools.tax.law import Law
from tools.tax.year import TaxRange, change_range


def verify(
    before: Household,
    after: Household,
    trades: Sequence[Trade],
    wishes: Wishes,
    on: date,
    year: Year | None = None,
) -> None:
    """Check shares, cash, wash sales and wishes; with ``year``, the tax that is said and the limit on it.

    Raises:
        PlanRejected: Names the rule that the plan breaks.
    """
    _shares(before, trades)
    _cash(before, after, trades, wishes)
    _conserved(before, after)
    _no_wash(before, trades, on)
    _wishes(before, trades, wishes, on)
    _sizes(before, after, trades, wishes, on)
    _waiting(before, trades, wishes, on)
    _to_the_cent(before, after, trades)
    if year is not None:
        _tax(before, trades, wishes, on, year)
        verify_wished(before, after, trades, wishes, on, year.investor, year.law)


@dataclass(frozen=True, slots=True)
class Year:
    """The person, the law and the change of tax that the plan says it brings."""

    investor: Investor
    law: Law
    said: TaxRange


def _tax(before: Household, trades: Sequence[Trade], wishes: Wishes, on: date, year: Year) -> None:
    """Recompute the year from the orders alone and compare it with what is said."""
    legs = [Leg(before.lot_by_id[t.lot_id], t.shares) for t in trades if t.lot_id]
    gains = realize(before, legs, on, planned_purchases(before, trades, on)).gains
    found = change_range(year.investor, gains, year.law)
    if (found.least_tax_usd, found.most_tax_usd) != (year.said.least_tax_usd, year.said.most_tax_usd):
        raise PlanRejected("The plan's tax is not what the exact engine finds.")
    if wishes.max_tax_usd is not None and found.most_tax_usd > wishes.max_tax_usd:
        raise PlanRejected("The plan adds more tax than was allowed.")


def _shares(before: Household, trades: Sequence[Trade]) -> None:
    sold: dict[str, Decimal] = {}
    for trade in trades:
        if trade.shares <= 0 or trade.price_usd <= 0:
            raise PlanRejected(f"A {trade.side} of {trade.symbol} has no shares or no price.")
        if trade.price_usd != before.price_of(trade.symbol):
            raise PlanRejected(f"A {trade.side} of {trade.symbol} is not at its price.")
        if trade.side == "sell":
            lot = before.lot_by_id.get(trade.lot_id or "")
            if lot is None or (lot.symbol, lot.account_id) != (trade.symbol, trade.account_id):
                raise PlanRejected(f"A sale of {trade.symbol} names a lot that is not there.")
            sold[lot.id] = sold.get(lot.id, ZERO) + trade.shares
            if sold[lot.id] > lot.shares:
                raise PlanRejected(f"The plan sells more of {lot.id} than is held.")


def _cash(before: Household, after: Household, trades: Sequence[Trade], wishes: Wishes) -> None:
    raised = ZERO
    for account in before.accounts:
        spent = sum((t.amount_usd * (1 if t.side == "buy" else -1) for t in trades if t.account_id == account.id), ZERO)
        have = before.cash_usd.get(account.id, ZERO)
        raised = max(raised, ZERO if account.type.sheltered else -spent)
        if spent > max(have, ZERO):
            raise PlanRejected(f"The plan spends more than there is in {account.id}.")
    if wishes.raise_cash_usd and raised < wishes.raise_cash_usd - 1:
        raise PlanRejected("The plan does not raise the cash that was asked for.")


def _to_the_cent(before: Household, after: Household, trades: Sequence[Trade]) -> None:
    """Check that each account's known cash is what the orders leave of it."""
    for account_id, have in before.cash_usd.items():
        spent = sum((t.amount_usd * (1 if t.side == "buy" else -1) for t in trades if t.account_id == account_id), ZERO)
        if after.cash_usd.get(account_id) != have - spent:
            raise PlanRejected(f"The cash of {account_id} after the plan is not what its orders leave.")


def _conserved(before: Household, after: Household) -> None:
    """Prices do not move, so what is held is worth the same after the plan; unknown cash is not counted."""
    if set(before.cash_usd) == {a.id for a in before.accounts} and abs(before.value_usd - after.value_usd) > Decimal(1):
        raise PlanRejected("Value appears or disappears in the plan.")


def _no_wash(before: Household, trades: Sequence[Trade], on: date) -> None:
    """Judge the plan's own sales and purchases by the ledger's rule: nothing may be disallowed."""
    legs = [Leg(before.lot_by_id[t.lot_id], t.shares) for t in trades if t.lot_id]
    if realize(before, legs, on, planned_purchases(before, trades, on)).wash.disallowed_usd:
        raise PlanRejected("A loss in the plan would be disallowed by the wash-sale rule.")


def _wishes(before: Household, trades: Sequence[Trade], wishes: Wishes, on: date) -> None:
    touched = {trade.symbol for trade in trades} & set(wishes.exclude)
    if touched:
        raise PlanRejected(f"The plan trades {', '.join(sorted(touched))}, which was to be left alone.")
    if {trade.lot_id for trade in trades} & set(wishes.lots_locked):
        raise PlanRejected("The plan sells a locked lot.")
    if wishes.no_sells and any(trade.side == "sell" for trade in trades):
        raise PlanRejected("The plan sells although nothing was to be sold.")
    _terms(before, trades, wishes, on)
    if wishes.max_gain_usd is not None:
        gain = realize(before, [Leg(before.lot_by_id[t.lot_id], t.shares) for t in trades if t.lot_id], on).gain_usd
        if gain > wishes.max_gain_usd:
            raise PlanRejected("The plan realizes more gain than was allowed.")


def _goes_along(before: Household, trade: Trade, on: date) -> bool:
    """Tell whether a lot is sold whole, however small, so that losses of its group count."""
    lot = before.lot_by_id.get(trade.lot_id or "")
    if lot is None:
        return False
    return bool(blocking(before, lot, on)) or lot.id in {p.id for p in purchases_near(before, on)}


def _sizes(before: Household, after: Household, trades: Sequence[Trade], wishes: Wishes, on: date) -> None:
    """Check turnover, the size and number of orders, the cash to end with and the account to trade in."""
    moved = sum((trade.amount_usd for trade in trades), ZERO)
    if wishes.max_turnover_frac is not None and moved / 2 > wishes.max_turnover_frac * before.value_usd:
        raise PlanRejected("The plan turns over more than was allowed.")
    orders = {(trade.side, trade.account_id, trade.symbol) for trade in trades}
    small = wishes.min_trade_usd or ZERO
    if any(trade.amount_usd < small and not _goes_along(before, trade, on) for trade in trades):
        raise PlanRejected("The plan has an order below the least that was asked for.")
    if wishes.max_trades is not None and len(orders) > wishes.max_trades:
        raise PlanRejected("The plan has more orders than were allowed.")
    taxable = [account.id for account in before.accounts if account.type is AccountType.TAXABLE]
    if wishes.cash_target_usd and all(after.cash_usd.get(a, ZERO) < wishes.cash_target_usd for a in taxable):
        raise PlanRejected("The plan does not leave the cash that was asked for.")
    if wishes.account_id is not None and any(trade.account_id != wishes.account_id for trade in trades):
        raise PlanRejected(f"The plan trades outside {wishes.account_id}.")
    if any(trade.account_id in wishes.accounts_left_alone for trade in trades):
        raise PlanRejected("The plan trades in an account that was to be left alone.")
    if wishes.only is not None and any(t.side == "sell" and t.symbol != wishes.only for t in trades):
        raise PlanRejected(f"The plan sells something else than {wishes.only}.")


def _waiting(before: Household, trades: Sequence[Trade], wishes: Wishes, on: date) -> None:
    """Check that no gain is sold which turns long-term by the day that the person waits for."""
    if wishes.wait_until is None:
        return
    for lot in (before.lot_by_id[trade.lot_id] for trade in trades if trade.lot_id):
        gains = not before.type_of(lot).sheltered and (before.gain_of(lot) or ZERO) > 0
        if gains and 0 < (days_to_long(lot, on) or 0) <= (wishes.wait_until - on).days:
            raise PlanRejected(f"The plan sells {lot.id}, which was to wait until it is long-term.")


def _terms(before: Household, trades: Sequence[Trade], wishes: Wishes, on: date) -> None:
    """Check what may be sold by its gain: losses only when harvesting, no short-term gain when that was the wish."""
    for lot in (before.lot_by_id[trade.lot_id] for trade in trades if trade.lot_id):
        gain = before.gain_of(lot) or ZERO
        if before.type_of(lot).sheltered:
            continue
        if wishes.long_term_only and gain > 0 and lot_term(lot, on) is not Term.LONG:
            raise PlanRejected(f"The plan sells {lot.id}, a short-term gain.")
        if wishes.harvest_only and gain >= 0:
            raise PlanRejected(f"The plan sells {lot.id}, which is not at a loss.")
