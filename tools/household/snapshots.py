"""When files overlap: the newest snapshot of a holding, price or name counts, and the difference is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from tools.brokers.base import AccountRow, LotRow
from tools.household.told import LotKey
from tools.market.securities import info
from tools.model import Problem, Security

_R = TypeVar("_R", bound=AccountRow)


@dataclass(frozen=True, slots=True)
class Placed(Generic[_R]):
    """A row with the account it belongs to and the file it came from; ``key`` is a lot's, as the file tells it."""

    account_id: str
    file_number: int
    file: str
    as_of: date | None
    row: _R
    key: LotKey | None = None

    @property
    def age(self) -> tuple[date, int]:
        """Order of snapshots: by the file's own date, an undated file before any dated one, then as dropped."""
        return self.as_of or date.min, self.file_number


@dataclass(frozen=True, slots=True)
class Price:
    """A price and the date of the file that gave it."""

    usd: Decimal
    on: date | None


def newest(rows: Sequence[Placed[_R]], what: Callable[[_R], str]) -> tuple[list[Placed[_R]], list[Problem]]:
    """Keep, for one holding of one account, the rows of the newest file alone.

    Equal rows inside one file are real and stay. The same holding in two files would be counted twice.
    """
    by_holding: dict[tuple[str, str], list[Placed[_R]]] = {}
    for placed in rows:
        by_holding.setdefault((placed.account_id, what(placed.row)), []).append(placed)
    kept: list[Placed[_R]] = []
    twice: dict[tuple[str, str], list[str]] = {}
    for (_, holding), found in by_holding.items():
        latest = max(found, key=lambda placed: placed.age)
        kept.extend(placed for placed in found if placed.file_number == latest.file_number)
        for older in sorted({placed.file for placed in found if placed.file_number != latest.file_number}):
            twice.setdefault((latest.file, older), []).append(holding)
    return kept, [_twice(latest_file, older, holdings) for (latest_file, older), holdings in twice.items()]


def _twice(latest: str, older: str, holdings: Sequence[str]) -> Problem:
    what = f"Also in {older}, in the same account: {', '.join(holdings)}. Those rows do not count; {latest} is newer."
    fix = "If they are different accounts, give each its own name or number in the file."
    return Problem(latest, what, fix)


def prices_of(rows: Sequence[Placed[LotRow]]) -> tuple[dict[str, Price], list[Problem]]:
    """Return one price a symbol, the newest; differing prices become a problem."""
    ordered = sorted(rows, key=lambda placed: (placed.age, placed.row.row))
    prices: dict[str, Price] = {}
    seen: dict[str, dict[Decimal, str]] = {}
    for placed in ordered:
        usd = placed.row.price_usd
        if usd is not None:
            prices[placed.row.symbol] = Price(usd, placed.as_of)
            seen.setdefault(placed.row.symbol, {})[usd] = f"{placed.file}, row {placed.row.row}"
    return prices, [_differing(symbol, prices[symbol].usd, found) for symbol, found in seen.items() if len(found) > 1]


def _differing(symbol: str, chosen: Decimal, seen: Mapping[Decimal, str]) -> Problem:
    others = ", ".join(f"${usd:,}" for usd in sorted(seen) if usd != chosen)
    what = f"{symbol} has several prices: the newest, ${chosen:,}, is used, not {others}."
    return Problem(seen[chosen], what, "Give one price for each symbol, of the same day.")


def securities_of(
    rows: Sequence[Placed[LotRow]], prices: Mapping[str, Price]
) -> tuple[dict[str, Security], list[Problem]]:
    """Describe each symbol: name and class from the files, else from general knowledge, else unknown."""
    by_symbol: dict[str, list[Placed[LotRow]]] = {}
    for placed in rows:
        by_symbol.setdefault(placed.row.symbol, []).append(placed)
    securities, problems = {}, []
    for symbol, ours in sorted(by_symbol.items()):
        classes = list(dict.fromkeys(one.row.asset_class for one in ours if one.row.asset_class))
        if len(classes) > 1:
            what = f"{symbol} has several asset classes: {', '.join(classes)}. {classes[0]} is used."
            problems.append(Problem(f"{ours[0].file}, row {ours[0].row.row}", what, "Give one class for each symbol."))
        names = [one.row.name for one in ours if one.row.name]
        securities[symbol] = _security(symbol, names, classes, prices.get(symbol))
    return securities, problems


def _security(symbol: str, names: Sequence[str], classes: Sequence[str], price: Price | None) -> Security:
    known = info(symbol)
    name = names[0] if names else (known.name if known else symbol)
    asset_class = classes[0] if classes else (known.asset_class if known else None)
    return Security(symbol, name, asset_class, price.usd if price else None, price.on if price else None)
