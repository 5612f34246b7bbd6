"""Wash sales: the published cases, the edges of the window, and laws that hold for any set of trades."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.tax.wash_sale import Match, Purchase, Sale, clear_from, first_clear_day, match, quiet_until, window

VECTORS = json.loads((Path(__file__).parent / "vectors" / "wash.json").read_text("utf-8"))
NEEDS_LEDGER = {"S1256"}
"""A section 1256 contract never reaches the matcher; knowing one is the replay's work."""
PUBLISHED = [case for case in VECTORS if case["kind"] in ("wash", "wash_net") and case["id"] not in NEEDS_LEDGER]
SOLD = date(2026, 11, 20)


def sell(
    lot: str = "lot-1",
    shares: str = "10",
    loss: str = "1000",
    *,
    sold: date = SOLD,
    acquired: date | None = date(2024, 1, 2),
    group: str = "X",
) -> Sale:
    return Sale(lot, group, sold, Decimal(shares), Decimal(loss), acquired)


def buy(
    name: str, bought: date, shares: str = "10", *, sheltered: bool = False, group: str = "X", account: str = "acct-1"
) -> Purchase:
    return Purchase(name, group, bought, Decimal(shares), sheltered, account)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def trades_of(case: dict[str, Any]) -> tuple[list[Sale], list[Purchase], dict[str, Decimal]]:
    bought = {each["tid"]: each for each in case["transactions"] if each["side"] == "BUY"}
    held = {tid: Decimal(each["qty"]) for tid, each in bought.items()}
    sales = []
    for sale in (each for each in case["transactions"] if each["side"] == "SELL"):
        for part in sale["lots"]:
            lot, shares = bought[part["buy"]], Decimal(part["qty"])
            held[part["buy"]] -= shares
            basis, proceeds = (Decimal(each["total"]) / each["qty"] * shares for each in (lot, sale))
            sold, acquired = (date.fromisoformat(each["date"]) for each in (sale, lot))
            sales.append(Sale(part["buy"], sale["symbol"], sold, shares, basis - proceeds, acquired))
    purchases = [
        Purchase(
            tid,
            each["symbol"],
            date.fromisoformat(each["date"]),
            held[tid],
            each["account_type"] != "taxable",
            each["account"],
        )
        for tid, each in bought.items()
    ]
    return sales, purchases, {tid: Decimal(each["total"]) for tid, each in bought.items()}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_a_published_case_comes_out_as_published(case: dict[str, Any]) -> None:
    sales, purchases, cost = trades_of(case)
    found = match(sales, purchases)
    expected = case["expected"]
    disallowed = sum(each.disallowed_usd for each in found)
    if case["kind"] == "wash_net":
        assert sum(each.loss_usd for each in sales) - disallowed == expected["net_recognized_loss"]
        return
    assert disallowed == expected["disallowed_total"]
    assert sum(each.disallowed_usd for each in found if each.permanent) == expected["permanent_total"]
    added = {each.purchase_id: each for each in found}
    for row in expected["replacement"]:
        moved = added.get(row["buy"])
        basis = cost[row["buy"]]
        assert (moved.adjusted(basis) if moved else basis) == row["adjusted_basis_total"]
        if moved and "holding_period_start" in row:
            bought = next(each.bought for each in purchases if each.id == row["buy"])
            assert bought - days(moved.tacked_days) == date.fromisoformat(row["holding_period_start"])


@pytest.mark.parametrize(
    ("offset", "counts"),
    [(-31, False), (-30, True), (-1, True), (0, True), (30, True), (31, False)],
)
def test_a_purchase_counts_within_30_days_on_either_side(offset: int, counts: bool) -> None:
    found = match([sell()], [buy("lot-2", SOLD + days(offset))])
    assert bool(found) is counts


def test_the_window_has_61_days_with_both_ends() -> None:
    first, last = window(SOLD)
    assert (first, last) == (date(2026, 10, 21), date(2026, 12, 20))
    assert (last - first).days + 1 == 61


