"""The wash-sale rule in a replay, rule by rule: what counts as a replacement, what moves, what is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from replays import did, ledger

from tools.history import Transaction
from tools.market.identical import group_of
from tools.model import Term
from tools.money import ZERO
from tools.tax import washing
from tools.tax.closed import Closed
from tools.tax.law import latest_law
from tools.tax.ledger import Replay
from tools.tax.lots import HeldLot

SOLD = date(2026, 6, 15)


def day(offset: int) -> str:
    return (SOLD + timedelta(days=offset)).isoformat()


def loser(shares: str = "10", cost: str = "1000", **more: Any) -> Transaction:
    return did("buy", "2024-01-02", shares, cost, id="old", **more)


def sale(shares: str = "10", brought: str = "600", offset: int = 0, **more: Any) -> Transaction:
    return did("sell", day(offset), shares, brought, id=more.pop("id", "sale"), **more)


def again(offset: int, shares: str = "10", cost: str = "650", **more: Any) -> Transaction:
    return did(more.pop("action", "buy"), day(offset), shares, cost, id=more.pop("id", "new"), **more)


def disallowed(found: Replay, name: str | None = None) -> Decimal:
    return sum((row.disallowed_usd for row in found.closed if name in (None, row.sale_id)), ZERO)


def lots(found: Replay, name: str = "new") -> list[HeldLot]:
    return [lot for lot in found.held if lot.acquisition_id == name]


def basis(found: Replay, name: str = "new") -> Decimal | None:
    (lot,) = lots(found, name)
    return lot.basis_usd


def row(found: Replay, name: str) -> Closed:
    (closed,) = [each for each in found.closed if each.sale_id == name]
    return closed


# 10 shares cost 1000 and brought 600: a loss of 400 throughout, unless a test says otherwise.


@pytest.mark.parametrize(("offset", "taken"), [(-31, 0), (-30, 400), (0, 400), (30, 400), (31, 0)])
def test_a_purchase_counts_from_30_days_before_to_30_days_after(offset: int, taken: int) -> None:
    found = ledger(loser(), again(offset), replace(sale(), picks=did("sell", day(0), lots={"old": "10"}).picks))
    assert disallowed(found) == taken
    assert basis(found) == 650 + taken


def test_a_partial_match_splits_the_replacement_and_disallows_by_shares() -> None:
    # 4 of 10 bought back: 160 of 400. Of 4 bought, all carry it.
    found = ledger(loser(), sale(), again(5, "4", "260"))
    assert (disallowed(found), basis(found)) == (160, 420)
    # 25 bought: 10 carry 400, 15 do not.
    found = ledger(loser(), sale(), again(5, "25", "1625"))
    assert {(lot.shares, lot.basis_usd) for lot in lots(found)} == {(10, 1050), (15, 975)}


def test_one_replacement_share_is_never_used_for_two_losses() -> None:
    found = ledger(
        loser("20", "2000"),
        sale(id="first"),
        sale(offset=2, id="second"),
        again(5, "15", "975"),
    )
    assert (disallowed(found, "first"), disallowed(found, "second")) == (400, 200)
    assert sum((lot.basis_usd or ZERO for lot in lots(found)), ZERO) == 975 + 600


def test_a_share_that_replaced_one_loss_does_not_replace_another_before_it_is_sold() -> None:
    found = ledger(loser("20", "2000"), sale(id="first"), again(1), sale(offset=3, id="second", lots={"old": "10"}))
    assert (disallowed(found, "first"), disallowed(found, "second")) == (400, 0)


def test_losses_of_one_day_go_by_time_where_it_is_known() -> None:
    events = [
        did("buy", "2024-01-02", "10", "1000", id="older"),
        did("buy", "2024-02-02", "10", "1000", id="newer"),
        sale(id="late", brought="500", at=time(15), lots={"older": "10"}),
        sale(id="early", brought="600", at=time(10), lots={"newer": "10"}),
        again(4),
    ]
    found = ledger(*events)
    assert (disallowed(found, "early"), disallowed(found, "late")) == (400, 0)
    untimed = ledger(*[replace(event, at=None) for event in events])
    assert (disallowed(untimed, "early"), disallowed(untimed, "late")) == (0, 500)


def test_a_chain_over_the_year_end_is_judged_on_the_adjusted_basis() -> None:
    # 1000 -> 600: 400 moves; 650 + 400 = 1050 -> 700: 350 moves; 680 + 350 = 1030 -> 1100: a gain of 70.
    found = ledger(
        did("buy", "2024-01-02", "10", "1000"),
        did("sell", "2025-12-10", "10", "600", id="one"),
        did("buy", "2025-12-20", "10", "650"),
        did("sell", "2026-01-05", "10", "700", id="two"),
        did("buy", "2026-01-20", "10", "680"),
        did("sell", "2026-06-05", "10", "1100", id="three"),
    )
    assert [(r.gain_usd, r.disallowed_usd) for r in found.closed] == [(-400, 400), (-350, 350), (70, 0)]
    # Unadjusted the second sale would be a gain of 50, and no wash sale at all.


def test_days_tack_through_a_chain_and_can_turn_a_sale_long_term() -> None:
    # 200 days + 100 days + 70 days own: 370 days, more than a year, though no lot was held for 201 days.
    start = date(2025, 1, 2)
    on = [(start + timedelta(days=n)).isoformat() for n in (0, 200, 205, 305, 310, 380)]
    found = ledger(
        did("buy", on[0], "10", "1000"),
        did("sell", on[1], "10", "600", id="one"),
        did("buy", on[2], "10", "650"),
        did("sell", on[3], "10", "700", id="two"),
        did("buy", on[4], "10", "680"),
        did("sell", on[5], "10", "1100", id="three"),
    )
    assert row(found, "three").tacked_days == 300
    assert [r.term for r in found.closed] == [Term.SHORT, Term.SHORT, Term.LONG]


def test_three_blocks_sold_in_one_row_are_judged_part_by_part() -> None:
    # 30 sold at 60 each. Block 1 cost 1000: -400. Block 2 cost 500: +100. Block 3 cost 900: -300. Net -600.
    # 12 bought back: all of block 1 (400) and 2 of 10 of block 3 (60).
    found = ledger(
        did("buy", "2024-01-02", "10", "1000"),
        did("buy", "2024-02-02", "10", "500"),
        did("buy", "2024-03-04", "10", "900"),
        sale("30", "1800"),
        again(3, "12", "780"),
    )
    assert [(r.gain_usd, r.disallowed_usd) for r in found.closed] == [(-400, 400), (100, 0), (-300, 60)]


def test_the_rest_of_the_same_purchase_is_no_replacement() -> None:
    assert disallowed(ledger(again(-10, "20", "2000", id="one"), sale("5", "300"))) == 0


def test_shares_bought_and_sold_together_are_no_replacement() -> None:
    assert disallowed(ledger(loser(), again(-10), sale("20", "1200"))) == 0


def test_an_earlier_lot_of_the_window_counts_and_is_marked_contested() -> None:
    found = ledger(
        again(-20, id="earlier", cost="700"), again(-10, id="later", cost="1000"), sale(lots={"later": "10"})
    )
    (part,) = row(found, "sale").washed
    assert (part.purchase_id, part.contested, part.disallowed_usd) == ("earlier", True, 400)


def test_a_later_lot_of_the_window_counts_and_is_not_contested() -> None:
    (part,) = row(ledger(loser(), again(-10), sale(lots={"old": "10"})), "sale").washed
    assert not part.contested


def test_shares_bought_in_the_window_and_sold_before_the_loss_do_not_count() -> None:
    found = ledger(loser(), again(-10), sale(offset=-5, id="quick", brought="700", lots={"new": "10"}), sale())
    assert (disallowed(found), row(found, "sale").counted_usd) == (0, -400)


def test_a_spouses_purchase_counts_and_carries_the_loss() -> None:
    found = ledger(loser(), sale(), again(8, account="spouse"))
    assert (disallowed(found), basis(found)) == (400, 1050)


@pytest.mark.parametrize("account", ["ira", "roth", "401k", "hsa"])
def test_a_purchase_in_a_sheltered_account_ends_the_loss_without_basis_or_days(account: str) -> None:
    found = ledger(loser(), sale(), again(8, account=account))
    closed = row(found, "sale")
    assert (closed.disallowed_usd, closed.permanent_usd, basis(found)) == (400, 400, 650)
    assert lots(found)[0].tacked_days == 0


@pytest.mark.parametrize("account", ["ira", "roth"])
def test_a_purchase_in_a_sheltered_account_before_the_sale_ends_the_loss_too(account: str) -> None:
    closed = row(ledger(loser(), again(-8, account=account), sale()), "sale")
    assert closed.permanent_usd == 400


@pytest.mark.parametrize("action", ["reinvest", "vest"])
def test_a_reinvested_dividend_and_vesting_stock_are_purchases(action: str) -> None:
    found = ledger(loser(), sale(), again(8, "1", "65", action=action))
    assert (disallowed(found), basis(found)) == (40, 105)


def test_gifts_inheritances_splits_and_mergers_are_no_purchases() -> None:
    gift = again(3, "10", "0", action="gift_in", donor_basis_usd="10", market_value_usd="600")
    inherited = again(3, action="inherit", id="heir", market_value_usd="600")
    split = did("split", day(4), ratio="2")
    assert disallowed(ledger(loser("20", "2000"), sale(), gift, inherited, split)) == 0


def test_shares_from_a_merger_or_a_spin_off_are_not_purchased_however_recent_the_old_ones() -> None:
    # Y bought 20 days before a loss on Z turns into Z ten days before it: the exchange is no purchase.
    merger = ledger(
        loser(symbol="Z"),
        again(-20, symbol="Y"),
        did("merge", day(-10), symbol="Y", other_symbol="Z", ratio="1"),
        sale(symbol="Z", lots={"old": "10"}),
    )
    spin_off = ledger(
        loser(symbol="Z"),
        again(-20, symbol="Y"),
        did("spin_off", day(-10), symbol="Y", other_symbol="Z", ratio="1", basis_frac="0.2"),
        sale(symbol="Z", lots={"old": "10"}),
    )
    assert (disallowed(merger), disallowed(spin_off)) == (0, 0)


@pytest.mark.parametrize("offset", [5, 7])
def test_a_split_between_sale_and_repurchase_changes_the_shares_to_match(offset: int) -> None:
    # 10 old shares are 20 new; 10 new bought back are half: 200. Brokers book the split on days 5 and 7.
    found = ledger(
        loser("20", "2000"),
        sale(),
        did("split", day(5), ratio="2"),
        did("buy", "2024-01-02", "1", "100", account="acct-2"),
        did("split", day(offset), ratio="2", account="acct-2"),
        again(10, account="acct-2", cost="325"),
    )
    assert (disallowed(found), basis(found)) == (200, 525)


def test_a_rename_between_sale_and_repurchase_hides_nothing() -> None:
    found = ledger(
        loser("20", "2000", symbol="OLD"),
        sale(symbol="OLD"),
        did("rename", day(5), symbol="OLD", other_symbol="NEW"),
        again(9, symbol="NEW"),
    )
    assert disallowed(found) == 400


def test_a_call_is_100_shares_and_carries_the_loss_in_its_basis() -> None:
    # 150 shares lose 60 each, 9000 in all; one call replaces 100 of them: 6000.
    call = again(4, "1", "500", symbol="X C", instrument="call", underlying="X")
    found = ledger(loser("150", "15000"), sale("150", "6000"), call)
    assert (disallowed(found), basis(found)) == (6000, 6500)


def test_a_warrant_stands_for_the_shares_that_it_buys() -> None:
    warrant = again(4, "3", "30", symbol="X W", instrument="warrant", underlying="X", contract_shares="2")
    found = ledger(loser(), sale(), warrant)
    assert (disallowed(found), basis(found)) == (240, 270)


def test_a_loss_on_an_option_meets_only_the_same_contract() -> None:
    option = {"symbol": "X C90", "instrument": "call", "underlying": "X"}
    bought = again(-20, "1", "500", id="contract", **option)
    sold = sale("1", "100", **option)
    assert disallowed(ledger(bought, sold, again(3, "100", "6000"))) == 0
    other = again(3, "1", "400", symbol="X C95", instrument="call", underlying="X")
    assert disallowed(ledger(bought, sold, other)) == 0
    assert disallowed(ledger(bought, sold, again(3, "1", "450", **option))) == 400


def test_a_put_bought_replaces_nothing() -> None:
    assert disallowed(ledger(loser(), sale(), again(3, "1", "50", symbol="X P", instrument="put", underlying="X"))) == 0


@pytest.mark.parametrize("instrument", ["section_1256", "crypto"])
def test_section_1256_contracts_and_crypto_are_outside(instrument: str) -> None:
    kind = {"symbol": "COIN", "instrument": instrument}
    assert disallowed(ledger(loser(**kind), sale(**kind), again(3, **kind))) == 0


@pytest.mark.parametrize(("begins", "taken"), [(SOLD, 400), (SOLD + timedelta(days=1), 0)])
def test_crypto_comes_inside_with_the_date_of_a_law(monkeypatch: pytest.MonkeyPatch, begins: date, taken: int) -> None:
    law = latest_law()
    changed = law.model_copy(update={"wash_sale": law.wash_sale.model_copy(update={"digital_assets_from": begins})})
    monkeypatch.setattr(washing, "latest_law", lambda: changed)
    kind = {"symbol": "BTC", "instrument": "crypto"}
    assert disallowed(ledger(loser(**kind), sale(**kind), again(3, **kind))) == taken


def test_a_fund_that_holds_crypto_is_a_security_and_inside() -> None:
    assert disallowed(ledger(loser(symbol="IBIT"), sale(symbol="IBIT"), again(3, symbol="IBIT"))) == 400


def test_two_share_classes_of_one_fund_are_one() -> None:
    assert group_of("VTI") == group_of("VTSAX")
    assert disallowed(ledger(loser(symbol="VTI"), sale(symbol="VTI"), again(3, symbol="VTSAX"))) == 400


def test_a_transfer_keeps_basis_days_and_the_mark_of_a_replacement() -> None:
    found = ledger(
        loser("20", "2000"),
        sale(id="first"),
        again(3),
        did("transfer", day(6), "10", to_account_id="acct-2"),
        sale(offset=8, id="second", lots={}),
    )
    # First in, first out: the ten old shares move, the replacement stays and is sold: 650 + 400 - 600.
    assert row(found, "second").gain_usd == -450
    (moved,) = lots(found, "old")
    assert (moved.account_id, moved.basis_usd, moved.acquired) == ("acct-2", 1000, date(2024, 1, 2))


def test_a_transferred_replacement_still_carries_its_loss() -> None:
    found = ledger(loser(), sale(), again(3), did("transfer", day(6), "10", to_account_id="acct-2"))
    (lot,) = lots(found)
    assert (lot.account_id, lot.basis_usd, lot.replaces, lot.tacked_days) == (
        "acct-2",
        1050,
        True,
        (SOLD - date(2024, 1, 2)).days,
    )


def test_shares_transferred_in_count_when_they_were_bought_in_the_window() -> None:
    def arriving(bought: int) -> Replay:
        return ledger(loser(), sale(), again(40, action="transfer_in", account="acct-2", acquired=day(bought)))

    inside, outside = arriving(12), arriving(31)
    assert (disallowed(inside), basis(inside)) == (400, 1050)
    assert (disallowed(outside), basis(outside)) == (0, 650)


OPTION = {"symbol": "X C", "instrument": "call", "underlying": "X"}


def test_exercising_an_old_call_is_a_purchase() -> None:
    call = did("buy", "2025-09-01", "1", "500", id="call", **OPTION)
    exercise = again(5, "1", "5000", action="exercise", **OPTION)
    found = ledger(loser("100", "10000"), sale("100", "6000"), call, exercise)
    # 5000 paid, 500 for the call, 4000 of loss.
    assert (disallowed(found), basis(found)) == (4000, 9500)


def test_a_call_that_took_a_loss_passes_it_on_and_its_exercise_takes_no_second_one() -> None:
    call = again(2, "1", "500", id="call", **OPTION)
    exercise = again(9, "1", "5000", action="exercise", **OPTION)
    found = ledger(loser("200", "20000"), sale("200", "12000"), call, exercise)
    # 100 of 200 shares are replaced, by the call: 4000 of 8000.
    assert (disallowed(found), basis(found)) == (4000, 9500)
    (lot,) = lots(found)
    assert (lot.replaces, lot.tacked_days) == (True, (SOLD - date(2024, 1, 2)).days)


def test_an_option_that_lapses_is_a_loss_and_the_same_contract_bought_again_takes_it() -> None:
    bought = again(-20, "1", "500", id="contract", **OPTION)
    lapse = did("expire", day(0), "1", id="sale", **OPTION)
    assert row(ledger(bought, lapse), "sale").counted_usd == -500
    assert disallowed(ledger(bought, lapse, again(3, "1", "450", **OPTION))) == 500


def test_exercising_a_put_sells_its_shares_for_the_strike_less_its_cost() -> None:
    # 100 shares cost 10000; the strike brings 7000 and the put cost 300: a loss of 3300.
    put = {"symbol": "X P", "instrument": "put", "underlying": "X"}
    found = ledger(
        loser("100", "10000"), again(-9, "1", "300", id="put", **put), again(0, "1", "7000", action="exercise", **put)
    )
    assert ([r.gain_usd for r in found.closed], found.held) == ([-3300], ())


def test_a_tie_of_one_day_does_not_hang_on_the_names_of_accounts() -> None:
    def outcome(first: str, second: str) -> Decimal:
        events = (again(-5, id="a", account=first), again(-5, id="b", account=second))
        return row(ledger(loser(account="spouse"), *events, sale(account="spouse")), "sale").permanent_usd

    # Nothing tells which came first, so the sheltered purchase is the one that takes the loss: the careful reading.
    lost = outcome("acct-1", "ira")
    assert lost > 0
    assert lost == outcome("ira", "acct-1") == outcome("unknown", "401k") == outcome("401k", "unknown")
