"""Sleeves: the parts of a portfolio that have a target. The most specific target wins."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tools.model import CASH, Household, Target
from tools.money import ZERO

ASSET_CLASS_NAMES = {
    "us_equity": "US stocks",
    "intl_equity": "International stocks",
    "bonds": "Bonds",
    "cash": "Cash",
    "real_estate": "Real estate",
    "commodities": "Commodities",
    "stocks": "Stocks",
    "other": "Other",
}
STOCK_CLASSES = frozenset({"us_equity", "intl_equity", "real_estate"})
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Sleeve:
    """Symbols that share one target. ``target_frac`` is None when nobody has set one: the sleeve is left alone."""

    key: str
    name: str
    symbols: tuple[str, ...]
    value_usd: Decimal
    weight_frac: Decimal
    target_frac: Decimal | None
    band_frac: Decimal | None

    @property
    def drift_frac(self) -> Decimal:
        """Weight less target; zero without a target."""
        return ZERO if self.target_frac is None else self.weight_frac - self.target_frac

    @property
    def outside(self) -> bool:
        """True when the weight is further from the target than the band allows."""
        return self.band_frac is not None and abs(self.drift_frac) > self.band_frac


def values_by_symbol(household: Household) -> dict[str, Decimal]:
    """Return the known value held of each symbol, known cash under ``CASH``."""
    values: dict[str, Decimal] = {}
    for lot in household.lots:
        values[lot.symbol] = values.get(lot.symbol, ZERO) + (household.value_of(lot) or ZERO)
    if household.cash_usd:
        values[CASH] = values.get(CASH, ZERO) + sum(household.cash_usd.values(), ZERO)
    return values


def class_of(household: Household, symbol: str) -> str:
    """Return a symbol's asset class, ``unclassified`` when nobody has said."""
    if symbol == CASH:
        return "cash"
    security = household.securities.get(symbol)
    return (security.asset_class if security else None) or UNCLASSIFIED


def key_for(symbol: str, asset_class: str, keys: frozenset[str]) -> str:
    """Return the target that speaks for a symbol: its own, its class's, stocks together, or its class unwished."""
    if symbol in keys:
        return symbol
    if asset_class not in keys and "stocks" in keys and asset_class in STOCK_CLASSES:
        return "stocks"
    return asset_class


def sleeve_name(key: str, household: Household, keys: frozenset[str]) -> str:
    """Name a sleeve as a person would; "Other US stocks" when single names have targets of their own."""
    if key not in ASSET_CLASS_NAMES and key != UNCLASSIFIED:
        security = household.securities.get(key)
        return security.name if security else key
    name = ASSET_CLASS_NAMES.get(key, "Not classified")
    own = any(k in household.securities and k != key for k in keys) and any(
        class_of(household, k) == key or (key == "stocks" and class_of(household, k) in STOCK_CLASSES)
        for k in keys
        if k in household.securities
    )
    return f"Other {name if name.startswith('US') else name[0].lower() + name[1:]}" if own else name


def build_sleeves(
    household: Household, targets: tuple[Target, ...], new_cash_usd: Decimal = ZERO
) -> tuple[Sleeve, ...]:
    """Divide the household into sleeves, those with targets first and in their order.

    What no target speaks of is left alone; the targets then apply to the rest of the portfolio, in proportion.
    ``new_cash_usd`` is in the accounts already but waits to be put to work: it belongs to no sleeve yet.
    """
    values = values_by_symbol(household)
    if new_cash_usd and CASH in values:
        values[CASH] -= min(new_cash_usd, values[CASH])
    total = household.value_usd or Decimal(1)
    by_target = {target.key: target for target in targets}
    keys = frozenset(by_target)
    members: dict[str, list[str]] = {target.key: [] for target in targets}
    for symbol in sorted(values):
        members.setdefault(key_for(symbol, class_of(household, symbol), keys), []).append(symbol)
    worth = {key: sum((values[s] for s in symbols), ZERO) for key, symbols in members.items()}
    spoken_for = Decimal(1) - sum((worth[k] for k in members if k not in keys), ZERO) / total
    sleeves = []
    for key, symbols in members.items():
        target = by_target.get(key)
        sleeves.append(
            Sleeve(
                key=key,
                name=sleeve_name(key, household, keys),
                symbols=tuple(symbols),
                value_usd=worth[key],
                weight_frac=worth[key] / total,
                target_frac=target.weight_frac * spoken_for if target else None,
                band_frac=target.band_frac if target else None,
            )
        )
    return tuple(sleeves)
