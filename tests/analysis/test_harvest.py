"""Loss lots: what each saves, what blocks it, and from when it counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from builders import ON, household, lot, single

from tools.analysis.harvest import describe_harvest, find_losses
from tools.analysis.wash_check import check_purchase, check_sale
from tools.facts import FactBook
from tools.model import AccountType, Household, LossSale
from tools.tax.law import law_for

LAW = law_for(2026)
IRA = {"acct-2": AccountType.TRADITIONAL_IRA}


def parted() -> Household:
    """Forty shares at a loss of 100 each; the spouse's IRA bought fifteen nine days ago."""
    rows = [lot("ADBE", 40, 450, "2023-05-01"), lot("ADBE", 15, 340, "2026-11-11", "acct-2")]
    return household(rows, {"ADBE": 350}, types=IRA)


def test_shares_bought_in_an_ira_lose_that_part_of_the_loss_for_good() -> None:
    found = find_losses(parted(), single(), LAW, ON).candidates
    assert [c.status for c in found] == ["partly"]
    assert found[0].loss_usd == 4_000
    assert found[0].wash.permanent_usd == 1_500  # 15 x 100
    assert found[0].release == date(2026, 12, 12)  # thirty-one days after November 11
    assert found[0].tax.low.saved_usd == 600  # 2,500 left, all deducted, 24 %


def test_losses_in_sheltered_accounts_are_not_listed() -> None:
    home = household([lot("ADBE", 40, 450, "2023-05-01", "acct-2")], {"ADBE": 350}, types=IRA)
    assert not find_losses(home, single(), LAW, ON).candidates


def test_more_than_the_limit_is_carried_and_saves_nothing_this_year() -> None:
    home = household([lot("INTC", 100, 100, "2020-03-02")], {"INTC": 40})
    found = find_losses(home, single(), LAW, ON)
    assert found.together.low.saved_usd == 720  # 3,000 of the 6,000 at 24 %
    assert found.together.low.with_.carryover_usd == 3_000


def test_the_list_can_be_cut_by_size_and_by_what_is_needed() -> None:
    rows = [lot("INTC", 100, 100, "2020-03-02"), lot("AMD", 10, 170, "2020-03-02"), lot("PFE", 100, 45, "2020-03-02")]
    home = household(rows, {"INTC": 40, "AMD": 160, "PFE": 25})
    assert len(find_losses(home, single(), LAW, ON).candidates) == 3
    assert len(find_losses(home, single(), LAW, ON, min_loss_usd=Decimal(500)).candidates) == 2
    assert len(find_losses(home, single(), LAW, ON, min_loss_frac=Decimal("0.5")).candidates) == 1
    assert [c.lot.symbol for c in find_losses(home, single(), LAW, ON, enough_usd=Decimal(5_000)).candidates] == [
        "INTC"
    ]


def test_no_benefit_is_said_when_there_is_none() -> None:
    home = household([lot("INTC", 100, 100, "2020-03-02")], {"INTC": 40})
    body = describe_harvest(home, find_losses(home, single(10_000), LAW, ON), ON, FactBook("harvest1", "t", ON))
    assert body["benefit"] == "no"


def test_the_check_names_the_purchase_and_the_safe_day() -> None:
    check = check_sale(parted(), single(), LAW, "ADBE", ON, Decimal(20))
    assert check.verdict == "partly"
    assert check.wash.disallowed_usd == 1_500
    assert check.wash.matches[0].account_id == "acct-2"
    assert check.clear == date(2026, 12, 12)


def test_ten_shares_against_fifteen_bought_are_wholly_disallowed() -> None:
    assert check_sale(parted(), single(), LAW, "ADBE", ON, Decimal(10)).verdict == "wholly"


def test_a_gain_is_no_wash_sale() -> None:
    home = household([lot("ADBE", 40, 250, "2023-05-01"), lot("ADBE", 15, 340, "2026-11-11")], {"ADBE": 350})
    assert check_sale(home, single(), LAW, "ADBE", ON).verdict == "no_loss"


def test_buying_back_within_thirty_days_of_a_known_loss_sale_is_flagged() -> None:
    home = parted()
    sold = LossSale("ADBE", "acct-1", ON, Decimal(10), Decimal(1_000))
    later = Household(home.accounts, home.lots, {}, home.securities, (), (sold,))
    assert check_purchase(later, "ADBE", date(2026, 12, 20)).undone == (sold,)
    assert check_purchase(later, "ADBE", date(2026, 12, 21)).undone == ()
