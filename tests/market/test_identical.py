from __future__ import annotations

from itertools import combinations

import pytest

from tools.market.identical import compare, group_of, related
from tools.market.replacements import replacements
from tools.market.securities import all_known


@pytest.mark.parametrize(("one", "other"), [("GOOG", "GOOGL"), ("BRK.A", "BRK.B"), ("VTI", "VTSAX"), ("VOO", "VFIAX")])
def test_share_classes_of_one_issuer_or_fund_are_the_same(one: str, other: str) -> None:
    assert group_of(one) == group_of(other)
    assert compare(one, other).grade == compare(other, one).grade == "same"


@pytest.mark.parametrize(
    ("one", "other"), [("VOO", "SPY"), ("IVV", "VFIAX"), ("QQQ", "QQQM"), ("AGG", "BND"), ("GLD", "IAU")]
)
def test_funds_on_one_index_call_for_caution_with_a_reason(one: str, other: str) -> None:
    assert group_of(one) != group_of(other)
    assert compare(one, other).grade == compare(other, one).grade == "caution"
    assert compare(one, other).why


@pytest.mark.parametrize(
    ("one", "other"), [("VTI", "ITOT"), ("VTI", "VOO"), ("MSFT", "VGT"), ("KO", "PEP"), ("ZQX", "VTI")]
)
def test_different_indexes_and_issuers_are_different_with_a_reason(one: str, other: str) -> None:
    assert compare(one, other).grade == "different"
    assert compare(one, other).why


def test_a_symbol_alone_is_its_own_group_and_lower_case_is_the_same() -> None:
    assert group_of("zqx") == "ZQX"
    assert related("ZQX") == ()
    assert compare("zqx", "ZQX").grade == "same"


def test_every_two_funds_on_one_index_are_graded() -> None:
    funds = [one for one in all_known().values() if one.index]
    for one, other in combinations(funds, 2):
        if one.index == other.index:
            assert compare(one.symbol, other.symbol).grade in ("same", "caution"), (one.symbol, other.symbol)


def test_relations_are_mutual_and_speak_of_known_securities() -> None:
    for symbol in all_known():
        for one in related(symbol):
            assert one.symbol in all_known()
            assert compare(one.symbol, symbol).grade == one.grade


def test_a_stock_is_replaced_by_funds_of_its_industry_then_sector() -> None:
    found = [one.symbol for one in replacements("AMD")]
    assert found[:2] == ["SOXX", "SMH"]
    assert "VGT" in found


def test_a_fund_is_replaced_by_one_on_another_index_before_one_on_the_same() -> None:
    found = replacements("VOO")
    grades = [one.grade for one in found]
    assert grades == sorted(grades, key=lambda grade: grade == "caution")
    assert found[0].grade == "different"
    assert "VFIAX" not in {one.symbol for one in found}


def test_no_replacement_is_graded_the_same_and_each_is_known() -> None:
    for symbol in all_known():
        for one in replacements(symbol):
            assert one.symbol != symbol
            assert one.symbol in all_known()
            assert one.grade != "same"
            assert one.grade == compare(symbol, one.symbol).grade
            assert one.why


def test_every_stock_of_the_table_has_a_replacement() -> None:
    for symbol, one in all_known().items():
        if one.kind == "stock":
            assert replacements(symbol), symbol


def test_nothing_is_suggested_for_a_symbol_nobody_knows() -> None:
    assert replacements("ZQX") == ()
