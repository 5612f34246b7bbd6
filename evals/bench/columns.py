"""Columns of a table read from CSV: required ones, figures, yes and no, names of rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tools.errors import BadRequest
from tools.plan.core.problem import Array, Index, Mask


def table(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """Read a table.

    Raises:
        BadRequest: The file or a needed column is missing.
    """
    if not path.exists():
        raise BadRequest(f"{path} is missing.", "Add the file.")
    table = pd.read_csv(path, skipinitialspace=True)
    table.columns = table.columns.str.strip()
    missing = [column for column in needed if column not in table]
    if missing:
        raise BadRequest(f"{path} has no column {missing[0]}.", "Add it.")
    return table


def figures(table: pd.DataFrame, column: str) -> Array:
    """Return a column as numbers, zeros where it is missing; what is no number is NaN, which the problem refuses."""
    if column not in table:
        return np.zeros(len(table))
    return np.asarray(pd.to_numeric(table[column], errors="coerce"), dtype=float)


def flags(table: pd.DataFrame, column: str) -> Mask:
    """Return a column of yes and no, however it is written; missing and empty are no."""
    if column not in table:
        return np.zeros(len(table), dtype=bool)
    words = table[column].astype(str).str.strip().str.lower()
    return np.asarray(words.isin(("1", "1.0", "true", "yes", "y")), dtype=bool)


def places(symbols: pd.Series, wanted: pd.Series, path: Path) -> Index:
    """Return the row of each wanted symbol.

    Raises:
        BadRequest: One is no symbol.
    """
    row_of = {symbol: n for n, symbol in enumerate(symbols)}
    places = wanted.astype(str).str.strip().map(row_of)
    if places.isna().any():
        raise BadRequest(f"{path} names {wanted[places.isna()].iloc[0]}, which is no asset.", "Add it to assets.csv.")
    return places.to_numpy(dtype=np.intp)
