"""One small plan, so that the first real one does not pay for imports and first-time compilation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.model import Account, AccountType, FilingStatus, Household, Investor, Lot, Origin, Security, Wishes
from tools.plan.choose import make_plans

ON = date(2026, 1, 2)


def warm() -> None:
    """Plan one invented lot."""
    account = Account("acct-1", "", AccountType.TAXABLE)
    lot = Lot("lot-1", "acct-1", "ANY", Decimal(10), Decimal(20), date(2025, 6, 2), Origin("none", 1))
    securities = {"ANY": Security("ANY", "Any", "us_equity", Decimal(1), ON)}
    household = Household((account,), (lot,), {"acct-1": Decimal(0)}, securities)
    investor = Investor(FilingStatus.SINGLE, "TX", Decimal(50_000), gains_known=True)
    make_plans(household, investor, Wishes(harvest_only=True), ON, "balanced", False)
