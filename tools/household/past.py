"""The past of a household: its history replayed, each group of related securities on its own.

Wash sales never cross groups, so a record that contradicts itself blocks the advice on its own group and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tools.errors import LotlineError
from tools.history import Transaction
from tools.market.identical import group_of as usual_group_of
from tools.model import Account, AccountType, Problem
from tools.tax.ledger import Replay, replay
from tools.tax.lot_selection import TermRates


@dataclass(frozen=True, slots=True)
class Past:
    """A replay of all groups that hold together, with a problem for each that does not and the symbols it blocks."""

    replay: Replay
    problems: tuple[Problem, ...] = ()
    blocked: frozenset[str] = frozenset()


def past_of(
    events: Sequence[Transaction],
    accounts: Mapping[str, Account],
    rates: TermRates | None = None,
    group_of: Callable[[str], str] = usual_group_of,
) -> Past:
    """Replay a history group by group; see ``ledger.replay`` for what makes one fail."""
    parts: list[Replay] = []
    problems: list[Problem] = []
    blocked: set[str] = set()
    for group in _groups(events, group_of):
        try:
            parts.append(replay(group, accounts, rates, group_of))
        except LotlineError as error:
            symbols = {event.symbol for event in group}
            problems.append(Problem(error.where or ", ".join(sorted(symbols)), error.what, error.fix))
            blocked |= symbols
    return Past(_joined(parts), tuple(problems), frozenset(blocked))


def events_about(
    symbol: str, events: Sequence[Transaction], group_of: Callable[[str], str] = usual_group_of
) -> list[Transaction]:
    """Return the events that bear on ``symbol``: its own, its like's, options on it, and what it turned into."""
    wanted = group_of(symbol)
    return [
        event
        for group in _groups(events, group_of)
        if any(group_of(each) == wanted for one in group for each in _symbols(one))
        for event in group
    ]


def taken_as_taxable(accounts: Mapping[str, Account]) -> dict[str, Account]:
    """Take accounts of unknown type as taxable, so that lots can be rebuilt before anybody says what they are."""
    return {
        name: replace(account, type=AccountType.TAXABLE) if account.type is AccountType.UNKNOWN else account
        for name, account in accounts.items()
    }


def _joined(parts: Iterable[Replay]) -> Replay:
    kept = list(parts)
    return Replay(
        tuple(lot for part in kept for lot in part.held),
        tuple(row for part in kept for row in part.closed),
        tuple(lot for part in kept for lot in part.short),
    )


def _symbols(event: Transaction) -> list[str]:
    return [symbol for symbol in (event.symbol, event.underlying, event.other_symbol) if symbol]


def _groups(events: Sequence[Transaction], group_of: Callable[[str], str]) -> list[list[Transaction]]:
    """Group events whose securities are identical, options on one another, or turned into one another."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for event in events:
        first = root(group_of(event.symbol))
        for other in filter(None, (event.underlying, event.other_symbol)):
            parent[root(group_of(other))] = first
    found: dict[str, list[Transaction]] = {}
    for event in events:
        found.setdefault(root(group_of(event.symbol)), []).append(event)
    return list(found.values())
