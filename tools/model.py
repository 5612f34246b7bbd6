"""The vocabulary: what a household holds, wants and may trade. Frozen and typed; unknown is None, never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Literal

from tools.history import Origin as Origin
from tools.history import Transaction
from tools.money import ZERO, cents, share_of

CASH = "CASH"
OTHERS = frozenset(("child", "adult child", "parent", "sibling", "someone else"))


class AccountType(StrEnum):
    """How an account is taxed. ``unknown`` until the person says."""

    TAXABLE = "taxable"
    ROTH_IRA = "roth_ira"
    TRADITIONAL_IRA = "traditional_ira"
    K401 = "401k"
    HSA = "hsa"
    PLAN_529 = "529"
    UNKNOWN = "unknown"

    @property
    def sheltered(self) -> bool:
        """True when sales inside the account are not taxed now."""
        return self not in (AccountType.TAXABLE, AccountType.UNKNOWN)


class FilingStatus(StrEnum):
    """The five federal filing statuses."""

    SINGLE = "single"
    MARRIED_JOINT = "married_joint"
    MARRIED_SEPARATE = "married_separate"
    HEAD_OF_HOUSEHOLD = "head_of_household"
    SURVIVING_SPOUSE = "surviving_spouse"


class Term(StrEnum):
    """Short: one year or less. Long: more than one year."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``id`` (``acct-1``) is all that a model ever sees; ``name`` and ``owner`` stay here."""

    id: str
    name: str
    type: AccountType
    owner: str | None = None

    @property
    def another(self) -> str | None:
        """The person, by role, on whose own return this account stands: no purchase of theirs undoes your loss.

        A spouse is none (Rev. Rul. 2008-5 reads the rule across spouses), nor is an owner known only by name.
        """
        role = (self.owner or "").casefold()
        return role if role in OTHERS else None


@dataclass(frozen=True, slots=True)
class Security:
    """What is known of a symbol. ``price_usd`` is a raw close; ``asset_class`` None when nobody has said."""

    symbol: str
    name: str
    asset_class: str | None = None
    price_usd: Decimal | None = None
    price_date: date | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares bought together. ``basis_usd`` is the total cost; None blocks tax figures for this lot alone.

    ``tacked_days`` were held before a wash sale and count too; ``inherited`` shares are long-term at once.
    ``loss_basis_usd`` is the lower value from which a loss on a gift counts (IRC 1015(a)). ``used_shares`` have served
    as the replacement of a loss and cannot serve again (Reg. 1.1091-1(e)). ``told`` names what the person said because
    no file does: ``basis``, ``acquired``.
    """

    id: str
    account_id: str
    symbol: str
    shares: Decimal
    basis_usd: Decimal | None
    acquired: date | None
    origin: Origin
    tacked_days: int = 0
    inherited: bool = False
    loss_basis_usd: Decimal | None = None
    used_shares: Decimal = ZERO
    told: tuple[str, ...] = ()

    def basis_of(self, shares: Decimal, proceeds_usd: Decimal | None = None) -> Decimal | None:
        """Return the basis of part of the lot, to the cent; of a gift sold for less, the basis that a loss has."""
        if self.basis_usd is None:
            return None
        basis = share_of(self.basis_usd, shares, self.shares)
        if self.loss_basis_usd is None or proceeds_usd is None or proceeds_usd >= basis:
            return basis
        return max(share_of(self.loss_basis_usd, shares, self.shares), proceeds_usd)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be used, and what would fix it."""

    where: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class LossSale:
    """A sale at a loss that is known to have happened: its group must not be bought again within 30 days."""

    symbol: str
    account_id: str
    sold: date
    shares: Decimal
    loss_usd: Decimal


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """What the person says of securities for the wash-sale rule; ``different`` takes them apart."""

    key: str
    grade: Literal["same", "caution", "different"]
    symbols: tuple[str, ...]
    why: str
    confidence: Literal["high", "medium", "low"] = "medium"


@dataclass(frozen=True)
class Household:
    """All accounts seen, with lots and cash. An account absent from ``cash_usd`` has unknown cash.

    ``history`` is what happened in them as far as the files tell. ``own_groups`` is what the person takes for
    substantially identical, or for different, beyond the table.
    """

    accounts: tuple[Account, ...]
    lots: tuple[Lot, ...]
    cash_usd: Mapping[str, Decimal] = field(default_factory=dict)
    securities: Mapping[str, Security] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    loss_sales: tuple[LossSale, ...] = ()
    history: tuple[Transaction, ...] = ()
    own_groups: tuple[OwnGroup, ...] = ()

    @cached_property
    def account_by_id(self) -> Mapping[str, Account]:
        """Accounts by id."""
        return {account.id: account for account in self.accounts}

    @cached_property
    def lot_by_id(self) -> Mapping[str, Lot]:
        """Lots by id."""
        return {lot.id: lot for lot in self.lots}

    def type_of(self, lot: Lot) -> AccountType:
        """Return the type of the account that holds ``lot``."""
        return self.account_by_id[lot.account_id].type

    def price_of(self, symbol: str) -> Decimal | None:
        """Return the price of one share, None when unknown."""
        security = self.securities.get(symbol)
        return security.price_usd if security else None

    def value_of(self, lot: Lot) -> Decimal | None:
        """Return what the lot is worth, to the cent."""
        price = self.price_of(lot.symbol)
        return None if price is None else cents(lot.shares * price)

    def gain_of(self, lot: Lot) -> Decimal | None:
        """Return value less basis, None when either is unknown."""
        value = self.value_of(lot)
        basis = lot.basis_of(lot.shares, value)
        return None if value is None or basis is None else value - basis

    @cached_property
    def value_usd(self) -> Decimal:
        """Known value of everything held, cash included."""
        held = sum((self.value_of(lot) or ZERO for lot in self.lots), ZERO)
        return held + sum(self.cash_usd.values(), ZERO)

    @cached_property
    def value_known(self) -> bool:
        """Tell whether the value of anything held is known; of nothing known, zero would be a guess."""
        return bool(self.cash_usd) or any(self.value_of(lot) is not None for lot in self.lots) or not self.lots

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """Symbols held, in alphabetical order, cash left out."""
        return tuple(sorted({lot.symbol for lot in self.lots}))

    def lots_of(self, symbol: str) -> tuple[Lot, ...]:
        """Return the lots of one symbol, oldest first, unknown dates last."""
        found = [lot for lot in self.lots if lot.symbol == symbol]
        return tuple(sorted(found, key=lambda lot: (lot.acquired or date.max, lot.id)))


