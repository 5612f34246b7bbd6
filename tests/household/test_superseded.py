"""What a later download no longer shows is not held any more, and that is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.brokers.base import LotRow, PositionRow, Reading
from tools.household.build import Loaded, build

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def position(row: int, symbol: str, shares: int, account: str = "Main …1234") -> PositionRow:
    return PositionRow(row=row, account=account, symbol=symbol, shares=Decimal(shares), price_usd=Decimal(10))


def file(name: str, on: date | None, *rows: PositionRow, kind: str = "Some positions") -> Reading:
    return Reading(file=name, format=kind, positions=rows, rows_count=len(rows), as_of=on, digest=name)


def load(*files: Reading) -> tuple[Loaded, dict[str, Decimal]]:
    loaded = build(files, MONDAY)
    return loaded, {lot.symbol: lot.shares for lot in loaded.household.lots}


BEFORE = file("file-1", FRIDAY, position(2, "ZEB", 30), position(3, "YAK", 10))


def test_a_symbol_that_the_newer_download_lacks_is_gone_and_said() -> None:
    loaded, held = load(BEFORE, file("file-2", MONDAY, position(2, "ZEB", 20)))
    assert held == {"ZEB": 20}
    said = "YAK of file-1 is no longer in file-2, which is newer, and is not held any more."
    assert said in loaded.notes


def test_the_order_of_dropping_does_not_matter() -> None:
    assert load(file("file-2", MONDAY, position(2, "ZEB", 20)), BEFORE)[1] == {"ZEB": 20}


def test_another_account_another_format_and_undated_files_say_nothing_of_it() -> None:
    both = {"ZEB": 20, "YAK": 10}
    elsewhere = file("file-2", MONDAY, position(2, "ZEB", 20, "Other …9999"))
    assert load(BEFORE, elsewhere)[1]["YAK"] == 10
    assert load(BEFORE, file("file-2", MONDAY, position(2, "ZEB", 20), kind="Other positions"))[1] == both
    assert load(BEFORE, file("file-2", None, position(2, "ZEB", 20)))[1]["YAK"] == 10
    assert load(BEFORE, file("file-2", FRIDAY, position(2, "ZEB", 20)))[1]["YAK"] == 10


def test_files_of_one_security_each_do_not_put_each_other_away() -> None:
    def lots(name: str, on: date, symbol: str) -> Reading:
        row = LotRow(row=2, account="Main …1234", symbol=symbol, shares=Decimal(1))
        return Reading(file=name, format="Schwab lot details", lots=(row,), rows_count=1, as_of=on, digest=name)

    assert load(lots("file-1", FRIDAY, "ZEB"), lots("file-2", MONDAY, "YAK"))[1] == {"ZEB": 1, "YAK": 1}
