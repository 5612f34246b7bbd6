"""What a session holds at the end of a case, as plain JSON, for ``expect.state``."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from assistant.session import Session


def snapshot(session: Session) -> dict[str, Any]:
    """Return the end state: trades placed, the card, the profile, the wishes, and what is held."""
    investor, household = session.investor, session.household
    held = {s: float(sum(lot.shares for lot in household.lots_of(s))) for s in household.symbols} if household else {}
    wishes = {item.name: _plain(getattr(session.wishes, item.name)) for item in fields(session.wishes)}
    return {
        "executed": len(session.executed),
        "approvals": len(session.approvals),
        "card": session.shown_card is not None,
        "plan": session.current_plan_id is not None,
        "filing_status": investor.filing_status.value if investor.filing_status else None,
        "state": investor.state,
        "income": _plain(investor.income_usd),
        "rate": _plain(investor.rate_frac),
        "carryforward": _plain(investor.short_carryover_usd + investor.long_carryover_usd),
        "targets": {target.key: _plain(target.weight_frac) for target in investor.targets},
        "exclude": list(session.wishes.exclude),
        "wishes": wishes,
        "household": "none" if household is None else "sample" if session.is_sample else "own",
        "held": held,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value
