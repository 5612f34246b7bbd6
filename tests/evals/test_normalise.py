from __future__ import annotations

import pytest

from evals.normalise import has_arguments, same

SAME = [
    (100, "100"),
    (100, 100.0),
    ("18k", 18000),
    (18000, "$18,000"),
    ("1.5M", 1_500_000),
    (0.24, "24%"),
    ("AMD", "amd"),
    ("2026-12-31", "12/31/2026"),
    ("2026-12-31", "2026-12-31T00:00:00"),
    (True, "true"),
    (["hifo", "min_tax"], "HIFO"),
    (["AAPL", "MSFT"], ["msft", "aapl"]),
    (["AAPL", "MSFT"], ["MSFT"]),
    ("AAPL", ["AAPL"]),
    ({"bonds": 0.4}, {"bonds": "40%", "stocks": 0.6}),
    (-9000, "-9k"),
]
DIFFERENT = [
    (100, 101),
    (100, "100.01"),
    (0.24, 24),
    ("AMD", "AMDX"),
    ("2026-12-31", "2026-12-30"),
    (True, 1),
    (True, False),
    (["AAPL", "MSFT"], "NVDA"),
    (["AAPL"], ["AAPL", "MSFT"]),
    ({"bonds": 0.4}, {"stocks": 0.4}),
    (9000, -9000),
    ("AMD", None),
]


@pytest.mark.parametrize(("expected", "actual"), SAME, ids=str)
def test_two_spellings_of_a_value_are_the_same(expected: object, actual: object) -> None:
    assert same(expected, actual)


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT, ids=str)
def test_a_different_value_is_not_the_same(expected: object, actual: object) -> None:
    assert not same(expected, actual)


def test_further_arguments_are_ignored_and_missing_ones_are_not() -> None:
    call = {"args": {"symbol": "AMD", "shares": 60, "lot_method": "min_tax"}}
    assert has_arguments({"shares": "60"}, call)
    assert not has_arguments({"shares": 60, "date": "2026-12-31"}, call)


def test_null_expects_the_argument_left_out() -> None:
    assert has_arguments({"all": None}, {"args": {"shares": 1}})
    assert not has_arguments({"shares": None}, {"args": {"shares": 1}})


def test_a_company_name_counts_when_the_tool_resolved_it_to_the_symbol() -> None:
    assert has_arguments({"symbol": "AAPL"}, {"args": {"symbol": "aple"}, "symbol": "AAPL"})
    assert not has_arguments({"symbol": "AAPL"}, {"args": {"symbol": "aple"}, "symbol": "APLE"})
    assert not has_arguments({"symbol": "AAPL"}, {"args": {"symbol": "aple"}, "symbol": None})
