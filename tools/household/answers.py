"""What a person says of a lot in their own words: what it cost and when it was bought, or that they do not know.

Nothing is guessed: an amount that could be of one share or of all is handed back as unclear, a month is no day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from tools.errors import BadRequest
from tools.household.days import days_in, part_of_a_day
from tools.household.told import LotPart
from tools.money import cents

MOST_USD = Decimal(10) ** 11
_EACH = re.compile(
    r"\b(?:a|per|each|every|one|/)\s*share\b|\beach\b|\bapiece\b|\ba piece\b|/\s?sh(?:are)?\b|\bper\b"
    r"|(?:\bat\b|@) ?\$?\d",
    re.I,
)
_WHOLE = re.compile(
    r"\btotal\b|\bin all\b|\baltogether\b|\bfor (?:all|everything|the lot|the whole)\b|\ball (?:of )?(?:them|it)\b",
    re.I,
)
_SHARES = re.compile(r"\b(?P<count>\d[\d,]*(?:\.\d+)?)\s*(?:shares?|shs?|units?)\b", re.I)
_MONEY = re.compile(r"(?<![\w.])(?P<sign>-\s?)?\$?\s?(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)\s?(?P<k>k\b)?", re.I)
_ROLES = (
    ("joint", re.compile(r"\bjoint(?:ly)?\b", re.I)),
    ("adult child", re.compile(r"\b(?:adult|grown)[- ](?:up )?(?:child|son|daughter|kid)", re.I)),
    ("child", re.compile(r"\b(?:child|children|son|daughter|kid)s?\b", re.I)),
    ("parent", re.compile(r"\b(?:mother|father|mom|dad|parent)s?\b", re.I)),
    ("sibling", re.compile(r"\b(?:brother|sister|sibling)s?\b", re.I)),
    ("someone else", re.compile(r"\b(?:someone|somebody) else\b|\bfriend\b|\bnot (?:mine|ours)\b", re.I)),
    ("spouse", re.compile(r"\b(?:spouse|wife|husband|partner)(?:'?s)?\b", re.I)),
    ("self", re.compile(r"\b(?:mine|me|my own|myself|i own|my|yes)\b", re.I)),
)
_OURS = re.compile(r"\b(?:ours|both of us)\b|\b(?:mine|me|i)\b.*\b(?:spouse|wife|husband|partner)", re.I)
_COUNT = r"(?P<count>\d[\d,]*(?:\.\d+)?)(?:\s+(?:shares?|shs?|units?))?(?:\s+(?:were|bought))*\s+(?:on|at|@|from)\s"
_FIRST_COUNT = re.compile(rf"(?:^|\s){_COUNT}", re.I)
_NEXT_PURCHASE = re.compile(
    rf"(?:[,;\n]|\band\b|\bthen\b)\s*(?:and\s+|then\s+)?(?={_COUNT.replace('?P<count>', '?:')})", re.I
)
_GIVES_UP = re.compile(
    r"\b(?:don'?t|do not|dont|can'?t|cannot|cant) (?:know|remember|recall|say|tell|find|have)\b|\bno idea\b|\bunknown\b"
    r"|\bnot sure\b|\bskip\b|\bdunno\b|\bforgot(?:ten)?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Dollars, of one share (``each`` True), of all, or None where the words leave it open."""

    usd: Decimal
    each: bool | None

    def basis(self, shares: Decimal) -> Decimal | None:
        """Return what all shares cost; None where it is not clear which amount is meant."""
        if self.each is None and shares != 1:
            return None
        return cents(self.usd * shares) if self.each else cents(self.usd)


@dataclass(frozen=True, slots=True)
class LotWords:
    """What one message says of a lot; ``shares`` is a number of shares that it names."""

    amount: Amount | None = None
    acquired: date | None = None
    shares: Decimal | None = None
    gives_up: bool = False

    @property
    def says_nothing(self) -> bool:
        """True when the message holds neither a cost nor a day nor that they are not known."""
        return self.amount is None and self.acquired is None and not self.gives_up


