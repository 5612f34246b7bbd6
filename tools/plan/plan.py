"""A plan: trades found by the solver, rounded, then judged by the exact tax engine and verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.analysis.drift import Drift, measure_drift
from tools.analysis.realize import Realized, realize
from tools.analysis.wash import Leg, planned_purchases
from tools.errors import NoPlan
from tools.facts import listed
from tools.household.edit import apply_trades
from tools.market.identical import group_of
from tools.model import Household, Investor, Lot, Target, Trade, Wishes
from tools.money import ZERO
from tools.plan.cash import with_new_cash
from tools.plan.frame import Frame, build_frame, plan_targets
from tools.plan.gifts import Gift
from tools.plan.prices import Case, WishPrice, price_wishes
from tools.plan.proof import Proof, proof_of
from tools.plan.rates import gain_room, representative
from tools.plan.reserve import keeping_more, missing_cash, tax_to_keep, with_reserve
from tools.plan.rooms import rooms, tightened
from tools.plan.rounding import (
    buys_for,
    keep_gain_limit,
    net_out,
    raise_enough,
    round_sells,
    smallest_trade,
)
from tools.plan.solve import Found, find
from tools.plan.style import Style
from tools.plan.verify import Year, verify
from tools.tax.law import Law
from tools.tax.wash_sale import quiet_until
from tools.tax.year import TaxRange, change_range

TRIES = 5
"""Times that limits are drawn tighter because whole shares, or the exact tax, went beyond them."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A group sold at a loss: bought again anywhere in the household before ``until``, the loss is undone."""

    symbols: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class Plan:
    """Trades with their exact consequences. ``plan_id`` is the hash of trades, accounts, prices and date."""

    plan_id: str
    style: Style
    on: date
    trades: tuple[Trade, ...]
    targets: tuple[Target, ...]
    wishes: Wishes
    before: Household
    after: Household
    drift_before: Drift
    drift_after: Drift
    realized: Realized
    tax: TaxRange
    quiet: tuple[Quiet, ...]
    set_aside: tuple[Lot, ...]
    assumption: str
    regime: str
    proof: Proof
    prices: tuple[WishPrice, ...] = ()
    gifts: tuple[Gift, ...] = ()
    keep_usd: Decimal = ZERO

    @property
    def sells(self) -> tuple[Trade, ...]:
        """Sales, lot by lot."""
        return tuple(trade for trade in self.trades if trade.side == "sell")

    @property
    def buys(self) -> tuple[Trade, ...]:
        """Purchases."""
        return tuple(trade for trade in self.trades if trade.side == "buy")


def make_plan(
    household: Household,
    investor: Investor,
    law: Law,
    wishes: Wishes,
    on: date,
    style: Style,
    priced: bool = False,
) -> Plan:
    """Find the trades, round them, verify them, and let the exact engine say what they do to the year's tax.

    With ``priced`` each wish is priced by a plan without it.

    Raises:
        MissingFact: No targets, cap or harvesting only; or nothing in the household can be traded.
        NoPlan: The wishes contradict each other.
        PlanRejected: The plan failed verification (a defect, never shown as a plan).
    """
    household = with_new_cash(household, wishes)
    situation = representative(investor, law)
    frame = build_frame(household, investor, situation, law, wishes, on, style)
    room, asked = rooms(frame.problem), frame
    for _ in range(TRIES):
        found = find(frame, smallest_trade(wishes, frame.value_usd), wishes.max_trades)
        trades = _whole(household, frame, found, wishes, style)
        realized = realize_trades(household, trades, on)
        tax = change_range(investor, realized.gains, law)
        over = room.over(frame, found.core, trades, tax.most_tax_usd)
        keep_usd = tax_to_keep(investor, realized.gains, law) if wishes.tax_set_aside else ZERO
        missing = missing_cash(asked, household, trades, keep_usd)
        if not over and not missing:
            break
        frame = keeping_more(replace(frame, problem=tightened(frame.problem, over)), missing)
    else:
        missed = [*over, *(["the tax set aside"] if missing else [])]
        raise NoPlan(f"No whole number of shares keeps {listed(missed)}.", "Allow a little more.")
    targets = plan_targets(household, investor, wishes)
    after = apply_trades(household, trades, on)
    verify(household, after, trades, wishes, on, Year(investor, law, tax))
    return Plan(
        plan_id=plan_hash(trades, on),
        style=style,
        on=on,
        trades=trades,
        targets=targets,
        wishes=wishes,
        before=household,
        after=after,
        drift_before=measure_drift(household, targets, new_cash_usd=wishes.new_cash_usd),
        drift_after=measure_drift(after, targets),
        realized=realized,
        tax=tax,
        quiet=_quiet(household, realized, on),
        set_aside=frame.set_aside,
        gifts=frame.gifts,
        keep_usd=keep_usd,
        assumption=situation.assumption,
        regime=found.solution.regime,
        proof=proof_of(frame, found, trades),
        prices=price_wishes(Case(household, investor, law, on, style), wishes, frame, found) if priced else (),
    )


def _whole(household: Household, frame: Frame, found: Found, wishes: Wishes, style: Style) -> tuple[Trade, ...]:
    """Round amounts to orders that keep cash and the limit on gains."""
    solution, frame = net_out(frame, found.solution), with_reserve(frame, found)
    sells = round_sells(household, frame, solution, wishes)
    sells = raise_enough(household, frame, keep_gain_limit(household, frame, sells, gain_room(wishes, style)))
    return _ordered((*sells, *buys_for(household, frame, solution, sells, wishes)))


def realize_trades(household: Household, trades: Sequence[Trade], on: date) -> Realized:
    """Add up what the plan realizes, its own purchases counted as possible replacements."""
    legs = [Leg(household.lot_by_id[t.lot_id], t.shares) for t in trades if t.lot_id]
    return realize(household, legs, on, planned_purchases(household, trades, on))


def plan_hash(trades: Sequence[Trade], on: date) -> str:
    """Return eight hex digits of the hash over trades, accounts, prices and date."""
    rows = [[t.side, t.account_id, t.symbol, str(t.shares), str(t.price_usd), t.lot_id] for t in trades]
    return hashlib.sha256(json.dumps([on.isoformat(), rows]).encode()).hexdigest()[:8]


def _ordered(trades: Sequence[Trade]) -> tuple[Trade, ...]:
    """Sales before purchases, the largest symbol first, its lots together; equals stay in the household's order."""
    size: dict[tuple[str, str], Decimal] = {}
    for t in trades:
        size[t.side, t.symbol] = size.get((t.side, t.symbol), ZERO) + t.amount_usd
    return tuple(sorted(trades, key=lambda t: (t.side == "buy", -size[t.side, t.symbol], t.symbol, -t.amount_usd)))


def _quiet(household: Household, realized: Realized, on: date) -> tuple[Quiet, ...]:
    sold = {household.lot_by_id[lot_id].symbol for lot_id, gain in realized.gain_by_lot.items() if gain < 0}
    own = household.own_groups
    groups = {group_of(symbol, own) for symbol in sold}
    known = {*household.securities, *sold}
    found = []
    for group in sorted(groups):
        symbols = sorted(symbol for symbol in known if group_of(symbol, own) == group)
        found.append(Quiet(tuple(symbols), quiet_until(on)))
    return tuple(found)
