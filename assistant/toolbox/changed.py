"""The tool that compares what is held now with an earlier day."""

from __future__ import annotations

from decimal import Decimal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.result import Desk, Result, open_desk
from tools.analysis.holdings import name_of
from tools.errors import MissingFact
from tools.facts import Figures, Json
from tools.household.changes import Changes, LotChange, SymbolChange, changes, since, snapshot_of
from tools.model import Household
from tools.money import ZERO

SHOWN = 25


class Changed:
    """What changed since an earlier load of this household."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def what_changed(self, since: str | None = None) -> Result:
        """Compare holdings with an earlier load: shares, prices, new and closed lots, realized gains.

        Args:
            since: ISO date; leave out for the load before.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "what_changed", "changed", since=since)
        return desk.result(_describe(household, _between(session, household, since), desk))


def _between(session: Session, household: Household, said: str | None) -> Changes:
    now = snapshot_of(household, session.as_of, session.loaded.realized if session.loaded else None)
    day = words.day(said, "since", session.as_of) if said else None
    earlier = [one for one in session.snapshots if one.on < now.on]
    before = since(earlier, day)
    if before is None:
        fix = "Drop a file of another day, and I compare the two."
        raise MissingFact(f"I hold only one day of yours, {now.on}.", fix, "since")
    return changes(before, now)


def _describe(household: Household, found: Changes, desk: Desk) -> dict[str, Json]:
    figures: Figures = {
        "from_date": found.before.on,
        "to_date": found.after.on,
        "value_before_usd": found.value_before_usd,
        "value_usd": found.value_after_usd,
        "change_usd": _difference(found.value_after_usd, found.value_before_usd),
        "cash_change_usd": _difference(found.cash_after_usd, found.cash_before_usd),
        "realized_short_usd": found.short_usd,
        "realized_long_usd": found.long_usd,
        "symbols_count": len(found.symbols),
        "lots_count": len(found.lots),
    }
    symbols = sorted(found.symbols, key=_moved, reverse=True)
    return {
        **desk.book.row("", figures, of="Since then", nothing=found.nothing),
        "symbols": [_symbol(household, one, desk) for one in symbols[:SHOWN]],
        "lots": [_lot(household, one, n, desk) for n, one in enumerate(found.lots[:SHOWN], 1)],
    }


def _difference(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if after is None or before is None else after - before


def _moved(one: SymbolChange) -> Decimal:
    return abs(_difference(one.value_after_usd, one.value_before_usd) or ZERO)


def _symbol(household: Household, one: SymbolChange, desk: Desk) -> dict[str, Json]:
    name = name_of(household, one.symbol)
    figures: Figures = {
        "before_shares": one.shares_before,
        "after_shares": one.shares_after,
        "before_price": one.price_before_usd,
        "after_price": one.price_after_usd,
        "before_usd": one.value_before_usd,
        "after_usd": one.value_after_usd,
    }
    return desk.book.row(one.symbol, figures, entity=one.symbol, of=name, symbol=one.symbol, name=name)


def _lot(household: Household, one: LotChange, number: int, desk: Desk) -> dict[str, Json]:
    kind = "new" if not one.shares_before else "closed" if not one.shares_after else "changed"
    account = next((known.id for known in household.accounts if known.name == one.account), "another account")
    figures: Figures = {
        "before_shares": one.shares_before,
        "after_shares": one.shares_after,
        "acquired_date": one.acquired,
        "basis_usd": one.basis_after_usd if one.shares_after else None,
    }
    texts: dict[str, Json] = {"symbol": one.symbol, "account": account, "kind": kind}
    name = name_of(household, one.symbol)
    return desk.book.row(f"lot{number}", figures, entity=one.symbol, of=f"{name} lot", name=name, **texts)
