"""Which closes are believed, and how old they are. Symbols and figures are made up but for real splits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.market.price_checks import judge
from tools.market.quotes import Answer, Seen
from tools.market.sessions import is_session, is_stale, sessions_after
from tools.model import Problem, Security

AS_OF = date(2026, 11, 20)  # a Friday


def held(price: str | None, day: date | None = date(2026, 11, 18), symbol: str = "ZORB") -> dict[str, Security]:
    return {symbol: Security(symbol, symbol, None, None if price is None else Decimal(price), day)}


def rows(*closes: str, last: date = AS_OF, symbol: str = "ZORB") -> list[Seen]:
    days = [last - timedelta(days=n) for n in range(len(closes))][::-1]
    return [Seen(symbol, day.isoformat(), close) for day, close in zip(days, closes, strict=True)]


def refusal(seen: list[Seen], known: dict[str, Security], symbol: str = "ZORB") -> Problem:
    found = judge(Answer({symbol: seen}), known, AS_OF, "Somewhere")
    assert symbol not in found.closes
    return found.problems[symbol]


def test_plain_closes_are_believed_in_order_of_their_days() -> None:
    found = judge(Answer({"ZORB": rows("10", "10.5", "11")[::-1]}), held("10.2"), AS_OF, "Somewhere")
    assert not found.problems
    assert [(str(one.price_usd), one.day.day) for one in found.closes["ZORB"]] == [("10", 18), ("10.5", 19), ("11", 20)]


@pytest.mark.parametrize("close", ["NaN", "Infinity", "-3", "0", "", "n/a", "1e400", None, True, [12], {"close": 12}])
def test_what_is_no_positive_number_is_no_price(close: object) -> None:
    problem = refusal([Seen("ZORB", "2026-11-20", close)], held("12"))
    assert "no price" in problem.what
    assert problem.where == "ZORB at Somewhere"
    assert "Drop a newer file" in problem.fix


def test_an_answer_about_another_symbol_is_refused() -> None:
    assert "about “QUUX”" in refusal(rows("12", symbol="QUUX"), held("12")).what


def test_a_future_day_is_refused() -> None:
    assert "after 2026-11-20" in refusal(rows("12", last=AS_OF + timedelta(days=1)), held("12")).what


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-40", None, 20261120])
def test_what_is_no_day_is_refused(day: object) -> None:
    assert "where its day should be" in refusal([Seen("ZORB", day, "12")], held("12")).what


def test_adjusted_prices_alone_are_refused() -> None:
    seen = [Seen("ZORB", "2026-11-20", None, adjusted="11.8")]
    assert "adjusted prices only" in refusal(seen, held("12")).what


def test_two_closes_on_one_day_are_refused_and_the_same_close_twice_is_not() -> None:
    twice = [*rows("12"), *rows("13")]
    assert "two closes on 2026-11-20: $12.00, $13.00" in refusal(twice, held("12")).what
    assert judge(Answer({"ZORB": [*rows("12"), *rows("12.0")]}), held("12"), AS_OF, "Somewhere").closes["ZORB"]


def test_a_jump_of_forty_percent_from_one_day_to_the_next_needs_a_split() -> None:
    problem = refusal(rows("100", "100", "60"), held("100"))
    assert "jumps from $100.00 on 2026-11-19 to $60.00 on 2026-11-20" in problem.what
    assert "If that is real" in problem.fix
    fair = judge(Answer({"ZORB": rows("100", "100", "65")}), held("100"), AS_OF, "Somewhere")
    assert fair.closes["ZORB"][-1].price_usd == 65


def test_a_split_of_the_table_explains_a_jump_before_the_day_of_the_file() -> None:
    # AVGO, ten for one on July 15, 2024; the file is of the day after.
    day = date(2024, 7, 16)
    seen = [Seen("AVGO", f"2024-07-{d}", close) for d, close in ((11, "1700"), (12, "1700"), (15, "170"), (16, "168"))]
    found = judge(Answer({"AVGO": seen}), held("168", day, "AVGO"), day, "Somewhere")
    assert not found.problems
    assert found.closes["AVGO"][-1].price_usd == 168


def test_a_split_that_the_provider_names_explains_a_jump_as_well() -> None:
    seen = [*rows("100", last=date(2026, 11, 17)), Seen("ZORB", "2026-11-18", "50", split="2"), *rows("51", "50")]
    assert not judge(Answer({"ZORB": seen}), held("50", AS_OF), AS_OF, "Somewhere").problems


def test_a_split_after_the_file_is_refused_as_the_file_counts_old_shares() -> None:
    seen = [Seen("AVGO", "2024-07-12", "1700"), Seen("AVGO", "2024-07-15", "170")]
    known = held("1700", date(2024, 7, 12), "AVGO")
    found = judge(Answer({"AVGO": seen}), known, date(2024, 7, 15), "Somewhere")
    assert "was split after 2024-07-12" in found.problems["AVGO"].what


def test_closes_that_do_not_show_a_known_split_are_adjusted() -> None:
    seen = [Seen("AVGO", "2024-07-12", "170"), Seen("AVGO", "2024-07-15", "171")]
    found = judge(Answer({"AVGO": seen}), held("171", date(2024, 7, 15), "AVGO"), date(2024, 7, 15), "Somewhere")
    assert "adjusted, not raw" in found.problems["AVGO"].what


def test_a_close_on_the_day_of_the_file_has_to_be_near_the_price_in_the_file() -> None:
    problem = refusal(rows("30", "30", "30"), held("100"))
    assert "$30.00 on 2026-11-18, against $100.00 in your file of 2026-11-18" in problem.what


def test_a_price_may_double_in_a_year_when_no_day_jumps() -> None:
    steps = [f"{100 + n}" for n in range(101)]
    old = held("100", AS_OF - timedelta(days=100))
    assert judge(Answer({"ZORB": rows(*steps)}), old, AS_OF, "Somewhere").closes["ZORB"][-1].price_usd == 200


def test_a_refused_symbol_touches_no_other_and_problems_of_the_provider_stay() -> None:
    answer = Answer({"ZORB": rows("NaN"), "QUUX": rows("7", symbol="QUUX")}, {"BLIP": Problem("BLIP", "Gone.", "")})
    found = judge(answer, held("12"), AS_OF, "Somewhere")
    assert set(found.closes) == {"QUUX"}
    assert set(found.problems) == {"ZORB", "BLIP"}


@given(
    st.lists(st.tuples(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.none()), st.text(max_size=12)))
)
def test_whatever_a_provider_writes_is_believed_or_refused_and_never_raises(written: list[tuple[object, str]]) -> None:
    seen = [Seen(None, day, close) for close, day in written]
    found = judge(Answer({"ZORB": seen}), held("12"), AS_OF, "Somewhere")
    assert ("ZORB" in found.closes) != ("ZORB" in found.problems)


# Thanksgiving of 2026 is November 26; the exchange is open on the Friday after.
@pytest.mark.parametrize(
    ("priced", "as_of", "sessions"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 11, 25), date(2026, 11, 27), 1),
        (date(2026, 11, 25), date(2026, 11, 30), 2),
        (date(2026, 11, 13), date(2026, 11, 20), 5),
        (date(2025, 11, 20), date(2026, 11, 20), 251),
        (date(2026, 11, 20), date(2026, 11, 1), 0),
    ],
)
def test_the_age_of_a_price_is_counted_in_sessions(priced: date, as_of: date, sessions: int) -> None:
    assert sessions_after(priced, as_of) == sessions


def test_a_price_of_the_session_before_is_not_stale_and_one_older_is() -> None:
    assert not is_stale(date(2026, 11, 20), date(2026, 11, 23))
    assert is_stale(date(2026, 11, 19), date(2026, 11, 23))
    assert is_session(date(2026, 11, 27))
    assert not is_session(date(2026, 4, 3))  # Good Friday
    assert not is_session(date(2025, 1, 9))  # a day of mourning


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_counting_weeks_at_once_equals_counting_days(day: date, span: int) -> None:
    until = day + timedelta(days=span)
    one_by_one = sum(is_session(day + timedelta(days=n)) for n in range(1, span + 1))
    assert sessions_after(day, until) == one_by_one
