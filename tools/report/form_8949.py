"""Form 8949 as data: a row for each part of a lot sold in a tax year, to the cent. A worksheet, not the filed form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tools.history import Action, Instrument, Transaction
from tools.market.securities import is_collectible
from tools.model import Origin, Term
from tools.report.boxes import box_of
from tools.tax.closed import Closed

_DOLLAR = Decimal(1)
_CONTRACTS = frozenset((Instrument.CALL, Instrument.PUT))


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: columns (a) to (h). ``basis_usd`` None: nobody knows the cost, so there is no gain either.

    ``acquired`` None reads VARIOUS, or INHERITED when ``inherited``. Days tacked on by a wash sale are in it, as the
    instructions for Form 1099-B want for box 1b. ``codes`` are in alphabetical order, ``adjustment_usd`` is column
    (g): a disallowed loss is positive.
    """

    id: str
    long_term: bool
    box: str
    description: str
    acquired: date | None
    sold: date
    proceeds_usd: Decimal
    basis_usd: Decimal | None
    codes: str
    adjustment_usd: Decimal
    symbol: str
    account_id: str
    shares: Decimal
    origin: Origin
    inherited: bool = False

    @property
    def part(self) -> str:
        """Return I for short-term, II for long-term."""
        return "II" if self.long_term else "I"

    @property
    def acquired_words(self) -> str:
        """Return column (b)."""
        if self.inherited:
            return "INHERITED"
        return "VARIOUS" if self.acquired is None else f"{self.acquired:%m/%d/%Y}"

    @property
    def gain_usd(self) -> Decimal | None:
        """Return column (h): d - e + g."""
        return None if self.basis_usd is None else self.proceeds_usd - self.basis_usd + self.adjustment_usd


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A closed row that belongs on another form, and which."""

    id: str
    symbol: str
    sold: date
    gain_usd: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class Form8949:
    """The rows of one tax year, what belongs elsewhere, and what was assumed in choosing boxes."""

    year: int
    rows: tuple[FormRow, ...]
    left_out: tuple[LeftOut, ...]
    assumptions: tuple[str, ...]

    @property
    def complete(self) -> tuple[FormRow, ...]:
        """The rows whose cost is known; only these are added up."""
        return tuple(row for row in self.rows if row.basis_usd is not None)

    @property
    def incomplete(self) -> tuple[FormRow, ...]:
        """The rows whose cost nobody knows."""
        return tuple(row for row in self.rows if row.basis_usd is None)


BOX_ASSUMED = (
    "Boxes are taken from dates: a broker reports the basis of stock bought since 2011, of fund shares and reinvested "
    "dividends since 2012, of options since 2014 and of digital assets since 2026; not of older lots, gifts, "
    "inheritances, vested shares or shares that came from outside. Your 1099 decides."
)
_DATE_ASSUMED = "A lot whose purchase date is unknown is taken as short-term."
_SHORT_ASSUMED = "Short sales are taken as short-term, with the day of closing as the day acquired (IRC 1233)."
_CAPITAL_ASSUMED = "Capital returned beyond the cost is a gain without a Form 1099-B (box C or F)."


def form_8949(closed: Iterable[Closed], events: Iterable[Transaction], year: int) -> Form8949:
    """Write the rows of one tax year, in the order of parts, boxes and sales.

    Args:
        closed: What the ledger closed, of any year.
        events: The history behind it, which tells gifts and transfers from purchases.
        year: The tax year; a sale belongs to the year of its trade date.
    """
    known = {event.id: event for event in events}
    mine = [row for row in closed if row.sold.year == year]
    left_out = tuple(_elsewhere(row) for row in mine if row.instrument is Instrument.SECTION_1256)
    on_form = [row for row in mine if row.instrument is not Instrument.SECTION_1256]
    rows = sorted((_row(row, known.get(row.acquisition_id)) for row in on_form), key=_order)
    return Form8949(year, tuple(rows), left_out, _assumptions(on_form))


def as_reported(form: Form8949, basis_usd: Mapping[str, Decimal]) -> Form8949:
    """Show the basis that a broker reported to the IRS, where it is another one: code B and its correction in (g).

    The gain stays what it is. Only boxes with a reported basis (A, D, G, J) need this; elsewhere the right basis is
    entered (Instructions for Form 8949, column (e) and code B).

    Args:
        form: The rows as the ledger has them.
        basis_usd: The reported basis by row id.
    """
    return replace(form, rows=tuple(_reported(row, basis_usd.get(row.id)) for row in form.rows))


def in_whole_dollars(form: Form8949) -> Form8949:
    """Round (d), (e) and (g) to whole dollars, halves up; (h) follows from them. Totals are added from cents.

    The instructions: round all amounts or none; when adding amounts, include cents and round only the total.
    """
    return replace(form, rows=tuple(_rounded(row) for row in form.rows))


def dollars(amount: Decimal) -> Decimal:
    """Round to whole dollars: under 50 cents drops, from 50 cents up counts as a dollar more."""
    return amount.quantize(_DOLLAR, rounding=ROUND_HALF_UP)


def _order(row: FormRow) -> tuple[bool, str, date, str, str]:
    return row.long_term, row.box, row.sold, row.symbol, row.id


def _row(row: Closed, acquisition: Transaction | None) -> FormRow:
    codes = ("C" if is_collectible(row.symbol) else "") + ("W" if row.disallowed_usd else "")
    tacked = timedelta(days=row.tacked_days)
    return FormRow(
        id=row.id,
        long_term=row.term is Term.LONG,
        box=box_of(row, acquisition),
        description=_description(row),
        acquired=None if row.acquired is None or row.inherited else row.acquired - tacked,
        sold=row.sold,
        proceeds_usd=row.proceeds_usd,
        basis_usd=row.basis_usd,
        codes=codes,
        adjustment_usd=row.disallowed_usd,
        symbol=row.symbol,
        account_id=row.account_id,
        shares=row.shares,
        origin=row.sale_origin,
        inherited=row.inherited,
    )


def _description(row: Closed) -> str:
    count = f"{row.shares.normalize():f}"
    if row.instrument is Instrument.CRYPTO:
        return f"{count} {row.symbol}"
    if row.instrument in _CONTRACTS:
        return f"{count} contract{'' if row.shares == 1 else 's'} {row.symbol}"
    returned = ", return of capital" if row.kind is Action.RETURN_OF_CAPITAL else ""
    return f"{count} sh. {row.symbol}{returned}"


def _elsewhere(row: Closed) -> LeftOut:
    why = "Section 1256 contracts go on Form 6781 and reach Schedule D on lines 4 and 11, 40 % short and 60 % long."
    return LeftOut(row.id, row.symbol, row.sold, row.gain_usd, why)


def _assumptions(rows: Iterable[Closed]) -> tuple[str, ...]:
    kept = list(rows)
    said = (
        (bool(kept), BOX_ASSUMED),
        (any(row.term is None for row in kept), _DATE_ASSUMED),
        (any(row.kind is Action.COVER for row in kept), _SHORT_ASSUMED),
        (any(row.kind is Action.RETURN_OF_CAPITAL for row in kept), _CAPITAL_ASSUMED),
    )
    return tuple(words for applies, words in said if applies)


def _reported(row: FormRow, basis_usd: Decimal | None) -> FormRow:
    if basis_usd is None or row.basis_usd is None or row.box not in "ADGJ" or basis_usd == row.basis_usd:
        return row
    return replace(
        row,
        basis_usd=basis_usd,
        codes="".join(sorted({*row.codes, "B"})),
        adjustment_usd=row.adjustment_usd + basis_usd - row.basis_usd,
    )


def _rounded(row: FormRow) -> FormRow:
    return replace(
        row,
        proceeds_usd=dollars(row.proceeds_usd),
        basis_usd=None if row.basis_usd is None else dollars(row.basis_usd),
        adjustment_usd=dollars(row.adjustment_usd),
    )
