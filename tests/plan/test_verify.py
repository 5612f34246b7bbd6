"""Verification on its own: each rule is shown a plan that breaks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from builders import ON, household, lot, single

from tools.errors import PlanRejected
from tools.household.edit import apply_trades
from tools.model import AccountType, Household, Trade, Wishes
from tools.plan.verify import Year, verify
from tools.tax.law import law_for
from tools.tax.year import Gains, change_range

HOME = household(
    [
        lot("INTC", 100, 100, "2025-03-02"),
        lot("VTI", 10, 100, "2020-03-02"),
        lot("INTC", 5, 100, "2019-03-02", "acct-2"),
        lot("AMD", 5, 100, "2026-03-02"),
    ],
    {"INTC": 60, "VTI": 330, "SOXX": 200, "AMD": 150},
    cash={"acct-1": 1_000, "acct-2": 100},
    types={"acct-2": AccountType.ROTH_IRA},
)
SELL = Trade("sell", "acct-1", "INTC", Decimal(100), Decimal(60), "lot-1")
BUY = Trade("buy", "acct-1", "SOXX", Decimal(30), Decimal(200))


def check(trades: Sequence[Trade], wishes: Wishes | None = None, after: Household | None = None) -> None:
    verify(HOME, after or apply_trades(HOME, trades, ON), trades, wishes or Wishes(), ON)


def test_a_sound_plan_passes() -> None:
    check([SELL, BUY])


@pytest.mark.parametrize(
    ("trades", "wishes", "rule"),
    [
        ([Trade("sell", "acct-1", "INTC", Decimal(101), Decimal(60), "lot-1")], Wishes(), "more of lot-1"),
        ([Trade("sell", "acct-1", "INTC", Decimal(1), Decimal(60), "lot-9")], Wishes(), "not there"),
        ([Trade("sell", "acct-2", "INTC", Decimal(1), Decimal(60), "lot-1")], Wishes(), "not there"),
        ([Trade("sell", "acct-1", "INTC", Decimal(0), Decimal(60), "lot-1")], Wishes(), "no shares"),
        ([Trade("buy", "acct-1", "SOXX", Decimal(6), Decimal(200))], Wishes(), "more than there is"),
        ([SELL, Trade("buy", "acct-1", "INTC", Decimal(5), Decimal(60))], Wishes(), "wash-sale"),
        ([SELL, Trade("buy", "acct-2", "INTC", Decimal(1), Decimal(60))], Wishes(), "wash-sale"),
        ([SELL, BUY], Wishes(exclude=("INTC",)), "left alone"),
        ([SELL, BUY], Wishes(lots_locked=("lot-1",)), "locked"),
        ([SELL, BUY], Wishes(no_sells=True), "nothing was to be sold"),
        ([SELL, BUY], Wishes(max_trades=1), "more orders"),
        ([SELL, BUY], Wishes(max_turnover_frac=Decimal("0.1")), "turns over"),
        ([SELL, BUY], Wishes(min_trade_usd=Decimal(6_001)), "below the least"),
        ([SELL, BUY], Wishes(cash_target_usd=Decimal(1_001)), "cash that was asked"),
        ([SELL, BUY], Wishes(account_id="acct-2"), "outside acct-2"),
        ([SELL, BUY], Wishes(accounts_left_alone=("acct-1",)), "left alone"),
        ([SELL, BUY], Wishes(only="VTI"), "something else than VTI"),
        (
            [Trade("sell", "acct-1", "AMD", Decimal(1), Decimal(150), "lot-4")],
            Wishes(wait_until=date(2027, 3, 3)),
            "wait until it is long-term",
        ),
        (
            [Trade("sell", "acct-1", "VTI", Decimal(10), Decimal(330), "lot-2")],
            Wishes(max_gain_usd=Decimal(2_299)),
            "more gain",
        ),
        ([Trade("sell", "acct-1", "INTC", Decimal(1), Decimal(61), "lot-1")], Wishes(), "not at its price"),
        (
            [Trade("sell", "acct-1", "AMD", Decimal(1), Decimal(150), "lot-4")],
            Wishes(long_term_only=True),
            "short-term gain",
        ),
        (
            [Trade("sell", "acct-1", "VTI", Decimal(1), Decimal(330), "lot-2")],
            Wishes(harvest_only=True),
            "not at a loss",
        ),
        ([SELL], Wishes(raise_cash_usd=Decimal(7_000)), "cash that was asked for"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_rejected(trades: list[Trade], wishes: Wishes, rule: str) -> None:
    with pytest.raises(PlanRejected, match=rule):
        check(trades, wishes, after=HOME)


def test_value_that_appears_or_disappears_is_noticed() -> None:
    lost = household([lot("VTI", 10, 100, "2020-03-02")], {"VTI": 330}, cash={"acct-1": 0, "acct-2": 0})
    with pytest.raises(PlanRejected, match="appears or disappears"):
        check([SELL, BUY], after=lost)


def test_cash_that_is_off_by_a_cent_is_noticed() -> None:
    after = apply_trades(HOME, [SELL, BUY], ON)
    cash = {**after.cash_usd, "acct-1": after.cash_usd["acct-1"] + Decimal("0.01")}
    with pytest.raises(PlanRejected, match="not what its orders leave"):
        check([SELL, BUY], after=replace(after, cash_usd=cash))


def test_a_tax_that_the_exact_engine_does_not_find_is_rejected() -> None:
    law, investor, trades = law_for(2026), single(short_gain_usd=Decimal(10_000)), [SELL, BUY]
    right = change_range(investor, Gains(long_usd=Decimal(-4_000)), law)
    wrong = change_range(investor, Gains(long_usd=Decimal(-4_001)), law)
    after = apply_trades(HOME, trades, ON)
    verify(HOME, after, trades, Wishes(), ON, Year(investor, law, right))
    with pytest.raises(PlanRejected, match="not what the exact engine finds"):
        verify(HOME, after, trades, Wishes(), ON, Year(investor, law, wrong))
    sale = [Trade("sell", "acct-1", "VTI", Decimal(10), Decimal(330), "lot-2")]
    taxed = change_range(investor, Gains(long_usd=Decimal(2_300)), law)
    with pytest.raises(PlanRejected, match="more tax than was allowed"):
        verify(
            HOME, apply_trades(HOME, sale, ON), sale, Wishes(max_tax_usd=Decimal(300)), ON, Year(investor, law, taxed)
        )
