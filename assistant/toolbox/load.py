"""From readings to the household of a conversation, and the account of what was read."""

from __future__ import annotations

from dataclasses import replace

from assistant.session import Session
from assistant.toolbox.live_prices import describe_prices, priced
from assistant.toolbox.result import Desk
from tools.facts import Figures, Json, cite, listed
from tools.household.build import Loaded, build, unknown_in
from tools.household.edit import set_account
from tools.model import Household
from tools.money import ZERO

SHOWN_PROBLEMS = 20


def rebuild(session: Session) -> Loaded:
    """Build the household from all files read so far and repeat what the person said of its accounts."""
    told = {name: kind for name, (kind, _) in session.account_answers.items() if kind is not None}
    loaded = build(session.readings, session.as_of, told, session.own_groups)
    household = priced(session, loaded.household)
    for account_id, (kind, owner) in session.account_answers.items():
        if account_id in household.account_by_id:
            household = set_account(household, account_id, kind, owner)
    if loaded.realized is not None and not session.is_sample:
        session.investor = replace(
            session.investor,
            short_gain_usd=loaded.realized.short_usd,
            long_gain_usd=loaded.realized.long_usd,
            collectible_gain_usd=loaded.realized.collectible_usd,
            gains_known=True,
        )
    session.loaded, session.loaded_count = loaded, len(session.readings)
    session.adopt(household, as_of=session.as_of, is_sample=session.is_sample)
    return loaded


def describe_load(session: Session, household: Household, desk: Desk) -> dict[str, Json]:
    """Write what was read: files, accounts, reconciliation, problems, what is unknown."""
    loaded: Loaded = session.loaded
    files: list[Json] = [
        desk.book.row(
            f.file, {"lots_count": f.lots_count, "rows_count": f.rows_count}, of=f.file, file=f.file, format=f.format
        )
        for f in loaded.files
    ]
    desk.notes += loaded.notes
    desk.notes += [f"Your own file counts {listed(group.symbols)} as {group.grade}." for group in session.own_groups]
    describe_prices(session, household, desk)
    hidden = len(household.problems) - SHOWN_PROBLEMS
    if hidden > 0:
        row = desk.book.row("more", {"problems_count": hidden}, of="More problems")
        more = cite(row["id"], "problems_count")
        desk.notes.append(f"There are {more} more problems; mend these, drop the file again, and I show the rest.")
    figures: Figures = {
        "value_usd": household.value_usd if household.value_known else None,
        "lots_count": len(household.lots),
        "names_count": len(household.symbols),
        "problems_count": len(household.problems),
        "realized_short_usd": loaded.realized.short_usd if loaded.realized else None,
        "realized_long_usd": loaded.realized.long_usd if loaded.realized else None,
    }
    return {
        **desk.book.row("", figures),
        "files": files,
        "accounts": [_account(household, account.id, desk) for account in household.accounts],
        "checks": [
            desk.book.row(
                f"check{n}",
                {"held_shares": check.shares, "basis_usd": check.basis_usd},
                entity=check.symbol,
                of=f"{check.symbol or 'Total'} in the file",
                symbol=check.symbol,
                matches=check.matches,
            )
            for n, check in enumerate(loaded.checks, 1)
        ],
        "problems": [{"where": p.where, "what": p.what, "fix": p.fix} for p in household.problems[:SHOWN_PROBLEMS]],
        "unknown": _unknown(session, household),
    }


def _account(household: Household, account_id: str, desk: Desk) -> dict[str, Json]:
    account = household.account_by_id[account_id]
    lots = [lot for lot in household.lots if lot.account_id == account_id]
    value = sum((household.value_of(lot) or ZERO for lot in lots), ZERO) + household.cash_usd.get(account_id, ZERO)
    cash = household.cash_usd.get(account_id)
    known = cash is not None or any(household.value_of(lot) is not None for lot in lots)
    figures: Figures = {"lots_count": len(lots), "value_usd": value if known else None, "cash_usd": cash}
    words: dict[str, Json] = {"account": account_id, "type": account.type.value}
    return desk.book.row(account_id, figures, entity=account_id, of=account_id, **words)


def _unknown(session: Session, household: Household) -> list[Json]:
    missing: list[Json] = list(unknown_in(household))
    if not session.investor.targets:
        missing.append("targets")
    if session.investor.income_usd is None and session.investor.rate_frac is None:
        missing.append("income")
    return missing
