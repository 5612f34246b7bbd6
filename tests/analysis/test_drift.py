"""Sleeves and their distance from target."""

from __future__ import annotations

from decimal import Decimal

from builders import household, lot, targets

from tools.analysis.drift import describe_drift, measure_drift
from tools.analysis.sleeves import build_sleeves
from tools.facts import FactBook

ROWS = [lot("MSFT", 50, 100, "2019-05-01"), lot("VTI", 100, 100, "2019-05-01"), lot("BND", 300, 70, "2019-05-01")]
PRICES = {"MSFT": 400, "VTI": 300, "BND": 100}


def test_a_symbol_with_its_own_target_leaves_its_class() -> None:
    home = household(ROWS, PRICES, cash={"acct-1": 20_000})
    found = {s.key: s for s in build_sleeves(home, targets(MSFT=0.1, us_equity=0.4, bonds=0.4, cash=0.1))}
    assert found["MSFT"].weight_frac == Decimal("0.2")
    assert found["us_equity"].symbols == ("VTI",)
    assert found["us_equity"].name == "Other US stocks"
    assert found["us_equity"].drift_frac == Decimal("-0.1")


def test_bands_decide_what_is_outside_and_a_threshold_replaces_them() -> None:
    home = household(ROWS, PRICES, cash={"acct-1": 20_000})
    wanted = targets(MSFT=0.19, us_equity=0.4, bonds=0.31, cash=0.1)
    assert [s.key for s in measure_drift(home, wanted).outside] == ["us_equity", "cash"]
    assert not measure_drift(home, wanted, Decimal("0.15")).outside
    relative = measure_drift(home, wanted, Decimal("0.3"), "relative")
    assert [s.key for s in relative.outside] == ["cash"]


def test_what_no_target_speaks_of_is_left_alone_and_the_rest_is_scaled() -> None:
    home = household(ROWS, PRICES, cash={"acct-1": 20_000})
    found = {s.key: s for s in build_sleeves(home, targets(stocks=0.6, bonds=0.4))}
    assert found["cash"].target_frac is None
    assert found["stocks"].target_frac == Decimal("0.48")
    assert found["bonds"].target_frac == Decimal("0.32")


def test_every_figure_of_the_result_is_a_fact_under_its_id() -> None:
    home = household(ROWS, PRICES, cash={"acct-1": 20_000})
    book = FactBook("drift1", "compute_drift()", None)
    body = describe_drift(measure_drift(home, targets(MSFT=0.1, us_equity=0.4, bonds=0.4, cash=0.1)), book)
    facts = {fact.id: fact for fact in book.facts}
    row = next(r for r in body["sleeves"] if r["sleeve"] == "MSFT")
    assert row["weight_frac"] == "0.2"
    assert facts["drift1.MSFT.weight_frac"].value == Decimal("0.2")
    assert facts["drift1.MSFT.amount_usd"].value == 10_000
