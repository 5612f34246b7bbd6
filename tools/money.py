"""Dollars and shares: Decimal everywhere, and the only door to float."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """Round dollars to the cent, halves away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def whole(shares: Decimal) -> Decimal:
    """Drop the fraction of a share."""
    return shares.quantize(Decimal(1), rounding=ROUND_DOWN)


def share_of(total: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """Return ``total * part / of`` to the cent; all of it when ``part == of``."""
    return total if part == of else cents(total * part / of)


def as_float(amount: Decimal) -> float:
    """Leave Decimal for the solver or the tax arrays."""
    return float(amount)


def from_float(value: float, quantum: Decimal = CENT) -> Decimal:
    """Come back from a float, rounded to ``quantum`` (a cent unless told)."""
    return Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)
