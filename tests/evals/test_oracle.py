from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evals.oracle.ask import ask, work_out
from evals.oracle.lots import is_long
from evals.oracle.tax import Person, extra_tax, federal_tax
from evals.schema import load_cases

CASES = Path(__file__).parents[2] / "evals" / "cases"
FIGURES = [
    pytest.param(figure, id=f"{case.id} {name}")
    for case in load_cases(CASES)
    for name, figure in case.expect.facts.items()
]


def test_a_single_return_by_hand() -> None:
    # 100,000 - 16,100 = 83,900: 1,240 + 12 % of 38,000 + 22 % of 33,500.
    assert federal_tax(Person("single", 100_000)) == pytest.approx(1_240 + 4_560 + 7_370)


def test_a_loss_takes_three_thousand_off_income() -> None:
    assert extra_tax(Person("single", 100_000), long=-9_000) == pytest.approx(-3_000 * 0.22)


def test_a_gain_fills_the_zero_bracket_first() -> None:
    # 38,000 - 16,100 = 21,900; 27,550 fit below 49,450, the other 2,450 are taxed at 15 %.
    assert extra_tax(Person("single", 38_000), long=30_000) == pytest.approx(2_450 * 0.15)


def test_net_investment_income_tax_above_its_threshold() -> None:
    # All 10,000 lie above 200,000 of income: 15 % and 3.8 %.
    assert extra_tax(Person("single", 240_000), long=10_000) == pytest.approx(10_000 * 0.188)


@pytest.mark.parametrize(
    ("bought", "sold", "long"),
    [
        ("2025-11-20", "2026-11-20", False),
        ("2025-11-19", "2026-11-20", True),
        ("2023-02-28", "2024-02-28", False),
        ("2023-02-28", "2024-03-01", True),
    ],
)
def test_more_than_a_year_is_counted_by_the_calendar(bought: str, sold: str, long: bool) -> None:
    assert is_long(date.fromisoformat(bought), date.fromisoformat(sold)) is long


@pytest.mark.parametrize("figure", FIGURES)
def test_every_expected_figure_is_worked_out_again(figure: object) -> None:
    oracle, why, value = figure.oracle, figure.why, figure.value
    assert oracle or why, "an expected figure says where it comes from"
    worked = ask(oracle) if oracle else work_out(why)
    assert worked == value if isinstance(value, str) else worked == pytest.approx(value, abs=1e-5)


def test_arithmetic_holds_nothing_but_arithmetic() -> None:
    assert work_out("2 * (3 - 1) = 4") == 4
    with pytest.raises(ValueError, match="not arithmetic"):
        work_out("__import__('os')")
