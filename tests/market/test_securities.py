from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import UnknownThing
from tools.market.securities import ASSET_CLASSES, all_known, broad_fund, info, name_of, resolve
from tools.model import Security

HELD = (Security("MSFT", "Microsoft"), Security("GOOGL", "Alphabet"), Security("ZQX", "Zebra Quantum Exchange"))


@pytest.mark.parametrize(
    ("words", "symbol"),
    [
        ("msft", "MSFT"),
        ("$MSFT", "MSFT"),
        ("Microsoft Corp", "MSFT"),
        ("microsft", "MSFT"),
        ("MSTF", "MSFT"),
        ("google", "GOOGL"),
        ("zebra", "ZQX"),
        ("zebra quantum", "ZQX"),
        ("zqx shares", "ZQX"),
        ("the apple stock", "AAPL"),
        ("advanced micro devices", "AMD"),
        ("Lowe's", "LOW"),
        ("johnson and johnson", "JNJ"),
        ("berkshire hathaway", "BRK.B"),
        ("brk.b", "BRK.B"),
    ],
)
def test_a_person_s_word_for_a_security_finds_its_symbol(words: str, symbol: str) -> None:
    assert resolve(words, HELD) == symbol


def test_what_is_held_wins_over_the_general_table() -> None:
    held = (Security("GOOG", "Alphabet"),)
    assert resolve("alphabet", held) == "GOOG"
    assert resolve("delta", (Security("DLT", "Delta Widgets"), Security("DAL", "Delta Air Lines"))) == "DAL"
    assert resolve("apple", (Security("APLE", "Apple Hospitality"),)) == "AAPL"


def test_an_exact_name_wins_over_a_misspelling_of_something_held() -> None:
    assert resolve("visa", (Security("VISN", "Visia"),)) == "V"


@pytest.mark.parametrize("words", ["google", "vanguard total"])
def test_two_that_fit_are_both_named_and_none_is_chosen(words: str) -> None:
    held = (
        Security("GOOG", "Alphabet"),
        Security("GOOGL", "Alphabet"),
        Security("VTI", "Vanguard Total Stock Market ETF"),
        Security("BND", "Vanguard Total Bond Market ETF"),
    )
    with pytest.raises(UnknownThing) as unsure:
        resolve(words, held)
    assert "more than one" in unsure.value.what
    assert unsure.value.fix.count("(") == 2


@pytest.mark.parametrize("words", ["", "   ", "qqqqzzz", "!!", "my stuff"])
def test_nothing_that_fits_is_said(words: str) -> None:
    with pytest.raises(UnknownThing):
        resolve(words, HELD)


@given(st.text(max_size=40))
def test_any_words_are_resolved_or_refused(words: str) -> None:
    with contextlib.suppress(UnknownThing):
        symbol = resolve(words, HELD)
        assert symbol in all_known() or symbol in {one.symbol for one in HELD}


def test_every_security_has_a_known_class_and_its_own_symbol() -> None:
    assert len(all_known()) >= 150
    for symbol, one in all_known().items():
        assert one.symbol == symbol == symbol.upper()
        assert one.asset_class in ASSET_CLASSES
        assert one.name.strip() == one.name != ""


def test_a_broad_fund_is_a_fund_of_its_class_on_an_index() -> None:
    for asset_class in ("us_equity", "intl_equity", "bonds", "real_estate"):
        fund = info(broad_fund(asset_class) or "")
        assert fund is not None
        assert (fund.kind, fund.asset_class) == ("fund", asset_class)
        assert fund.index
    assert broad_fund("cash") is None
    assert broad_fund("baseball_cards") is None


def test_an_unknown_symbol_is_its_own_name() -> None:
    assert name_of("ZQX") == "ZQX"
    assert info("ZQX") is None
