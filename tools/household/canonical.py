"""One order for the accounts and lots of a household, whatever the order of rows and files.

A solver breaks ties by place. Names and ids follow the order of rows, so neither may decide where something stands;
ids stay as they are, as answers and cards name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tools.model import Account, Household, LossSale, Lot
from tools.money import ZERO

_LotKey = tuple[str, date, Decimal, Decimal, int]
_AccountKey = tuple[str, tuple[_LotKey, ...], Decimal, str]


def in_canonical_order(household: Household) -> Household:
    """Return the household with accounts and lots in the order of what they are: type and content, symbol, date, cost.

    Accounts that hold the very same follow their name, and lots that are the very same their file and row.
    """
    held: dict[str, list[Lot]] = {account.id: [] for account in household.accounts}
    for lot in household.lots:
        held[lot.account_id].append(lot)
    accounts = tuple(sorted(household.accounts, key=lambda one: _account_key(one, held[one.id], household.cash_usd)))
    seat = {account.id: number for number, account in enumerate(accounts)}
    return replace(
        household,
        accounts=accounts,
        lots=tuple(sorted(household.lots, key=lambda lot: (seat[lot.account_id], *_place(lot)))),
        cash_usd={one.id: household.cash_usd[one.id] for one in accounts if one.id in household.cash_usd},
        securities={symbol: household.securities[symbol] for symbol in sorted(household.securities)},
        loss_sales=tuple(
            sorted(household.loss_sales, key=lambda sale: (seat.get(sale.account_id, 0), *_sale_key(sale)))
        ),
    )


def _account_key(account: Account, lots: list[Lot], cash_usd: Mapping[str, Decimal]) -> _AccountKey:
    content = tuple(sorted(_lot_key(lot) for lot in lots))
    return account.type.value, content, cash_usd.get(account.id, ZERO), account.name


def _lot_key(lot: Lot) -> _LotKey:
    return lot.symbol, lot.acquired or date.max, lot.basis_usd or ZERO, lot.shares, lot.tacked_days


def _place(lot: Lot) -> tuple[_LotKey, str, int]:
    return _lot_key(lot), lot.origin.file, lot.origin.row


def _sale_key(sale: LossSale) -> tuple[str, date, Decimal, Decimal]:
    return sale.symbol, sale.sold, sale.shares, sale.loss_usd
