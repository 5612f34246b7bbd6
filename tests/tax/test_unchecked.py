"""What the ledger cannot check is listed, with its rows; what it can is not."""

from __future__ import annotations

from datetime import date

import pytest
from replays import ACCOUNTS, did, ledger

from tools.history import Transaction
from tools.tax.unchecked import Unchecked, unchecked

ON = date(2026, 11, 20)


def listed(*events: Transaction, as_of: date = ON) -> dict[str, Unchecked]:
    return {point.code: point for point in unchecked(events, ACCOUNTS, ledger(*events), as_of)}


def lost(symbol: str = "X", on: str = "2026-06-15", bought: str = "2024-01-02", **more: str) -> list[Transaction]:
    return [
        did("buy", bought, "10", "1000", symbol=symbol, **more),
        did("sell", on, "10", "600", symbol=symbol, **more),
    ]


def test_a_plain_loss_leaves_nothing_open() -> None:
    assert listed(*lost()) == {}


def test_short_sales_are_named_with_their_rows() -> None:
    short = did("short", "2026-03-02", "5", "100")
    cover = did("cover", "2026-04-02", "5", "90")
    assert listed(short, cover)["short_sale"].origins == (short.origin, cover.origin)


def test_a_put_written_near_a_loss_is_named_and_one_far_from_it_is_not() -> None:
    put = {"symbol": "X P", "instrument": "put", "underlying": "X"}
    near = did("short", "2026-07-15", "1", "900", **put)
    assert listed(*lost(), near)["written_put"].origins == (near.origin,)
    assert "written_put" not in listed(*lost(), did("short", "2026-07-16", "1", "900", **put))


def test_a_loss_on_an_option_is_unsettled_when_its_stock_was_bought() -> None:
    option = {"symbol": "X C", "instrument": "call", "underlying": "X"}
    assert "option_loss" in listed(*lost(**option), did("buy", "2026-06-20", "100", "6000"))
    assert "option_loss" not in listed(*lost(**option))


@pytest.mark.parametrize(("bought", "named"), [("2026-07-15", True), ("2026-07-16", False)])
def test_a_fund_on_the_same_index_bought_within_the_window_is_named_with_the_reason(bought: str, named: bool) -> None:
    other = did("buy", bought, "5", "2000", symbol="IVV", account="ira")
    found = listed(*lost("VOO"), other)
    assert ("caution_pair" in found) is named
    if named:
        assert "IVV was bought around the loss on VOO" in found["caution_pair"].sentence
        assert "Both track the S&P 500" in found["caution_pair"].sentence
        assert found["caution_pair"].origins == (other.origin,)


def test_a_contested_match_is_named() -> None:
    older = did("buy", "2026-06-01", "10", "700", id="older")
    newer = did("buy", "2026-06-05", "10", "1000", id="newer")
    found = listed(older, newer, did("sell", "2026-06-15", "10", "600", lots={"newer": "10"}))
    assert found["contested"].origins == (older.origin,)


def test_unknown_purchase_dates_are_named_for_what_was_sold_and_for_what_may_replace_it() -> None:
    undated = did("open", "2026-01-02", "5", "500", account="acct-2")
    assert listed(*lost(), undated)["unknown_purchase_date"].origins == (undated.origin,)
    sold = did("sell", "2026-06-15", "5", "400", account="acct-2")
    assert listed(undated, sold)["unknown_term"].origins == (undated.origin,)


def test_a_purchase_in_an_account_of_unknown_kind_is_named() -> None:
    again = did("buy", "2026-06-20", "10", "600", account="unknown")
    assert listed(*lost(), again)["unknown_account"].origins == (again.origin,)


def test_section_1256_and_crypto_are_named() -> None:
    assert "section_1256" in listed(*lost("SPX", instrument="section_1256"))
    assert "crypto" in listed(*lost("BTC", instrument="crypto"))


@pytest.mark.parametrize(
    ("symbol", "bought", "named"),
    [
        ("VNQ", "2026-01-15", True),
        ("VTI", "2025-12-15", True),
        ("VTI", "2025-12-14", False),
        ("AAPL", "2026-01-15", False),
    ],
)
def test_a_fund_held_six_months_or_less_is_named(symbol: str, bought: str, named: bool) -> None:
    assert ("six_months" in listed(*lost(symbol, bought=bought))) is named


def test_a_window_that_is_still_open_is_named_to_its_last_day() -> None:
    assert "up to 2026-07-15" in listed(*lost(), as_of=date(2026, 7, 15))["open_window"].sentence
    assert "open_window" not in listed(*lost(), as_of=date(2026, 7, 16))


def test_another_years_sales_are_not_listed() -> None:
    assert listed(*lost("VTI", on="2025-12-20", bought="2025-11-20"), as_of=ON) == {}
