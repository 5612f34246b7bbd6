"""The ledger by hand: gifts, inheritances, pay in stock, corporate events, shorts, and every refusal."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from replays import did, ledger, only

from tools.errors import BadRequest, LotlineError, MissingFact, UnknownThing
from tools.history import Transaction
from tools.model import Term

BUY = did("buy", "2024-01-02", "10", "1000", id="old")


def gift(**more: Any) -> Transaction:
    given = {"donor_basis_usd": "1000", "market_value_usd": "700", "acquired": "2020-03-02"} | more
    return did("gift_in", "2026-02-02", "10", id="gift", **given)


@pytest.mark.parametrize(
    ("brought", "gain", "term"),
    [("1200", 200, Term.LONG), ("850", 0, Term.SHORT), ("600", -100, Term.SHORT)],
)
def test_a_gift_below_its_basis_has_three_zones(brought: str, gain: int, term: Term) -> None:
    # Donor paid 1000 in 2020, worth 700 when given: gains from 1000 and 2020, losses from 700 and the gift.
    closed = only(gift(), did("sell", "2026-06-15", "10", brought))
    assert (closed.gain_usd, closed.term) == (gain, term)


def test_a_gift_above_its_basis_keeps_basis_and_dates() -> None:
    closed = only(gift(market_value_usd="1500"), did("sell", "2026-06-15", "10", "900"))
    assert (closed.gain_usd, closed.term) == (-100, Term.LONG)


def test_inherited_shares_take_the_value_at_death_and_are_long_at_once() -> None:
    closed = only(did("inherit", "2026-06-01", "10", market_value_usd="900"), did("sell", "2026-06-15", "10", "950"))
    assert (closed.gain_usd, closed.term) == (50, Term.LONG)


def test_vested_stock_costs_what_was_taxed_as_pay() -> None:
    closed = only(did("vest", "2026-03-02", "10", market_value_usd="800"), did("sell", "2026-06-15", "10", "950"))
    assert (closed.gain_usd, closed.term) == (150, Term.SHORT)


def test_a_sale_a_year_to_the_day_is_short_and_a_day_later_long() -> None:
    assert only(BUY, did("sell", "2025-01-02", "10", "1100")).term is Term.SHORT
    assert only(BUY, did("sell", "2025-01-03", "10", "1100")).term is Term.LONG


def test_a_split_spreads_the_basis_and_keeps_the_date() -> None:
    closed = only(BUY, did("split", "2024-06-03", ratio="4"), did("sell", "2025-06-02", "40", "1100"))
    assert (closed.shares, closed.gain_usd, closed.acquired) == (40, 100, date(2024, 1, 2))


def test_a_reverse_split_with_cash_in_lieu_realizes_only_the_fraction() -> None:
    # 10 at 1 for 4 is 2.5; the half share, a fifth of 1000, brings 210.
    closed = only(BUY, did("split", "2024-06-03", ratio="0.25"), did("cash_in_lieu", "2024-06-03", "0.5", "210"))
    assert closed.gain_usd == 10


def test_a_spin_off_shares_the_basis_and_the_dates() -> None:
    found = ledger(BUY, did("spin_off", "2024-06-03", ratio="0.5", basis_frac="0.2", other_symbol="Y"))
    assert [(lot.symbol, lot.shares, lot.basis_usd, lot.acquired) for lot in found.held] == [
        ("X", 10, 800, date(2024, 1, 2)),
        ("Y", 5, 200, date(2024, 1, 2)),
    ]


def test_a_spin_off_shares_out_the_loss_that_the_basis_carries() -> None:
    found = ledger(
        BUY,
        did("sell", "2024-05-01", "10", "600"),
        did("buy", "2024-05-10", "10", "600"),
        did("spin_off", "2024-06-03", ratio="0.5", basis_frac="0.2", other_symbol="Y"),
    )
    # 600 + 400; a fifth of both goes along.
    assert [(lot.basis_usd, lot.washed_usd) for lot in found.held] == [(800, 320), (200, 80)]


@pytest.mark.parametrize(
    ("worth", "gain", "basis"),
    [("1500", 300, 1000), ("900", 200, 900), ("500", 0, 700)],
)
def test_a_merger_taxes_cash_up_to_the_gain_and_allows_no_loss(worth: str, gain: int, basis: int) -> None:
    # Basis 1000, 300 in cash. Worth 1800: gain 800, taxed 300. Worth 1200: gain 200. Worth 800: none.
    found = ledger(BUY, did("merge", "2024-06-03", None, "300", ratio="2", other_symbol="Y", market_value_usd=worth))
    assert [(lot.symbol, lot.shares, lot.basis_usd) for lot in found.held] == [("Y", 20, basis)]
    assert sum(row.gain_usd or 0 for row in found.closed) == gain


def test_returned_capital_lowers_the_basis_and_only_the_excess_is_gain() -> None:
    found = ledger(BUY, did("return_of_capital", "2024-06-03", None, "1100"))
    assert ([lot.basis_usd for lot in found.held], [row.gain_usd for row in found.closed]) == ([0], [100])


def test_returned_capital_on_a_gift_gains_from_the_donors_basis_and_date() -> None:
    found = ledger(gift(), did("return_of_capital", "2026-03-03", None, "1050"))
    assert [(row.gain_usd, row.term) for row in found.closed] == [(50, Term.LONG)]


def test_a_rename_changes_nothing_but_the_name() -> None:
    closed = only(
        BUY, did("rename", "2024-06-03", other_symbol="Y"), did("sell", "2025-06-02", "10", "900", symbol="Y")
    )
    assert (closed.gain_usd, closed.term, closed.acquired) == (-100, Term.LONG, date(2024, 1, 2))


def test_a_short_sale_is_short_term_however_long_it_stood() -> None:
    closed = only(did("short", "2024-01-02", "10", "1000"), did("cover", "2026-06-15", "10", "700"))
    assert (closed.gain_usd, closed.term) == (300, Term.SHORT)


def test_a_written_option_that_lapses_keeps_its_premium() -> None:
    option = {"symbol": "X P", "instrument": "put", "underlying": "X"}
    closed = only(did("short", "2026-05-01", "1", "120", **option), did("expire", "2026-06-19", "1", **option))
    assert (closed.gain_usd, closed.term) == (120, Term.SHORT)


def test_what_leaves_by_gift_or_transfer_realizes_nothing() -> None:
    found = ledger(BUY, did("gift_out", "2026-02-02", "4"), did("transfer_out", "2026-03-02", "5"))
    assert (found.closed, [(lot.shares, lot.basis_usd) for lot in found.held]) == ((), [(1, 100)])


def test_a_sale_in_a_sheltered_account_realizes_nothing() -> None:
    sold = did("sell", "2026-06-15", "10", "100", account="ira")
    assert ledger(did("buy", "2024-01-02", "10", "1000", account="ira"), sold).closed == ()


def test_shares_moved_in_the_morning_can_be_sold_at_a_known_time_that_day() -> None:
    moved = did("transfer", "2026-06-15", "10", to_account_id="acct-2")
    assert only(BUY, moved, did("sell", "2026-06-15", "10", "900", account="acct-2", at=time(15))).gain_usd == -100


def test_an_unknown_cost_leaves_the_gain_unknown() -> None:
    closed = only(did("open", "2025-01-02", "10", acquired="2020-01-02"), did("sell", "2026-06-15", "10", "900"))
    assert (closed.gain_usd, closed.counted_usd, closed.term) == (None, None, Term.LONG)


def sell(shares: str | None = "10", amount: str | None = "900", **more: Any) -> Transaction:
    return did("sell", more.pop("on", "2026-06-15"), shares, amount, **more)


REFUSED = [
    ([did("buy", "2024-01-02", "-5", "100")], BadRequest, "are -5"),
    ([did("buy", "2024-01-02", "0", "100")], BadRequest, "are 0"),
    ([did("buy", "2024-01-02", None, "100")], BadRequest, "are missing"),
    ([did("buy", "2024-01-02", "5", "-100")], BadRequest, "cost of X is -100"),
    ([BUY, sell("0")], BadRequest, "are 0"),
    ([BUY, sell("12")], BadRequest, "12 X are sold on 2026-06-15, but only 10 are held"),
    ([BUY, sell(on="2023-05-05")], BadRequest, "10 X are sold on 2023-05-05, before the purchase on 2024-01-02; 0 are"),
    ([BUY, sell(amount=None)], MissingFact, "has no proceeds"),
    ([BUY, sell(amount="-1")], BadRequest, "negative proceeds"),
    ([BUY, BUY], BadRequest, "2 events are called old"),
    ([did("buy", "2024-01-02", "5", "100", account="nobody")], UnknownThing, "not known"),
    (
        [did("buy", "2024-01-02", "10", "100", account="unknown"), sell(account="unknown")],
        MissingFact,
        "whether that account is taxable",
    ),
    ([did("gift_in", "2026-02-02", "5", donor_basis_usd="100")], MissingFact, "donor's basis and its value"),
    ([gift(acquired="2026-02-03")], BadRequest, "acquired on 2026-02-03, later"),
    ([gift(market_value_usd="-1")], BadRequest, "negative"),
    ([did("open", "2026-02-02", "5", "100", acquired="2026-02-03")], BadRequest, "later"),
    ([BUY, did("split", "2024-06-03")], MissingFact, "lacks the ratio"),
    ([BUY, did("split", "2024-06-03", ratio="0")], BadRequest, "ratio is 0"),
    ([BUY, did("rename", "2024-06-03")], MissingFact, "new symbol"),
    ([BUY, did("spin_off", "2024-06-03", ratio="1", other_symbol="Y")], MissingFact, "basis_frac"),
    ([BUY, did("spin_off", "2024-06-03", ratio="1", other_symbol="Y", basis_frac="20")], BadRequest, "not from 0 to 1"),
    ([BUY, did("merge", "2024-06-03", None, "5", ratio="1", other_symbol="Y")], MissingFact, "market_value"),
    ([BUY, did("return_of_capital", "2024-06-03")], MissingFact, "dollars returned"),
    ([BUY, did("transfer", "2024-06-03", "5")], MissingFact, "not where to"),
    ([BUY, did("transfer", "2024-06-03", "5", to_account_id="ira")], BadRequest, "that is no transfer"),
    ([did("short", "2024-01-02", "5")], MissingFact, "no proceeds"),
    ([did("short", "2024-01-02", "5", "100"), did("cover", "2024-02-02", "5")], MissingFact, "no cost"),
    ([did("cover", "2024-02-02", "5", "100")], BadRequest, "bought back"),
]


@pytest.mark.parametrize(("events", "kind", "said"), REFUSED, ids=[said for _, _, said in REFUSED])
def test_a_record_that_cannot_be_is_refused_and_says_what_to_change(
    events: list[Transaction], kind: type[LotlineError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught:
        ledger(*events)
    assert caught.value.fix
