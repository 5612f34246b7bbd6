"""Which closes of a provider are believed. One that is refused becomes a problem; the file's price then stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from tools.market.changes import splits_between
from tools.market.prices import Price
from tools.market.quotes import Answer, Seen
from tools.model import Problem, Security
from tools.money import ZERO

MAX_JUMP_FRAC = Decimal("0.35")
_NEWER_FILE = "Drop a newer file from your broker, or a price file with symbol, price and date."
_IF_REAL = "If that is real, drop a newer file from your broker, or a price file with symbol, price and date."
_SHOWN_CHARS = 40


@dataclass(frozen=True, slots=True)
class Believed:
    """Closes by symbol, the oldest first, and a problem for each symbol that got none.

    ``refused`` are those that were given closes which contradict what is known: their last price is in doubt.
    """

    closes: Mapping[str, tuple[Price, ...]]
    problems: Mapping[str, Problem]
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Row:
    day: date
    close_usd: Decimal
    split: Decimal | None


class _Refused(Exception):
    """Carries what was seen and what to do."""

    def __init__(self, what: str, fix: str = _NEWER_FILE) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def judge(answer: Answer, known: Mapping[str, Security], as_of: date, provider: str) -> Believed:
    """Check an answer, symbol by symbol: one that is refused touches no other.

    Args:
        answer: What the provider said.
        known: The securities with their last known prices.
        as_of: The day of the question; no close is of a later day.
        provider: How the provider is called in problems.
    """
    closes: dict[str, tuple[Price, ...]] = {}
    problems = dict(answer.problems)
    refused = set()
    for symbol, rows in answer.rows.items():
        try:
            closes[symbol] = _believed(symbol, rows, known.get(symbol), as_of)
        except _Refused as found:
            problems[symbol] = Problem(f"{symbol} at {provider}", found.what, found.fix)
            refused |= {symbol} if rows else set()
    return Believed(closes, problems, frozenset(refused))


def _believed(symbol: str, seen: Sequence[Seen], known: Security | None, as_of: date) -> tuple[Price, ...]:
    rows = _by_day(symbol, seen, as_of)
    _refuse_jumps(symbol, rows)
    if known is not None and known.price_usd is not None:
        _refuse_other_scale(symbol, rows, known.price_usd, known.price_date)
    if known is not None and known.price_date is not None:
        _refuse_late_split(symbol, rows, known.price_date)
    return tuple(Price(symbol, row.close_usd, row.day) for row in rows)


def _by_day(symbol: str, seen: Sequence[Seen], as_of: date) -> list[_Row]:
    if not seen:
        raise _Refused(f"No close of {symbol} was given.")
    rows: dict[date, _Row] = {}
    for one in seen:
        row = _row(symbol, one, as_of)
        before = rows.setdefault(row.day, row)
        if before.close_usd != row.close_usd:
            raise _Refused(f"{symbol} has two closes on {row.day}: {_usd(before.close_usd)}, {_usd(row.close_usd)}.")
    return [rows[day] for day in sorted(rows)]


def _row(symbol: str, seen: Seen, as_of: date) -> _Row:
    if seen.symbol is not None and seen.symbol.upper() != symbol:
        raise _Refused(f"{symbol} was asked for, and the answer is about {_shown(seen.symbol)}.")
    day = _day(seen.day)
    if day is None:
        raise _Refused(f"The answer for {symbol} has {_shown(seen.day)} where its day should be.")
    if day > as_of:
        raise _Refused(f"The close of {symbol} is dated {day}, which is after {as_of}.")
    if seen.close is None and seen.adjusted is not None:
        raise _Refused(f"The answer for {symbol} has adjusted prices only; a lot's value needs the raw close.")
    close = number(seen.close)
    if close is None or close <= ZERO:
        raise _Refused(f"The close of {symbol} on {day} is {_shown(seen.close)}, which is no price.")
    split = number(seen.split)
    return _Row(day, close, split if split and split > ZERO and split != 1 else None)


def _refuse_jumps(symbol: str, rows: Sequence[_Row]) -> None:
    """Refuse a jump from one day to the next that no split explains, and a split that left no jump."""
    for before, after in pairwise(rows):
        ratios = _splits(symbol, (after,), before.day)
        expected = before.close_usd / _product(ratios)
        if _near(after.close_usd, expected):
            continue
        if ratios and _near(after.close_usd, before.close_usd):
            what = f"{symbol} was split after {before.day}, and its closes do not show it: they are adjusted, not raw."
            raise _Refused(what)
        what = f"{symbol} jumps from {_usd(before.close_usd)} on {before.day} to {_usd(after.close_usd)} on {after.day}"
        raise _Refused(f"{what}, and no split explains it.", _IF_REAL)


def _refuse_other_scale(symbol: str, rows: Sequence[_Row], last_usd: Decimal, last: date | None) -> None:
    """Refuse closes that do not meet the last known price on its own day."""
    if last is None:
        met = rows[-1]
    else:
        met = next((row for row in reversed(rows) if row.day <= last), rows[0])
        if met.day > last and _splits(symbol, rows[:1], last):
            return  # the split itself is refused next, in its own words
    if _near(met.close_usd, last_usd):
        return
    adjusted = met.day <= (last or met.day) and _later_split_fits(symbol, rows, met, last_usd)
    if adjusted:
        what = f"{symbol} closed at {_usd(last_usd)} on {met.day} by your file, the answer has {_usd(met.close_usd)}"
        raise _Refused(f"{what}: it is adjusted for a later split, not raw.")
    when = f" of {last}" if last else ""
    what = f"{symbol} is {_usd(met.close_usd)} on {met.day}, against {_usd(last_usd)} in your file{when}"
    raise _Refused(f"{what}: more than 35 % apart, and no split explains it.", _IF_REAL)


def _refuse_late_split(symbol: str, rows: Sequence[_Row], last: date) -> None:
    """Refuse closes in new shares where the file still counts old ones."""
    ratios = _splits(symbol, rows, last)
    if ratios:
        raise _Refused(f"{symbol} was split after {last}, the day of your file, which counts the shares from before.")


def _later_split_fits(symbol: str, rows: Sequence[_Row], met: _Row, last_usd: Decimal) -> bool:
    ratios = _splits(symbol, rows, met.day)
    return bool(ratios) and _near(met.close_usd * _product(ratios), last_usd)


def _splits(symbol: str, rows: Sequence[_Row], after: date) -> list[Decimal]:
    """Return the ratios of splits after a day and up to the last row: the table's, else those the provider names."""
    listed = [one.ratio for one in splits_between(symbol, after, rows[-1].day)]
    return listed or [row.split for row in rows if row.split is not None and row.day > after]


def _product(ratios: Iterable[Decimal]) -> Decimal:
    product = Decimal(1)
    for ratio in ratios:
        product *= ratio
    return product


def _near(price_usd: Decimal, expected_usd: Decimal) -> bool:
    return abs(price_usd - expected_usd) <= MAX_JUMP_FRAC * expected_usd


def number(value: object) -> Decimal | None:
    """Return a finite number as a provider wrote it, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 12 else None


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _shown(value: object) -> str:
    text = " ".join(str(value).split())[:_SHOWN_CHARS]
    return f"“{text}”" if text else "nothing"


def _usd(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal('0.01')):,}"