def test_selling_on_the_first_clear_day_meets_no_purchase_and_the_day_before_does() -> None:
    clear = first_clear_day(date(2026, 11, 11))
    assert clear == date(2026, 12, 12)
    recent = buy("lot-2", date(2026, 11, 11))
    assert not match([sell(sold=clear)], [recent])
    assert match([sell(sold=clear - days(1))], [recent])


def test_buying_is_safe_31_days_after_the_sale_and_not_before() -> None:
    safe = quiet_until(SOLD)
    assert safe == date(2026, 12, 21)
    assert not match([sell()], [buy("lot-2", safe)])
    assert match([sell()], [buy("lot-2", safe - days(1))])


def test_the_clear_day_follows_the_last_purchase_that_still_counts() -> None:
    purchases = [buy("lot-2", date(2026, 11, 5)), buy("ira-1", date(2026, 11, 11), sheltered=True)]
    assert clear_from(purchases, "X", SOLD) == date(2026, 12, 12)
    assert clear_from(purchases, "X", SOLD, lot_id="ira-1") == date(2026, 12, 6)
    assert clear_from(purchases, "Y", SOLD) == SOLD


def test_a_purchase_months_ahead_leaves_today_clear() -> None:
    assert clear_from([buy("later", date(2027, 3, 1))], "X", SOLD) == SOLD


def test_a_purchase_expected_just_before_the_clear_day_moves_it() -> None:
    purchases = [buy("lot-2", date(2026, 11, 11)), buy("reinvested", date(2026, 12, 15))]
    assert clear_from(purchases, "X", SOLD) == date(2027, 1, 15)


def test_the_rest_of_the_same_purchase_is_no_replacement() -> None:
    assert match([sell("lot-1", acquired=SOLD - days(10))], [buy("lot-1", SOLD - days(10), "90")]) == ()


def test_only_losses_are_matched_and_only_in_their_group() -> None:
    recent = buy("lot-2", SOLD - days(3))
    assert match([sell(loss="0"), sell(loss="-50")], [recent]) == ()
    assert match([sell(group="Y")], [recent]) == ()


def test_a_partial_match_disallows_by_shares_to_the_cent() -> None:
    # 1000.00 on 30 shares; 7 and 9 replaced: 7/30 = 233.33, 16/30 = 533.33, so 300.00 for the second.
    found = match([sell(shares="30")], [buy("lot-2", SOLD - days(9), "7"), buy("lot-3", SOLD - days(4), "9")])
    assert [(each.purchase_id, each.shares, each.disallowed_usd) for each in found] == [
        ("lot-2", Decimal(7), Decimal("233.33")),
        ("lot-3", Decimal(9), Decimal("300.00")),
    ]


def test_thirds_of_a_loss_add_up_to_the_loss() -> None:
    purchases = [buy(f"new-{day}", SOLD - days(day), "1") for day in (3, 2, 1)]
    found = match([sell(shares="3", loss="100")], purchases)
    assert [each.disallowed_usd for each in found] == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]


def test_replacement_shares_serve_one_loss_and_the_first_sold_takes_them() -> None:
    earlier, later = sell("lot-1", sold=SOLD - days(2)), sell("lot-9", loss="400")
    found = match([later, earlier], [buy("lot-2", SOLD - days(5), "15")])
    assert [(each.lot_id, each.shares, each.disallowed_usd) for each in found] == [
        ("lot-1", Decimal(10), Decimal(1000)),
        ("lot-9", Decimal(5), Decimal(200)),
    ]


def test_the_earliest_purchase_is_the_replacement_whatever_it_is_called() -> None:
    found = match([sell()], [buy("lot-2", SOLD - days(5)), buy("lot-9", SOLD - days(8))])
    assert [each.purchase_id for each in found] == ["lot-9"]


def test_losses_of_one_day_go_in_the_order_acquired() -> None:
    newer = sell("lot-1", acquired=date(2025, 1, 1))
    older = sell("lot-9", acquired=date(2020, 1, 1), loss="70")
    found = match([newer, older], [buy("lot-2", SOLD - days(5))])
    assert [(each.lot_id, each.disallowed_usd) for each in found] == [("lot-9", Decimal(70))]


