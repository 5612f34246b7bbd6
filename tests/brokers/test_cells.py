from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.brokers import cells


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,234.56", "1234.56"),
        ("-$1.00", "-1.00"),
        ("$-1.00", "-1.00"),
        ("($250.00)", "-250.00"),
        ("+$47774.67", "47774.67"),
        (".58", "0.58"),
        ("$3621.38 ", "3621.38"),
        ("0", "0"),
        ("100.791", "100.791"),
    ],
)
def test_money_reads_as_brokers_write_it(text: str, value: str) -> None:
    assert cells.number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "--", "-", "n/a", "N/A", "not applicable", "$-", "Incomplete", "  "])
def test_a_sign_for_unknown_is_unknown_and_not_zero(text: str) -> None:
    assert cells.number(text) is None
    assert cells.day(text) is None


@pytest.mark.parametrize(
    "text",
    ["=10*2", "1.234,56", "1,23", "12abc", "1e5", "nan", "inf", "$", "٣", "--5", "1 2", "9" * 16, "-$81.95 -1.17%"],
)
def test_what_is_not_a_number_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(cells.BadCell):
        cells.number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("04/12/2021 10:15:00", date(2021, 4, 12)),
        ("4/2/2021", date(2021, 4, 2)),
        ("01/02/19", date(2019, 1, 2)),
        ("2024-03-15", date(2024, 3, 15)),
        ("2024-03-15T09:30:00", date(2024, 3, 15)),
        ("2026/11/20", date(2026, 11, 20)),
        ("May-15-2025", date(2025, 5, 15)),
        ("MAY/15/2023", date(2023, 5, 15)),
        ("11/16/2018 as of 11/15/2018", date(2018, 11, 15)),
        ("Various", None),
    ],
)
def test_dates_read_as_brokers_write_them(text: str, value: date | None) -> None:
    assert cells.day(text) == value


@pytest.mark.parametrize(
    "text", ["13/01/2020", "2020-02-30", "0001-01-01", "9999-01-01", "soon", "20200101", "=TODAY()"]
)
def test_an_impossible_date_is_refused(text: str) -> None:
    with pytest.raises(cells.BadCell):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("brk b", "BRK.B"), ("BRK/B", "BRK.B"), ("BRK-B", "BRK.B"), (" msft ", "MSFT"), ("SPAXX**", "SPAXX")],
)
def test_a_symbol_is_written_one_way(text: str, symbol: str) -> None:
    assert cells.ticker(text) == symbol


@pytest.mark.parametrize("text", ["", "=HYPERLINK(1)", "<b>MSFT</b>", "TOO LONG A SYMBOL", "--"])
def test_what_cannot_be_a_symbol_is_refused(text: str) -> None:
    with pytest.raises(cells.BadCell):
        cells.ticker(text)


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1+1", "'=1+1", " =1"])
def test_a_formula_in_a_name_loses_what_would_start_it(text: str) -> None:
    name = cells.words(text)
    assert name is not None
    assert name[0] not in "=+-@\t'"


def test_mark_up_in_a_name_stays_text_and_is_capped() -> None:
    assert cells.words("<script>alert(1)</script>") == "<script>alert(1)</script>"
    assert len(cells.words("x" * 500) or "") == cells.NAME_LENGTH


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("XXXX-1234", "…1234"),
        ("Individual ...123", "Individual …123"),
        ("Individual XXXX-1234", "Individual …1234"),
        ("Joint brokerage 5521-4417", "Joint brokerage …4417"),
        ("Z12345678", "…5678"),
        ("1234 5678 9012", "…9012"),
        ("My 401k", "My 401k"),
        ("529 plan of 2019", "529 plan of 2019"),
        ("Individual-1234567", "Individual…4567"),
    ],
)
def test_an_account_number_keeps_four_digits_at_most(text: str, label: str) -> None:
    assert cells.account_label(text) == label


@given(st.from_regex(r"[A-Za-z ]{0,8}[0-9]{5,12}[A-Za-z ]{0,8}", fullmatch=True))
def test_no_long_number_survives_in_an_account_label(text: str) -> None:
    label = cells.account_label(text) or ""
    digits = "".join(one for one in label if one.isdigit())
    assert len(digits) <= 4


@given(st.text(max_size=60), st.sampled_from([cells.number, cells.day, cells.ticker, cells.account_type]))
def test_any_text_in_a_cell_is_a_value_unknown_or_refused(text: str, parse: Callable[[str], object]) -> None:
    with contextlib.suppress(cells.BadCell):
        parse(text)
    assert "\n" not in cells.shown(text)


def test_a_message_never_repeats_an_account_number() -> None:
    assert cells.shown("5521-4417") == "…4417"
    assert cells.shown("acct Z12345678 of Ada") == "acct …5678 of Ada"
    assert cells.shown("2020-02-30") == "2020-02-30"
    assert cells.shown("-1234.50") == "-1234.50"
