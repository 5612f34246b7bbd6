"""The law files: complete, sourced, and honest about years they do not hold."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from tools.errors import LawProblem
from tools.model import FilingStatus
from tools.tax.law import known_years, law_for, parse
from tools.tax.state_law import state_law, states_of

TEXT_2026 = files("tools.tax").joinpath("law/2026.toml").read_text(encoding="utf-8")
NO_TAX = json.loads((Path(__file__).parent / "vectors" / "no_state_tax.json").read_text("utf-8"))["cases"]
SECTIONS = ("ordinary", "long_term_gains", "standard_deduction", "amt", "niit", "capital_loss", "wash_sale")


@pytest.mark.parametrize("year", known_years())
def test_every_year_names_a_source_for_every_section(year: int) -> None:
    law = law_for(year)
    assert law.year == year
    assert law.note is None
    for section in SECTIONS:
        assert len(getattr(law, section).source) > 10, section


def test_the_years_from_2024_to_2026_are_known() -> None:
    assert known_years() == (2024, 2025, 2026)


@pytest.mark.parametrize("status", [status.value for status in FilingStatus])
def test_a_law_file_without_one_status_is_refused(status: str) -> None:
    start = TEXT_2026.index("[niit.over_usd]")
    line = next(each for each in TEXT_2026[start:].splitlines() if each.startswith(status))
    broken = TEXT_2026[:start] + TEXT_2026[start:].replace(line, "", 1)
    with pytest.raises(LawProblem, match=status):
        parse("2026.toml", broken)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_law_file_without_one_source_is_refused(section: str) -> None:
    start = TEXT_2026.index(f"[{section}]")
    source = next(line for line in TEXT_2026[start:].splitlines() if line.startswith("source"))
    with pytest.raises(LawProblem, match="source"):
        parse("2026.toml", TEXT_2026[:start] + TEXT_2026[start:].replace(source, "", 1))


def test_brackets_that_do_not_rise_are_refused() -> None:
    with pytest.raises(LawProblem, match="rising"):
        parse("2026.toml", TEXT_2026.replace("single = [0, 12_400, 50_400", "single = [0, 52_400, 50_400"))


def test_figures_that_other_sources_print_wrongly_are_right() -> None:
    separate, head = FilingStatus.MARRIED_SEPARATE, FilingStatus.HEAD_OF_HOUSEHOLD
    assert law_for(2025).long_term_gains.fifteen_rate_up_to_usd[separate] == 300_000
    assert law_for(2024).ordinary.over_usd[head][3] == 100_500
    assert law_for(2024).ordinary.over_usd[FilingStatus.SINGLE][3] == 100_525
    assert law_for(2025).standard_deduction.amount_usd[FilingStatus.SINGLE] == 15_750
    assert law_for(2026).amt.exemption_phaseout_rate_frac == Decimal("0.5")


def test_a_year_after_the_last_uses_the_last_and_says_so() -> None:
    law = law_for(2027)
    assert law.note == "2027 limits are not in this version: 2026 used"
    assert law.ordinary == law_for(2026).ordinary


def test_a_year_before_the_first_is_an_error_with_a_fix() -> None:
    with pytest.raises(LawProblem, match="2023") as caught:
        law_for(2023)
    assert "2024" in caught.value.fix


def test_the_law_is_read_once() -> None:
    assert law_for(2026) is law_for(2026)


@pytest.mark.parametrize("case", NO_TAX, ids=lambda case: case["id"])
def test_a_state_without_tax_on_gains_is_known_as_one(case: dict[str, dict[str, float | str]]) -> None:
    assert case["expected"]["state_tax_total"] == 0
    assert state_law(str(case["inputs"]["state"]), 2026).no_tax


@pytest.mark.parametrize("state", ["WA", "CA", "Ohio"])
def test_any_other_state_is_not(state: str) -> None:
    assert not state_law(state, 2026).no_tax


def test_a_state_is_known_by_name_too_and_the_list_has_a_source() -> None:
    assert state_law("new hampshire", 2026).no_tax
    assert state_law(" tx ", 2026).no_tax
    untaxed = [code for code, law in states_of(2026).items() if law.no_tax]
    assert sorted(untaxed) == ["AK", "FL", "NH", "NV", "SD", "TN", "TX", "WY"]
    assert "Texas" in state_law("TX", 2026).source
