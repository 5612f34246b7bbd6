"""Short words for writing what happened in the accounts, and for replaying it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from tools.history import Action, Instrument, LotMethod, LotPick, Transaction
from tools.model import Account, AccountType, Origin
from tools.tax.closed import Closed
from tools.tax.ledger import Replay, replay

ACCOUNTS = {
    "acct-1": Account("acct-1", "Brokerage", AccountType.TAXABLE, "self"),
    "acct-2": Account("acct-2", "Second brokerage", AccountType.TAXABLE, "self"),
    "spouse": Account("spouse", "Brokerage", AccountType.TAXABLE, "spouse"),
    "ira": Account("ira", "IRA", AccountType.TRADITIONAL_IRA, "self"),
    "roth": Account("roth", "Roth", AccountType.ROTH_IRA, "self"),
    "401k": Account("401k", "401(k)", AccountType.K401, "self"),
    "hsa": Account("hsa", "HSA", AccountType.HSA, "self"),
    "unknown": Account("unknown", "Some account", AccountType.UNKNOWN),
}
_rows = count(2)


def did(action: str, on: str, shares: str | None = None, amount: str | None = None, **more: Any) -> Transaction:
    """Write one event: ``did("buy", "2026-03-02", "10", "1000", symbol="X")``."""
    row = next(_rows)
    for name in ("amount_usd", "ratio", "basis_frac", "market_value_usd", "donor_basis_usd", "contract_shares"):
        if isinstance(more.get(name), str):
            more[name] = Decimal(more[name])
    if isinstance(more.get("acquired"), str):
        more["acquired"] = date.fromisoformat(more["acquired"])
    if "lots" in more:
        more["picks"] = tuple(LotPick(name, Decimal(part)) for name, part in more.pop("lots").items())
    if "method" in more:
        more["method"] = LotMethod(more["method"])
    more["instrument"] = Instrument(more.get("instrument", "stock"))
    return Transaction(
        id=more.pop("id", f"row-{row}"),
        on=date.fromisoformat(on),
        action=Action(action),
        account_id=more.pop("account", "acct-1"),
        symbol=more.pop("symbol", "X"),
        origin=Origin("file-1", row),
        shares=None if shares is None else Decimal(shares),
        amount_usd=None if amount is None else Decimal(amount),
        **more,
    )


def ledger(*events: Transaction, **options: Any) -> Replay:
    """Replay events in the usual accounts."""
    return replay(events, ACCOUNTS, **options)


def only(*events: Transaction, **options: Any) -> Closed:
    """Replay events that close one part of one lot, and return it."""
    (closed,) = ledger(*events, **options).closed
    return closed
