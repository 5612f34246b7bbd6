"""What changed between two dated snapshots, by hand arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tools.household.changes import (
    HeldCash,
    HeldLot,
    HeldPrice,
    Snapshot,
    changes,
    since,
)
from tools.money import ZERO

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
OLD, NEW = date(2021, 3, 5), date(2026, 11, 23)


def lot(symbol: str, shares: int, acquired: date | None = OLD, account: str = "Main") -> HeldLot:
    return HeldLot(account, symbol, Decimal(shares), Decimal(shares * 10), acquired)


def snapshot(on: date, *lots: HeldLot, cash: int = 100, **prices: str) -> Snapshot:
    quoted = tuple(HeldPrice(symbol, Decimal(usd), on) for symbol, usd in prices.items())
    return Snapshot(on, lots, (HeldCash("Main", Decimal(cash)),), quoted, Decimal(-50), Decimal(20))


BEFORE = snapshot(FRIDAY, lot("ZEB", 30), lot("YAK", 10), cash=100, ZEB="63.50", YAK="91")
AFTER = replace(
    snapshot(MONDAY, lot("ZEB", 20), lot("ZEB", 5, NEW), lot("XEN", 2, NEW), cash=700, ZEB="64", XEN="10"),
    short_usd=Decimal(-80),
    long_usd=Decimal(120),
)


def test_shares_prices_values_and_cash_are_compared() -> None:
    found = changes(BEFORE, AFTER)
    rows = {row.symbol: row for row in found.symbols}
    assert (rows["ZEB"].shares_before, rows["ZEB"].shares_after) == (30, 25)
    # 30 x 63.50 = 1,905; 25 x 64 = 1,600
    assert (rows["ZEB"].value_before_usd, rows["ZEB"].value_after_usd) == (Decimal("1905.00"), Decimal("1600.00"))
    assert rows["YAK"].value_after_usd == 0
    # 1,905 + 910 + 100 and 1,600 + 20 + 700
    assert (found.value_before_usd, found.value_after_usd) == (Decimal("2915.00"), Decimal("2320.00"))
    assert (found.cash_before_usd, found.cash_after_usd) == (100, 700)


def test_new_closed_and_reduced_lots_are_told_apart() -> None:
    rows = [(one.symbol, one.acquired, one.shares_before, one.shares_after) for one in changes(BEFORE, AFTER).lots]
    assert rows == [("XEN", NEW, 0, 2), ("YAK", OLD, 10, 0), ("ZEB", OLD, 30, 20), ("ZEB", NEW, 0, 5)]


def test_what_was_realized_in_between_is_the_difference_and_starts_again_in_a_new_year() -> None:
    found = changes(BEFORE, AFTER)
    assert (found.short_usd, found.long_usd) == (-30, 100)
    later = replace(AFTER, on=date(2027, 1, 4), short_usd=Decimal(5), long_usd=ZERO)
    assert changes(BEFORE, later).short_usd == 5
    assert changes(replace(BEFORE, short_usd=None), AFTER).short_usd is None


def test_a_price_that_is_not_known_makes_the_value_unknown_not_zero() -> None:
    found = changes(BEFORE, replace(AFTER, prices=()))
    assert found.value_after_usd is None
    assert next(row for row in found.symbols if row.symbol == "ZEB").value_after_usd is None


def test_the_snapshot_of_a_day_is_the_last_one_up_to_it() -> None:
    both = [AFTER, BEFORE]
    assert since(both, FRIDAY) is BEFORE
    assert since(both, date(2026, 11, 22)) is BEFORE
    assert since(both, None) is AFTER
    assert since(both, date(2026, 1, 1)) is BEFORE
    assert since([], FRIDAY) is None


LOTS = st.lists(
    st.builds(lot, st.sampled_from("ABC"), st.integers(1, 5), st.sampled_from([OLD, NEW, None])), max_size=6
)


@given(LOTS, LOTS)
def test_the_changes_of_lots_add_up_to_the_change_of_shares(first: list[HeldLot], second: list[HeldLot]) -> None:
    found = changes(snapshot(FRIDAY, *first), snapshot(MONDAY, *second))
    by_lot = sum((one.shares_after - one.shares_before for one in found.lots), ZERO)
    held = sum((one.shares for one in second), ZERO) - sum((one.shares for one in first), ZERO)
    assert by_lot == held == sum((one.shares_after - one.shares_before for one in found.symbols), ZERO)
    assert changes(found.after, found.after).nothing