@dataclass(frozen=True, slots=True)
class Target:
    """A wish for one sleeve.

    ``key`` is a symbol or an asset class. The most specific wins: a symbol with its own target
    leaves its asset class, whose target then speaks of the rest. ``band_frac`` is the absolute distance tolerated.
    """

    key: str
    weight_frac: Decimal
    band_frac: Decimal


@dataclass(frozen=True, slots=True)
class Investor:
    """What the person has said about themselves. Everything is optional; amounts are this tax year's.

    ``income_usd`` is ordinary income before deductions and without investment gains, ``investment_interest_usd`` the
    part of it from investments (interest, other dividends). ``rate_frac`` is the marginal federal rate they named.
    ``short_gain_usd`` and ``long_gain_usd`` are realized so far this year, losses negative, and
    ``collectible_gain_usd`` is the part of the long-term gain on metal funds; carryovers are positive amounts of loss
    brought in. ``deductions_usd`` None: the standard deduction, with ``age_blind_count`` boxes for age 65 and
    blindness. ``later_rate_frac`` is the rate they expect on later gains, ``horizon_years`` when they mean to sell;
    ``kept_for_good``: they mean to leave the holdings to heirs or give them away, so that no later sale is taxed.
    """

    filing_status: FilingStatus | None = None
    state: str | None = None
    income_usd: Decimal | None = None
    rate_frac: Decimal | None = None
    qualified_dividends_usd: Decimal = ZERO
    short_gain_usd: Decimal = ZERO
    long_gain_usd: Decimal = ZERO
    short_carryover_usd: Decimal = ZERO
    long_carryover_usd: Decimal = ZERO
    gains_known: bool = False
    investment_interest_usd: Decimal = ZERO
    collectible_gain_usd: Decimal = ZERO
    deductions_usd: Decimal | None = None
    age_blind_count: int = 0
    later_rate_frac: Decimal | None = None
    horizon_years: Decimal | None = None
    kept_for_good: bool = False
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """Limits on a plan. None or empty means no limit; every field is honoured or refused by name.

    Attributes:
        max_tax_usd: Most that the trades may add to the year's tax, against doing nothing.
        max_turnover_frac: Most of half of sales and purchases together, as a share of the portfolio.
        max_trades: Most orders; an order is one account's sale or purchase of one symbol, all its lots together.
        tracking_error_frac: Most annual distance from target by the assumed swings of asset classes.
        cash_target_usd: Cash that the largest taxable account should end with at least.
        account_id: The only account to trade in.
        accounts_left_alone: Accounts in which nothing is sold or bought.
        only: The only symbol to sell; a cap then holds for it alone.
        wait_until: Short-term gains that turn long-term by this day are kept.
        tax_set_aside: The largest taxable account keeps the tax of the trades in cash too, on top of what it must keep.
        zero_bracket: Realize long-term gains as far as they are taxed at 0 %, and buy again what was sold.
        charity_usd: Given away each year; the long-term lots with most gain to a dollar are kept for it, not sold.
        stay_invested: A loss is taken only where the money goes into a stand-in at once.
        asset_location: Hold in sheltered accounts what is taxed most each year.
    """

    exclude: tuple[str, ...] = ()
    lots_locked: tuple[str, ...] = ()
    max_gain_usd: Decimal | None = None
    max_weight_frac: Decimal | None = None
    min_trade_usd: Decimal | None = None
    new_cash_usd: Decimal = ZERO
    raise_cash_usd: Decimal = ZERO
    harvest_only: bool = False
    no_sells: bool = False
    long_term_only: bool = False
    max_tax_usd: Decimal | None = None
    max_turnover_frac: Decimal | None = None
    max_trades: int | None = None
    tracking_error_frac: Decimal | None = None
    cash_target_usd: Decimal | None = None
    account_id: str | None = None
    accounts_left_alone: tuple[str, ...] = ()
    only: str | None = None
    wait_until: date | None = None
    tax_set_aside: bool = False
    zero_bracket: bool = False
    charity_usd: Decimal | None = None
    stay_invested: bool = False
    asset_location: bool = False

    def trades_in(self, account_id: str) -> bool:
        """Tell whether a plan may sell or buy in an account."""
        return self.account_id in (None, account_id) and account_id not in self.accounts_left_alone


@dataclass(frozen=True, slots=True)
class Trade:
    """A sale of part of one lot, or a purchase. Shares are positive; ``lot_id`` is None for a purchase."""

    side: str
    account_id: str
    symbol: str
    shares: Decimal
    price_usd: Decimal
    lot_id: str | None = None

    @property
    def amount_usd(self) -> Decimal:
        """Proceeds or cost, to the cent."""
        return cents(self.shares * self.price_usd)
