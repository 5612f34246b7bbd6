"""Absurd households through the function that the chat calls: each ends in a verified plan or in a named error."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import ON, household, lot, single, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.errors import LotlineError
from tools.model import AccountType, Household, Investor, Wishes
from tools.plan.plan import Plan, make_plan
from tools.plan.style import ALL_THE_WAY, BALANCED, Style
from tools.tax.law import law_for

LAW = law_for(2026)
MIX = targets(us_equity=0.5, intl_equity=0.2, bonds=0.25, cash=0.05)
PRICES = {"MSFT": 480, "VTI": 330, "BND": 70, "VXUS": 75, "INTC": 60}
SLOW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def planned(
    home: Household, investor: Investor | None = None, wishes: Wishes | None = None, style: Style = BALANCED
) -> Plan | LotlineError:
    """Return the plan, or the error that says why there is none."""
    try:
        return make_plan(home, investor or single(targets=MIX), LAW, wishes or Wishes(), ON, style)
    except LotlineError as error:
        return error


def said(found: Plan | LotlineError) -> bool:
    """Tell whether an error says what is wrong and what to do."""
    return isinstance(found, LotlineError) and bool(found.what) and bool(found.fix)


def ordinary(**more: object) -> Household:
    rows = [
        lot("VTI", 100, 200, "2018-03-01"),
        lot("BND", 300, 80, "2021-03-01"),
        lot("INTC", 50, 90, "2023-03-01"),
    ]
    return household(rows, PRICES, cash={"acct-1": 1_000}, **more)


@pytest.mark.parametrize(
    ("home", "wishes"),
    [
        (household([], {}), Wishes()),
        (household([], {}, cash={"acct-1": 0}), Wishes()),
        (ordinary(), Wishes(exclude=("VTI", "BND", "INTC", "VXUS"), raise_cash_usd=Decimal(5_000))),
        (ordinary(), Wishes(raise_cash_usd=Decimal(10_000_000))),
        (ordinary(), Wishes(lots_locked=("lot-1", "lot-2", "lot-3"), raise_cash_usd=Decimal(5_000))),
    ],
    ids=["no account", "no money", "all restricted", "more than all", "all locked"],
)
def test_what_cannot_be_is_said_with_what_to_do(home: Household, wishes: Wishes) -> None:
    assert said(planned(home, wishes=wishes))


def test_where_no_account_is_taxable_there_is_no_loss_to_harvest() -> None:
    found = planned(ordinary(types={"acct-1": AccountType.ROTH_IRA}), wishes=Wishes(harvest_only=True))
    assert said(found) or not found.sells


def test_with_everything_restricted_nothing_is_traded() -> None:
    found = planned(ordinary(), wishes=Wishes(exclude=("VTI", "BND", "INTC", "VXUS", "BNDX", "VEA")))
    assert said(found) or not [t for t in found.trades if t.symbol in ("VTI", "BND", "INTC")]


def test_shares_that_are_worth_nothing_are_left_alone_or_refused_by_name() -> None:
    rows = [lot("INTC", 100, 50, "2023-01-03"), lot("VTI", 100, 200, "2018-03-01")]
    found = planned(household(rows, {**PRICES, "INTC": 0}, cash={"acct-1": 500}))
    assert said(found) or all(t.price_usd > 0 for t in found.trades)


@pytest.mark.parametrize(
    "weights", [{"us_equity": 0.4, "bonds": 0.3}, {"us_equity": 0.9, "bonds": 0.8}, {"bonds": 0.0}]
)
def test_targets_that_do_not_sum_to_one_give_a_plan_or_a_reason(weights: dict[str, float]) -> None:
    found = planned(ordinary(), single(targets=targets(**weights)))
    assert said(found) or found.trades is not None


def test_a_million_dollar_lot_among_cents_gives_a_verified_plan() -> None:
    rows = [lot("MSFT", 2_100, 100, "2015-01-02"), *(lot("BND", "0.001", 69, f"20{n}-05-02") for n in range(11, 25))]
    found = planned(household(rows, PRICES, cash={"acct-1": "0.03"}))
    assert not isinstance(found, LotlineError)
    assert any(t.symbol == "MSFT" for t in found.sells)


def test_one_fund_alone_is_kept_without_a_plan_that_churns() -> None:
    home = household([lot("VTI", 100, 200, "2018-03-01")], PRICES, cash={"acct-1": 0})
    found = planned(home, single(targets=targets(us_equity=1.0)))
    assert said(found) or not found.trades


def test_in_the_zero_bracket_with_thousands_of_gain_a_plan_owes_next_to_nothing() -> None:
    found = planned(ordinary(), single(10_000, targets=MIX))
    assert not isinstance(found, LotlineError)
    assert found.tax.low.extra_tax_usd < 50


@SLOW
@given(st.data())
def test_from_twenty_thousand_to_fifty_million_every_household_ends_in_a_verified_plan_or_a_reason(
    data: st.DataObject,
) -> None:
    """The same household at any size, with lots of no cost or date, at any income, in one or two accounts."""
    size = Decimal(str(data.draw(st.sampled_from([0.2, 1, 13, 500]))))
    rows = []
    for _ in range(data.draw(st.integers(1, 7))):
        symbol = data.draw(st.sampled_from(["MSFT", "INTC", "VTI", "BND", "VXUS"]))
        cost = data.draw(st.sampled_from([None, 1, 60, 330, 900]))
        day = data.draw(st.sampled_from([None, "2015-01-02", "2026-03-02", "2026-11-10"]))
        account = data.draw(st.sampled_from(["acct-1", "acct-2"]))
        rows.append(lot(symbol, size * data.draw(st.integers(1, 400)), cost, day, account))
    kind = data.draw(st.sampled_from([AccountType.TAXABLE, AccountType.TRADITIONAL_IRA, AccountType.ROTH_IRA]))
    types = {"acct-1": AccountType.TAXABLE, "acct-2": kind}
    home = household(rows, PRICES, cash={"acct-1": data.draw(st.integers(0, 5_000)) * size}, types=types)
    income = data.draw(st.sampled_from([0, 30_000, 160_000, 2_000_000]))
    carried = Decimal(data.draw(st.sampled_from([-400_000, 0, 90_000])))
    investor = single(income, targets=MIX, long_gain_usd=carried)
    style = data.draw(st.sampled_from([BALANCED, ALL_THE_WAY]))
    found = planned(home, investor, style=style)
    assert said(found) or all(cash >= 0 for cash in found.after.cash_usd.values())
