"""Cells of broker files: money, shares, dates and names as brokers write them.

Unknown (``--``, ``n/a``, empty) reads as None, never as zero. What is neither a value nor unknown raises ``BadCell``.
Text stays text: no formula is ever evaluated and no mark-up interpreted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tools.model import AccountType

NAME_LENGTH = 80
_REMEMBERED = 1 << 14  # the cells of a long file repeat symbols, names, days and prices
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}\b(?![-/])")
_LONG_NUMBER = re.compile(r"[A-Za-z]?[0-9](?:[ -]?[0-9]){7,}")
_UNKNOWN = frozenset(("", "-", "--", "—", "n/a", "na", "not applicable", "none", "null", "unknown", "incomplete", "$-"))
_NUMBER = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})?(?:\.[0-9]{0,10})?")
_QUICK = re.compile(r"\$?([0-9]{1,15}(?:\.[0-9]{1,10})?)")
_SIGN = re.compile(r"\$?\s*([+-]?)\s*\$?\s*")
_CLASS = re.compile(r"[a-z][a-z0-9_]{0,29}")
_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9.]{0,14}")
_CONTRACT = re.compile(r"[A-Z0-9.]{1,8} (?=.*[0-9])[A-Z0-9.$/' -]{3,30}")
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[ /-]([A-Z])")
_ISO_DATE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
_WORD_DATE = re.compile(r"([A-Za-z]{3})[-/ ]([0-9]{1,2})[-/ ,]+([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ACCOUNT_NUMBER = re.compile(
    r"[Xx*.…]{2,}[- ]?[0-9][0-9-]*"
    r"|\b[0-9][0-9A-Z]{2}-[0-9A-Z]{5}\b"
    r"|(?:(?<![A-Za-z])[A-Za-z]{1,3})?[*.…#-]*[0-9](?:[0-9*.]|[ -](?=[0-9*]))*"
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


class BadCell(ValueError):
    """A cell that holds neither a value of its kind nor a sign for unknown."""


def is_unknown(text: str) -> bool:
    """Tell whether a cell says that the value is not known."""
    return text.strip().casefold() in _UNKNOWN


@lru_cache(_REMEMBERED)
def number(text: str) -> Decimal | None:
    """Read ``$1,234.56``, ``-$1.00``, ``($250.00)``, ``+23.88``, ``.58``; None when unknown.

    Raises:
        BadCell: The cell is not a number.
    """
    if quick := _QUICK.fullmatch(text):
        return Decimal(quick[1])
    if is_unknown(text):
        return None
    bare = text.strip().replace("\u2212", "-")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1].strip() if negative else bare
    sign = _SIGN.match(bare)
    rest = bare[sign.end() :] if sign else bare
    if not re.search(r"[0-9]", rest) or not _NUMBER.fullmatch(rest):
        raise BadCell(f"“{shown(text)}” is not a number")
    value = Decimal(rest.replace(",", ""))
    return -value if negative or (sign is not None and sign.group(1) == "-") else value


@lru_cache(_REMEMBERED)
def day(text: str) -> date | None:
    """Read a date in US or ISO order, with or without a time; None when unknown or ``Various``.

    ``11/16/2018 as of 11/15/2018`` is the second date, the effective one.

    Raises:
        BadCell: The cell is not a date, or one outside 1900 to 2100.
    """
    if is_unknown(text) or text.strip().casefold() == "various":
        return None
    bare = re.split(r"\bas of\b", text, flags=re.IGNORECASE)[-1].strip()
    found = _parts(re.split(r"[T ](?=[0-9]{1,2}:)", bare)[0].strip())
    try:
        value = date(*found) if found else None
    except ValueError:
        value = None
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadCell(f"“{shown(text)}” is not a date")
    return value


def days_lead(texts: Iterable[str]) -> bool:
    """Tell whether a column of dates puts the day first: one such as ``25/04/2025`` can be read in no other way."""
    found = (_US_DATE.match(text.strip()) for text in texts)
    return any(int(each[1]) > 12 >= int(each[2]) for each in found if each)


def days_open(texts: Iterable[str]) -> str | None:
    """Return a date such as ``03/04/2025`` when none of a column tells whether day or month leads, else None."""
    found = [each for text in texts if (each := _US_DATE.match(text.strip()))]
    if any(int(each[1]) > 12 or int(each[2]) > 12 for each in found):
        return None
    return next((each[0] for each in found if each[1] != each[2]), None)


def told_day(text: str) -> date | None:
    """Read a date of a file that puts days first: only one that every reader takes alike.

    Raises:
        BadCell: The cell is not a date, or its day and month could be exchanged.
    """
    found = _US_DATE.match(text.strip())
    if found and found[1] != found[2] and int(found[1]) <= 12:
        raise BadCell(f"“{shown(text)}” may be day or month first, as other dates of this file put the day first")
    return day(text)


def _parts(text: str) -> tuple[int, int, int] | None:
    if found := _ISO_DATE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _US_DATE.fullmatch(text):
        year = int(found[3])
        return (year + 2000 if year < 70 else year + 1900) if len(found[3]) == 2 else year, int(found[1]), int(found[2])
    found = _WORD_DATE.fullmatch(text)
    if found and found[1].casefold() in _MONTHS:
        return int(found[3]), _MONTHS.index(found[1].casefold()) + 1, int(found[2])
    return None


@lru_cache(_REMEMBERED)
def ticker(text: str) -> str:
    """Read a symbol: upper case, share classes with a dot (``BRK B`` is ``BRK.B``), footnote stars dropped.

    Raises:
        BadCell: The cell cannot be a symbol.
    """
    bare = _SHARE_CLASS.sub(r"\1.\2", _visible(text).upper().rstrip("*"), count=1)
    if not _SYMBOL.fullmatch(bare):
        raise BadCell(f"“{shown(text)}” is not a ticker symbol")
    return bare


@lru_cache(_REMEMBERED)
def security(text: str) -> str:
    """Read a ticker, or the name of a contract such as ``SPX 2024-12-20 C5600``: one line, upper case.

    Raises:
        BadCell: The cell cannot name a security.
    """
    bare = " ".join(_visible(text).upper().split())
    if _CONTRACT.fullmatch(bare):
        return bare
    return ticker(text)


@lru_cache(_REMEMBERED)
def asset_class(text: str) -> str | None:
    """Read an asset class, also one of the person's own, as lower case with underscores; None when unknown.

    Raises:
        BadCell: The cell cannot be the name of a class.
    """
    if is_unknown(text):
        return None
    named = re.sub(r"[ -]+", "_", text.strip().casefold())
    if not _CLASS.fullmatch(named):
        raise BadCell(f"“{shown(text)}” is not a class")
    return named


@lru_cache(_REMEMBERED)
def account_type(text: str) -> AccountType | None:
    """Read an account type such as ``Roth IRA`` or ``401(k)``; None when unknown.

    Raises:
        BadCell: The cell names no type that is known.
    """
    named = re.sub(r"[ -]+", "_", text.strip().casefold()).replace("(", "").replace(")", "")
    if is_unknown(text):
        return None
    try:
        return AccountType(named)
    except ValueError:
        raise BadCell(f"“{shown(text)}” is not a type") from None


@lru_cache(_REMEMBERED)
def words(text: str) -> str | None:
    """Read a name as inert text; None when empty.

    Leading ``= + - @`` go, so that no spreadsheet that the text is later exported to runs it as a formula. Mark-up
    stays as it is: every face escapes what it shows.
    """
    kept = " ".join(_visible(text).split()).lstrip("=+-@ ")[:NAME_LENGTH].strip()
    return None if is_unknown(kept) else kept


@lru_cache(_REMEMBERED)
def account_label(text: str) -> str | None:
    """Read an account's name with any account number cut to its last four digits; None when empty."""
    kept = words(_ACCOUNT_NUMBER.sub(_short, text))
    return kept or None


def _short(found: re.Match[str]) -> str:
    digits = re.sub(r"[^0-9]", "", found[0])
    masked = re.match(r"[Xx*.…]{2,}", found[0])
    return f"…{digits[-4:]}" if masked or len(digits) >= 5 else found[0]


def shown(text: str) -> str:
    """Return a cell as a message may repeat it: one line, short, no number as long as an account's."""
    bare = " ".join(_visible(text).split())
    bare = bare if _LIKE_A_DATE.match(bare) else _LONG_NUMBER.sub(_short, bare)
    return bare if len(bare) <= 40 else f"{bare[:39]}…"


def _visible(text: str) -> str:
    """Drop control and zero-width characters and the apostrophe with which spreadsheets mark text."""
    if text.isprintable():
        return text.strip().removeprefix("'")
    kept = "".join(" " if one in "\t\n\r" else one for one in text if one in "\t\n\r" or not _hidden(one))
    return kept.strip().removeprefix("'")


def _hidden(character: str) -> bool:
    return unicodedata.category(character).startswith("C")
