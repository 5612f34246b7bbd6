"""The person's own view of what is substantially identical, added to the table or taken out of it."""

from __future__ import annotations

import pytest

from tools.errors import BadRequest
from tools.market.identical import compare, group_of, related
from tools.market.own_groups import parse_own
from tools.market.replacements import replacements
from tools.plan.purchases import family_of


def toml(grade: str, *symbols: str) -> str:
    names = ", ".join(f'"{symbol}"' for symbol in symbols)
    return f'[[group]]\nkey = "MINE"\ngrade = "{grade}"\nsymbols = [{names}]\nwhy = "My adviser says so."\n'


def test_a_group_of_the_persons_own_makes_two_securities_one_with_its_reason() -> None:
    own = parse_own("own.toml", toml("same", "voo", "IVV"))
    assert group_of("VOO", own) == group_of("IVV", own) == group_of("VFIAX", own)
    assert (compare("VOO", "IVV", own).grade, compare("VOO", "IVV", own).why) == ("same", "My adviser says so.")
    assert group_of("VOO") != group_of("IVV")


def test_what_is_the_same_by_way_of_a_third_is_shown_as_the_same() -> None:
    own = parse_own("own.toml", toml("same", "VOO", "IVV"))
    assert compare("IVV", "VFIAX", own).grade == compare("VFIAX", "IVV", own).grade == "same"


def test_a_group_graded_different_takes_a_pair_apart_and_leaves_the_others() -> None:
    own = parse_own("own.toml", toml("different", "GOOG", "GOOGL"))
    assert group_of("GOOG", own) != group_of("GOOGL", own)
    assert compare("GOOG", "GOOGL", own).why == "My adviser says so."
    own = parse_own("own.toml", toml("different", "VOO", "SPY"))
    assert {one.symbol for one in related("VOO", own)} == {one.symbol for one in related("VOO")} - {"SPY"}


def test_every_grade_says_how_sure_it_is() -> None:
    assert (compare("VTI", "VTSAX").confidence, compare("VOO", "IVV").confidence) == ("high", "medium")
    assert compare("ZQX", "VTI").confidence == "low"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml at all", "not TOML"),
        ("", "No group"),
        ("group = 3", "No group"),
        (toml("same", "VOO"), "two symbols"),
        (toml("same", "VOO", "voo"), "two symbols"),
        (toml("alike", "VOO", "IVV"), "grade"),
        (toml("same", "VOO", "IVV") + "colour = 3\n", "colour"),
        (toml("same", "VOO", "IVV") + toml("different", "IVV", "VFIAX"), "IVV and VFIAX are called different"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_change(text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said) as caught:
        parse_own("own.toml", text)
    assert caught.value.fix


def test_a_stand_in_that_the_person_calls_the_same_is_not_offered_any_more() -> None:
    first = replacements("VTI")[0].symbol
    own = parse_own("own.toml", toml("same", "VTI", first))
    assert first not in {one.symbol for one in replacements("VTI", own)}


def test_a_plan_keeps_securities_together_that_the_person_relates_by_way_of_a_third() -> None:
    own = parse_own("own.toml", toml("caution", "VTI", "ITOT") + toml("caution", "ITOT", "SCHB"))
    assert family_of("VTI", own) == family_of("SCHB", own)
    assert family_of("VTI") != family_of("SCHB")
