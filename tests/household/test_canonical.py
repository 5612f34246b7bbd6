"""One order of accounts and lots, whatever the order in which rows came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import ON, household, lot, single, targets
from hypothesis import given
from hypothesis import strategies as st

from tools.household.canonical import in_canonical_order
from tools.model import AccountType, Household, Wishes
from tools.plan.plan import make_plan
from tools.plan.style import BALANCED
from tools.tax.law import law_for

ROTH = AccountType.ROTH_IRA
ROWS = [
    ("a", "VTI", 60, 150, "2018-04-02"),
    ("a", "VTI", 60, 150, "2018-04-02"),
    ("a", "VTI", 40, 210, "2021-06-15"),
    ("a", "INTC", 200, 58, "2021-03-22"),
    ("b", "VTI", 60, 150, "2018-04-02"),
    ("b", "INTC", 90, 58, "2021-03-22"),
    ("b", "INTC", 90, 49, "2021-03-22"),
    ("c", "BND", 300, 81, "2021-12-10"),
    ("c", "VTI", 50, 300, "2024-01-09"),
]
PRICES = {"VTI": 330, "INTC": 35, "BND": 73.9, "SOXX": 240}
WANTED = targets(us_equity=0.5, bonds=0.5)


def home(order: list[int]) -> Household:
    """The rows in another order: accounts and lots get other ids, and stand elsewhere."""
    rows = [ROWS[n] for n in order]
    names = {name: f"acct-{n}" for n, name in enumerate(dict.fromkeys(row[0] for row in rows), 1)}
    lots = [lot(symbol, shares, cost, day, names[name]) for name, symbol, shares, cost, day in rows]
    cash = {names[name]: usd for name, usd in (("a", 900), ("b", 500), ("c", 700)) if name in names}
    return household(lots, PRICES, cash=cash, types={names["c"]: ROTH})


def content(home: Household) -> list[tuple[object, ...]]:
    kinds = {account.id: account.type for account in home.accounts}
    return [(kinds[one.account_id], one.symbol, one.acquired, one.basis_usd, one.shares) for one in home.lots]


@given(st.permutations(range(len(ROWS))))
def test_any_order_of_rows_becomes_one_order(order: list[int]) -> None:
    there, back = in_canonical_order(home(list(range(len(ROWS))))), in_canonical_order(home(order))
    assert content(back) == content(there)
    assert [one.type for one in back.accounts] == [one.type for one in there.accounts]
    assert list(back.cash_usd.values()) == list(there.cash_usd.values())


@given(st.permutations(range(len(ROWS))))
def test_nothing_is_lost_and_ordering_twice_changes_nothing(order: list[int]) -> None:
    before = home(order)
    after = in_canonical_order(before)
    assert set(after.lots) == set(before.lots)
    assert set(after.accounts) == set(before.accounts)
    assert after.value_usd == before.value_usd
    assert in_canonical_order(after) == after


def test_names_do_not_decide_where_an_account_stands() -> None:
    plain = home(list(range(len(ROWS))))
    named = replace(plain, accounts=tuple(replace(one, name=f"Z{9 - n}") for n, one in enumerate(plain.accounts)))
    assert [one.id for one in in_canonical_order(named).accounts] == [
        one.id for one in in_canonical_order(plain).accounts
    ]


@pytest.mark.parametrize(
    "order", [[8, 7, 6, 5, 4, 3, 2, 1, 0], [4, 8, 1, 6, 0, 3, 7, 5, 2], [7, 5, 0, 2, 1, 8, 3, 4, 6]]
)
def test_the_order_of_rows_changes_no_trade(order: list[int]) -> None:
    first, second = (trades_of(home(rows)) for rows in (list(range(len(ROWS))), order))
    assert first
    assert first == second


def trades_of(home: Household) -> list[tuple[object, ...]]:
    """Trades in the words of what was bought, as ids differ."""
    plan = make_plan(home, single(targets=WANTED), law_for(2026), Wishes(), ON, BALANCED)
    found = []
    for trade in plan.trades:
        sold = plan.before.lot_by_id.get(trade.lot_id or "")
        bought = (sold.acquired, sold.basis_usd, sold.shares) if sold else ()
        kind = plan.before.account_by_id[trade.account_id].type
        found.append((trade.side, kind, trade.symbol, trade.shares, *bought))
    return found