def test_a_purchase_in_an_ira_loses_the_loss_for_good() -> None:
    (found,) = match([sell()], [buy("ira-1", SOLD - days(9), sheltered=True, account="acct-3")])
    assert (found.permanent, found.account_id, found.disallowed_usd) == (True, "acct-3", Decimal(1000))
    assert found.adjusted(Decimal(1500)) == 1500


def test_a_purchase_older_than_the_lot_sold_counts_but_is_contested() -> None:
    sale = sell("lot-2", acquired=SOLD - days(5))
    (older,) = match([sale], [buy("lot-1", SOLD - days(20))])
    (newer,) = match([sale], [buy("lot-3", SOLD - days(2))])
    assert (older.contested, newer.contested) == (True, False)


def test_a_lot_sold_together_with_the_loser_is_no_replacement() -> None:
    assert match([sell()], [buy("lot-2", SOLD - days(15), "0")]) == ()


SALES = st.lists(
    st.builds(
        lambda number, offset, shares, loss, age: Sale(
            f"lot-{number}", "X", SOLD + days(offset), Decimal(shares), Decimal(loss) / 100, SOLD - days(age)
        ),
        st.integers(0, 5),
        st.integers(-20, 20),
        st.integers(1, 200),
        st.integers(-5_000, 500_000),
        st.integers(30, 900),
    ),
    max_size=6,
    unique_by=lambda sale: sale.lot_id,
)
PURCHASES = st.lists(
    st.builds(
        lambda number, offset, shares, sheltered: Purchase(
            f"lot-{number}", "X", SOLD + days(offset), Decimal(shares), sheltered, "acct-1"
        ),
        st.integers(0, 12),
        st.integers(-70, 70),
        st.integers(0, 200),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda purchase: purchase.id,
)


def by(key: str, found: tuple[Match, ...], figure: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in found:
        sums[getattr(each, key)] += getattr(each, figure)
    return sums


@given(SALES, PURCHASES)
def test_never_more_is_disallowed_than_lost_and_no_share_serves_twice(
    sales: list[Sale], purchases: list[Purchase]
) -> None:
    found = match(sales, purchases)
    lost = {sale.lot_id: sale for sale in sales}
    bought = {purchase.id: purchase for purchase in purchases}
    for lot, disallowed in by("lot_id", found, "disallowed_usd").items():
        assert 0 <= disallowed <= lost[lot].loss_usd
    for lot, shares in by("lot_id", found, "shares").items():
        assert shares <= lost[lot].shares
    for purchase, shares in by("purchase_id", found, "shares").items():
        assert shares <= bought[purchase].shares
    for each in found:
        first, last = window(lost[each.lot_id].sold)
        assert each.lot_id != each.purchase_id
        assert first <= bought[each.purchase_id].bought <= last


@given(SALES, PURCHASES, st.randoms())
def test_the_order_in_which_trades_are_listed_does_not_matter(
    sales: list[Sale], purchases: list[Purchase], draw: Any
) -> None:
    found = match(sales, purchases)
    draw.shuffle(sales)
    draw.shuffle(purchases)
    assert match(sales, purchases) == found


@given(SALES, PURCHASES)
def test_on_the_clear_day_the_whole_loss_counts(sales: list[Sale], purchases: list[Purchase]) -> None:
    for sale in sales:
        clear = clear_from(purchases, "X", sale.sold, sale.lot_id)
        moved = Sale(sale.lot_id, "X", clear, sale.shares, sale.loss_usd, sale.acquired)
        assert match([moved], [each for each in purchases if each.bought <= clear]) == ()


def test_of_purchases_that_nothing_tells_apart_the_sheltered_one_takes_the_loss() -> None:
    day = SOLD + days(5)
    (found,) = match([sell()], [buy("a", day), buy("z", day, sheltered=True, account="ira")])
    assert (found.purchase_id, found.permanent) == ("z", True)
