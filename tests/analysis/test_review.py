"""Past sales judged: what was disallowed, where it went, what can still be done, what cannot be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from replays import ACCOUNTS, did

from tools.analysis.review import review
from tools.errors import MissingFact
from tools.history import Transaction
from tools.model import AccountType, Household

ON = date(2026, 11, 20)


def household(*events: Transaction) -> Household:
    return Household(tuple(ACCOUNTS.values()), (), history=events)


def test_a_loss_bought_back_within_the_window_is_shown_with_its_purchase_and_row() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "20", "880"),
            did("sell", "2026-10-28", "20", "660", id="sale"),
            did("buy", "2026-11-09", "10", "341", account="acct-2", id="again"),
        ),
        ON,
    )
    (sale,) = found.washed
    # 220 lost on 20 shares, 10 bought back: half.
    assert (sale.loss_usd, sale.disallowed_usd, sale.permanent_usd) == (Decimal(220), Decimal(110), Decimal(0))
    (part,) = sale.washed
    assert (part.purchase_id, part.account_id, part.bought, part.shares) == (
        "again",
        "acct-2",
        date(2026, 11, 9),
        Decimal(10),
    )
    assert found.gains.long_usd == Decimal(-110)


def test_shares_that_carry_a_loss_can_be_sold_at_once_when_nothing_else_was_bought() -> None:
    (carrier,) = review(
        household(
            did("buy", "2024-01-02", "20", "880"),
            did("sell", "2026-10-28", "20", "660"),
            did("buy", "2026-11-09", "10", "341"),
        ),
        ON,
    ).carriers
    assert (carrier.shares, carrier.carried_usd, carrier.free_from, carrier.in_time) == (
        Decimal(10),
        Decimal(110),
        ON,
        True,
    )


def test_another_purchase_moves_the_day_on_which_the_loss_comes_free() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "10", "440"),
            did("sell", "2026-10-28", "10", "330"),
            did("buy", "2026-11-09", "10", "341"),
            did("buy", "2026-11-18", "5", "170"),
        ),
        ON,
    )
    (carrier,) = found.carriers
    # 31 days after 18 November.
    assert (carrier.free_from, carrier.in_time) == (date(2026, 12, 19), True)


def test_a_loss_taken_over_by_an_ira_is_gone_and_nothing_carries_it() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "10", "440"),
            did("sell", "2026-10-28", "10", "330"),
            did("buy", "2026-11-09", "10", "341", account="ira"),
        ),
        ON,
    )
    assert [(sale.disallowed_usd, sale.permanent_usd) for sale in found.washed] == [(Decimal(110), Decimal(110))]
    assert found.carriers == ()


def test_a_loss_of_last_month_is_still_open_and_one_of_spring_is_not() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "20", "880"),
            did("sell", "2026-04-01", "10", "330", id="spring"),
            did("sell", "2026-11-01", "10", "330", id="lately"),
        ),
        ON,
    )
    assert {sale.id: sale.open_until for sale in found.sales} == {"spring": None, "lately": date(2026, 12, 2)}


def test_only_the_year_of_the_question_is_reviewed_but_older_chains_are_replayed() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "10", "1000"),
            did("sell", "2025-12-20", "10", "700"),
            did("buy", "2026-01-05", "10", "750", id="new"),
            did("sell", "2026-06-01", "10", "900"),
        ),
        ON,
    )
    # 300 lost in 2025 moved into the new shares: 900 - (750 + 300) = -150 this year.
    (sale,) = found.sales
    assert (sale.gain_usd, sale.disallowed_usd) == (Decimal(-150), Decimal(0))


def test_one_symbol_can_be_reviewed_alone() -> None:
    events = (
        did("buy", "2024-01-02", "10", "1000"),
        did("sell", "2026-06-01", "10", "900"),
        did("buy", "2024-01-02", "10", "1000", symbol="Y"),
        did("sell", "2026-06-01", "10", "900", symbol="Y"),
    )
    assert [sale.symbol for sale in review(household(*events), ON, "Y").sales] == ["Y"]


def test_without_a_history_the_review_says_which_file_it_needs() -> None:
    with pytest.raises(MissingFact, match="No file here shows past trades"):
        review(Household(tuple(ACCOUNTS.values()), ()), ON)


def test_a_sale_in_an_account_of_unknown_kind_asks_for_the_kind() -> None:
    events = (
        did("buy", "2024-01-02", "1", "9", account="unknown"),
        did("sell", "2026-06-01", "1", "8", account="unknown"),
    )
    with pytest.raises(MissingFact, match="what kind of account"):
        review(household(*events), ON)
    known = replace(ACCOUNTS["unknown"], type=AccountType.ROTH_IRA)
    told = replace(household(*events), accounts=(known,))
    assert review(told, ON).sales == ()


def test_what_could_not_be_checked_is_part_of_the_review() -> None:
    other = did("buy", "2026-07-01", "5", "2000", symbol="IVV", account="ira")
    found = review(
        household(
            did("buy", "2024-01-02", "10", "4000", symbol="VOO"),
            did("sell", "2026-06-15", "10", "3500", symbol="VOO"),
            other,
        ),
        ON,
        "VOO",
    )
    (point,) = found.unchecked
    assert (point.code, point.origins) == ("caution_pair", (other.origin,))


def test_a_question_about_one_symbol_sees_the_calls_bought_on_it() -> None:
    found = review(
        household(
            did("buy", "2024-01-02", "100", "10000"),
            did("sell", "2026-06-15", "100", "6000"),
            did("buy", "2026-06-20", "1", "500", symbol="X C", instrument="call", underlying="X"),
        ),
        ON,
        "X",
    )
    assert [sale.disallowed_usd for sale in found.washed] == [Decimal(4000)]


def test_a_loss_of_december_is_still_judged_in_january() -> None:
    events = (did("buy", "2024-01-02", "10", "1000"), did("sell", "2026-12-20", "10", "700"))
    found = review(household(*events), date(2027, 1, 5))
    (sale,) = found.sales
    assert (sale.sold, sale.open_until) == (date(2026, 12, 20), date(2027, 1, 20))
    assert found.gains.long_usd == 0
