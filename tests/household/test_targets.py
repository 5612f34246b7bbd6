from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import BadRequest, LotlineError
from tools.household.targets import parse_targets

D = Decimal


def test_symbols_and_classes_with_weights_become_targets() -> None:
    targets = parse_targets({"msft": "0.1", "US equity": "50%", "bonds": 0.35, "CASH": "0.05"})
    assert [(one.key, one.weight_frac) for one in targets] == [
        ("MSFT", D("0.1")),
        ("us_equity", D("0.5")),
        ("bonds", D("0.35")),
        ("cash", D("0.05")),
    ]


@pytest.mark.parametrize(("weight", "band"), [("0.6", "0.05"), ("0.2", "0.05"), ("0.1", "0.025"), ("0.04", "0.01")])
def test_the_default_band_is_five_points_or_a_quarter_whichever_is_smaller(weight: str, band: str) -> None:
    rest = str(1 - D(weight))
    assert parse_targets({"MSFT": weight, "bonds": rest})[0].band_frac == D(band)


def test_a_band_of_ones_own_is_kept() -> None:
    (target,) = parse_targets({"bonds": {"weight": "1", "band": "2%"}})
    assert target.band_frac == D("0.02")


@pytest.mark.parametrize(("bonds", "said"), [("0.3", "90%"), ("0.402", "100.2%"), ("1", "160%")])
def test_weights_that_do_not_add_up_are_refused_with_their_sum(bonds: str, said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_targets({"us_equity": "0.6", "bonds": bonds})
    assert said in refused.value.what


def test_a_tenth_of_a_percent_is_forgiven() -> None:
    assert len(parse_targets({"us_equity": "0.333", "intl_equity": "0.333", "bonds": "0.333"})) == 3


@pytest.mark.parametrize(
    "mapping",
    [
        {"stonks": "1"},
        {"": "1"},
        {"<b>": "1"},
        {"bonds": "-1"},
        {"bonds": "2"},
        {"bonds": "much"},
        {"bonds": None},
        {"bonds": True},
        {"bonds": "NaN"},
        {"bonds": {"band": "0.1"}},
        {"bonds": "0.5", "Bonds": "0.5"},
        {},
    ],
)
def test_a_target_that_makes_no_sense_is_refused(mapping: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        parse_targets(mapping)


def test_a_symbol_that_only_the_household_knows_is_accepted() -> None:
    assert parse_targets({"zqx": "1"}, held=("ZQX",))[0].key == "ZQX"


@given(
    st.dictionaries(
        st.text(max_size=10), st.one_of(st.text(max_size=6), st.floats(), st.none(), st.integers()), max_size=4
    )
)
def test_any_mapping_is_read_or_refused(mapping: dict[str, object]) -> None:
    try:
        targets = parse_targets(mapping)
    except LotlineError:
        return
    assert abs(sum(target.weight_frac for target in targets) - 1) <= D("0.001")
