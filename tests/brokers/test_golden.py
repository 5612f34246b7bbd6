"""Real-shaped exports with the truth beside them; the expected files are written by hand, never from our output."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tools.brokers.base import Reading
from tools.brokers.registry import read

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/expected.json"))


def seen(reading: Reading) -> dict[str, Any]:
    def text(value: object) -> str | None:
        if isinstance(value, Decimal) and value == round(value, 2):
            return f"{value:.2f}"
        return None if value is None else str(value)

    def plain(row: BaseModel, keys: tuple[str, ...]) -> dict[str, str | None]:
        shares = getattr(row, "shares", None)
        return {key: text(getattr(row, key)) for key in keys} | (
            {} if shares is None else {"shares": f"{shares.normalize():f}"}
        )

    lot_keys = ("account", "symbol", "acquired", "shares", "basis_usd", "price_usd")
    trade_keys = ("on", "action", "symbol", "shares", "amount_usd")
    closed_keys = ("symbol", "acquired", "sold", "shares", "proceeds_usd", "basis_usd", "disallowed_usd")
    held_keys = ("symbol", "shares", "basis_usd", "price_usd")
    past = {
        "trades": [plain(row, trade_keys) for row in reading.trades],
        "realized": [plain(row, closed_keys) for row in reading.realized],
        "positions": [plain(row, held_keys) for row in reading.positions],
    }
    return {name: rows for name, rows in past.items() if rows} | {
        "as_of": text(reading.as_of),
        "lots": [plain(lot, lot_keys) for lot in reading.lots],
        "cash": [{"account": row.account, "amount_usd": str(row.amount_usd)} for row in reading.cash],
        "totals": [plain(row, ("shares", "basis_usd")) for row in reading.totals],
        "problems": [problem.where for problem in reading.problems],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_export_reads_back_to_the_truth_beside_it(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    for name, truth in expected["files"].items():
        reading = read("file-1", (case / name).read_bytes())
        assert reading.format == expected["format"]
        assert seen(reading) == truth
        assert reading.accounted_count == reading.rows_count


def test_there_are_golden_cases_for_every_reader() -> None:
    from tools.brokers.registry import READERS

    formats = {json.loads((case / "expected.json").read_text(encoding="utf-8"))["format"] for case in CASES}
    optional = {"Beancount ledger"}  # its library may not be installed; tested on its own
    assert formats == {reader.name for reader in READERS} - optional
