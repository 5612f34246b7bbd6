"""What single cells of Interactive Brokers mean: level of detail, security, action, date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from tools.brokers import cells
from tools.brokers.named import Named, named, named_or_name, option
from tools.brokers.past import by_sign
from tools.brokers.table import Row
from tools.history import Action, Instrument

_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[;, T].*)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[;, T].*)?")
_FROM_NAME = re.compile(r"(?P<symbol>[A-Z0-9. ]{1,12})\(")
_CASH = ("cash", "forex")


def is_lot(row: Row) -> bool:
    """Tell a lot from a summary over lots."""
    detail = level_of(row)
    return detail == "lot" or (not detail and not cells.is_unknown(row.text("opened")))


def level_of(row: Row) -> str:
    """Read the level of detail, the same from XML and CSV; empty where the file does not say."""
    return row.text("level").casefold().replace("_", "").replace(" ", "")


def security(row: Row) -> Named:
    """Read the security; an option also from its description."""
    symbol = row.text("symbol") or row.text("isin")
    if row.text("category").casefold().startswith(("opt", "equity and index options")):
        found = option(symbol) or option(row.text("name"))
        if found is None:
            raise cells.BadCell(f"“{cells.shown(symbol)}” does not name the option")
        return found
    one = named(symbol) if not row.text("category").casefold().startswith(("bond", "bill")) else named_or_name(symbol)
    if row.text("category").casefold().startswith(("war",)):
        return Named(one.symbol, Instrument.WARRANT)
    if row.text("category").casefold().startswith("fut"):
        return Named(one.symbol, Instrument.SECTION_1256)
    return Named(one.symbol, Instrument.CRYPTO) if row.text("category").casefold().startswith("crypto") else one


def mentioned(row: Row) -> Named | None:
    """Read the security of a dividend or corporate action, from its words where there is no symbol."""
    if not cells.is_unknown(row.text("symbol")):
        return named(row.text("symbol"))
    found = _FROM_NAME.match(row.text("words"))
    return named(found["symbol"]) if found else None


def action(row: Row, quantity: Decimal | None) -> Action:
    """Read what a trade did from its codes, its side and the sign of its quantity."""
    if row.text("category").casefold().startswith(_CASH):
        return Action.OTHER
    codes = {code.strip() for code in re.split(r"[;,]", row.text("codes"))}
    if "Ep" in codes:
        return Action.EXPIRE
    if codes & {"Ex", "A"}:
        return Action.EXERCISE
    came_in = by_sign(quantity) is Action.TRANSFER_IN
    side = row.text("side").casefold()
    came_in = side.startswith("buy") if side else came_in
    closes, opens = bool({"C"} & codes), bool({"O"} & codes)
    closes, opens = closes or row.text("open_close") == "C", opens or row.text("open_close") == "O"
    if came_in:
        return Action.COVER if closes and not opens else Action.BUY
    return Action.SHORT if opens and not closes else Action.SELL


def days(texts: Iterable[str]) -> Callable[[str], date | None]:
    """Return how to read the file's dates; of dates with slashes the file itself must show which order they have."""
    slashed = [found for text in texts if (found := _SLASHED.fullmatch(text.strip()))]
    european = any(int(found[1]) > 12 for found in slashed)
    american = any(int(found[2]) > 12 for found in slashed)

    def read(text: str) -> date | None:
        bare = text.strip()
        if found := _COMPACT.fullmatch(bare):
            return cells.day(f"{found[1]}-{found[2]}-{found[3]}")
        if found := _SLASHED.fullmatch(bare):
            if european == american:
                raise cells.BadCell(f"“{cells.shown(bare)}” can be read as month/day or as day/month")
            day, month = (found[1], found[2]) if european else (found[2], found[1])
            return cells.day(f"{found[3]}-{month}-{day}")
        return cells.day(re.split(r"[;,]", bare)[0])

    return read
