"""The wash-sale rule inside a replay: losses of one moment against what is held and what will be bought.

The matching is ``tools.tax.wash_sale.match``; here the parts of lots become its sales and purchases, and its matches
move basis and days. Shares are counted as of today: a split between sale and purchase changes both alike.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.history import Action, Instrument, Transaction
from tools.model import Account
from tools.money import ZERO
from tools.tax.acquisitions import PURCHASES, contract_of
from tools.tax.claims import DUST, Claim, pieces
from tools.tax.closed import Closed, Washed, washed_by
from tools.tax.continuity import Continuity
from tools.tax.exercise import bought_by
from tools.tax.law import latest_law
from tools.tax.lots import HeldLot, tidy
from tools.tax.pool import Pool
from tools.tax.wash_sale import Match, Purchase, Sale, match, window

GroupOf = Callable[[str], str]
_WARRANTS = (Instrument.CALL, Instrument.WARRANT)


@dataclass(frozen=True, slots=True)
class Keys:
    """The groups in which something counts: as what it is or can buy, and as a contract of its own."""

    group: str
    own: str = ""


class Washing:
    """The rule over one replay. ``claims`` wait for the purchases that they name."""

    def __init__(self, events: Sequence[Transaction], accounts: Mapping[str, Account], group_of: GroupOf) -> None:
        self._accounts = accounts
        self._group_of = group_of
        purchases = (event for event in events if event.action in PURCHASES and not _sells(event))
        # By day, so that each sale looks at the purchases of its own window and not at years of others.
        self._coming = sorted(((day, e) for e in purchases if (day := _bought(e))), key=lambda dated: dated[0])
        self._through = Continuity(events)
        self.claims: dict[str, list[Claim]] = defaultdict(list)

    def keys(self, what: HeldLot | Transaction | Closed, on: date) -> Keys | None:
        """Return the groups of a holding, None where the rule does not reach it; another person's stand apart."""
        found, another = self._keys(what, on), self._accounts[what.account_id].another
        if found is None or another is None:
            return found
        return Keys(f"{found.group} of {another}", f"{found.own} of {another}" if found.own else found.own)

    def _keys(self, what: HeldLot | Transaction | Closed, on: date) -> Keys | None:
        if what.instrument is Instrument.SECTION_1256:
            return None
        if what.instrument is Instrument.CRYPTO:
            begins = latest_law().wash_sale.digital_assets_from
            return Keys(f"crypto {what.symbol}") if begins is not None and on >= begins else None
        named_on = what.on if isinstance(what, Transaction) else on
        if what.instrument is Instrument.STOCK:
            return Keys(self._group_of(self._through.name(what.symbol, named_on)))
        own = f"contract {what.symbol}"
        buys = what.underlying if what.instrument in _WARRANTS else None
        bought = self._group_of(self._through.name(buys, named_on)) if buys else own
        return Keys(bought, own)

    def judge(self, closed: Sequence[Closed], pool: Pool, done: frozenset[str] | set[str]) -> list[Closed]:
        """Match the losses of sales made together, move basis and days, and return the sales with their evidence.

        Args:
            closed: The parts sold at one moment, already out of the pool.
            pool: What is still held; its replacement shares change.
            done: Ids of the events that have happened.
        """
        sales = [sale for part in closed if (sale := self._sale(part)) is not None]
        if not sales:
            return list(closed)
        on = sales[0].sold
        first, last = window(on)
        held = {f"held {n:09}": lot for n, lot in enumerate(pool) if lot.bought and first <= lot.bought <= last}
        coming = self._near(pool, done, on)
        purchases = [p for name, lot in held.items() if (p := self._held(name, lot, on)) is not None]
        purchases += [p for event in coming.values() if (p := self._to_come(event, on)) is not None]
        evidence: dict[str, list[Washed]] = defaultdict(list)
        by_lot: dict[str, list[Match]] = defaultdict(list)
        for found in match(sales, purchases):
            if found.purchase_id in held:
                by_lot[found.purchase_id].append(found)
                lot = held[found.purchase_id]
                shares = tidy(found.shares / self._units(lot, lot.contract_shares, on))
                evidence[found.sale_id].append(washed_by(found, lot, lot.bought or on, shares))
            else:
                evidence[found.sale_id].append(self._claim(coming[found.purchase_id], found))
        for name, matches in by_lot.items():
            self._apply(pool, held[name], matches, on)
        return [replace(part, washed=tuple(evidence.get(part.id, ()))) for part in closed]

    def arrive(self, lots: Sequence[HeldLot]) -> list[HeldLot]:
        """Cut what earlier losses have claimed out of a purchase that now happens."""
        free_first = sorted(lots, key=lambda lot: lot.replaces)
        return pieces(free_first, self.claims.pop(lots[0].acquisition_id, []))

    def _near(self, pool: Pool, done: frozenset[str] | set[str], on: date) -> dict[str, Transaction]:
        """Return the purchases to come within the window; an exercise is read as a purchase of stock."""
        first, last = window(on)
        begin = bisect_left(self._coming, first, key=lambda dated: dated[0])
        end = bisect_right(self._coming, last, key=lambda dated: dated[0])
        used: dict[tuple[str, str, int], Decimal] = {}
        found: dict[str, Transaction] = {}
        for _, event in self._coming[begin:end]:
            if event.id not in done:
                exercise = event.action is Action.EXERCISE
                options = pool.of(event.account_id, event.symbol) if exercise else []
                found[event.id] = bought_by(event, options, first, used) if exercise else event
        return found

    def _units(self, what: HeldLot | Transaction | Closed, contract_shares: Decimal, on: date) -> Decimal:
        """Return how many of today's shares one unit of ``on`` stands for."""
        return contract_shares * self._through.units(what.underlying or what.symbol, what.account_id, on)

    def _sale(self, part: Closed) -> Sale | None:
        sheltered = self._accounts[part.account_id].type.sheltered
        keys = self.keys(part, part.sold)
        if sheltered or keys is None or part.kind not in (Action.SELL, Action.EXPIRE, Action.CASH_IN_LIEU):
            return None
        loss = -(part.gain_usd or ZERO)
        if loss <= 0:
            return None
        return Sale(
            lot_id=part.acquisition_id,
            group=keys.own or keys.group,
            sold=part.sold,
            shares=tidy(part.shares * self._units(part, part.contract_shares, part.sold)),
            loss_usd=loss,
            acquired=part.acquired,
            at=part.at,
            tacked_days=part.tacked_days,
            id=part.id,
        )

    def _held(self, name: str, lot: HeldLot, on: date) -> Purchase | None:
        keys = self.keys(lot, on)
        if keys is None or lot.replaces or lot.bought is None:
            return None
        sheltered = self._accounts[lot.account_id].type.sheltered
        shares = tidy(lot.shares * self._units(lot, lot.contract_shares, on))
        return Purchase(
            name, keys.group, lot.bought, shares, sheltered, lot.account_id, lot.at, lot.acquisition_id, keys.own
        )

    def _to_come(self, event: Transaction, on: date) -> Purchase | None:
        keys, bought = self.keys(event, on), _bought(event)
        free = (event.shares or ZERO) - sum((claim.shares for claim in self.claims[event.id]), ZERO)
        if keys is None or bought is None or free < DUST:
            return None
        sheltered = self._accounts[event.account_id].type.sheltered
        shares = tidy(free * self._units(event, contract_of(event), event.on))
        return Purchase(event.id, keys.group, bought, shares, sheltered, event.account_id, event.at, event.id, keys.own)

    def _claim(self, event: Transaction, found: Match) -> Washed:
        shares = tidy(found.shares / self._units(event, contract_of(event), event.on))
        self.claims[event.id].append(Claim(shares, found.disallowed_usd, found.tacked_days, found.permanent))
        return washed_by(found, event, _bought(event) or event.on, shares)

    def _apply(self, pool: Pool, lot: HeldLot, matches: Sequence[Match], on: date) -> None:
        units = self._units(lot, lot.contract_shares, on)
        claims = [Claim(tidy(m.shares / units), m.disallowed_usd, m.tacked_days, m.permanent) for m in matches]
        pool.swap(lot, pieces([lot], claims))


def _sells(event: Transaction) -> bool:
    return event.action is Action.EXERCISE and event.instrument is Instrument.PUT


def _bought(event: Transaction) -> date | None:
    return event.acquired if event.action in (Action.TRANSFER_IN, Action.OPEN) else event.on
