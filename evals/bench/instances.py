"""Accounts with certified optima: reads their folders into core problems; only maps columns.

All weights are fractions of the account's value, cash included. The wash-sale rule of these files is simplified and
conservative: a loss lot stays where any lot of its group, itself included, is at most 30 days old. ``exact`` gives the
core problem the recent lots instead, and lets its own rule decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tools.plan.core.problem import Array, CoreBuys, CoreLots, CoreProblem, Index, TaxRates

FOLDER = Path(__file__).parent / "instances"
RECENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Optimum:
    """The certified best cost of an instance, and the bound that certifies it, in bp."""

    name: str
    best_bp: float
    bound_bp: float


def optima(folder: Path = FOLDER) -> list[Optimum]:
    """List the instances of a folder with their certified optima."""
    table = pd.read_csv(folder / "optima.csv")
    rows = zip(table["instance"], table["best_obj_bp"], table["lower_bound_bp"], strict=True)
    return [Optimum(str(name), float(best), float(bound)) for name, best, bound in rows]


def read_instance(name: str, *, exact: bool = False, folder: Path = FOLDER) -> CoreProblem:
    """Read one instance."""
    place = folder / name
    assets, lots = pd.read_csv(place / "assets.csv"), pd.read_csv(place / "lots.csv")
    table = pd.read_csv(place / "params.csv")
    params = dict(zip(table["name"].astype(str), table["value"].to_numpy(dtype=float).tolist(), strict=True))
    row_of = {symbol: n for n, symbol in enumerate(assets["symbol"])}
    asset = lots["symbol"].map(row_of).to_numpy(dtype=np.intp)
    group = pd.factorize(assets["ident_group"])[0].astype(np.intp)
    core_lots = _lots(assets, lots, params, asset, group, exact)
    held = np.asarray(np.bincount(asset, core_lots.value, len(assets)), dtype=float)
    return CoreProblem(
        lots=core_lots,
        buys=_buys(assets, params, held),
        deviation=held - assets["target_weight"].to_numpy(),
        factors=pd.read_csv(place / "factors.csv").drop(columns="symbol").to_numpy(dtype=float),
        idio=assets["idio_vol"].to_numpy(),
        spread=assets["spread_cost"].to_numpy(),
        group=group,
        cash=np.array([params["cash"] / params["V"]]),
        cash_target=np.array([params["cash_target_weight"]]),
        account_weight=np.ones(1),
        tax=_tax(params),
        gamma=params["gamma"],
    )


def _lots(
    assets: pd.DataFrame, lots: pd.DataFrame, params: dict[str, float], asset: Index, group: Index, exact: bool
) -> CoreLots:
    price = assets["price"].to_numpy()[asset]
    value = lots["shares"].to_numpy() * price / params["V"]
    gain_rate = 1 - lots["basis_per_share"].to_numpy() / price
    age = lots["age_days"].to_numpy()
    recent = age <= RECENT_DAYS
    free = assets["no_sell"].to_numpy()[asset] == 0
    if not exact:
        bought_lately = np.bincount(group[asset], recent, group.max() + 1) > 0
        free &= ~((gain_rate < 0) & bought_lately[group[asset]])
    return CoreLots(
        account=np.zeros(len(lots), dtype=np.intp),
        asset=asset,
        value=value,
        gain_rate=gain_rate,
        short=age < params["lt_days"],
        taxable=np.ones(len(lots), dtype=bool),
        most=np.where(free, value, 0.0),
        recent=recent & exact,
        later=np.zeros(len(lots)),
    )


def _buys(assets: pd.DataFrame, params: dict[str, float], held: Array) -> CoreBuys:
    target = assets["target_weight"].to_numpy()
    cap = np.maximum(target * params["max_weight_mult"], target + params["max_weight_add"])
    most = np.where(assets["no_buy"].to_numpy() == 1, 0.0, np.maximum(0.0, cap - held))
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
