from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.household.edit import apply_trades, set_account
from tools.model import Account, AccountType, Household, Lot, Origin, Security, Trade
from tools.money import ZERO

ON = date(2026, 11, 20)
D = Decimal


def lot(number: int, shares: str, basis: str | None, account: str = "acct-1") -> Lot:
    cost = None if basis is None else D(basis)
    return Lot(f"lot-{number}", account, "ZZZ", D(shares), cost, date(2020, 1, 2), Origin("file-1", number))


def household(*lots: Lot, cash: dict[str, Decimal] | None = None) -> Household:
    accounts = (Account("acct-1", "A", AccountType.TAXABLE, "x"), Account("acct-2", "B", AccountType.UNKNOWN))
    return Household(accounts, lots, cash or {}, {"ZZZ": Security("ZZZ", "Zed", "us_equity", D("10"), ON)})


def sell(lot_id: str, shares: str, price: str = "10", account: str = "acct-1") -> Trade:
    return Trade("sell", account, "ZZZ", D(shares), D(price), lot_id)


def buy(symbol: str, shares: str, price: str, account: str = "acct-1") -> Trade:
    return Trade("buy", account, symbol, D(shares), D(price))


def test_a_sale_takes_its_share_of_the_basis_to_the_cent() -> None:
    after = apply_trades(household(lot(1, "3", "100.00")), [sell("lot-1", "1")], ON)
    assert (after.lots[0].shares, after.lots[0].basis_usd) == (D(2), D("66.67"))  # 100 - 33.33


def test_a_lot_sold_out_is_gone() -> None:
    assert apply_trades(household(lot(1, "3", "100")), [sell("lot-1", "3")], ON).lots == ()


def test_an_unknown_basis_stays_unknown_after_a_sale() -> None:
    assert apply_trades(household(lot(1, "3", None)), [sell("lot-1", "1")], ON).lots[0].basis_usd is None


def test_a_purchase_is_a_new_lot_with_its_cost_date_and_origin() -> None:
    after = apply_trades(household(lot(7, "3", "100")), [sell("lot-7", "3"), buy("VTI", "2", "330.00")], ON)
    new = after.lots[0]
    assert (new.id, new.basis_usd, new.acquired, str(new.origin)) == ("lot-8", D("660.00"), ON, "paper order, row 2")
    assert after.securities["VTI"].asset_class == "us_equity"
    assert after.price_of("VTI") == D("330.00")


def test_cash_moves_where_it_is_known_and_stays_unknown_elsewhere() -> None:
    before = household(lot(1, "3", "100"), lot(2, "3", "100", "acct-2"), cash={"acct-1": D("5.00")})
    after = apply_trades(before, [sell("lot-1", "1"), sell("lot-2", "1", account="acct-2")], ON)
    assert after.cash_usd == {"acct-1": D("15.00")}


def test_new_money_pays_for_a_purchase() -> None:
    before = household(cash={"acct-1": D("5.00")})
    after = apply_trades(before, [buy("ZZZ", "2", "10")], ON, deposits_usd={"acct-1": D("20")})
    assert after.cash_usd == {"acct-1": D("5.00")}


@pytest.mark.parametrize(
    ("trades", "error"),
    [
        ([sell("lot-1", "3.001")], BadRequest),
        ([sell("lot-1", "2"), sell("lot-1", "2")], BadRequest),
        ([sell("lot-1", "0")], BadRequest),
        ([sell("lot-1", "-1")], BadRequest),
        ([buy("ZZZ", "1", "5.01")], BadRequest),
        ([sell("lot-9", "1")], UnknownThing),
        ([sell("lot-1", "1", account="acct-2")], UnknownThing),
        ([sell("lot-1", "1", account="acct-9")], UnknownThing),
        ([Trade("sell", "acct-1", "ZZZ", D(1), D(1))], MissingFact),
        ([Trade("short", "acct-1", "ZZZ", D(1), D(1))], BadRequest),
    ],
)
def test_an_order_that_cannot_be_is_refused(trades: Sequence[Trade], error: type[Exception]) -> None:
    with pytest.raises(error):
        apply_trades(household(lot(1, "3", "100"), cash={"acct-1": D("5.00")}), trades, ON)


SHARES = st.decimals("0.001", "500", places=3)
PRICE = st.decimals("0.01", "900", places=2)


@given(st.lists(st.tuples(SHARES, SHARES, PRICE, st.decimals("0", "90000", places=2)), min_size=1, max_size=5), SHARES)
def test_shares_and_dollars_are_conserved(
    rows: list[tuple[Decimal, Decimal, Decimal, Decimal]], bought: Decimal
) -> None:
    lots = [lot(n, str(held), str(basis)) for n, (held, _, _, basis) in enumerate(rows, start=1)]
    sales = [
        sell(f"lot-{n}", str(min(held, part)), str(price)) for n, (held, part, price, _) in enumerate(rows, start=1)
    ]
    before = household(*lots, cash={"acct-1": D("1000000")})
    after = apply_trades(before, [*sales, buy("ZZZ", str(bought), "10")], ON)
    sold = sum((trade.shares for trade in sales), ZERO)
    assert sum((one.shares for one in after.lots), ZERO) == sum((one.shares for one in lots), ZERO) - sold + bought
    paid = buy("ZZZ", str(bought), "10").amount_usd
    proceeds = sum((trade.amount_usd for trade in sales), ZERO)
    assert after.cash_usd["acct-1"] == D("1000000") + proceeds - paid
    old = sum((one.basis_usd or ZERO for one in after.lots if one.origin.file == "file-1"), ZERO)
    gone = sum((one.basis_of(trade.shares) or ZERO for one, trade in zip(lots, sales, strict=True)), ZERO)
    assert old + gone == sum((one.basis_usd or ZERO for one in lots), ZERO)


@given(SHARES, SHARES)
def test_a_household_never_changes_under_an_order(held: Decimal, part: Decimal) -> None:
    before = household(lot(1, str(held), "100"), cash={"acct-1": D("0.00")})
    apply_trades(before, [sell("lot-1", str(min(held, part)))], ON)
    assert before.lots[0].shares == held
    assert before.cash_usd == {"acct-1": D("0.00")}


def test_what_the_person_says_of_an_account_is_recorded() -> None:
    after = set_account(household(), "acct-2", AccountType.ROTH_IRA, "Ada")
    assert (after.accounts[1].type, after.accounts[1].owner) == (AccountType.ROTH_IRA, "Ada")
    kept = set_account(after, "acct-2", None, None)
    assert kept.accounts[1] == after.accounts[1]


def test_an_account_that_is_not_there_is_said_with_the_ones_that_are() -> None:
    with pytest.raises(UnknownThing) as unknown:
        set_account(household(), "acct-3", AccountType.HSA, None)
    assert "acct-1, acct-2" in unknown.value.fix
