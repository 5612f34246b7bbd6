from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tools.brokers.registry import read
from tools.household.build import Loaded, build
from tools.model import AccountType

AS_OF = date(2026, 11, 20)
HEADER = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price"
SCHWAB = Path(__file__).parents[1] / "golden/schwab_lots/two_symbols"


def load(*files: str | bytes, header: str = HEADER) -> Loaded:
    contents = [one if isinstance(one, bytes) else f"{header}\n{one}\n".encode() for one in files]
    return build([read(f"file-{n}", one) for n, one in enumerate(contents, start=1)], AS_OF)


def schwab(name: str, account: str = "XXXX-1234", day: str = "11/20/2026") -> bytes:
    text = (SCHWAB / name).read_text(encoding="utf-8")
    return text.replace("XXXX-1234", account).replace("11/20/2026", day).encode()


def test_files_of_one_account_make_one_account_with_all_lots() -> None:
    loaded = load(schwab("INTC.csv"), schwab("MSFT.csv"))
    assert [account.id for account in loaded.household.accounts] == ["acct-1"]
    assert [lot.symbol for lot in loaded.household.lots] == ["INTC"] * 3 + ["MSFT"] * 2
    assert loaded.household.value_usd == Decimal("33100.00")  # 260 x 35 + 50 x 480
    assert loaded.unknown == ("account_type", "owner", "cash")
    assert loaded.problems == ()


def test_names_and_classes_come_from_general_knowledge_when_the_file_has_none() -> None:
    security = load(schwab("MSFT.csv")).household.securities["MSFT"]
    assert (security.name, security.asset_class, security.price_date) == ("Microsoft", "us_equity", AS_OF)


def test_a_class_that_nobody_knows_stays_unknown() -> None:
    loaded = load("A,taxable,joint,ZQX,,,1,1,2020-01-02,1")
    assert loaded.household.securities["ZQX"].asset_class is None
    assert "asset_class" in loaded.unknown


def test_the_total_of_the_broker_is_reconciled_and_recorded() -> None:
    (check,) = load(schwab("MSFT.csv")).checks
    assert (check.symbol, check.shares, check.basis_usd, check.matches) == ("MSFT", 50, Decimal("9640.00"), True)


@pytest.mark.parametrize(("seen", "instead"), [(b'"Total","50"', b'"Total","51"'), (b'"$9,640.00"', b'"$9,640.01"')])
def test_a_share_or_a_cent_off_the_total_is_a_problem(seen: bytes, instead: bytes) -> None:
    loaded = load(schwab("MSFT.csv").replace(seen, instead))
    assert [check.matches for check in loaded.checks] == [False]
    assert loaded.problems[0].where == "file-1, row 6"
    assert len(loaded.household.lots) == 2


def test_the_same_file_dropped_twice_counts_once() -> None:
    loaded = load(schwab("MSFT.csv"), schwab("MSFT.csv"))
    assert len(loaded.household.lots) == 2
    assert "file-2 has the same content as file-1" in loaded.notes[0]


@pytest.mark.parametrize("order", [1, -1])
def test_a_newer_download_of_the_same_lots_replaces_the_older_whatever_the_order(order: int) -> None:
    files = [schwab("MSFT.csv", day="11/13/2026"), schwab("MSFT.csv").replace(b"$480.00", b"$490.00")]
    loaded = load(*files[::order])
    assert len(loaded.household.lots) == 2
    assert loaded.household.securities["MSFT"].price_usd == Decimal("490.00")
    assert any("do not" in problem.what for problem in loaded.problems)


def test_two_accounts_with_one_symbol_keep_their_lots_apart() -> None:
    loaded = load(schwab("MSFT.csv"), schwab("MSFT.csv", account="XXXX-9876"))
    assert [account.id for account in loaded.household.accounts] == ["acct-1", "acct-2"]
    assert len(loaded.household.lots) == 4


def test_equal_lots_in_one_file_stay_two() -> None:
    row = "A,taxable,joint,MSFT,,,1,1,2020-01-02,1"
    assert len(load(f"{row}\n{row}").household.lots) == 2


def test_the_newest_dated_price_wins_and_a_problem_says_so() -> None:
    loaded = load(schwab("MSFT.csv"), "Other,taxable,joint,MSFT,,,1,1,2020-01-02,400.00")
    assert loaded.household.securities["MSFT"].price_usd == Decimal("480.00")
    assert "$400.00" in loaded.problems[0].what


