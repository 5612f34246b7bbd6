"""What a person told of their files: one frozen value, applied again whenever the household is built.

Accounts go by the label that the files give them (never more than four digits of a number), lots by what the file says
of them and not by their row, tables by the fingerprint of their headings, files by the digest of their content.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from tools.errors import BadRequest
from tools.model import AccountType


@dataclass(frozen=True, slots=True)
class LotKey:
    """One lot as a file tells it. ``nth`` counts from 1 among lots that are alike in everything else."""

    account: str
    symbol: str
    shares: Decimal
    acquired: date | None
    nth: int = 1


@dataclass(frozen=True, slots=True)
class LotPart:
    """Shares of a lot that were bought on one day, and their whole cost in dollars."""

    shares: Decimal
    basis_usd: Decimal
    acquired: date


@dataclass(frozen=True, slots=True)
class LotTold:
    """What the person said of a lot: its whole cost in dollars and its purchase date; None is not said.

    ``given_up`` names what the person does not know either (``basis``, ``acquired``), so that it is asked only once.
    ``parts`` are the purchases that a position was built up by; together they are all of its shares.
    """

    key: LotKey
    basis_usd: Decimal | None = None
    acquired: date | None = None
    given_up: tuple[str, ...] = ()
    parts: tuple[LotPart, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountTold:
    """What the person said of an account; None is not said."""

    account: str
    type: AccountType | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class TableTold:
    """A layout whose columns the person confirmed: field to place, counted from 0."""

    fingerprint: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FileTold:
    """What the person said of a file that leaves it open: which symbol it is about, or which format it is."""

    digest: str
    symbol: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class SameTold:
    """Whether two labels name one account."""

    first: str
    second: str
    same: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a person told of their files."""

    accounts: tuple[AccountTold, ...] = ()
    lots: tuple[LotTold, ...] = ()
    tables: tuple[TableTold, ...] = ()
    files: tuple[FileTold, ...] = ()
    same: tuple[SameTold, ...] = ()

    def account(self, label: str) -> AccountTold:
        """Return what was said of an account."""
        return next((one for one in self.accounts if _like(one.account, label)), AccountTold(label))

    def lot(self, key: LotKey) -> LotTold:
        """Return what was said of a lot."""
        return next((one for one in self.lots if one.key == key), LotTold(key))

    def table(self, fingerprint: str) -> dict[str, int] | None:
        """Return the confirmed columns of a layout, None when it was never confirmed."""
        return next((dict(one.places) for one in self.tables if one.fingerprint == fingerprint), None)

    def file(self, digest: str) -> FileTold:
        """Return what was said of a file."""
        return next((one for one in self.files if one.digest == digest), FileTold(digest))

    def are_same(self, first: str, second: str) -> bool | None:
        """Return whether the person said that two labels name one account, None when they said nothing."""
        pair = {first.casefold(), second.casefold()}
        return next((one.same for one in self.same if {one.first.casefold(), one.second.casefold()} == pair), None)


def tell_account(told: Told, label: str, type: AccountType | None, owner: str | None) -> Told:  # noqa: A002
    """Record an account's type or owner; None leaves what was said before."""
    before = told.account(label)
    now = AccountTold(before.account, type or before.type, owner or before.owner)
    return replace(told, accounts=(*(one for one in told.accounts if one.account != before.account), now))


def tell_lot(
    told: Told,
    key: LotKey,
    basis_usd: Decimal | None = None,
    acquired: date | None = None,
    given_up: tuple[str, ...] = (),
) -> Told:
    """Record a lot's whole cost in dollars or its purchase date; None leaves what was said before."""
    before = told.lot(key)
    basis_usd = before.basis_usd if basis_usd is None else basis_usd
    acquired = before.acquired if acquired is None else acquired
    open_points = {"basis": basis_usd, "acquired": acquired}
    left = tuple(name for name in (*before.given_up, *given_up) if open_points.get(name) is None)
    now = LotTold(key, basis_usd, acquired, tuple(dict.fromkeys(left)))
    return replace(told, lots=(*(one for one in told.lots if one.key != key), now))


def tell_parts(told: Told, key: LotKey, parts: tuple[LotPart, ...]) -> Told:
    """Record the purchases that a lot without a date was built up by; their shares must add up to its own.

    Raises:
        BadRequest: They do not.
    """
    count = sum((part.shares for part in parts), Decimal(0))
    if count != key.shares:
        what = f"These purchases come to {count:,f} shares of {key.symbol}; the file shows {key.shares.normalize():,f}."
        raise BadRequest(what, "Name all of them, with the shares of each.", "shares")
    now = LotTold(key, parts=parts)
    return replace(told, lots=(*(one for one in told.lots if one.key != key), now))


def tell_table(told: Told, fingerprint: str, places: dict[str, int]) -> Told:
    """Record the columns of a layout."""
    now = TableTold(fingerprint, tuple(sorted(places.items())))
    return replace(told, tables=(*(one for one in told.tables if one.fingerprint != fingerprint), now))


def tell_file(told: Told, digest: str, symbol: str | None = None, format: str | None = None) -> Told:  # noqa: A002
    """Record which symbol a file is about, or which format it is; None leaves what was said before."""
    before = told.file(digest)
    now = FileTold(digest, symbol or before.symbol, format or before.format)
    return replace(told, files=(*(one for one in told.files if one.digest != digest), now))


def tell_same(told: Told, first: str, second: str, same: bool) -> Told:
    """Record whether two labels name one account."""
    kept = (one for one in told.same if {one.first, one.second} != {first, second})
    return replace(told, same=(*kept, SameTold(first, second, same)))


def told_to_json(told: Told) -> str:
    """Write what was told as JSON, amounts as strings."""
    return _adapter().dump_json(told).decode()


def told_from_json(text: str) -> Told:
    """Read back what ``told_to_json`` wrote.

    Raises:
        BadRequest: The text is not such a value.
    """
    try:
        return _adapter().validate_json(text)
    except ValidationError:
        raise BadRequest("What was remembered of your files cannot be read.", "Tell me again what I ask.") from None


@lru_cache(1)
def _adapter() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


def _like(first: str, second: str) -> bool:
    return first.casefold() == second.casefold()
