"""The ledger: trades replayed by account, so that every lot, gain and disallowed loss follows from the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tools.errors import BadRequest, MissingFact
from tools.history import Action, Instrument, Transaction
from tools.market.identical import group_of as usual_group_of
from tools.model import Account, AccountType
from tools.money import ZERO
from tools.tax.acquisitions import ACQUISITIONS, lot_of, shares_of
from tools.tax.closed import Closed, close
from tools.tax.corporate import EVENTS, change
from tools.tax.exercise import exercised, put_sale
from tools.tax.lot_selection import TermRates
from tools.tax.lots import HeldLot
from tools.tax.pool import Pool
from tools.tax.shorts import Shorts
from tools.tax.timeline import SALES, moments
from tools.tax.washing import Washing

_LEAVES = frozenset((Action.GIFT_OUT, Action.TRANSFER_OUT))


@dataclass(frozen=True, slots=True)
class Replay:
    """What the records come to: lots still held, every taxable row closed, and what is owed on short sales."""

    held: tuple[HeldLot, ...]
    closed: tuple[Closed, ...]
    short: tuple[HeldLot, ...]


def replay(
    events: Iterable[Transaction],
    accounts: Mapping[str, Account],
    rates: TermRates | None = None,
    group_of: Callable[[str], str] = usual_group_of,
) -> Replay:
    """Replay transactions in the order of ``timeline.moments``.

    Args:
        events: All that is known of all accounts, in any order.
        accounts: The accounts by id; a sheltered one realizes nothing, and what it buys ends a loss for good.
        rates: The person's rates by term, for sales with the method ``min_tax``.
        group_of: What counts as substantially identical, by symbol.

    Raises:
        BadRequest: Shares or dollars that are missing or negative, a sale of more than is held, a sale before the
            purchase, two events of one id.
        MissingFact: An account's type, the ratio of a split, the basis of a gift, or what else an event lacks.
        UnknownThing: An event names an account that is not there.
    """
    known = tuple(events)
    ledger = _Ledger(known, accounts, rates, group_of)
    for together in moments(known, accounts, group_of):
        ledger.happen(together)
    return Replay(tuple(ledger.pool), tuple(ledger.closed), tuple(ledger.shorts))


class _Ledger:
    """One replay while it runs."""

    def __init__(
        self,
        events: Sequence[Transaction],
        accounts: Mapping[str, Account],
        rates: TermRates | None,
        group_of: Callable[[str], str],
    ) -> None:
        self.pool = Pool(rates, events)
        self.shorts = Shorts()
        self.closed: list[Closed] = []
        self._accounts = accounts
        self._washing = Washing(events, accounts, group_of)
        self._done: set[str] = set()

    def happen(self, together: Sequence[Transaction]) -> None:
        """Let the events of one moment happen; their sales are judged together once all are made."""
        sold: list[Closed] = []
        for event in together:
            sold += self._one(event)
            self._done.add(event.id)
        if sold:
            self.closed += self._washing.judge(sold, self.pool, self._done)

    def _one(self, event: Transaction) -> list[Closed]:
        if event.action in ACQUISITIONS:
            self.pool.add(self._washing.arrive([lot_of(event)]))
        elif event.action in EVENTS:
            return self._corporate(event)
        elif event.action is Action.SHORT:
            self.shorts.open(_priced(event))
        elif event.action is Action.COVER or self._lapses_short(event):
            return self._taxed(event, self.shorts.close(_priced(event)))
        elif event.action in SALES:
            return self._taxed(event, close(self.pool.take(_priced(event), shares_of(event)), event))
        elif event.action is Action.TRANSFER:
            self._transfer(event)
        elif event.action is Action.EXERCISE:
            return self._exercise(event)
        elif event.action in _LEAVES:
            self.pool.take(event, shares_of(event))
        return []

    def _lapses_short(self, event: Transaction) -> bool:
        short = self.shorts.owed(event.account_id, event.symbol)
        return event.action is Action.EXPIRE and short > 0 and not self.pool.shares(event.account_id, event.symbol)

    def _taxed(self, event: Transaction, closed: list[Closed]) -> list[Closed]:
        kind = self._accounts[event.account_id].type
        if kind is AccountType.UNKNOWN:
            raise MissingFact(
                f"{event.symbol} is sold in {event.account_id}, and nobody said whether that account is taxable.",
                "Say what kind of account it is.",
                str(event.origin),
            )
        return [] if kind.sheltered else closed

    def _corporate(self, event: Transaction) -> list[Closed]:
        lots = self.pool.empty(event.account_id, event.symbol)
        changed = change(lots, event)
        self.pool.add(changed.lots)
        closed = [
            replace(
                close([replace(lot, loss_basis_usd=None)], replace(event, id=f"{event.id}.{number}"))[0],
                proceeds_usd=gain,
                basis_usd=ZERO,
            )
            for number, (lot, gain) in enumerate(changed.gains, start=1)
        ]
        return self._taxed(event, closed) if closed else []

    def _transfer(self, event: Transaction) -> None:
        """Move lots to another account of the household with their basis and dates.

        A move into or out of a sheltered account is a contribution or a distribution, not a transfer.
        """
        to = event.to_account_id
        if to is None:
            raise MissingFact(
                f"{event.symbol} moves on {event.on}, but not where to.", "Name the other account.", str(event.origin)
            )
        if self._accounts[to].type.sheltered != self._accounts[event.account_id].type.sheltered:
            raise BadRequest(
                f"{event.symbol} moves between a taxable and a sheltered account on {event.on}; that is no transfer.",
                "Write it as transfer_out of the one and transfer_in to the other, with its value as the amount.",
                str(event.origin),
            )
        moved = self.pool.take(event, shares_of(event))
        self.pool.add(replace(lot, account_id=to) for lot in moved)

    def _exercise(self, event: Transaction) -> list[Closed]:
        """Turn calls and warrants into shares, at the strike paid and their own basis, held from the exercise on.

        A put sells its shares instead, for the strike less what the put cost (Rev. Rul. 78-182).
        """
        contracts = shares_of(event)
        taken = self.pool.take(event, contracts)
        symbol = event.other_symbol or event.underlying
        if symbol is None or event.amount_usd is None:
            raise MissingFact(
                f"The exercise of {event.symbol} on {event.on} lacks the stock or the price paid.",
                "Add underlying and amount to its row.",
                str(event.origin),
            )
        if event.instrument is Instrument.PUT:
            sale = put_sale(event, symbol, taken)
            return self._taxed(event, close(self.pool.take(sale, shares_of(sale)), sale))
        self.pool.add(self._washing.arrive(exercised(event, symbol, taken)))
        return []


def _priced(sale: Transaction) -> Transaction:
    """Check that a sale says what it brought in, a cover what it cost; an option that lapses brings nothing.

    Raises:
        BadRequest: Negative dollars.
        MissingFact: No dollars.
    """
    if sale.action is Action.EXPIRE:
        return sale
    what, dollars = ("cover", "cost") if sale.action is Action.COVER else ("sale", "proceeds")
    if sale.amount_usd is None:
        raise MissingFact(
            f"The {what} of {sale.symbol} on {sale.on} has no {dollars}.", "Add them to its row.", str(sale.origin)
        )
    if sale.amount_usd < 0:
        raise BadRequest(
            f"The {what} of {sale.symbol} on {sale.on} has negative {dollars}.",
            "Write them as positive.",
            str(sale.origin),
        )
    return sale
