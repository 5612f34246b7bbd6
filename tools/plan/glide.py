"""A large position brought down over several tax years: how much each year, its tax, and the risk meanwhile.

The tax of a year is convex in its gains but for small kinks, so shares go one part at a time to the year in which the
next part costs least; among years that cost the same, to the one with the least sold so far, so that the position
comes down evenly. Losses that a year leaves unused are brought into the next, with the sales and without them. Every
figure is of the exact engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from tools.analysis.holdings import lot_term
from tools.errors import MissingFact, NoPlan
from tools.model import AccountType, Household, Investor, Lot, Term
from tools.money import ZERO, cents, from_float
from tools.tax.law import Law, law_for
from tools.tax.liability import federal
from tools.tax.situation import Gains, Situation, returns_for, situations
from tools.tax.year import next_year

PARTS = 24
"""Parts that the shares to sell are divided into."""
SAME_FRAC = Decimal("0.002")
"""Taxes of a part that differ by less than this share of its amount are the same."""
FALL_FRAC = Decimal("0.30")
"""A fall of one stock that is seen every few years, to show what the rest still risks."""
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class GlideYear:
    """One year's part; ``weight_frac`` is what is left of the portfolio afterwards, ``fall_usd`` what a fall takes."""

    on: date
    shares: Decimal
    amount_usd: Decimal
    gain_usd: Decimal
    tax_usd: Decimal
    weight_frac: Decimal
    fall_usd: Decimal


@dataclass(frozen=True, slots=True)
class Glide:
    """The years with what selling all of it today would cost instead.

    ``now_frac`` is its weight before, ``start_frac`` once today's part is sold.
    """

    symbol: str
    years: tuple[GlideYear, ...]
    at_once_usd: Decimal
    laws: tuple[str, ...]
    now_frac: Decimal
    start_frac: Decimal

    @property
    def tax_usd(self) -> Decimal:
        """Tax of all years together."""
        return sum((year.tax_usd for year in self.years), ZERO)


def glide(household: Household, investor: Investor, symbol: str, most_frac: Decimal, on: date, until: date) -> Glide:
    """Plan the sales that bring ``symbol`` to ``most_frac`` of the portfolio, at today's prices.

    Shares in sheltered accounts go first, at once: they cost no tax. Later years are taken to be like this one.

    Raises:
        MissingFact: The symbol's price, or cost and date of a lot, is unknown.
        NoPlan: It is below that weight already, or the day has passed.
    """
    price = household.price_of(symbol)
    if not price or any(not _known(household, lot) for lot in household.lots_of(symbol)):
        raise MissingFact(f"The price, cost or date of some {symbol} is unknown.", "Add it to the file.")
    held = sum((lot.shares for lot in household.lots_of(symbol)), ZERO)
    keep = most_frac * household.value_usd / price
    sell = (held - keep).to_integral_value(ROUND_CEILING)
    if sell <= 0:
        raise NoPlan(f"{symbol} is below that weight already.", "Name a lower weight.")
    days = tuple(_days(on, until))
    now = [(lot, min(lot.shares, sell)) for lot in household.lots_of(symbol) if household.type_of(lot).sheltered]
    taxable = [lot for lot in household.lots_of(symbol) if not household.type_of(lot).sheltered]
    book = _Book(household, investor, days, price)
    for lot, shares in now:
        taken = min(shares, sell)
        book.years[0].sold.append((lot, taken))
        sell -= taken
    at_once = _Book(household, investor, days, price)
    at_once.fill(taxable, sell, years=1)
    book.fill(taxable, sell)
    years = tuple(book.rows(held))
    now_frac = held * price / household.value_usd
    start_frac = years[0].weight_frac if years[0].on == on else now_frac
    return Glide(symbol, years, at_once.tax_usd, tuple(book.notes()), now_frac, start_frac)


def _known(household: Household, lot: Lot) -> bool:
    kind = household.type_of(lot)
    return kind.sheltered or (kind is AccountType.TAXABLE and lot.basis_usd is not None and lot.acquired is not None)


def _days(on: date, until: date) -> Iterator[date]:
    """Return today and the first working day of each year to come until ``until``."""
    if until < on:
        raise NoPlan("That day has passed.", "Name a later day.")
    yield on
    for year in range(on.year + 1, min(until.year, on.year + MOST_YEARS) + 1):
        day = first_working_day(year)
        if day <= until:
            yield day


def first_working_day(year: int) -> date:
    """Return the first day after New Year that is no weekend."""
    day = date(year, 1, 2)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


@dataclass
class _Year:
    on: date
    cases: tuple[Situation, ...]
    law: Law
    sold: list[tuple[Lot, Decimal]] = field(default_factory=list)
    gains: Gains = field(default_factory=Gains)
    tax_usd: Decimal = ZERO

    def after(self, lot: Lot, shares: Decimal, price: Decimal) -> Gains:
        """Return the year's gains with this sale too."""
        amount = cents(shares * price)
        gain = amount - (lot.basis_of(shares, amount) or ZERO)
        long = lot_term(lot, self.on) is Term.LONG
        return Gains(self.gains.short_usd + (ZERO if long else gain), self.gains.long_usd + (gain if long else ZERO))


@dataclass(frozen=True, slots=True)
class _Option:
    """The sale of a year's next lot; ``all_gains`` are those of every year with it."""

    place: int
    lot: Lot
    shares: Decimal
    all_gains: tuple[Gains, ...]


