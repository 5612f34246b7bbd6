"""What to hold instead: grades, costs, how alike two securities moved, and what a loss taken lately forbids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from builders import ON, household, lot
from hypothesis import given
from hypothesis import strategies as st

from tools.analysis.stand_ins import describe_stand_ins, find_stand_ins
from tools.facts import FactBook
from tools.market.comovement import LEAST_RETURNS, comovement
from tools.market.expenses import all_expenses, expense_of
from tools.market.identical import compare
from tools.market.prices import Price
from tools.market.replacements import replacements
from tools.market.securities import all_known, info
from tools.model import LossSale, OwnGroup

OWNED = household([lot("AMD", 10, 200, "2024-01-05"), lot("VXUS", 5, 60, "2024-01-05")], {"AMD": 100, "VXUS": 62})


def series(symbol: str, moves: list[float], start: float = 100.0) -> tuple[Price, ...]:
    closes = [start]
    for move in moves:
        closes.append(closes[-1] * (1 + move))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(len(closes))]
    return tuple(Price(symbol, Decimal(str(round(c, 6))), day) for c, day in zip(closes, days, strict=True))


def noise(seed: int, size: int = 120) -> list[float]:
    return list(np.random.default_rng(seed).normal(0, 0.02, size))


def test_a_stock_is_replaced_by_a_fund_of_its_industry_then_of_its_sector() -> None:
    found = find_stand_ins(OWNED, "AMD", ON)
    assert [one.symbol for one in found.found] == ["SOXX", "SMH", "VGT"]
    assert {one.grade for one in found.found} == {"different"}
    assert "semiconductors" in found.found[0].why


def test_no_candidate_is_ever_the_same_as_what_is_sold() -> None:
    for symbol in all_known():
        for one in find_stand_ins(OWNED, symbol, ON, 10).found:
            assert compare(symbol, one.symbol).grade == one.grade != "same"


def test_a_share_class_of_the_same_fund_is_named_as_too_close() -> None:
    assert [one.symbol for one in find_stand_ins(OWNED, "VXUS", ON).too_close] == ["VTIAX"]


def test_a_fund_on_the_same_index_comes_last_and_with_caution() -> None:
    found = find_stand_ins(OWNED, "VOO", ON, 30).found
    grades = [one.grade for one in found]
    assert grades == sorted(grades, reverse=True)
    assert {one.symbol: one.grade for one in found}["SPY"] == "caution"


def test_what_the_person_excludes_is_left_out_and_the_count_is_kept() -> None:
    found = find_stand_ins(OWNED, "AMD", ON, 2, {"SOXX"})
    assert [one.symbol for one in found.found] == ["SMH", "VGT"]


def test_the_person_s_own_groups_decide_what_is_too_close() -> None:
    own = replace(OWNED, own_groups=(OwnGroup("MINE", "same", ("AMD", "SOXX"), "I say so."),))
    found = find_stand_ins(own, "AMD", ON)
    assert "SOXX" not in [one.symbol for one in found.found]
    assert [one.symbol for one in found.too_close] == ["SOXX"]


def test_a_candidate_sold_at_a_loss_lately_comes_last_with_the_day_from_which_it_is_free() -> None:
    sold = LossSale("SOXX", "acct-1", ON - timedelta(days=10), Decimal(3), Decimal(50))
    found = find_stand_ins(replace(OWNED, loss_sales=(sold,)), "AMD", ON, 10).found
    assert found[-1].symbol == "SOXX"
    assert found[-1].until == ON + timedelta(days=21)  # 31 days after the sale
    long_ago = replace(sold, sold=ON - timedelta(days=31))
    assert find_stand_ins(replace(OWNED, loss_sales=(long_ago,)), "AMD", ON).found[0].until is None


def test_what_was_sold_at_a_loss_itself_is_said_not_to_be_bought_back() -> None:
    sold = LossSale("AMD", "acct-1", ON, Decimal(3), Decimal(50))
    assert find_stand_ins(replace(OWNED, loss_sales=(sold,)), "AMD", ON).until == ON + timedelta(days=31)


def test_a_holding_that_the_table_does_not_know_gets_the_fund_of_its_class() -> None:
    strange = household([lot("ZORB", 1, 5, "2024-01-05")], {"ZORB": 4}, classes={"ZORB": "us_equity"})
    (one,) = find_stand_ins(strange, "ZORB", ON).found
    assert (one.symbol, one.confidence) == ("VTI", "low")
    assert "nothing nearer to ZORB" in one.why


def test_nothing_is_guessed_for_a_holding_of_unknown_class() -> None:
    strange = household([lot("ZORB", 1, 5, "2024-01-05")], {"ZORB": 4}, classes={"ZORB": "other"})
    assert not find_stand_ins(strange, "ZORB", ON).found


def test_figures_are_facts_and_what_is_unknown_makes_none() -> None:
    book = FactBook("instead1", "suggest_replacements()", ON)
    body = describe_stand_ins(OWNED, find_stand_ins(OWNED, "AMD", ON), book)
    facts = {fact.id: fact.value for fact in book.facts}
    assert facts["instead1.VGT.yearly_usd"] == 9  # 0.09 % of $10,000
    assert "instead1.SOXX.yearly_usd" not in facts
    assert not [name for name in facts if name.endswith("correlation_frac")]
    assert len(body["candidates"]) == facts["instead1.candidates_count"] == 3  # type: ignore[arg-type] # a list


def test_equal_moves_correlate_fully_and_opposite_ones_inversely() -> None:
    moves = noise(1)
    same = comovement(series("AAA", moves), series("BBB", moves, 37.0))
    assert same is not None
    assert (same.correlation_frac, same.returns_count, same.until) == (1, 120, date(2026, 5, 1))
    other = comovement(series("AAA", moves), series("BBB", [1 / (1 + one) - 1 for one in moves]))
    assert other is not None
    assert other.correlation_frac == -1


def test_the_correlation_is_that_of_the_log_returns() -> None:
    one, two = noise(2), noise(3)
    mixed = [a + b for a, b in zip(one, two, strict=True)]
    found = comovement(series("AAA", one), series("BBB", mixed))
    expected = np.corrcoef(np.log1p(one), np.log1p(mixed))[0, 1]
    assert found is not None
    assert abs(float(found.correlation_frac) - expected) <= 0.0051


def test_too_few_common_days_or_a_price_that_never_moves_say_nothing() -> None:
    moves = noise(4, LEAST_RETURNS)
    assert comovement(series("AAA", moves), series("BBB", moves)) is not None
    assert comovement(series("AAA", moves[1:]), series("BBB", moves)) is None
    assert comovement(series("AAA", [0.0] * 120), series("BBB", noise(4))) is None
    assert comovement((), ()) is None


def test_a_split_of_the_table_is_no_move() -> None:
    days = [date(2024, 6, 1) + timedelta(days=n) for n in range(90)]
    moves = noise(5, 89)
    plain, close = [100.0], 100.0
    for move in moves:
        close *= 1 + move
        plain.append(close)
    split = date(2024, 7, 15)  # AVGO, ten for one
    avgo = tuple(
        Price("AVGO", Decimal(str(c / (10 if day >= split else 1))), day) for c, day in zip(plain, days, strict=True)
    )
    other = tuple(Price("BBB", Decimal(str(c)), day) for c, day in zip(plain, days, strict=True))
    found = comovement(avgo, other)
    assert found is not None
    assert found.correlation_frac == 1


@given(st.integers(0, 50), st.integers(51, 100))
def test_a_correlation_is_the_same_either_way_and_between_minus_one_and_one(one: int, other: int) -> None:
    first, second = series("AAA", noise(one)), series("BBB", noise(other))
    there, back = comovement(first, second), comovement(second, first)
    assert there is not None
    assert back is not None
    assert there.correlation_frac == back.correlation_frac
    assert -1 <= there.correlation_frac <= 1


def test_expenses_are_fractions_of_known_funds_and_index_funds_are_cheap() -> None:
    for symbol, expense in all_expenses().items():
        known = info(symbol)
        assert known is not None, symbol
        assert known.kind == "fund", symbol
        assert 0 <= expense.yearly_frac <= Decimal("0.01"), symbol
        assert 2020 <= expense.year <= ON.year
    assert expense_of("vti") == expense_of("VTI")
    assert expense_of("ZORB") is None


@pytest.mark.parametrize(
    "symbol", ["VOO", "VTI", "VXUS", "BND", "VNQ", "GLD", "AAPL", "JPM", "XOM", "HYG", "VGK", "EWJ", "RSP"]
)
def test_what_is_held_most_has_a_replacement(symbol: str) -> None:
    assert find_stand_ins(OWNED, symbol, ON).found


def test_every_candidate_is_a_known_fund() -> None:
    named = {one.symbol for symbol in all_known() for one in replacements(symbol)}
    assert all((known := info(symbol)) is not None and known.kind == "fund" for symbol in named)
    assert not [pair for pair in pairwise(sorted(all_known())) if pair[0] == pair[1]]
