"""Estimated tax: the next due date, and what is safe to have paid by then (IRC 6654; Form 1040-ES)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.facts import FactBook, Figures, Json
from tools.model import FilingStatus
from tools.money import cents

THIS_YEAR_FRAC = Decimal("0.90")
"""Safe: this part of the year's own tax (IRC 6654(d)(1)(B)(i))."""
LAST_YEAR_FRAC, LAST_YEAR_HIGH_FRAC = Decimal(1), Decimal("1.10")
"""Or this part of last year's tax; the higher one above ``HIGH_AGI_USD`` last year (IRC 6654(d)(1)(B)(ii), (C))."""
HIGH_AGI_USD, HIGH_AGI_SEPARATE_USD = Decimal(150_000), Decimal(75_000)
SMALL_USD = Decimal(1000)
"""No addition to tax where less than this is owed after withholding (IRC 6654(e)(1))."""
_INSTALLMENTS = 4


@dataclass(frozen=True, slots=True)
class Payment:
    """The next estimated payment of a tax year, by the rule of this year's tax.

    ``year_usd`` is the part of the year's federal tax that makes it safe, ``by_due_usd`` what of it should be paid by
    ``due`` in four equal parts, withholding and earlier payments included; ``on_gains_usd`` is the gains' part of it.
    """

    due: date
    number: int
    year_usd: Decimal
    by_due_usd: Decimal
    on_gains_usd: Decimal


def due_dates(year: int) -> tuple[date, ...]:
    """Return the four due dates of a tax year, moved past weekends and federal holidays (IRC 7503).

    The only holidays that can fall on them are Martin Luther King Jr. Day in January and, for payments due to a
    Washington office, Emancipation Day in April (Rev. Rul. 2015-13).
    """
    stated = (date(year, 4, 15), date(year, 6, 15), date(year, 9, 15), date(year + 1, 1, 15))
    return tuple(_business_day(day) for day in stated)


def next_payment(year: int, as_of: date, tax_usd: Decimal, on_gains_usd: Decimal) -> Payment | None:
    """Return the next payment of a tax year, None when all are past or too little is owed on gains to matter.

    Args:
        year: The tax year.
        as_of: The day of the question.
        tax_usd: The year's federal tax with the gains realized so far.
        on_gains_usd: What of it the gains bring.
    """
    coming = [(number, due) for number, due in enumerate(due_dates(year), start=1) if due >= as_of]
    if not coming or on_gains_usd < SMALL_USD:
        return None
    number, due = coming[0]
    part = THIS_YEAR_FRAC * number / _INSTALLMENTS
    return Payment(due, number, cents(THIS_YEAR_FRAC * tax_usd), cents(part * tax_usd), cents(part * on_gains_usd))


def describe_payment(payment: Payment | None, status: FilingStatus | None, book: FactBook) -> dict[str, Json] | None:
    """Write the payment with both safe harbours as facts."""
    if payment is None:
        return None
    separate = status is FilingStatus.MARRIED_SEPARATE
    figures: Figures = {
        "due_date": payment.due,
        "safe_year_usd": payment.year_usd,
        "by_due_usd": payment.by_due_usd,
        "on_gains_usd": payment.on_gains_usd,
        "this_year_frac": THIS_YEAR_FRAC,
        "last_year_frac": LAST_YEAR_FRAC,
        "last_year_high_frac": LAST_YEAR_HIGH_FRAC,
        "high_income_usd": HIGH_AGI_SEPARATE_USD if separate else HIGH_AGI_USD,
    }
    return book.row("payment", figures, of="Estimated payment", number=payment.number)


def _business_day(day: date) -> date:
    while day.weekday() >= 5 or day in (_king_day(day.year), _emancipation_day(day.year)):
        day += timedelta(days=1)
    return day


def _king_day(year: int) -> date:
    """Return the third Monday of January (5 USC 6103)."""
    first = date(year, 1, 1)
    return first + timedelta(days=(-first.weekday()) % 7 + 14)


def _emancipation_day(year: int) -> date:
    """Return the day on which the District of Columbia keeps April 16, the nearest weekday."""
    day = date(year, 4, 16)
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
