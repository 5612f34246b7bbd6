"""Checks a plan without knowing how it was found. A plan that fails is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term
from tools.analysis.realize import realize
from tools.analysis.wash import Leg, planned_purchases
from tools.errors import PlanRejected
from tools.model import Household, Term, Trade, Wishes
from tools.money import ZERO


def verify(before: Household, after: Household, trades: Sequence[Trade], wishes: Wishes, on: date) -> None:
    """Check shares, cash, wash sales and wishes.

    Raises:
        PlanRejected: Names the rule that the plan breaks.
    """
    _shares(before, trades)
    _cash(before, after, trades, wishes)
    _conserved(before, after)
    _no_wash(before, trades, on)
    _wishes(before, trades, wishes, on)


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
