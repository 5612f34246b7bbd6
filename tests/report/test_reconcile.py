"""A broker's report against the ledger: every row of either side once, every difference with its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replays import ACCOUNTS, did, ledger
from report_year import year

from tools.brokers.base import RealizedRow
from tools.brokers.registry import read
from tools.history import Transaction
from tools.model import Household, Investor, Origin
from tools.report.differences import Reason
from tools.report.export import as_csv
from tools.report.form_8949 import form_8949
from tools.report.papers import tax_papers
from tools.report.reconcile import Reconciliation, Reported, reconcile
from tools.tax.law import law_for

D = Decimal


def broker(shares: str, acquired: str | None, sold: str, proceeds: str, basis: str | None, **more: Any) -> Reported:
    row = RealizedRow(
        row=more.get("row", 2),
        account="Brokerage",
        symbol=more.get("symbol", "X"),
        shares=D(shares),
        acquired=None if acquired is None else date.fromisoformat(acquired),
        sold=date.fromisoformat(sold),
        proceeds_usd=D(proceeds),
        basis_usd=None if basis is None else D(basis),
        disallowed_usd=D(more["washed"]) if "washed" in more else None,
    )
    return Reported(row, Origin("file-2", row.row), more.get("account"))


def against(events: list[Transaction], *reported: Reported) -> Reconciliation:
    closed = ledger(*events).closed
    return reconcile(form_8949(closed, events, 2026).rows, closed, reported)


def reasons(found: Reconciliation) -> dict[Reason, Decimal]:
    assert sum(found.by_reason.values(), D(0)) == found.ledger_usd - found.reported_usd
    return found.by_reason


BUY = did("buy", "2024-02-01", "10", "1000", id="in")
SELL = did("sell", "2026-05-04", "10", "800", id="out")


def test_a_report_that_agrees_ties() -> None:
    found = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-04", "800", "1000"))
    assert found.ties
    assert reasons(found) == {}


def test_a_wash_sale_seen_only_across_accounts_is_named_with_its_dollars() -> None:
    roth = did("buy", "2026-05-10", "4", "330", account="roth", id="roth")
    found = against([BUY, SELL, roth], broker("10", "2024-02-01", "2026-05-04", "800", "1000"))
    assert reasons(found) == {Reason.ACROSS_ACCOUNTS: D(80)}


def test_a_wash_sale_that_only_the_broker_sees_is_named() -> None:
    found = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-04", "800", "1000", washed="60"))
    assert reasons(found) == {Reason.BROKER_ONLY: D(-60)}


def test_a_basis_that_holds_the_adjustment_already_comes_to_the_same_gain() -> None:
    again = did("buy", "2026-05-10", "10", "820", id="again")
    found = against([BUY, SELL, again], broker("10", "2024-02-01", "2026-05-04", "800", "800"))
    assert reasons(found) == {Reason.BASIS_HOLDS_ADJUSTMENT: D(0)}
    assert found.ledger_usd == found.reported_usd == 0
    assert found.reported_basis_usd == {}, "the gross loss and W are reported, no code B"


def test_an_earlier_disallowed_loss_in_the_basis_is_told_from_another_lot() -> None:
    events = [BUY, SELL, did("buy", "2026-05-10", "10", "820", account="acct-2", id="again")]
    events.append(did("sell", "2026-09-01", "10", "1100", account="acct-2", id="later"))
    first = broker("10", "2024-02-01", "2026-05-04", "800", "1000", account="acct-1")
    later = broker("10", None, "2026-09-01", "1100", "820", account="acct-2")
    # The first: 200 disallowed here, nothing there. The second: 820 + 200 here, 820 there.
    assert reasons(against(events, first, later)) == {
        Reason.ACROSS_ACCOUNTS: D(200),
        Reason.CARRIED_BASIS: D(-200),
    }


def test_another_lot_rounding_and_a_date_are_told_apart() -> None:
    lot = against([BUY, SELL], broker("10", "2025-03-03", "2026-05-04", "800", "900"))
    assert reasons(lot) == {Reason.OTHER_LOT: D(-100)}
    penny = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-04", "800.01", "1000"))
    assert reasons(penny) == {Reason.ROUNDING: D("-0.01")}
    settled = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-05", "800", "1000"))
    assert reasons(settled) == {Reason.DATE: D(0)}


def test_what_nothing_explains_is_said_to_be_unexplained() -> None:
    found = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-04", "750", "1000"))
    assert reasons(found) == {Reason.UNEXPLAINED: D(50)}


def test_lots_that_the_broker_adds_up_are_matched_together() -> None:
    events = [BUY, did("buy", "2024-03-01", "10", "1100", id="in2"), did("sell", "2026-05-04", "20", "1600", id="out")]
    found = against(events, broker("20", None, "2026-05-04", "1600", "2100"))
    assert found.ties
    assert len(found.matched[0].rows) == 2


def test_rows_that_one_side_lacks_are_listed_and_counted() -> None:
    found = against([BUY, SELL], broker("3", "2024-02-01", "2026-07-06", "500", "300", symbol="Y"))
    assert reasons(found) == {Reason.MISSING_THERE: D(-200), Reason.MISSING_HERE: D(-200)}
    assert not found.ties


def test_equal_rows_of_the_broker_are_not_one() -> None:
    twin = broker("10", "2024-02-01", "2026-05-04", "800", "1000")
    found = against([BUY, SELL], twin, broker("10", "2024-02-01", "2026-05-04", "800", "1000"))
    assert len(found.matched) == 1
    assert len(found.only_reported) == 1


def test_a_cost_that_the_broker_does_not_report_is_no_disagreement_about_zero() -> None:
    found = against([BUY, SELL], broker("10", "2024-02-01", "2026-05-04", "800", None))
    assert reasons(found) == {Reason.NOT_REPORTED: D(-200)}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.integers(0, 60), st.integers(0, 2000), st.one_of(st.none(), st.integers(0, 2000))
        ),
        max_size=5,
    )
)
def test_the_reasons_always_add_up_to_the_difference(rows: list[tuple[int, int, int, int | None]]) -> None:
    events = [did("buy", "2025-01-06", "9", "900", id="in"), did("buy", "2026-02-20", "2", "150", id="in2")]
    events += [did("sell", f"2026-0{n}-02", str(n), str(70 * n), id=f"out{n}") for n in (1, 2, 3)]
    reported = [
        broker(
            str(shares),
            "2025-01-06",
            date.fromordinal(date(2026, 1, 2).toordinal() + day).isoformat(),
            str(proceeds),
            None if basis is None else str(basis),
        )
        for shares, day, proceeds, basis in rows
    ]
    found = against(events, *reported)
    reasons(found)
    assert sum(len(match.reported) for match in found.matched) + len(found.only_reported) == len(reported)
    assert sum(len(match.rows) for match in found.matched) + len(found.only_ledger) == 3


def test_ledger_form_schedule_and_1099b_tie_to_the_cent() -> None:
    household = Household(tuple(ACCOUNTS.values()), (), history=tuple(year()))
    on = date(2026, 12, 31)
    first = tax_papers(household, Investor(), law_for(2026), 2026, on)
    reading = read("1099.csv", as_csv(first))
    again = tax_papers(household, Investor(), law_for(2026), 2026, on, [reading])
    assert again.reconciled is not None
    total = sum((row.counted_usd or D(0) for row in again.closed), D(0)) - 500  # section 1256 is on another form
    assert again.reconciled.ties
    assert total == again.reconciled.reported_usd == again.reconciled.ledger_usd == again.schedule.line["16"]


@pytest.mark.parametrize("basis", ["580.10", "640"])
def test_a_wrong_reported_basis_ends_in_code_b_and_the_same_gain(basis: str) -> None:
    household = Household(tuple(ACCOUNTS.values()), (), history=tuple(year()))
    row = f"20 sh. PFE,10/01/2025,03/02/2026,500.00,{basis},W,50.05,,A\n"
    header = "Description,Date Acquired,Date Sold,Proceeds,Cost Basis,Adjustment Code,Adjustment Amount,Gain/Loss,Box\n"
    reading = read("1099.csv", (header + row).encode())
    found = tax_papers(household, Investor(), law_for(2026), 2026, date(2026, 12, 31), [reading])
    shown = next(each for each in found.form.rows if each.description == "20 sh. PFE")
    assert (shown.basis_usd, shown.codes, shown.gain_usd) == (D(basis), "BW", D("-50.05"))
    assert found.schedule.line["16"] == D("28283.85")


def test_a_file_given_twice_and_the_sales_of_an_ira_are_not_held_against_the_ledger() -> None:
    household = Household(tuple(ACCOUNTS.values()), (), history=(BUY, SELL))
    head = "Account,Description,Date Acquired,Date Sold,Proceeds,Cost Basis,Adjustment Code,Adjustment Amount,Box\n"
    mine = "Brokerage,10 sh. X,02/01/2024,05/04/2026,800,1000,,,D\n"
    ira = "IRA,5 sh. Y,02/01/2024,05/04/2026,800,1000,,,D\n"
    both = read("a.csv", (head + mine + ira).encode()), read("b.csv", (head + mine).encode())
    found = tax_papers(household, Investor(), law_for(2026), 2026, date(2026, 12, 31), both)
    assert found.reconciled is not None
    assert found.reconciled.ties


def test_lots_that_one_file_repeats_are_two() -> None:
    buy, sell = did("buy", "2024-02-01", "20", "2000", id="in"), did("sell", "2026-05-04", "20", "1600", id="out")
    household = Household(tuple(ACCOUNTS.values()), (), history=(buy, sell))
    head = "Description,Date Acquired,Date Sold,Proceeds,Cost Basis\n"
    twice = read("a.csv", (head + "10 sh. X,02/01/2024,05/04/2026,800,1000\n" * 2).encode())
    found = tax_papers(household, Investor(), law_for(2026), 2026, date(2026, 12, 31), [twice])
    assert found.reconciled is not None
    assert found.reconciled.ties
