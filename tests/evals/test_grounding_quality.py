"""How good the guard is, on figures that are right and figures that are not, typed and by reference."""

from __future__ import annotations

import pytest

from evals.grounding import Measured, measure, table


@pytest.fixture(scope="module")
def found() -> Measured:
    return measure()


def test_a_reference_is_never_mistaken_for_another_holding(found: Measured) -> None:
    assert found.quoted_wrong > 300
    assert found.quoted_accepted == 0


def test_a_right_reference_is_never_refused(found: Measured) -> None:
    assert found.quoted_right > 100
    assert found.quoted_rejected == 0


def test_at_most_one_typed_figure_in_a_hundred_is_wrong_and_shown(found: Measured) -> None:
    assert found.wrong > 2_000
    assert len(found.accepted) <= found.wrong / 100


def test_at_most_one_right_typed_figure_in_a_hundred_is_refused(found: Measured) -> None:
    assert found.right > 700
    assert len(found.rejected) <= found.right / 100


def test_the_table_says_both(found: Measured) -> None:
    assert "typed, right" in table(found)
    assert "typed, wrong" in table(found)
