"""From readings to the household of a conversation, and the account of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.session import Filled, Session
from assistant.toolbox.live_prices import describe_prices, priced
from assistant.toolbox.result import Desk
from tools.errors import LotlineError
from tools.facts import Figures, Json, cite, listed
from tools.household.build import Loaded, build, unknown_in
from tools.household.changes import Snapshot, snapshot_of
from tools.household.edit import apply_trades
from tools.household.reconcile import Check
from tools.model import Household, Lot
from tools.money import ZERO

SHOWN_PROBLEMS = 20
SHOWN_CHECKS = 12


def rebuild(session: Session) -> Loaded:
    """Build the household from all files read so far and what the person told of them."""
    loaded = build(session.readings, session.as_of, session.told, session.own_groups)
    household = priced(session, loaded.household)
    if loaded.realized is not None and not session.is_sample:
        session.investor = replace(
            session.investor,
            short_gain_usd=loaded.realized.short_usd + sum((fill.gains.short_usd for fill in session.fills), ZERO),
            long_gain_usd=loaded.realized.long_usd + sum((fill.gains.long_usd for fill in session.fills), ZERO),
            collectible_gain_usd=loaded.realized.collectible_usd,
            gains_known=True,
        )
    household, lost = _with_fills(household, session.fills)
    loaded = replace(loaded, notes=(*loaded.notes, *lost))
    _keep_snapshot(session, snapshot_of(household, session.as_of, loaded.realized))
    session.loaded, session.loaded_count = loaded, len(session.readings)
    session.adopt(household, as_of=session.as_of, is_sample=session.is_sample)
    return loaded


def _with_fills(household: Household, fills: Sequence[Filled]) -> tuple[Household, list[str]]:
    """Repeat the orders carried out on paper; one that no longer fits what the files show is said and dropped."""
    lost = []
    for fill in fills:
        try:
            after = apply_trades(household, fill.trades, fill.on)
        except LotlineError as error:
            lost.append(f"An order carried out on paper no longer fits your files and is left out: {error.what}")
        else:
            household = replace(after, loss_sales=(*after.loss_sales, *fill.loss_sales))
    return household, lost


def _keep_snapshot(session: Session, now: Snapshot) -> None:
    """Keep every load as a dated snapshot; what is told of a load afterwards changes its own snapshot."""
    again = session.loaded is not None and session.loaded_count == len(session.readings)
    if session.snapshots and (again or session.snapshots[-1].on == now.on):
        session.snapshots.pop()
    session.snapshots.append(now)


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
        **_checks(household, loaded, desk),
        "problems": [{"where": p.where, "what": p.what, "fix": p.fix} for p in household.problems[:SHOWN_PROBLEMS]],
        "unknown": _unknown(session, household),
    }


def _checks(household: Household, loaded: Loaded, desk: Desk) -> dict[str, Json]:
    """Write the broker's totals beside the lots: every one that disagrees, and the first that agree."""
    alike = {replace(check, file="", row=0): check for check in reversed(loaded.checks)}  # two files, one total
    ordered = sorted(alike.values(), key=lambda check: (check.matches, check.account, check.symbol))
    wrong = sum(not check.matches for check in ordered)
    compared = {(check.account, check.symbol) for check in ordered}
    alone = sorted({lot.symbol for lot in household.lots if (lot.account_id, lot.symbol) not in compared})
    counts = desk.book.row("checks", {"agreeing_count": len(ordered) - wrong, "differing_count": wrong}, of="Totals")
    rows: list[Json] = [_check(check, n, desk) for n, check in enumerate(ordered[: max(wrong, SHOWN_CHECKS)], 1)]
    unchecked: list[Json] = list(alone) if ordered else []
    return {"checks": rows, "totals": counts, "without_total": unchecked}


def _check(check: Check, number: int, desk: Desk) -> dict[str, Json]:
    figures: Figures = {
        "held_shares": check.shares,
        "basis_usd": check.basis_usd,
        "broker_shares": check.said_shares,
        "broker_basis_usd": check.said_basis_usd,
    }
    name = check.symbol or "Total"
    words: dict[str, Json] = {"symbol": check.symbol, "account": check.account, "matches": check.matches}
    return desk.book.row(f"check{number}", figures, entity=check.symbol, of=f"{name} in the file", **words)


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


def origin_notes(desk: Desk, session: Session, lots: Sequence[Lot]) -> None:
    """Say of lots what no file shows: rebuilt from a history, or told by the person."""
    rebuilt = session.loaded.rebuilt if session.loaded else frozenset()
    if made := sorted({lot.symbol for lot in lots if lot.id in rebuilt}):
        desk.notes.append(
            f"The lots of {listed(made)} are rebuilt from history, first in, first out; no file shows them."
        )
    for point, what in (("basis", "cost"), ("acquired", "purchase date")):
        if told := sorted({lot.symbol for lot in lots if point in lot.told}):
            desk.notes.append(f"The {what} of {listed(told)} is as you told me; no file shows it.")
