"""What people say of a lot, read without a guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.errors import BadRequest
from tools.household.answers import lot_words

AS_OF = date(2026, 11, 20)
MARCH = date(2021, 3, 5)


@pytest.mark.parametrize(
    ("text", "basis", "acquired"),
    [
        ("I paid 31.50 a share for the Intel, bought March 5 2021", "1890.00", MARCH),
        ("$31.50 per share on 3/5/2021", "1890.00", MARCH),
        ("31.5 each, 2021-03-05", "1890.00", MARCH),
        ("$1,890 in total, the 5th of March 2021", "1890.00", MARCH),
        ("all of them cost $1.89k, bought on Mar. 5th, 2021", "1890.00", MARCH),
        ("bought 03/05/21", None, MARCH),
        ("31.50/share", "1890.00", None),
        ("they were 0 a share", "0.00", None),
        ("60 shares at $31.50 each", "1890.00", None),
    ],
)
def test_cost_and_day_are_read_as_people_write_them(text: str, basis: str | None, acquired: date | None) -> None:
    found = lot_words(text, AS_OF)
    assert found.acquired == acquired
    read = found.amount.basis(Decimal(60)) if found.amount else None
    assert read == (None if basis is None else Decimal(basis))


@pytest.mark.parametrize("text", ["I paid $1,890", "1890 on March 5 2021", "cost 31.50"])
def test_an_amount_that_may_be_of_one_share_or_of_all_stays_open(text: str) -> None:
    amount = lot_words(text, AS_OF).amount
    assert amount is not None
    assert amount.basis(Decimal(60)) is None
    # Of a single share both readings agree.
    assert amount.basis(Decimal(1)) == amount.usd


@pytest.mark.parametrize("text", ["I don't know", "no idea", "can't remember what I paid", "skip it"])
def test_not_knowing_is_an_answer(text: str) -> None:
    assert lot_words(text, AS_OF).gives_up


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bought on February 30 2021", "There is no February 30 2021"),
        ("2021-13-01", "There is no 2021-13-01"),
        ("bought in March 2021", "is not a whole day"),
        ("in 2019 I think", "is not a whole day"),
        ("bought 2027-01-04", "is after 2026-11-20"),
        ("$5 or $6 a share", "more than one amount"),
        ("3/5/2021 and 4/5/2021", "two days"),
        ("it cost -$40 a share", "below zero"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        lot_words(text, AS_OF)


def test_a_sentence_about_something_else_says_nothing_of_a_lot() -> None:
    assert lot_words("how should I rebalance?", AS_OF).says_nothing
