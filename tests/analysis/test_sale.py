"""What-if sales against arithmetic written out here. Single filer, 150,000 of wages in 2026: 24 % and 15 %."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from builders import ON, household, lot, single

from tools.analysis.sale import simulate_sale
from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.model import AccountType, Investor
from tools.tax.law import law_for

LAW = law_for(2026)
LOTS = [lot("AMD", 100, 50, "2019-05-01"), lot("AMD", 50, 100, "2026-03-02"), lot("AMD", 20, 150, "2024-01-10")]


def sell(**how: object) -> object:
    home = household(LOTS, {"AMD": 160, "VTI": 330}, cash={"acct-1": 9_400})
    return simulate_sale(home, single(), LAW, ON, "AMD", **how)


def test_min_tax_takes_the_lot_that_costs_the_least() -> None:
    sale = sell(shares=Decimal(20))
    assert [leg.lot.id for leg in sale.legs] == ["lot-3"]
    assert sale.tax.low.extra_tax_usd == Decimal("30.00")  # 20 x 10 gained, long, 15 %
    assert sale.realized.proceeds_usd == 3_200
    # 170 shares at 160 and 9,400 of cash make 36,600.
    assert sale.weight_before_frac == Decimal(27_200) / 36_600
    assert sale.weight_after_frac == Decimal(24_000) / 36_600


@pytest.mark.parametrize(
    ("method", "lots", "tax"),
    [
        ("fifo", ["lot-1"], Decimal("660.00")),  # 40 x 110 long at 15 %
        ("lifo", ["lot-2"], Decimal("576.00")),  # 40 x 60 short at 24 %
        ("hifo", ["lot-3", "lot-2"], Decimal("318.00")),  # 20 x 10 at 15 % and 20 x 60 at 24 %
        ("min_tax", ["lot-3", "lot-2"], Decimal("318.00")),
    ],
)
def test_each_method_picks_its_lots(method: str, lots: list[str], tax: Decimal) -> None:
    sale = sell(shares=Decimal(40), method=method)
    assert [leg.lot.id for leg in sale.legs] == lots
    assert sale.tax.low.extra_tax_usd == tax


def test_waiting_shows_the_day_and_the_lower_tax() -> None:
    sale = sell(shares=Decimal(10), lot_id="lot-2")
    assert sale.tax.low.extra_tax_usd == Decimal("144.00")  # 10 x 60 short at 24 %
    assert sale.waiting is not None
    assert sale.waiting.from_date == date(2027, 3, 3)
    assert sale.waiting.tax.low.extra_tax_usd == Decimal("90.00")  # the same gain at 15 %


def test_a_net_amount_leaves_at_least_that_after_tax() -> None:
    sale = sell(net_usd=Decimal(10_000))
    net = sale.realized.proceeds_usd - sale.tax.high.extra_tax_usd
    assert net >= 10_000
    fewer = sell(shares=sale.shares - 1)
    assert fewer.realized.proceeds_usd - fewer.tax.high.extra_tax_usd < 10_000


def test_a_tax_limit_sells_as_much_as_fits() -> None:
    sale = sell(max_tax_usd=Decimal(100))
    assert sale.tax.high.extra_tax_usd <= 100
    assert sell(shares=sale.shares + 1).tax.high.extra_tax_usd > 100


def test_without_income_the_tax_is_a_range() -> None:
    home = household(LOTS, {"AMD": 160})
    sale = simulate_sale(home, Investor(), LAW, ON, "AMD", shares=Decimal(20), lot_id="lot-3")
    assert not sale.tax.exact
    assert set(sale.tax.narrow_by) == {"filing_status", "income_usd"}
    assert sale.tax.high.extra_tax_usd == 0  # the most saved: the 0 % bracket
    assert sale.tax.low.extra_tax_usd == Decimal("47.60")  # 200 at 23.8 %


def test_a_sale_in_an_ira_costs_no_tax() -> None:
    home = household([lot("AMD", 10, 50, "2019-05-01")], {"AMD": 160}, types={"acct-1": AccountType.ROTH_IRA})
    sale = simulate_sale(home, single(), LAW, ON, "AMD", shares=Decimal(10))
    assert sale.tax.low.extra_tax_usd == 0
    assert sale.realized.proceeds_usd == 1_600


def test_a_loss_that_a_recent_purchase_matches_does_not_count() -> None:
    home = household([lot("AMD", 100, 200, "2026-03-02"), lot("AMD", 30, 150, "2026-11-11")], {"AMD": 160})
    sale = simulate_sale(home, single(), LAW, ON, "AMD", shares=Decimal(100), lot_id="lot-1")
    assert sale.realized.wash.disallowed_usd == 1_200  # 30 of 100 shares, 40 a share
    assert sale.realized.gains.short_usd == -2_800


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"shares": Decimal(171)}, BadRequest),
        ({"shares": Decimal(0)}, BadRequest),
        ({"amount_usd": Decimal(10_000_000)}, BadRequest),
        ({"net_usd": Decimal(10_000_000)}, BadRequest),
        ({"lot_id": "lot-9"}, UnknownThing),
    ],
)
def test_what_cannot_be_sold_is_said(how: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        sell(**how)


def test_an_unknown_cost_is_asked_for_not_guessed() -> None:
    home = household([lot("AMD", 10, None, "2019-05-01")], {"AMD": 160})
    with pytest.raises(MissingFact, match="cost of AMD"):
        simulate_sale(home, single(), LAW, ON, "AMD", shares=Decimal(5))
    unknown = household([lot("AMD", 10, 5, "2019-05-01")], {"AMD": 160}, types={"acct-1": AccountType.UNKNOWN})
    with pytest.raises(MissingFact, match="kind of account"):
        simulate_sale(unknown, single(), LAW, ON, "AMD", shares=Decimal(5))


def test_waiting_into_the_next_year_leaves_this_years_gains_and_losses_behind() -> None:
    home = household(LOTS, {"AMD": 160})
    spent = single(long_carryover_usd=Decimal(2_000), short_gain_usd=Decimal(2_000))
    sale = simulate_sale(home, spent, LAW, ON, "AMD", shares=Decimal(10), lot_id="lot-2")
    assert sale.waiting is not None
    assert sale.waiting.next_year
    # This year's gain uses the carryover up, so 600 long in 2027 meet 15 % whole.
    assert sale.waiting.tax.low.extra_tax_usd == Decimal("90.00")
    rich = single(long_carryover_usd=Decimal(50_000))
    sale = simulate_sale(home, rich, LAW, ON, "AMD", shares=Decimal(10), lot_id="lot-2")
    assert sale.waiting is not None
    assert sale.waiting.tax.low.extra_tax_usd == 0  # 47,000 of loss are left to set against it
