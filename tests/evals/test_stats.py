from __future__ import annotations

import pytest

from evals.stats import clopper_pearson, mcnemar, pass_hat, wilson


def test_no_success_in_fifty_two_is_bounded_by_the_rule_of_the_binomial() -> None:
    # (1 - p)^52 = 0.025, so p = 1 - 0.025^(1/52).
    assert clopper_pearson(0, 52).high == pytest.approx(1 - 0.025 ** (1 / 52), abs=1e-9)
    assert clopper_pearson(0, 52).low == 0


def test_clopper_pearson_as_published() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2527 to 0.3676.
    found = clopper_pearson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2527, 0.3676)


def test_wilson_as_published() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_nothing_seen_says_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)
    assert (clopper_pearson(0, 0).low, clopper_pearson(0, 0).high) == (0, 1)


def test_mcnemar_by_hand() -> None:
    # Ten cases turned, nine one way: 2 * (1 + 10) / 1024.
    assert mcnemar(1, 9) == pytest.approx(22 / 1024)
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 5) == 1


def test_pass_hat_by_hand() -> None:
    # Six of eight pass: C(6, 2) / C(8, 2) = 15 / 28; all eight in a row never.
    assert pass_hat(6, 8, 2) == pytest.approx(15 / 28)
    assert pass_hat(6, 8, 8) == 0
    assert pass_hat(8, 8, 8) == 1
