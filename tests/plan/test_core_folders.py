"""Folders of accounts are read by what their columns mean: order, types and what is missing change nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evals.bench.instances import FOLDER, optima, read_instance
from tools.errors import BadRequest
from tools.plan.core.plan_cost import rule_breaks
from tools.plan.core.search import solve_core

NAME = "i01_n30_s12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER / NAME, tmp_path / NAME)
    return tmp_path


def changed(folder: Path, file: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    path = folder / NAME / file
    change(pd.read_csv(path)).to_csv(path, index=False)
    return folder


def cost(folder: Path) -> float:
    problem = read_instance(NAME, folder=folder)
    plan = solve_core(problem)
    assert rule_breaks(problem, plan.sell, plan.buy) == {}
    return plan.cost.total_bp


@cache
def same() -> float:
    """Cost of the files as they are."""
    return cost(FOLDER)


BACKWARDS = [
    ("assets.csv",),
    ("lots.csv",),
    ("factors.csv",),
    ("params.csv",),
    ("assets.csv", "lots.csv", "factors.csv"),
]


@pytest.mark.parametrize("files", BACKWARDS, ids=lambda files: " ".join(files))
def test_the_order_of_rows_changes_nothing(folder: Path, files: tuple[str, ...]) -> None:
    for file in files:
        changed(folder, file, lambda table: table.iloc[::-1])
    assert cost(folder) == pytest.approx(same(), abs=1e-3)


def test_yes_and_no_may_be_words_and_figures_text(folder: Path) -> None:
    def worded(table: pd.DataFrame) -> pd.DataFrame:
        table["no_sell"] = np.where(table["no_sell"] == 1, "True", "False")
        table["no_buy"] = np.where(table["no_buy"] == 1, "yes", "")
        table["price"] = table["price"].map(lambda price: f" {price} ")
        return table

    assert cost(changed(folder, "assets.csv", worded)) == pytest.approx(same(), abs=1e-3)


def test_symbols_and_groups_may_be_numbers(folder: Path) -> None:
    for file in ("assets.csv", "lots.csv", "factors.csv"):
        changed(folder, file, lambda table: table.assign(symbol=table["symbol"].str[1:].astype(int)))
    changed(folder, "assets.csv", lambda table: table.assign(ident_group=table["ident_group"].str[1:].astype(int)))
    assert cost(folder) == pytest.approx(same(), abs=1e-3)


def test_what_was_sold_at_a_loss_is_not_bought_though_no_buy_is_missing(folder: Path) -> None:
    changed(folder, "assets.csv", lambda table: table.drop(columns="no_buy").assign(sold_at_loss_30d=1))
    assert not read_instance(NAME, folder=folder).buys.most.any()


@pytest.mark.parametrize("column", ["no_buy", "no_sell", "sold_at_loss_30d", "ident_group", "spread_cost"])
def test_columns_that_may_be_missing_may_be_missing(folder: Path, column: str) -> None:
    assert np.isfinite(cost(changed(folder, "assets.csv", lambda table: table.drop(columns=column))))


def test_assets_without_a_group_are_each_their_own(folder: Path) -> None:
    emptied = changed(folder, "assets.csv", lambda table: table.assign(ident_group=None))
    assert read_instance(NAME, folder=emptied).groups == 30


def test_without_factors_risk_is_each_asset_s_own(folder: Path) -> None:
    (folder / NAME / "factors.csv").unlink()
    assert np.isfinite(cost(folder))


def test_only_value_gamma_and_rates_must_be_given(folder: Path) -> None:
    needed = ("V", "cash", "gamma", "st_rate", "lt_rate")
    kept = changed(folder, "params.csv", lambda table: table[table["name"].isin(needed)])
    problem = read_instance(NAME, folder=kept)
    assert problem.tax.ordinary == problem.tax.short
    assert np.isfinite(cost(kept))


def test_a_portfolio_without_lots_is_read(folder: Path) -> None:
    assert not solve_core(read_instance(NAME, folder=changed(folder, "lots.csv", lambda table: table[:0]))).sell.size


def test_without_certified_optima_the_instances_are_listed_by_name(folder: Path) -> None:
    (one,) = optima(folder)
    assert one.name == NAME
    assert np.isnan(one.best_bp)


WRONG: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "zero price": ("assets.csv", lambda t: t.assign(price=0), "above zero"),
    "no price": ("assets.csv", lambda t: t.assign(price=None), "above zero"),
    "no volatility": ("assets.csv", lambda t: t.assign(idio_vol="?"), "volatilities"),
    "no such column": ("assets.csv", lambda t: t.drop(columns="idio_vol"), "no column idio_vol"),
    "twice": ("assets.csv", lambda t: pd.concat([t, t[:1]]), "twice"),
    "unknown symbol": ("lots.csv", lambda t: t.assign(symbol="NOPE"), "NOPE"),
    "no basis": ("lots.csv", lambda t: t.assign(basis_per_share=None), "Gain rates"),
    "negative shares": ("lots.csv", lambda t: t.assign(shares=-1.0), "Lot values"),
    "no age": ("lots.csv", lambda t: t.assign(age_days=None), "age"),
    "no factor row": ("factors.csv", lambda t: t[1:], "no row for"),
    "no gamma": ("params.csv", lambda t: t[t["name"] != "gamma"], "gamma"),
    "zero value": ("params.csv", lambda t: t.assign(value=t["value"].where(t["name"] != "V", 0)), "above zero"),
    "rates reversed": ("params.csv", lambda t: t.assign(value=t["value"].where(t["name"] != "lt_rate", 0.9)), "rate"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_named(folder: Path, case: str) -> None:
    file, change, words = WRONG[case]
    with pytest.raises(BadRequest, match=words):
        read_instance(NAME, folder=changed(folder, file, change))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="No instance"):
        optima(tmp_path)
