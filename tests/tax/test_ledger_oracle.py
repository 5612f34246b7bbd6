"""The ledger against a second reading of the regulation: every share on its own, in whole cents, no lots at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from replays import ACCOUNTS, did

from tools.history import LotPick
from tools.model import Account
from tools.tax.ledger import Replay, replay

START = date(2024, 1, 1)
SHELTERED = {"ira", "roth"}


@dataclass
class Trade:
    """A purchase or a sale of whole shares at one price in cents; ``picks`` name purchases of a sale."""

    id: str
    on: date
    account: str
    shares: int
    cents: int
    buys: bool
    picks: dict[str, int] = field(default_factory=dict)


@dataclass
class Share:
    """One share: what it cost, when, and what a wash sale made of it."""

    bought_in: str
    number: int
    account: str
    bought: date
    cents: int
    extra_days: int = 0
    used: bool = False


@dataclass
class Sold:
    """One share sold. ``taken`` is the cents disallowed, ``gone`` those of them that a sheltered purchase ends."""

    share: Share
    sale: str
    on: date
    gain: int
    long: bool
    taken: int = 0
    gone: int = 0


def long_term(bought: date, sold: date, extra_days: int) -> bool:
    """More than one year, the day bought left out: a holding from March 2 is long on March 2 of the next year."""
    first = bought - timedelta(days=extra_days) + timedelta(days=1)
    leap = (first.month, first.day) == (2, 29)
    anniversary = date(first.year + 1, 3, 1) if leap else date(first.year + 1, first.month, first.day)
    return sold >= anniversary


def brute_force(trades: list[Trade]) -> tuple[list[Sold], list[Share]]:
    """Reg. 1.1091-1 and 1.1091-2, one share after another."""
    all_shares = {
        trade.id: [Share(trade.id, n, trade.account, trade.on, trade.cents) for n in range(trade.shares)]
        for trade in trades
        if trade.buys
    }
    gone: set[int] = set()
    sold: list[Sold] = []
    for on in sorted({trade.on for trade in trades}):
        today: list[Sold] = []
        # Among sales of one account and day nothing tells which was first; the smaller goes first.
        sales = [trade for trade in trades if trade.on == on and not trade.buys]
        for sale in sorted(sales, key=lambda each: (each.account, each.shares, each.shares * each.cents, each.id)):
            for share in chosen(sale, all_shares, gone):
                gone.add(id(share))
                days = long_term(share.bought, on, share.extra_days)
                if sale.account not in SHELTERED:
                    today.append(Sold(share, sale.id, on, sale.cents - share.cents, days))
        today.sort(key=lambda one: (one.share.bought, one.share.bought_in))
        for one in today:
            if one.gain < 0:
                wash(one, all_shares, gone)
        sold += today
    return sold, [share for shares in all_shares.values() for share in shares if id(share) not in gone]


def chosen(sale: Trade, all_shares: dict[str, list[Share]], gone: set[int]) -> list[Share]:
    def of_lot(share: Share) -> tuple[Any, ...]:
        return not share.used, share.extra_days, share.number

    held = [
        share
        for shares in all_shares.values()
        for share in shares
        if share.account == sale.account and share.bought <= sale.on and id(share) not in gone
    ]
    picked: list[Share] = []
    for lot, wanted in sale.picks.items():
        picked += sorted((share for share in held if share.bought_in == lot), key=of_lot)[:wanted]
    rest = sorted((share for share in held if share not in picked), key=lambda s: (s.bought, s.bought_in, *of_lot(s)))
    return picked + rest[: sale.shares - len(picked)]


def wash(one: Sold, all_shares: dict[str, list[Share]], gone: set[int]) -> None:
    """Move the loss of one share to the first share bought within 30 days that is free, of another purchase."""
    free = [
        share
        for shares in all_shares.values()
        for share in shares
        if abs((share.bought - one.on).days) <= 30
        and not share.used
        and id(share) not in gone
        and share.bought_in != one.share.bought_in
    ]
    if not free:
        return
    # Of purchases of one day the sheltered one first: the careful reading.
    new = min(free, key=lambda share: (share.bought, share.account not in SHELTERED, share.bought_in, share.number))
    new.used, one.taken = True, -one.gain
    if new.account in SHELTERED:
        one.gone = -one.gain
        return
    new.cents += -one.gain
    new.extra_days = (one.on - one.share.bought).days + one.share.extra_days


@st.composite
def histories(draw: Any) -> list[Trade]:
    """Trades of one security in whole shares; what is sold is held. Days crowd so that windows overlap."""
    trades: list[Trade] = []
    held: dict[str, dict[str, int]] = {}
    on, falling = START, draw(st.booleans())
    for number in range(draw(st.integers(2, 12))):
        on += timedelta(days=draw(st.sampled_from((0, 0, 1, 5, 12, 20, 29, 30, 31, 60, 200, 366))))
        account = draw(st.sampled_from(("acct-1", "acct-1", "acct-1", "acct-2", "spouse", "ira", "roth")))
        # A price that falls all along makes chains: replacements are sold at a loss and replaced again.
        name, cents = f"t{number:02}", 2000 - 100 * number if falling else draw(st.integers(1, 40)) * 25
        mine = held.setdefault(account, {})
        total = sum(mine.values())
        if total and draw(st.booleans()):
            shares = draw(st.integers(1, total))
            picks = {}
            if draw(st.booleans()) and not any(t.on == on and t.account == account and not t.buys for t in trades):
                lot = draw(st.sampled_from(sorted(mine)))
                picks = {lot: draw(st.integers(1, min(shares, mine[lot])))}
            trades.append(Trade(name, on, account, shares, cents, buys=False, picks=picks))
            left = brute_force(trades)[1]
            held[account] = dict(Counter(share.bought_in for share in left if share.account == account))
        else:
            shares = draw(st.integers(1, 6))
            if any(t.on == on and t.account == account and not t.buys for t in trades):
                continue
            trades.append(Trade(name, on, account, shares, cents, buys=True))
            mine[name] = shares
    return trades


def dollars(cents: int) -> Decimal:
    return Decimal(cents) / 100


def replayed(trades: list[Trade], accounts: dict[str, Account] | None = None) -> Replay:
    events = [
        replace(
            did(
                "buy" if trade.buys else "sell",
                trade.on.isoformat(),
                str(trade.shares),
                str(dollars(trade.shares * trade.cents)),
                id=trade.id,
                account=trade.account,
            ),
            picks=tuple(LotPick(lot, Decimal(shares)) for lot, shares in trade.picks.items()),
        )
        for trade in trades
    ]
    return replay(events, accounts or ACCOUNTS)


Sums = dict[tuple[Any, ...], tuple[Decimal, ...]]


def summed(rows: Any) -> Sums:
    sums: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for key, *figures in rows:
        sums[key] = [a + b for a, b in zip(sums[key] or [Decimal(0)] * len(figures), figures, strict=True)]
    return {key: tuple(figures) for key, figures in sums.items()}


def closed_by_oracle(sold: list[Sold]) -> Sums:
    return summed(
        ((s.sale, s.share.bought_in, s.long), Decimal(1), dollars(s.gain), dollars(s.taken), dollars(s.gone))
        for s in sold
    )


def closed_by_ledger(found: Replay) -> Sums:
    return summed(
        (
            (c.sale_id, c.acquisition_id, c.term == "long"),
            c.shares,
            c.gain_usd,
            c.disallowed_usd,
            c.permanent_usd,
        )
        for c in found.closed
    )


@settings(max_examples=400, deadline=None)
@given(histories())
def test_every_piece_sold_has_the_gain_the_term_and_the_disallowed_loss_of_the_share_by_share_reading(
    trades: list[Trade],
) -> None:
    sold, _ = brute_force(trades)
    assert closed_by_ledger(replayed(trades)) == closed_by_oracle(sold)


@settings(max_examples=400, deadline=None)
@given(histories())
def test_every_lot_held_has_the_basis_days_and_mark_of_the_share_by_share_reading(trades: list[Trade]) -> None:
    _, held = brute_force(trades)
    assert summed(
        ((lot.account_id, lot.acquisition_id, lot.tacked_days, lot.replaces), lot.shares, lot.basis_usd)
        for lot in replayed(trades).held
    ) == summed(
        ((share.account, share.bought_in, share.extra_days, share.used), Decimal(1), dollars(share.cents))
        for share in held
    )


@settings(max_examples=200, deadline=None)
@given(histories())
def test_shares_and_dollars_are_conserved(trades: list[Trade]) -> None:
    found = replayed([trade for trade in trades if trade.account not in SHELTERED])
    taxable = [trade for trade in trades if trade.account not in SHELTERED]
    shares = sum(trade.shares if trade.buys else -trade.shares for trade in taxable)
    assert sum((lot.shares for lot in found.held), Decimal(0)) == shares
    paid = sum(dollars(t.shares * t.cents) * (1 if t.buys else -1) for t in taxable)
    # Cash that went in and did not come back is basis still held, less what counts.
    counted = sum((row.counted_usd or Decimal(0) for row in found.closed), Decimal(0))
    assert sum((lot.basis_usd or Decimal(0) for lot in found.held), Decimal(0)) - counted == paid


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_disallowed_loss_is_in_a_basis_or_gone_for_good(trades: list[Trade]) -> None:
    found = replayed(trades)
    cost = sum(dollars(t.shares * t.cents) for t in trades if t.buys and t.account not in SHELTERED)
    basis = [lot.basis_usd for lot in found.held if lot.account_id not in SHELTERED]
    basis += [row.basis_usd for row in found.closed]
    moved = sum((row.disallowed_usd - row.permanent_usd for row in found.closed), Decimal(0))
    assert sum((each or Decimal(0) for each in basis), Decimal(0)) == cost + moved


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms())
def test_the_order_of_the_records_does_not_matter(trades: list[Trade], draw: Any) -> None:
    before = replayed(trades)
    shuffled = list(trades)
    draw.shuffle(shuffled)
    after = replayed(shuffled)
    assert closed_by_ledger(after) == closed_by_ledger(before)
    assert [(lot.acquisition_id, lot.basis_usd) for lot in after.held] == [
        (lot.acquisition_id, lot.basis_usd) for lot in before.held
    ]


@settings(max_examples=150, deadline=None)
@given(histories(), st.permutations(("a", "b", "c", "d", "e")))
def test_the_names_of_accounts_do_not_matter(trades: list[Trade], names: list[str]) -> None:
    renamed = dict(zip(("acct-1", "acct-2", "spouse", "ira", "roth"), names, strict=True))
    accounts = {new: replace(ACCOUNTS[old], id=new) for old, new in renamed.items()}
    moved = [replace(trade, account=renamed[trade.account]) for trade in trades]
    assert closed_by_ledger(replayed(moved, accounts)) == closed_by_ledger(replayed(trades))
