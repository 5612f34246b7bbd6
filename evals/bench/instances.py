"""Accounts with certified optima: reads their folders into core problems; only maps columns.

A folder has ``assets.csv``, ``lots.csv`` and ``params.csv``, mostly ``factors.csv``; ``optima.csv`` beside the folders
names the certified optima. Rows are joined by symbol, so their order does not matter. Columns that may be missing:
``spread_cost``, ``no_buy``, ``no_sell``, ``sold_at_loss_30d`` (none of it), ``ident_group`` (each asset alone, as where
it is empty). Of the parameters only V, gamma and the short and long rates are needed; the rest are zero, or have no
effect, where missing.

All weights are fractions of the account's value, cash included. The wash-sale rule of these files is simplified and
conservative: a loss lot stays where any lot of its group, itself included, is at most 30 days old. ``exact`` gives the
core problem the recent lots instead, and lets its own rule decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evals.bench.columns import figures, flags, places, table
from tools.errors import BadRequest
from tools.plan.core.problem import Array, CoreBuys, CoreLots, CoreProblem, Index, TaxRates

FOLDER = Path(__file__).parent / "instances"
RECENT_DAYS = 30
NO_LIMIT = 10.0
DEFAULTS = {
    "cash": 0.0,
    "cash_target_weight": 0.0,
    "carry_value_per_dollar": 0.0,
    "ordinary_offset_limit": 0.0,
    "ytd_net_st": 0.0,
    "ytd_net_lt": 0.0,
    "max_weight_mult": 0.0,
    "max_weight_add": 0.0,
    "lt_days": 366.0,
    "hold_if_lt_within_days": 0.0,
}


@dataclass(frozen=True, slots=True)
class Optimum:
    """The certified best cost of an instance, and the bound that certifies it, in bp; NaN where none is known."""

    name: str
    best_bp: float
    bound_bp: float


def optima(folder: Path = FOLDER) -> list[Optimum]:
    """List the instances of a folder, with their certified optima where ``optima.csv`` has them.

    Raises:
        BadRequest: There is no instance in the folder.
    """
    names = sorted(place.parent.name for place in folder.glob("*/assets.csv"))
    if not names:
        raise BadRequest(f"No instance is in {folder}.", "Name a folder whose folders hold an assets.csv.")
    known: dict[str, tuple[float, float]] = {}
    if (folder / "optima.csv").exists():
        rows = table(folder / "optima.csv", ("instance", "best_obj_bp"))
        bound = rows["lower_bound_bp"] if "lower_bound_bp" in rows else rows["best_obj_bp"]
        known = dict(zip(rows["instance"].astype(str), zip(rows["best_obj_bp"], bound, strict=True), strict=True))
    return [Optimum(name, *map(float, known.get(name, (np.nan, np.nan)))) for name in names]


def read_instance(name: str, *, exact: bool = False, folder: Path = FOLDER) -> CoreProblem:
    """Read one instance.

    Raises:
        BadRequest: A file, column, parameter or symbol is missing, or a figure has no meaning; says which.
    """
    place = folder / name
    assets = table(place / "assets.csv", ("symbol", "price", "target_weight", "idio_vol"))
    lots = table(place / "lots.csv", ("symbol", "shares", "basis_per_share", "age_days"))
    params = _params(place / "params.csv")
    symbols = assets["symbol"].astype(str).str.strip()
    if symbols.duplicated().any():
        raise BadRequest(f"{place}/assets.csv names {symbols[symbols.duplicated()].iloc[0]} twice.", "Keep one row.")
    if not np.isfinite(figures(lots, "age_days")).all():
        raise BadRequest(f"A lot of {name} has no age.", "Give age_days of every lot.")
    if params["V"] <= 0 or not (figures(assets, "price") > 0).all():
        raise BadRequest(f"The value V and all prices of {name} must be above zero.", "Correct params and assets.")
    asset = places(symbols, lots["symbol"], place / "lots.csv")
    group = _groups(assets)
    core_lots = _lots(assets, lots, params, asset, group, exact)
    held = np.asarray(np.bincount(asset, core_lots.value, len(assets)), dtype=float)
    return CoreProblem(
        lots=core_lots,
        buys=_buys(assets, params, held),
        deviation=held - figures(assets, "target_weight"),
        factors=_factors(place / "factors.csv", symbols),
        idio=figures(assets, "idio_vol"),
        spread=figures(assets, "spread_cost"),
        group=group,
        cash=np.array([params["cash"] / params["V"]]),
        cash_target=np.array([params["cash_target_weight"]]),
        account_weight=np.ones(1),
        tax=_tax(params),
        gamma=params["gamma"],
    )


def _params(path: Path) -> dict[str, float]:
    rows = table(path, ("name", "value"))
    given = dict(zip(rows["name"].astype(str).str.strip(), figures(rows, "value").tolist(), strict=True))
    params = DEFAULTS | given
    params.setdefault("ordinary_rate", params.get("st_rate", np.nan))
    if not given.keys() & {"max_weight_mult", "max_weight_add"}:
        params["max_weight_add"] = NO_LIMIT
    for name in ("V", "gamma", "st_rate", "lt_rate", *DEFAULTS):
        if not np.isfinite(params.get(name, np.nan)):
            raise BadRequest(f"{path} has no figure for {name}.", "Add it.")
    return params


def _groups(assets: pd.DataFrame) -> Index:
    """Number the groups of substantially identical assets; one without a group is alone."""
    alone = pd.Series([f"alone {n}" for n in range(len(assets))], index=assets.index)
    label = assets.get("ident_group", alone)
    return np.asarray(pd.factorize(label.where(label.notna(), alone).astype(str))[0], dtype=np.intp)


def _factors(path: Path, symbols: pd.Series) -> Array:
    if not path.exists():
        return np.zeros((len(symbols), 0))
    rows = table(path, ("symbol",))
    at = np.full(len(symbols), -1, dtype=np.intp)
    at[places(symbols, rows["symbol"], path)] = np.arange(len(rows))
    if (at < 0).any():
        raise BadRequest(f"{path} has no row for {symbols[at < 0].iloc[0]}.", "Add it.")
    return np.asarray(rows.drop(columns="symbol").to_numpy(dtype=float)[at])


def _lots(
    assets: pd.DataFrame, lots: pd.DataFrame, params: dict[str, float], asset: Index, group: Index, exact: bool
) -> CoreLots:
    price = figures(assets, "price")[asset]
    value = figures(lots, "shares") * price / params["V"]
    gain_rate = 1 - figures(lots, "basis_per_share") / price
    age = figures(lots, "age_days")
    recent, short = age <= RECENT_DAYS, age < params["lt_days"]
    free = ~flags(assets, "no_sell")[asset]
    free &= ~(short & (gain_rate > 0) & (age >= params["lt_days"] - params["hold_if_lt_within_days"]))
    if not exact:
        bought_lately = np.bincount(group[asset], recent, len(assets)) > 0
        free &= ~((gain_rate < 0) & bought_lately[group[asset]])
    return CoreLots(
        account=np.zeros(len(lots), dtype=np.intp),
        asset=asset,
        value=value,
        gain_rate=gain_rate,
        short=short,
        taxable=np.ones(len(lots), dtype=bool),
        most=np.where(free, value, 0.0),
        recent=recent & exact,
        later=np.zeros(len(lots)),
    )


def _buys(assets: pd.DataFrame, params: dict[str, float], held: Array) -> CoreBuys:
    target = figures(assets, "target_weight")
    cap = np.maximum(target * params["max_weight_mult"], target + params["max_weight_add"])
    shut = flags(assets, "no_buy") | flags(assets, "sold_at_loss_30d")
    most = np.where(shut, 0.0, np.maximum(0.0, cap - held))
    count = len(assets)
    return CoreBuys(np.zeros(count, dtype=np.intp), np.arange(count), most, np.zeros(count))


def _tax(params: dict[str, float]) -> TaxRates:
    return TaxRates(
        short=params["st_rate"],
        long=params["lt_rate"],
        ordinary=params["ordinary_rate"],
        carry_short=params["carry_value_per_dollar"],
        carry_long=params["carry_value_per_dollar"],
        offset=params["ordinary_offset_limit"] / params["V"],
        short_start=params["ytd_net_st"] / params["V"],
        long_start=params["ytd_net_lt"] / params["V"],
    )
