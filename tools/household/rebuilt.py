"""What history adds to lots: those that no file shows, and which shares have served as a replacement already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tools.brokers.base import LotRow, TradeRow
from tools.history import Instrument, Transaction
from tools.household.past import Past, past_of, taken_as_taxable
from tools.household.snapshots import Placed
from tools.market.identical import table
from tools.market.securities import info
from tools.model import Account, Lot, OwnGroup
from tools.money import ZERO


def rebuilt_lots(
    events: Sequence[Transaction],
    accounts: Mapping[str, Account],
    lots: Sequence[Placed[LotRow]],
    trades: Sequence[Placed[TradeRow]],
    own: tuple[OwnGroup, ...] = (),
) -> tuple[list[Placed[LotRow]], Past]:
    """Return the lots that a replay leaves in accounts without a lots file: first in, first out where none is named."""
    past = past_of(events, taken_as_taxable(accounts), group_of=table(own).group_of)
    shown = {placed.account_id for placed in lots}
    by_file = {placed.file: placed for placed in trades}
    names = {placed.row.symbol: placed.row.name for placed in trades if placed.row.name}
    found = []
    for held in past.replay.held:
        source = by_file.get(held.origin.file)
        if held.account_id in shown or source is None or held.instrument is not Instrument.STOCK:
            continue
        row = LotRow(
            row=held.origin.row,
            account=source.row.account,
            symbol=held.symbol,
            # A line of history describes the event; the security's own name is better where it is known.
            name=None if info(held.symbol) else names.get(held.symbol),
            shares=held.shares,
            basis_usd=held.basis_usd,
            acquired=held.acquired,
            tacked_days=held.tacked_days,
            inherited=held.inherited,
            loss_basis_usd=held.loss_basis_usd,
        )
        found.append(Placed(held.account_id, source.file_number, held.origin.file, source.as_of, row))
    return found, past


def with_used(lots: Sequence[Lot], past: Past) -> tuple[Lot, ...]:
    """Mark the shares that the history matched with a loss already: they cannot replace another."""
    used: dict[tuple[str, str, date | None], Decimal] = defaultdict(Decimal)
    for held in past.replay.held:
        if held.replaces:
            used[held.account_id, held.symbol, held.bought] += held.shares
    found = []
    for lot in lots:
        key = lot.account_id, lot.symbol, lot.acquired
        mine = min(used.get(key, ZERO), lot.shares)
        if mine:
            used[key] -= mine
        found.append(replace(lot, used_shares=mine) if mine else lot)
    return tuple(found)
