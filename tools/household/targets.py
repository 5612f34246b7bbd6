"""Targets as the person gives them: symbols or asset classes with weights, checked before anything uses them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from tools.errors import BadRequest
from tools.market.securities import ASSET_CLASSES, info
from tools.model import CASH, Target
from tools.money import ZERO

ONE = Decimal(1)
TOLERANCE = Decimal("0.001")
FIVE_POINTS = Decimal("0.05")
QUARTER = Decimal("0.25")
_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9.]{0,9}")


def default_band(weight_frac: Decimal) -> Decimal:
    """Return the usual tolerance: 5 points or a quarter of the weight, whichever is smaller (the "5/25" rule)."""
    return min(FIVE_POINTS, weight_frac * QUARTER)


def parse_targets(mapping: Mapping[str, object], held: Collection[str] = ()) -> tuple[Target, ...]:
    """Read targets.

    Args:
        mapping: Symbol or asset class to a weight (``0.1``, ``"0.1"``, ``"10%"``), or to ``weight`` and ``band``.
        held: Symbols or asset classes of the household, accepted besides the known ones.

    Raises:
        BadRequest: A key is neither symbol nor class, a weight is not between 0 and 1, a key stands twice, or the
            weights do not add up to 1 within 0.001; the message says the sum.
    """
    targets = tuple(_target(key, value, held) for key, value in mapping.items())
    keys = [target.key for target in targets]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise BadRequest(f"The target for {', '.join(twice)} is given twice.", "Give each one once.", "targets")
    total = sum((target.weight_frac for target in targets), ZERO)
    if abs(total - ONE) > TOLERANCE:
        what = f"The targets add up to {_percent(total)}, not 100%."
        raise BadRequest(what, "Change the weights, or give the rest to cash.", "targets")
    return targets


def _target(key: str, value: object, held: Collection[str]) -> Target:
    weight, band = (value.get("weight"), value.get("band")) if isinstance(value, Mapping) else (value, None)
    known = _key(key, held)
    weight_frac = _fraction(weight, f"targets.{known}")
    band_frac = default_band(weight_frac) if band is None else _fraction(band, f"targets.{known}.band")
    return Target(known, weight_frac, band_frac)


def _key(key: str, held: Collection[str]) -> str:
    named = re.sub(r"[ -]+", "_", key.strip().casefold())
    symbol = key.strip().upper()
    if symbol == CASH or named in ASSET_CLASSES or named in held:
        return named
    if symbol in held or info(symbol) or (key.strip() == symbol and _SYMBOL.fullmatch(symbol)):
        return symbol
    what = f"“{key.strip()[:40]}” is neither a symbol nor an asset class."
    raise BadRequest(what, f"The classes are {', '.join(ASSET_CLASSES)}.", "targets")


def _fraction(value: object, where: str) -> Decimal:
    text = str(value).strip()
    percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%").strip()) / (100 if percent else 1)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not ZERO <= number <= ONE:
        raise BadRequest(f"“{text[:40]}” is not a fraction from 0 to 1.", "Write 0.1 or 10% for a tenth.", where)
    return number


def _percent(frac: Decimal) -> str:
    return f"{(frac * 100).quantize(Decimal('0.1')).normalize():f}%"
