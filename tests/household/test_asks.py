"""What only the person can tell, asked once and never where it does not matter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.brokers.registry import read
from tools.household.asks import lot_asks, may_be_same, same_asks, tell_group
from tools.household.build import Loaded, build
from tools.household.told import Told, tell_account, tell_lot
from tools.model import AccountType

AS_OF = date(2026, 11, 20)
HEADER = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
OPEN = (
    "Main,taxable,self,ZEB,,,30,,,10\n"
    "Main,taxable,self,YAK,,,10,90,,91\n"
    "Main,taxable,self,XEN,,,5,20,2020-01-06,20\n"
    "Old IRA,traditional_ira,self,ZEB,,,7,,,10\n"
    "Other,,self,ZEB,,,8,,,10\n"
)


def load(rows: str, told: Told | None = None) -> Loaded:
    return build([read("file-1", (HEADER + rows).encode())], AS_OF, told)


def test_open_lots_are_asked_for_by_value_and_only_in_taxable_accounts() -> None:
    loaded = load(OPEN)
    asks = lot_asks(loaded.household, loaded.keys, Told())
    # 10 x 91 = 910 comes before 30 x 10 = 300; the IRA and the account of unknown type are not asked about.
    assert [(ask.lot.symbol, ask.missing) for ask in asks] == [("YAK", ("acquired",)), ("ZEB", ("basis", "acquired"))]


def test_what_was_told_fills_the_lot_is_marked_and_numbers_nothing_anew() -> None:
    before = load(OPEN)
    ask = lot_asks(before.household, before.keys, Told())[1]
    told = tell_lot(Told(), ask.key, Decimal("960.75"), date(2021, 3, 5))
    after = load(OPEN, told)
    lot = after.household.lot_by_id[ask.lot.id]
    assert (lot.symbol, lot.basis_usd, lot.acquired) == ("ZEB", Decimal("960.75"), date(2021, 3, 5))
    assert lot.told == ("basis", "acquired")
    assert [one.id for one in after.household.lots] == [one.id for one in before.household.lots]
    untouched = [one for one in after.household.lots if one.id != lot.id]
    assert untouched == [one for one in before.household.lots if one.id != lot.id]
    assert [ask.lot.symbol for ask in lot_asks(after.household, after.keys, told)] == ["YAK"]


def test_what_was_told_holds_when_rows_move_and_not_for_other_shares() -> None:
    loaded = load(OPEN)
    told = tell_lot(Told(), lot_asks(loaded.household, loaded.keys, Told())[1].key, Decimal(900))
    moved = load("".join(reversed(OPEN.splitlines(keepends=True))), told)
    assert [lot.basis_usd for lot in moved.household.lots if lot.told] == [Decimal(900)]
    fewer = load(OPEN.replace("ZEB,,,30", "ZEB,,,29"), told)
    assert not [lot for lot in fewer.household.lots if lot.told]


def test_a_file_that_gives_the_cost_counts_before_what_was_told_and_says_so() -> None:
    loaded = load(OPEN)
    told = tell_lot(Told(), lot_asks(loaded.household, loaded.keys, Told())[1].key, Decimal(900))
    now = load(OPEN.replace("ZEB,,,30,,", "ZEB,,,30,31,"), told)
    lot = next(one for one in now.household.lots_of("ZEB") if one.shares == 30)
    assert (lot.basis_usd, lot.told) == (Decimal(930), ())
    assert any("the file now gives the cost of ZEB" in note for note in now.notes)


def test_two_equal_lots_are_two_questions() -> None:
    rows = "Main,taxable,self,ZEB,,,30,,,10\n" * 2
    loaded = load(rows)
    first, second = lot_asks(loaded.household, loaded.keys, Told())
    told = tell_lot(Told(), first.key, Decimal(900), date(2021, 3, 5))
    after = load(rows, told)
    assert [lot.basis_usd for lot in after.household.lots] == [Decimal(900), None]
    assert [ask.key for ask in lot_asks(after.household, after.keys, told)] == [second.key]


def test_what_the_person_does_not_know_either_is_not_asked_again() -> None:
    loaded = load(OPEN)
    ask = lot_asks(loaded.household, loaded.keys, Told())[0]
    told = tell_lot(Told(), ask.key, given_up=ask.missing)
    again = load(OPEN, told)
    assert ask.key not in [one.key for one in lot_asks(again.household, again.keys, told)]
    assert next(one for one in again.household.lots_of("YAK")).acquired is None


def test_an_accounts_type_is_kept_by_its_label() -> None:
    told = tell_account(Told(), "Other", AccountType.ROTH_IRA, "spouse")
    account = next(one for one in load(OPEN, told).household.accounts if one.name == "Other")
    assert (account.type, account.owner) == (AccountType.ROTH_IRA, "spouse")


@pytest.mark.parametrize(
    ("first", "second", "may_be"),
    [
        ("…123", "Main …4123", True),
        ("Main …123", "Main …4123", True),
        ("Individual", "Individual …4567", True),
        ("Individual …4567", "Joint …4567", True),
        ("Robinhood account", "Robinhood account #2", True),
        ("Main …123", "Main …4124", False),
        ("Individual", "Joint …4567", False),
        ("Main …4567 #2", "Main …4567", False),
        ("Main", "Other", False),
    ],
)
def test_labels_that_may_name_one_account_are_asked_about(first: str, second: str, may_be: bool) -> None:
    assert may_be_same(first, second) is may_be
    assert may_be_same(second, first) is may_be


def test_two_accounts_become_one_when_the_person_says_so_and_stay_two_otherwise() -> None:
    rows = "Main …123,taxable,self,ZEB,,,30,10,2020-01-06,10\nMain …4123,taxable,self,YAK,,,3,10,2020-01-06,10\n"
    loaded = load(rows)
    (ask,) = same_asks(loaded.household.accounts, Told())
    one = load(rows, tell_group(Told(), ask, True))
    assert [account.name for account in one.household.accounts] == ["Main …4123"]
    two = tell_group(Told(), ask, False)
    assert len(load(rows, two).household.accounts) == 2
    assert same_asks(load(rows, two).household.accounts, two) == ()


def test_files_that_name_no_account_are_called_by_their_broker_and_asked_about_together() -> None:
    head = HEADER.replace("account,", "", 1)
    files = [read(f"file-{n}", f"{head},,ZE{n},,,1,10,2020-01-06,10\n".encode()) for n in (1, 2, 3)]
    loaded = build(files, AS_OF)
    names = ["Unnamed account", "Unnamed account #2", "Unnamed account #3"]
    assert [account.name for account in loaded.household.accounts] == names
    (ask,) = same_asks(loaded.household.accounts, Told())
    one = build(files, AS_OF, tell_group(Told(), ask, True))
    assert len(one.household.accounts) == 1
