"""Analysis at the edges: dates, prices of zero, fractional shares, lots that were not asked for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from builders import ON, household, lot, single

from tools.analysis.harvest import find_losses
from tools.analysis.sale import simulate_sale
from tools.analysis.wash_check import check_sale
from tools.errors import BadRequest
from tools.model import AccountType, FilingStatus, Investor
from tools.tax.law import law_for

LAW = law_for(2026)
ROTH = {"acct-2": AccountType.ROTH_IRA}


def test_the_safe_day_waits_for_the_last_purchase_that_could_match() -> None:
    rows = [
        lot("AMD", 10, 200, "2024-01-02"),
        lot("AMD", 10, 150, "2026-11-01", "acct-2"),
        lot("AMD", 10, 150, "2026-11-15", "acct-2"),
    ]
    home = household(rows, {"AMD": 160}, types=ROTH)
    check = check_sale(home, single(), LAW, "AMD", ON)
    assert [found.purchase_id for found in check.wash.matches] == ["lot-2"]  # ten shares match the first ten bought
    assert check.clear == date(2026, 12, 16)  # the day after the thirtieth from November 15


def test_a_purchase_that_is_sold_along_does_not_delay_the_safe_day() -> None:
    rows = [lot("AMD", 10, 200, "2024-01-02"), lot("AMD", 10, 170, "2026-11-15")]
    check = check_sale(household(rows, {"AMD": 160}), single(), LAW, "AMD", ON)
    assert check.verdict == "none"
    assert check.clear is None


def test_a_wholly_matched_loss_with_fractions_of_cents_is_wholly_disallowed() -> None:
    rows = [lot("AMD", "3.333", "40.00", "2024-01-02"), lot("AMD", 9, 20, "2026-11-15", "acct-2")]
    rows[0] = (*rows[0][:3], Decimal("133.32"), rows[0][4])
    home = household(rows, {"AMD": "20.005"}, types=ROTH)
    assert check_sale(home, single(), LAW, "AMD", ON).verdict == "wholly"


def test_no_lots_named_is_not_all_lots() -> None:
    home = household([lot("AMD", 10, 200, "2024-01-02")], {"AMD": 160})
    assert not find_losses(home, single(), LAW, ON, ()).candidates


def test_min_tax_looks_past_the_dearest_lots_for_the_cheapest_tax() -> None:
    # Single, 150,000: short gains at 24 %, long at 15 %. A share of each lot costs 2.40, 2.64, 1.80 and 9.00 of tax.
    rows = [
        lot("AMD", 1, 150, "2026-03-02"),
        lot("AMD", 1, 149, "2026-03-02"),
        lot("AMD", 1, 148, "2024-03-01"),
        lot("AMD", 1, 100, "2024-03-01"),
    ]
    home = household(rows, {"AMD": 160})
    sale = simulate_sale(home, single(), LAW, ON, "AMD", shares=Decimal(3))
    assert sale.tax.low.extra_tax_usd == Decimal("6.84")


def test_while_income_is_unknown_the_net_amount_holds_at_the_most_tax() -> None:
    home = household([lot("AMD", 100, 10, "2019-03-01")], {"AMD": 160})
    unknown = Investor(FilingStatus.SINGLE)
    sale = simulate_sale(home, unknown, LAW, ON, "AMD", net_usd=Decimal(5_000))
    assert sale.realized.proceeds_usd - sale.tax.low.extra_tax_usd >= 5_000
    capped = simulate_sale(home, unknown, LAW, ON, "AMD", max_tax_usd=Decimal(500))
    assert capped.tax.low.extra_tax_usd <= 500


def test_a_price_of_zero_is_asked_about() -> None:
    home = household([lot("AMD", 10, 200, "2024-01-02")], {"AMD": 0})
    with pytest.raises(BadRequest, match="price of zero"):
        simulate_sale(home, single(), LAW, ON, "AMD", amount_usd=Decimal(100))


def test_a_lot_cannot_be_sold_before_it_was_bought() -> None:
    home = household([lot("AMD", 10, 200, "2026-10-02")], {"AMD": 160})
    with pytest.raises(BadRequest, match="bought after"):
        check_sale(home, single(), LAW, "AMD", date(2026, 9, 1))
