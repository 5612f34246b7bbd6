"""What a person told of their files survives as JSON and is never mixed up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.errors import BadRequest
from tools.household.told import (
    LotKey,
    Told,
    tell_account,
    tell_file,
    tell_lot,
    tell_same,
    tell_table,
    told_from_json,
    told_to_json,
)
from tools.model import AccountType

KEY = LotKey("Main …9917", "ZEB", Decimal("30.500"), None)


def everything() -> Told:
    told = tell_account(Told(), "Main …9917", AccountType.TAXABLE, None)
    told = tell_account(told, "Main …9917", None, "spouse")
    told = tell_lot(told, KEY, basis_usd=Decimal("960.75"), given_up=("acquired",))
    told = tell_table(told, "abc", {"symbol": 0, "shares": 2})
    told = tell_file(told, "f00", symbol="ZEB")
    return tell_same(told, "Main …123", "Main …4123", True)


def test_all_that_was_told_comes_back_from_json_as_it_was() -> None:
    told = everything()
    assert told_from_json(told_to_json(told)) == told
    assert told_from_json(told_to_json(told)).lot(KEY).key.shares.as_tuple() == Decimal("30.500").as_tuple()


def test_what_is_said_later_joins_what_was_said_before() -> None:
    account = everything().account("main …9917")
    assert (account.type, account.owner) == (AccountType.TAXABLE, "spouse")


def test_a_date_told_later_is_no_longer_given_up() -> None:
    told = tell_lot(everything(), KEY, acquired=date(2021, 3, 5))
    assert told.lot(KEY).given_up == ()
    assert told.lot(KEY).basis_usd == Decimal("960.75")
    assert len(told.lots) == 1


def test_a_lot_of_other_shares_is_another_lot() -> None:
    other = LotKey("Main …9917", "ZEB", Decimal(31), None)
    assert everything().lot(other).basis_usd is None


def test_two_labels_are_the_same_in_either_order_and_unknown_when_never_asked() -> None:
    told = everything()
    assert told.are_same("Main …4123", "main …123") is True
    assert told.are_same("Main …4123", "Other") is None


@pytest.mark.parametrize("text", ["", "[]", '{"accounts": 3}', '{"lots": [{"key": 1}]}', "null"])
def test_what_is_no_such_value_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadRequest):
        told_from_json(text)