def test_a_purchase_after_the_day_of_the_question_is_a_problem_and_its_date_unknown() -> None:
    loaded = load("A,taxable,joint,MSFT,,,1,1,2026-11-21,1\nA,taxable,joint,MSFT,,,1,1,2026-11-20,1")
    assert [lot.acquired for lot in loaded.household.lots_of("MSFT")] == [date(2026, 11, 20), None]
    assert loaded.problems[0].where == "file-1, row 2"
    assert loaded.household.problems == loaded.problems


def test_an_account_on_whose_type_the_rows_disagree_stays_unknown() -> None:
    loaded = load("A,taxable,joint,MSFT,,,1,1,,1\nA,roth_ira,joint,VTI,,,1,1,,1")
    assert loaded.household.accounts[0].type is AccountType.UNKNOWN
    assert loaded.problems[0].where == "acct-1"
    assert "roth_ira, taxable" in loaded.problems[0].what


def test_owners_on_whom_rows_disagree_are_unknown_and_not_named_to_a_model() -> None:
    loaded = load("Ada's,taxable,Ada,MSFT,,,1,1,,1\nAda's,taxable,Bob,VTI,,,1,1,,1")
    assert loaded.household.accounts[0].owner is None
    assert "Ada" not in repr(loaded.problems)


def test_cash_is_known_only_where_the_file_says_it() -> None:
    loaded = load("A,taxable,joint,CASH,,cash,12.50,,,\nA,taxable,joint,CASH,,cash,1,,,\nB,hsa,joint,VTI,,,1,1,,1")
    assert loaded.household.cash_usd == {"acct-1": Decimal("13.50")}
    assert "cash" in loaded.unknown


def test_a_missing_basis_matters_only_where_sales_are_taxed() -> None:
    assert "basis" not in load("A,roth_ira,joint,MSFT,,,1,,,1").unknown
    assert "basis" in load("A,taxable,joint,MSFT,,,1,,,1").unknown


def test_lots_are_numbered_by_account_symbol_and_date_not_by_row() -> None:
    rows = (
        "B,taxable,joint,VTI,,,1,1,2021-01-04,1\nA,taxable,joint,MSFT,,,1,1,2022-01-03,1\n"
        "B,taxable,joint,AMD,,,1,1,2023-01-03,1\nB,taxable,joint,VTI,,,1,1,2020-01-02,1"
    )
    lots = load(rows).household.lots
    found = [(lot.id, lot.account_id, lot.symbol, lot.origin.row) for lot in lots]
    assert found == [
        ("lot-1", "acct-1", "AMD", 4),
        ("lot-2", "acct-1", "VTI", 5),
        ("lot-3", "acct-1", "VTI", 2),
        ("lot-4", "acct-2", "MSFT", 3),
    ]


def test_no_account_number_enters_the_household() -> None:
    loaded = load("Brokerage 123456789,taxable,joint,MSFT,,,1,1,,1")
    assert loaded.household.accounts[0].name == "Brokerage …6789"
    assert "123456789" not in repr(loaded)


def test_no_files_make_an_empty_household() -> None:
    loaded = build([], AS_OF)
    assert (loaded.household.lots, loaded.unknown) == ((), ())


def test_the_same_ending_with_and_without_the_account_s_name_is_one_account() -> None:
    loaded = load(schwab("MSFT.csv"), schwab("INTC.csv", account="Individual XXXX-1234"))
    assert [account.name for account in loaded.household.accounts] == ["Individual …1234"]


def test_the_same_ending_under_two_names_is_two_accounts() -> None:
    files = [schwab("MSFT.csv", account="Roth IRA XXXX-1234"), schwab("INTC.csv", account="Individual XXXX-1234")]
    assert len(load(*files).household.accounts) == 2


def test_a_symbol_with_two_classes_is_a_problem_that_says_which_is_used() -> None:
    loaded = load("A,taxable,joint,GLD,,metals,1,1,,1\nA,taxable,joint,GLD,,commodities,1,1,,1")
    assert loaded.household.securities["GLD"].asset_class == "metals"
    assert "metals is used" in loaded.problems[0].what