def lot_words(text: str, as_of: date) -> LotWords:
    """Read what a message says of a lot.

    Raises:
        BadRequest: A day that never was, one that is still to come, a month without a day, two days or two amounts, or
            an amount below zero.
    """
    days = days_in(text)
    if len({one.day for one in days}) > 1:
        what = f"You name two days, {days[0].words} and {days[1].words}."
        raise BadRequest(what, "Tell me one lot at a time, with its number of shares.", "acquired")
    rest = text
    for one in days:
        rest = rest.replace(one.words, " ", 1)
    if not days and (part := part_of_a_day(rest)):
        fix = "Give the whole day; the trade confirmation has it. Or say that you don't know it."
        raise BadRequest(f"“{part}” is not a whole day, and the term depends on it.", fix, "acquired")
    acquired = days[0].day if days else None
    if acquired and acquired > as_of:
        raise BadRequest(f"{days[0].words} is after {as_of}.", "Give the day of purchase.", "acquired")
    count = _SHARES.search(rest)
    shares = _number(count["count"]) if count else None
    rest = _SHARES.sub(" ", rest) if count and shares != 1 else rest
    return LotWords(_amount(rest, text), acquired, shares, bool(_GIVES_UP.search(text)))


def purchases(text: str, as_of: date) -> tuple[LotPart, ...]:
    """Read "100 on 2019-03-04 at 42, 50 on 2021-06-01 at 60"; empty when a message does not name several purchases.

    Raises:
        BadRequest: One of several lacks its day or its cost, or what its amount is of is open.
    """
    for one in days_in(text):
        text = text.replace(one.words, one.day.isoformat(), 1)
    said = [one.strip() for one in _NEXT_PURCHASE.split(text) if re.search(r"\d", one)]
    counts = [_FIRST_COUNT.search(one) for one in said]
    if len(said) < 2 or any(count is None for count in counts):
        return ()
    return tuple(_part(one, count, as_of) for one, count in zip(said, counts, strict=True) if count)


def _part(text: str, count: re.Match[str], as_of: date) -> LotPart:
    shares = _number(count["count"])
    words = lot_words(text[count.end("count") :], as_of)
    basis = words.amount.basis(shares) if words.amount else None
    if words.acquired is None or basis is None or not shares:
        raise BadRequest(
            f"“{text[:60]}” does not say when and for how much a share.", "Write: 100 on 2021-03-05 at 42.", "lots"
        )
    return LotPart(shares, basis, words.acquired)


def _amount(rest: str, text: str) -> Amount | None:
    found = [one for one in _MONEY.finditer(rest)]
    values = {_number(one["number"]) * (1000 if one["k"] else 1) for one in found}
    if any(one["sign"] for one in found):
        raise BadRequest("A cost cannot be below zero.", "Give what you paid, such as $31.50 a share.", "basis")
    if len(values) > 1:
        what = "You name more than one amount."
        raise BadRequest(what, "Tell me what one share cost, or all of them, one lot at a time.", "basis")
    if not values:
        return None
    usd = values.pop()
    if usd > MOST_USD:
        raise BadRequest("That cost is not possible.", "Give what you paid, such as $31.50 a share.", "basis")
    whole, each = bool(_WHOLE.search(text)), bool(_EACH.search(text))
    return Amount(usd, None if whole == each else each)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise BadRequest(f"“{text[:40]}” is not a number.", "Write digits only.") from None


def tells_owner(text: str) -> bool:
    """Tell whether a sentence says of an account by its id whose it is; "mine" alone says it only when asked."""
    said = re.search(r"\bacct-\d+ (?:is|are|belongs? to|was) (?P<whose>.{1,60})", text, re.I)
    return said is not None and _owner_in(re.sub(r"\bmy\b", " ", said["whose"])) is not None


def owners_in(text: str, accounts: Sequence[str]) -> dict[str, str]:
    """Read whose accounts are: each that the words name, else all of them; accounts that go unnamed stay open.

    Raises:
        BadRequest: The words name no owner.
    """
    found: dict[str, str] = {}
    for part in re.split(r"[;,.]|\band\b(?=.{0,40}\bacct-)|\bbut\b", text):
        owner = _owner_in(re.sub(r"acct-\d+", "", part))
        named = [one for one in accounts if re.search(rf"\b{re.escape(one)}\b", part)]
        if owner is not None:
            found |= dict.fromkeys(named or [one for one in accounts if one not in found], owner)
    if not found:
        raise BadRequest("I can't tell whose account that is.", "Say mine, my spouse's, joint, or my child's.", "owner")
    return found


def _owner_in(text: str) -> str | None:
    if _OURS.search(text):
        return "both"
    return next((role for role, words in _ROLES if words.search(text)), None)
