"""Due dates of estimated tax and what is safe to have paid by then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tools.tax.estimated import due_dates, next_payment

D = Decimal


@pytest.mark.parametrize(
    ("year", "dates"),
    [
        # As printed on Form 1040-ES of each year.
        (2022, ("2022-04-18", "2022-06-15", "2022-09-15", "2023-01-17")),
        (2023, ("2023-04-18", "2023-06-15", "2023-09-15", "2024-01-16")),
        (2024, ("2024-04-15", "2024-06-17", "2024-09-16", "2025-01-15")),
        (2025, ("2025-04-15", "2025-06-16", "2025-09-15", "2026-01-15")),
        (2026, ("2026-04-15", "2026-06-15", "2026-09-15", "2027-01-15")),
    ],
)
def test_due_dates_move_past_weekends_and_holidays(year: int, dates: tuple[str, ...]) -> None:
    assert tuple(day.isoformat() for day in due_dates(year)) == dates


def test_the_last_payment_makes_ninety_percent_of_the_year_safe() -> None:
    found = next_payment(2026, date(2026, 11, 20), D(40_000), D(10_000))
    assert found is not None
    assert (found.due, found.number) == (date(2027, 1, 15), 4)
    assert (found.year_usd, found.by_due_usd, found.on_gains_usd) == (36_000, 36_000, 9000)


def test_the_second_payment_needs_half_of_it() -> None:
    found = next_payment(2026, date(2026, 6, 15), D(40_000), D(10_000))
    assert found is not None
    assert (found.number, found.by_due_usd, found.on_gains_usd) == (2, 18_000, 4500)


def test_little_tax_on_gains_and_a_year_that_is_over_need_no_payment() -> None:
    assert next_payment(2026, date(2026, 11, 20), D(40_000), D("999.99")) is None
    assert next_payment(2026, date(2027, 1, 16), D(40_000), D(10_000)) is None
