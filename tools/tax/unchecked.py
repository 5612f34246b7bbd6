"""What a replay could not check, or where the law is not settled: each point with its rows, never left unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tools.history import Action, Transaction
from tools.market.identical import group_of as usual_group_of
from tools.market.identical import related as usual_related
from tools.model import Account, Origin
from tools.money import ZERO
from tools.tax.acquisitions import PURCHASES
from tools.tax.ledger import Replay
from tools.tax.open_points import FINDERS, GroupOf, RelatedTo, Seen
from tools.tax.wash_sale import window


@dataclass(frozen=True, slots=True)
class Unchecked:
    """One point that is open. ``code`` names the kind, ``origins`` the rows it is about."""

    code: str
    sentence: str
    origins: tuple[Origin, ...]


def unchecked(
    events: Iterable[Transaction],
    accounts: Mapping[str, Account],
    found: Replay,
    as_of: date,
    group_of: GroupOf = usual_group_of,
    related: RelatedTo = usual_related,
) -> tuple[Unchecked, ...]:
    """List what is open about the sales of the year of ``as_of``, and about those whose 30 days reach into it.

    Args:
        events: What was replayed; later events than ``as_of`` are left out.
        accounts: The accounts by id.
        found: What the replay came to.
        as_of: The day of the question.
        group_of: What counts as substantially identical, by symbol.
        related: What stands close to a symbol, with grade and reason.
    """
    past = [event for event in events if event.on <= as_of]
    closed = [row for row in found.closed if row.sold.year == as_of.year or as_of <= window(row.sold)[1]]
    losses = [row for row in closed if (row.counted_usd or ZERO) < 0]
    bought = [(_bought(event), event) for event in past if event.action in PURCHASES]
    seen = Seen(past, accounts, closed, losses, bought, as_of, group_of, related)
    points: dict[tuple[str, str], list[Origin]] = {}
    for finder in FINDERS:
        for code, sentence, origin in finder(seen):
            rows = points.setdefault((code, sentence), [])
            rows += [] if origin in rows else [origin]
    return tuple(Unchecked(code, sentence, tuple(rows)) for (code, sentence), rows in points.items())


def _bought(event: Transaction) -> date | None:
    return event.acquired if event.action in (Action.OPEN, Action.TRANSFER_IN) else event.on