class _Book:
    """The years, and what is still held of each taxable lot."""

    def __init__(self, household: Household, investor: Investor, days: tuple[date, ...], price: Decimal) -> None:
        self.household, self.price = household, price
        first = law_for(days[0].year)
        later = next_year(investor, first)
        laws = [law_for(day.year) for day in days]
        people = [later if n else investor for n in range(len(days))]
        self.years = [_Year(day, situations(who, law), law) for day, who, law in zip(days, people, laws, strict=True)]
        self.left: dict[str, Decimal] = {}

    def fill(self, lots: list[Lot], shares: Decimal, years: int = MOST_YEARS + 1) -> None:
        """Give each part of the shares to the year, of the first so many, in which it costs least over all years."""
        self.left = {lot.id: lot.shares for lot in lots}
        part = max(Decimal(1), (shares / PARTS).to_integral_value(ROUND_CEILING))
        while shares > 0:
            options = list(self._options(lots, min(part, shares)))[:years]
            if not options:
                raise NoPlan("There are not so many shares in taxable accounts.", "Name a higher weight.")
            taxes = self._taxes([option.all_gains for option in options])
            best = min(range(len(options)), key=lambda n: self._order(options[n], taxes[n]))
            self._take(options[best], taxes[best])
            shares -= options[best].shares

    def _take(self, option: _Option, taxes: tuple[Decimal, ...]) -> None:
        self.years[option.place].sold.append((option.lot, option.shares))
        self.left[option.lot.id] -= option.shares
        for year, gains, tax in zip(self.years, option.all_gains, taxes, strict=True):
            year.gains, year.tax_usd = gains, tax

    def _options(self, lots: list[Lot], part: Decimal) -> Iterator[_Option]:
        """Return for each year the sale of its next lot."""
        gains = [year.gains for year in self.years]
        for n, year in enumerate(self.years):
            open_ = [lot for lot in lots if self.left[lot.id] > 0]
            if not open_:
                return
            lot = min(open_, key=lambda lot: (self._burden(lot, year.on), lot.id))
            taken = min(part, self.left[lot.id])
            yield _Option(n, lot, taken, (*gains[:n], year.after(lot, taken, self.price), *gains[n + 1 :]))

    def _order(self, option: _Option, taxes: tuple[Decimal, ...]) -> tuple[Decimal, Decimal, int]:
        """Return the rate of the tax that a sale adds over all years, in steps, then what its year sells already."""
        more = sum(taxes, ZERO) - sum((year.tax_usd for year in self.years), ZERO)
        rate = (more / (option.shares * self.price) / SAME_FRAC).to_integral_value()
        return rate, sum((n for _, n in self.years[option.place].sold), ZERO), option.place

    def _taxes(self, options: list[tuple[Gains, ...]]) -> list[tuple[Decimal, ...]]:
        """Return for each option the tax of each year against selling nothing; losses left over go to the next year.

        Of the cases that the person's words leave open it is the one with the most tax.
        """
        rows = [tuple(Gains() for _ in self.years), *options]
        size, found = len(self.years[0].cases), list[list[Decimal]]()
        carried: list[tuple[Decimal, Decimal]] | None = None
        for n, year in enumerate(self.years):
            starts = [case for _ in rows for case in year.cases]
            if carried is not None:
                starts = [
                    replace(case, short_carryover_usd=short, long_carryover_usd=long)
                    for case, (short, long) in zip(starts, carried, strict=True)
                ]
            sold = [gains[n] for gains in rows for _ in year.cases]
            ends = federal(returns_for([s.plus(g) for s, g in zip(starts, sold, strict=True)]), year.law)
            left = zip(ends.short_carryover, ends.long_carryover, strict=True)
            carried = [(from_float(float(short)), from_float(float(long))) for short, long in left]
            found.append([from_float(float(total)) for total in ends.total])
        return [_most(found, option * size, size) for option in range(1, len(rows))]

    def _burden(self, lot: Lot, on: date) -> Decimal:
        gain = self.price - (lot.basis_usd or ZERO) / lot.shares
        return gain if lot_term(lot, on) is Term.LONG else 2 * gain

    @property
    def tax_usd(self) -> Decimal:
        """Tax of all years together."""
        return sum((year.tax_usd for year in self.years), ZERO)

    def rows(self, held: Decimal) -> Iterator[GlideYear]:
        """Return the years with something to sell, or with other tax since losses were used up before."""
        for year in self.years:
            shares = sum((n for _, n in year.sold), ZERO)
            held -= shares
            if not shares and not year.tax_usd:
                continue
            worth = held * self.price
            yield GlideYear(
                on=year.on,
                shares=shares,
                amount_usd=cents(shares * self.price),
                gain_usd=year.gains.short_usd + year.gains.long_usd,
                tax_usd=year.tax_usd,
                weight_frac=worth / self.household.value_usd,
                fall_usd=cents(worth * FALL_FRAC),
            )

    def notes(self) -> Iterator[str]:
        """Return what is assumed of years to come."""
        yield from dict.fromkeys(year.law.note for year in self.years if year.law.note)


def _most(taxes: list[list[Decimal]], at: int, size: int) -> tuple[Decimal, ...]:
    """Return the yearly tax, less that of selling nothing, of the case in which it is most over all years."""
    cases = [tuple(year[at + case] - year[case] for year in taxes) for case in range(size)]
    return max(cases, key=lambda each: sum(each, ZERO))
