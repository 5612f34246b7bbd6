"""Where the portfolio should be: sleeves with bands, names with their stand-ins, caps, as arrays."""

from __future__ import annotations

import numpy as np

from tools.analysis.sleeves import Sleeve, class_of, key_for
from tools.market.replacements import replacements
from tools.market.securities import info
from tools.model import Household, Wishes
from tools.money import as_float
from tools.plan.problem import Array, Sleeves
from tools.plan.style import STAY_INSIDE, STAY_TIMES, WRONG_WAY_COST, Style


def sleeve_arrays(
    household: Household, sleeves: tuple[Sleeve, ...], symbols: tuple[str, ...], keys: frozenset[str], style: Style
) -> Sleeves:
    """Write targets as arrays; a sleeve inside its band is held there, one outside gets no further away."""
    rows = {sleeve.key: n for n, sleeve in enumerate(sleeves)}
    members = np.zeros((len(sleeves), len(symbols)))
    for n, symbol in enumerate(symbols):
        known = class_of(household, symbol)
        row = rows.get(key_for(symbol, known, keys))
        if row is not None:
            members[row, n] = 1
    weights = [as_float(s.weight_frac) if s.target_frac is None else as_float(s.target_frac) for s in sleeves]
    bands = [1.0 if s.band_frac is None else as_float(s.band_frac) for s in sleeves]
    weighed = [0.0 if s.target_frac is None else 1.0 for s in sleeves]
    hold = STAY_INSIDE if style.outside else 0.0
    outside = [style.outside if s.outside else max(STAY_TIMES * style.outside, hold) for s in sleeves]
    keys_in_order = tuple(s.key for s in sleeves)
    now = [as_float(s.weight_frac) for s in sleeves]
    low = [min(w, t - band) for w, t, band in zip(now, weights, bands, strict=True)]
    high = [max(w, t + band) for w, t, band in zip(now, weights, bands, strict=True)]
    wrong = [max(WRONG_WAY_COST, STAY_TIMES * style.outside) * one if style.outside else 0.0 for one in weighed]
    columns = (weights, bands, weighed, outside, low, high, wrong)
    return Sleeves(keys_in_order, members, *(np.array(column) for column in columns))


def exposures(symbols: tuple[str, ...], sleeves: tuple[Sleeve, ...]) -> tuple[list[str], Array]:
    """Group single names with the fund that may stand in for them; names with their own target have none."""
    own = {sleeve.key for sleeve in sleeves}
    rows: dict[str, list[int]] = {}
    for n, symbol in enumerate(symbols):
        found = info(symbol)
        if symbol in own or (found and found.kind == "fund"):
            continue
        stand_in = next((r.symbol for r in replacements(symbol) if r.symbol in symbols), symbol)
        rows.setdefault(stand_in, []).append(n)
    matrix = np.zeros((len(rows), len(symbols)))
    for row, (stand_in, members) in enumerate(rows.items()):
        matrix[row, members] = 1
        matrix[row, symbols.index(stand_in)] = 1
    return list(rows), matrix


def weight_limits(symbols: tuple[str, ...], wishes: Wishes) -> Array:
    """Return the cap on single names, or on the one that is meant; funds are diversified already and are not capped."""
    if wishes.max_weight_frac is None:
        return np.ones(len(symbols))
    cap = as_float(wishes.max_weight_frac)
    if wishes.only is not None:
        return np.array([cap if symbol == wishes.only else 1.0 for symbol in symbols])
    kinds = [info(symbol) for symbol in symbols]
    return np.array([1.0 if found and found.kind == "fund" else cap for found in kinds])
