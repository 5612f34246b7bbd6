"""Which lots a sale takes, by hand: by date, by cost, by name, by tax, at average cost, account by account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from replays import did, ledger

from tools.errors import BadRequest, LotlineError, MissingFact
from tools.history import Transaction
from tools.tax.lot_selection import TermRates

OLD = did("buy", "2024-01-02", "10", "100", id="old")
DEAR = did("buy", "2025-03-03", "10", "300", id="dear")
NEW = did("buy", "2026-05-05", "10", "240", id="new")
RATES = TermRates(Decimal("0.40"), Decimal("0.15"))


def sold(shares: str = "10", brought: str = "250", **more: Any) -> Transaction:
    return did("sell", "2026-06-15", shares, brought, id="sale", **more)


def taken(*events: Transaction, **options: Any) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(row.acquisition_id, row.shares, row.gain_usd) for row in ledger(*events, **options).closed]


def test_unnamed_shares_go_first_in_first_out() -> None:
    # 15 at 25: ten cost 10 each, five cost 30 each.
    assert taken(NEW, DEAR, OLD, sold("15", "375")) == [("old", 10, 150), ("dear", 5, -25)]


def test_last_in_goes_first_when_that_is_the_standing_order() -> None:
    assert taken(OLD, DEAR, NEW, sold("15", "375", method="lifo")) == [("new", 10, 10), ("dear", 5, -25)]


def test_the_dearest_goes_first_when_that_is_the_standing_order() -> None:
    assert taken(OLD, DEAR, NEW, sold("15", "375", method="hifo")) == [("dear", 10, -50), ("new", 5, 5)]


def test_named_lots_are_taken_as_named_and_the_rest_by_date() -> None:
    assert taken(OLD, DEAR, NEW, sold("6", "150", lots={"new": "4"})) == [("new", 4, 4), ("old", 2, 30)]


def test_the_least_tax_takes_the_loss_then_the_gain_that_costs_least() -> None:
    # Per share at 25: dear loses 5; new gains 1 short at 40 % = 0.40; old gains 15 long at 15 % = 2.25.
    assert taken(OLD, DEAR, NEW, sold("25", "625", method="min_tax"), rates=RATES) == [
        ("dear", 10, -50),
        ("new", 10, 10),
        ("old", 5, 75),
    ]


def test_a_small_short_gain_can_cost_more_than_a_larger_long_one() -> None:
    long = did("buy", "2024-01-02", "10", "200", id="long")
    short = did("buy", "2026-05-05", "10", "220", id="short")
    # 5 x 15 % = 0.75 a share against 3 x 40 % = 1.20.
    assert taken(short, long, sold(method="min_tax"), rates=RATES) == [("long", 10, 50)]


def test_average_cost_spreads_the_basis_of_a_fund_and_takes_the_oldest_dates() -> None:
    fund = {"symbol": "VTI"}
    events = [
        did("buy", "2024-01-02", "10", "100", id="old", **fund),
        did("buy", "2025-03-03", "10", "300", id="dear", **fund),
        sold("12", "300", method="average", **fund),
    ]
    # 400 over 20 shares: 20 each. Ten long since 2024, two from 2025.
    assert taken(*events) == [("old", 10, 50), ("dear", 2, 10)]
    assert [lot.basis_usd for lot in ledger(*events).held] == [160]


def test_each_account_has_its_own_lots() -> None:
    elsewhere = did("buy", "2023-01-03", "10", "50", id="elsewhere", account="acct-2")
    assert taken(elsewhere, DEAR, sold()) == [("dear", 10, -50)]


def test_a_split_of_a_lot_keeps_every_cent() -> None:
    found = ledger(did("buy", "2024-01-02", "3", "100"), sold("1", "40"))
    assert found.closed[0].basis_usd == Decimal("33.33")
    assert found.held[0].basis_usd == Decimal("66.67")


def test_equal_lots_go_in_the_same_order_however_the_records_stand() -> None:
    first, second = (did("buy", "2024-01-02", "10", "100", id=name) for name in ("a", "b"))
    assert taken(first, second, sold()) == taken(second, first, sold()) == [("a", 10, 150)]


@pytest.mark.parametrize("symbol", ["AAPL", "INTC"])
def test_average_cost_for_a_single_stock_is_refused(symbol: str) -> None:
    with pytest.raises(BadRequest, match="only for funds and reinvestment plans") as caught:
        ledger(did("buy", "2024-01-02", "20", "100", symbol=symbol), sold(symbol=symbol, method="average"))
    assert "fifo" in caught.value.fix


def test_average_cost_for_an_unknown_symbol_is_asked_about() -> None:
    with pytest.raises(MissingFact, match="nobody says whether QQZZ is one"):
        ledger(did("buy", "2024-01-02", "20", "100", symbol="QQZZ"), sold(symbol="QQZZ", method="average"))


@pytest.mark.parametrize("symbol", ["QQZZ", "AAPL"])
def test_the_person_can_say_that_average_cost_is_allowed(symbol: str) -> None:
    # Shares of one company in a dividend reinvestment plan may go at average cost too.
    events = (
        did("buy", "2024-01-02", "20", "100", symbol=symbol),
        sold(symbol=symbol, method="average", averageable=True),
    )
    assert ledger(*events).closed[0].gain_usd == 200


@pytest.mark.parametrize(
    ("sale", "said"),
    [
        (sold("31"), "31 X are sold on 2026-06-15, but only 30 are held"),
        (sold("5", lots={"old": "11"}), "11 X are sold from a lot of which 10 are held"),
        (sold("5", lots={"old": "6"}), "More X are identified than the 5 sold"),
        (sold("5", lots={"nothing": "1"}), "of which 0 are held"),
        (sold("5", method="min_tax"), "rates by term"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_row(sale: Transaction, said: str) -> None:
    with pytest.raises(LotlineError, match=said):
        ledger(OLD, DEAR, NEW, sale)


def test_an_unknown_cost_stops_only_the_methods_that_need_it() -> None:
    unknown = did("open", "2025-01-02", "10", id="unknown", acquired="2020-01-02")
    assert taken(unknown, NEW, sold()) == [("unknown", 10, None)]
    with pytest.raises(MissingFact, match="The cost of X is unknown"):
        ledger(unknown, NEW, sold(method="hifo"))
