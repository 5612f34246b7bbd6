"""The ledger at its edges: values that are no cost, order by the clock, methods without dates, split shorts."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from replays import did, ledger, only

from tools.errors import BadRequest


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
