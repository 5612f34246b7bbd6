"""The ledger at its edges: values that are no cost, order by the clock, methods without dates, split shorts."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from replays import did, ledger, only

from tools.errors import BadRequest
from tools.history import Transaction


@pytest.mark.parametrize("action", ["open", "transfer_in", "buy"])
def test_what_shares_are_worth_when_they_come_in_is_not_what_they_cost(action: str) -> None:
    (lot,) = ledger(did(action, "2026-05-01", "10", acquired="2020-01-01", market_value_usd="5000")).held
    assert lot.basis_usd is None


def test_vesting_shares_cost_what_was_taxed_as_pay() -> None:
    (lot,) = ledger(did("vest", "2026-05-01", "10", market_value_usd="5000")).held
    assert lot.basis_usd == 5000


@pytest.mark.parametrize(("shares", "cost"), [("NaN", "100"), ("Infinity", "100"), ("10", "NaN"), ("10", "Infinity")])
def test_a_figure_that_is_no_number_is_named(shares: str, cost: str) -> None:
    with pytest.raises(BadRequest):
        ledger(did("buy", "2026-05-01", shares, cost))


def test_sales_of_one_day_take_lots_by_their_times_even_beside_a_purchase_without_one() -> None:
    found = ledger(
        did("buy", "2020-01-02", "10", "1000", id="old"),
        did("buy", "2021-01-04", "10", "2000", id="new"),
        did("sell", "2026-05-01", "10", "1500", id="late", at=time(15)),
        did("sell", "2026-05-01", "10", "1600", id="early", at=time(10)),
        did("reinvest", "2026-05-01", "1", "150"),
    )
    assert {row.sale_id: row.acquisition_id for row in found.closed} == {"early": "old", "late": "new"}


def test_the_dearest_shares_can_be_sold_without_knowing_when_they_were_bought() -> None:
    sold = only(
        did("open", "2026-01-02", "10", "3000", id="dear"),
        did("buy", "2026-02-02", "10", "1000"),
        did("sell", "2026-05-01", "10", "1500", method="hifo"),
    )
    assert (sold.acquisition_id, sold.gain_usd, sold.term) == ("dear", Decimal(-1500), None)


def test_last_in_first_out_goes_by_the_clock_within_a_day() -> None:
    sold = only(
        did("buy", "2026-02-02", "10", "1000", id="morning", at=time(10)),
        did("buy", "2026-02-02", "10", "1100", id="noon", at=time(12)),
        did("sell", "2026-05-01", "10", "1500", method="lifo"),
    )
    assert sold.acquisition_id == "noon"


def test_a_split_doubles_what_is_owed_on_a_short_sale() -> None:
    # Sold short for 1,000, bought back for 800 after a 2-for-1 split: 200 gained.
    covered = only(
        did("short", "2026-02-02", "10", "1000"),
        did("split", "2026-03-02", ratio="2"),
        did("cover", "2026-05-01", "20", "800"),
    )
    assert (covered.shares, covered.gain_usd) == (20, 200)


def test_a_short_position_follows_a_new_ticker() -> None:
    (owed,) = ledger(did("short", "2026-02-02", "10", "1000"), did("rename", "2026-03-02", other_symbol="Y")).short
    assert (owed.symbol, owed.shares) == ("Y", 10)


def option(action: str, on: str, contracts: str, amount: str, **more: Any) -> Transaction:
    return did(action, on, contracts, amount, symbol="C", underlying="X", **more)


def call(on: str, name: str) -> Transaction:
    return option("buy", on, "1", "300", instrument="call", id=name)


def lost(shares: str) -> tuple[Transaction, Transaction]:
    """Sell shares at a loss of 10 each on 2026-05-01."""
    cost = str(100 * int(shares))
    return did("buy", "2020-02-03", shares, cost), did("sell", "2026-05-01", shares, str(90 * int(shares)))


def test_two_contracts_exercised_are_200_shares_however_they_were_bought() -> None:
    # One call is old and one is bought in the window; each is exercised once. 200 of 300 shares: 2,000 of 3,000.
    found = ledger(
        *lost("300"),
        call("2026-01-05", "old"),
        call("2026-05-05", "new"),
        option("exercise", "2026-05-10", "1", "9500"),
        option("exercise", "2026-05-11", "1", "9500"),
    )
    assert found.closed[0].disallowed_usd == 2000
    assert sum(lot.washed_usd for lot in found.held) == 2000


def test_exercising_the_call_that_was_bought_in_the_window_leaves_the_old_one_out() -> None:
    found = ledger(
        *lost("200"),
        call("2026-01-05", "old"),
        call("2026-05-05", "new"),
        option("exercise", "2026-05-10", "1", "9500", lots={"new": "1"}),
    )
    assert found.closed[0].disallowed_usd == 1000
    assert {lot.symbol: lot.washed_usd for lot in found.held} == {"C": 0, "X": 1000}


def test_an_exercise_counts_100_shares_where_its_row_does_not_say_that_it_is_a_call() -> None:
    found = ledger(*lost("100"), call("2026-01-05", "old"), option("exercise", "2026-05-10", "1", "9500"))
    assert found.closed[0].disallowed_usd == 1000


def test_a_put_sells_where_the_row_of_its_exercise_does_not_say_that_it_is_a_put() -> None:
    # 100 shares of 10,000 sold at 95 each, less 300 for the put: 9,200 - 10,000 = -800.
    found = ledger(
        did("buy", "2020-02-03", "100", "10000"),
        option("buy", "2026-01-05", "1", "300", instrument="put"),
        option("exercise", "2026-05-10", "1", "9500"),
    )
    assert [(row.symbol, row.gain_usd) for row in found.closed] == [("X", Decimal(-800))]
    assert found.held == ()


@pytest.mark.parametrize("bought", ["2026-04-20", "2026-05-20"])
def test_a_third_of_a_share_leaves_no_lot_without_shares(bought: str) -> None:
    # 10 shares are replaced whole; a later 1-for-3 split makes 3.333333333333 of them, one lot of 500 + 600.
    (lot,) = ledger(
        did("buy", "2020-02-03", "10", "1000"),
        did("buy", bought, "10", "500"),
        did("sell", "2026-05-01", "10", "400"),
        did("split", "2026-06-01", ratio="0.3333333333333333"),
    ).held
    assert (lot.basis_usd, lot.replaces) == (1100, True)
    assert 3 < lot.shares < 4
