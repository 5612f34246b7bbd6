from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.market.changes import renames, splits, splits_between, symbol_on

NOW = date(2026, 11, 20)


def test_a_symbol_follows_its_changes_up_to_the_day_of_the_answer() -> None:
    assert symbol_on("FB", date(2021, 1, 4), NOW) == "META"
    assert symbol_on("FB", date(2021, 1, 4), date(2022, 6, 8)) == "FB"
    assert symbol_on("SYMC", date(2018, 1, 2), NOW) == "GEN"  # by way of NLOK
    assert symbol_on("SQ", date(2024, 1, 2), NOW) == "XYZ"


def test_a_symbol_written_after_the_change_is_another_company() -> None:
    assert symbol_on("FB", date(2023, 1, 3), NOW) == "FB"
    assert symbol_on("FISV", date(2022, 1, 3), NOW) == "FISV"  # to FI and back


def test_splits_between_two_days_multiply() -> None:
    found = splits_between("NVDA", date(2021, 7, 19), NOW)
    assert [one.ratio for one in found] == [Decimal(4), Decimal(10)]
    assert not splits_between("NVDA", date(2024, 6, 10), NOW)  # bought on the first day at the new price
    assert splits_between("GE", date(2020, 1, 2), NOW)[0].ratio == Decimal("0.125")


def test_the_tables_hold_no_doubles_and_no_change_into_itself() -> None:
    assert len({(one.old, one.on) for one in renames()}) == len(renames())
    assert all(one.old != one.new for one in renames())
    assert len({(one.symbol, one.on) for one in splits()}) == len(splits())
    assert all(date(2018, 1, 1) <= one.on <= NOW for one in (*splits(), *renames()))
