"""What a symbol cell names: a stock, an option in any broker's spelling, a money market fund, or a bond by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tools.brokers import cells
from tools.history import Instrument
from tools.market.securities import info
from tools.model import AccountType

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_COMPACT = re.compile(
    r"-?\s*(?P<root>[A-Z]{1,6}[0-9]?)\s*(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<kind>[CP])(?P<strike>[0-9.]+)"
)
_SLASHED = re.compile(
    r"(?P<root>[A-Z./]{1,6}) (?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?:20)?(?P<y>[0-9]{2}) \$?(?P<strike>[0-9.,]+) "
    r"(?P<kind>CALL|PUT|C|P)\b.*"
)
_SLASHED_KIND_FIRST = re.compile(
    r"(?P<root>[A-Z./]{1,6}) (?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?:20)?(?P<y>[0-9]{2}) "
    r"(?P<kind>CALL|PUT|C|P) ?\$?(?P<strike>[0-9.,]+)"
)
_WORDED = re.compile(
    r"(?P<root>[A-Z./]{1,6}) (?P<mon>[A-Z]{3}) ?(?P<d>[0-9]{1,2}),? '?(?:20)?(?P<y>[0-9]{2}) \$?(?P<strike>[0-9.,]+) "
    r"(?P<kind>CALL|PUT|C|P)"
)
_DAY_FIRST = re.compile(
    r"(?P<root>[A-Z./]{1,6}) (?P<d>[0-9]{1,2})(?P<mon>[A-Z]{3})(?:20)?(?P<y>[0-9]{2}) "
    r"(?P<strike>[0-9.]+) (?P<kind>[CP])"
)
_OURS = re.compile(
    r"(?P<root>[A-Z./]{1,6}) 20(?P<y>[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2}) (?P<kind>[CP])(?P<strike>[0-9.]+)"
)
_KIND_LEADS = re.compile(
    r"(?P<kind>CALL|PUT) (?:\((?P<root2>[A-Z./]{1,6})\) .{0,60}?|(?P<root>[A-Z./]{1,6}) )"
    r"(?P<mon>[A-Z]{3}) (?P<d>[0-9]{1,2}),? '?(?:20)?(?P<y>[0-9]{2}) \$?(?P<strike>[0-9.,]+)(?: \([0-9]+ SHS\))?"
)
_DIGITS = re.compile(
    r"(?P<root>[A-Z./]{1,6}) 20(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2}) (?P<strike>[0-9.]+) ?(?P<kind>[CP])"
)
_SPELLINGS = (_COMPACT, _SLASHED, _SLASHED_KIND_FIRST, _WORDED, _DAY_FIRST, _OURS, _KIND_LEADS, _DIGITS)
_MONEY_FUND = re.compile(r"[A-Z]{3}XX")
_CORE = frozenset(("FCASH", "QACDS"))
_CASH_INDEXES = frozenset(("SPX", "SPXW", "NDX", "NDXP", "RUT", "RUTW", "VIX", "VIXW", "XSP", "DJX", "OEX", "XEO"))
_PLAIN = re.compile(r"[^A-Z0-9 .%/$'&-]+")
_SHELTERS = (
    (re.compile(r"\broth (?:contributory )?ira\b"), AccountType.ROTH_IRA),
    (
        re.compile(r"\b(?<!roth )(?:traditional|rollover|contributory|sep|simple)[ -]ira\b|\bira rollover\b"),
        AccountType.TRADITIONAL_IRA,
    ),
    (re.compile(r"\b401 ?\(?k\)?(?!\w)"), AccountType.K401),
    (re.compile(r"\bhealth savings account\b|\bhsa\b"), AccountType.HSA),
    (re.compile(r"\b529\b"), AccountType.PLAN_529),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A security as its symbol is written one way; ``underlying`` is of an option."""

    symbol: str
    instrument: Instrument = Instrument.STOCK
    underlying: str | None = None
    is_name: bool = False


@lru_cache(4096)
def named(text: str) -> Named:
    """Read what a symbol cell names.

    Raises:
        BadCell: The cell is empty or cannot name a security.
    """
    found = option(text)
    return found or Named(dotted(cells.security(text)))


def dotted(symbol: str) -> str:
    """Write a class share that a broker runs together (``BRKB``) with its dot, where only that is a known symbol."""
    apart = f"{symbol[:-1]}.{symbol[-1:]}"
    runs_together = symbol.isalpha() and symbol[-1:] in ("A", "B", "C") and 3 <= len(symbol) <= 5
    return apart if runs_together and info(symbol) is None and info(apart) is not None else symbol


def named_or_name(text: str) -> Named:
    """Read a symbol, or keep a long name (a certificate of deposit, a bond) as the holding's name.

    Raises:
        BadCell: The cell holds no letters or digits, or begins like a formula or mark-up.
    """
    try:
        return named(text)
    except cells.BadCell:
        bare = " ".join(_PLAIN.sub(" ", text.upper()).split())[:60].strip()
        if len(bare) < 4 or not re.match(r"[A-Z0-9]", text.strip().upper()) or "<" in text:
            raise
        return Named(bare, is_name=True)


def option(text: str) -> Named | None:
    """Read an option in any of the brokers' spellings, None when the text is none."""
    bare = " ".join(text.upper().split())
    for spelling in _SPELLINGS:
        found = spelling.fullmatch(bare)
        if found and (expires := _expiry(found.groupdict())):
            said = found["root"] or found.groupdict().get("root2") or ""
            root = dotted(cells.ticker(said.strip("0123456789") if spelling is _COMPACT else said))
            kind, strike = found["kind"][0], _strike(found["strike"], spelling is _COMPACT)
            return Named(f"{root} {expires} {kind}{strike}", _instrument(root, kind), root)
    return None


def _expiry(parts: dict[str, str]) -> date | None:
    month = _MONTHS.index(parts["mon"]) + 1 if parts.get("mon") in _MONTHS else int(parts.get("m") or 0)
    try:
        return date(2000 + int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None


def _strike(text: str, compact: bool) -> str:
    """Write a strike without needless zeros; eight digits are the exchange's thousandths."""
    digits = text.replace(",", "").strip(".")
    if digits.count(".") > 1 or not digits:
        raise cells.BadCell(f"“{cells.shown(text)}” is not a strike price")
    value = Decimal(digits) / 1000 if compact and len(digits) == 8 and digits.isdigit() else Decimal(digits)
    return f"{value.normalize():f}"


def _instrument(root: str, kind: str) -> Instrument:
    if root in _CASH_INDEXES:
        return Instrument.SECTION_1256
    return Instrument.CALL if kind == "C" else Instrument.PUT


def is_money_fund(text: str, price: Decimal | None = None) -> bool:
    """Recognise cash kept in a money market fund: a symbol ending in XX at one dollar a share, or a core position."""
    bare = text.strip().upper()
    core = bare.rstrip("*")
    if bare.endswith("**") or core in _CORE:
        return True
    return bool(_MONEY_FUND.fullmatch(core)) and price in (None, Decimal(1))


@lru_cache(4096)
def type_of(label: str) -> AccountType:
    """Read the account type that an account's registration states in so many words, else unknown."""
    bare = label.casefold()
    found = {kind for words, kind in _SHELTERS if words.search(bare)}
    return found.pop() if len(found) == 1 else AccountType.UNKNOWN
