"""The published cases, replayed whole: what is disallowed, where it goes, what is sold and held."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from replays import did

from tools.history import Transaction
from tools.model import Account, AccountType, Term
from tools.money import ZERO
from tools.tax.closed import Closed
from tools.tax.ledger import Replay, replay

VECTORS = json.loads((Path(__file__).parent / "vectors" / "wash.json").read_text("utf-8"))
BY_KIND = {kind: [case for case in VECTORS if case["kind"] == kind] for kind in {case["kind"] for case in VECTORS}}
TYPES = {"trad_ira": "traditional_ira", "401k": "401k", "roth_ira": "roth_ira", "hsa": "hsa", "taxable": "taxable"}
TERMS = {"ST": Term.SHORT, "LT": Term.LONG}
INSTRUMENTS = {"index_option_1256": "section_1256", None: "stock"}


def event(row: dict[str, Any]) -> Transaction:
    more: dict[str, Any] = {"instrument": INSTRUMENTS[row.get("instrument")]}
    if row["side"] == "GIFT_IN":
        more |= {"donor_basis_usd": str(row["donor_basis"]), "market_value_usd": str(row["fmv"])}
    if row.get("lots"):
        more["lots"] = {part["buy"]: str(part["qty"]) for part in row["lots"]}
    if row.get("method"):
        more["method"] = row["method"].lower()
    return did(
        row["side"].lower(),
        row["date"],
        str(row["qty"]),
        str(row["total"]),
        id=row["tid"],
        symbol=row["symbol"],
        account=row["account"],
        **more,
    )


def run(case: dict[str, Any]) -> Replay:
    accounts = {
        row["account"]: Account(row["account"], "", AccountType(TYPES[row["account_type"]]), row.get("owner"))
        for row in case["transactions"]
    }
    return replay([event(row) for row in case["transactions"]], accounts)


def total(rows: tuple[Closed, ...], figure: str) -> Decimal:
    return sum((getattr(row, figure) for row in rows), ZERO)


@pytest.mark.parametrize("case", BY_KIND["wash"], ids=lambda case: case["id"])
def test_a_published_wash_sale_moves_its_loss_as_published(case: dict[str, Any]) -> None:
    outcome, expected = run(case), case["expected"]
    assert total(outcome.closed, "disallowed_usd") == expected["disallowed_total"]
    assert total(outcome.closed, "permanent_usd") == expected["permanent_total"]
    for sale, disallowed in expected["disallowed_by_sale"].items():
        assert total(tuple(row for row in outcome.closed if row.sale_id == sale), "disallowed_usd") == disallowed
    for row in expected["replacement"]:
        lots = [lot for lot in outcome.held if lot.acquisition_id == row["buy"]]
        sold = [part for part in outcome.closed if part.acquisition_id == row["buy"]]
        basis = sum((lot.basis_usd or ZERO for lot in lots), ZERO) + sum(
            (part.basis_usd or ZERO for part in sold), ZERO
        )
        assert basis == row["adjusted_basis_total"]
        if "holding_period_start" in row:
            starts = {lot.acquired - timedelta(days=lot.tacked_days) for lot in lots if lot.replaces and lot.acquired}
            assert starts == {date.fromisoformat(row["holding_period_start"])}


@pytest.mark.parametrize("case", BY_KIND["wash_net"], ids=lambda case: case["id"])
def test_a_published_sale_of_everything_keeps_its_loss(case: dict[str, Any]) -> None:
    counted = sum((row.counted_usd or ZERO for row in run(case).closed), ZERO)
    assert -counted == case["expected"]["net_recognized_loss"]


@pytest.mark.parametrize("case", BY_KIND["lot_match"], ids=lambda case: case["id"])
def test_a_published_choice_of_lots_comes_out_as_published(case: dict[str, Any]) -> None:
    closed, expected = run(case).closed, case["expected"]
    assert [[row.acquisition_id, row.shares] for row in closed] == expected["lots"]
    for name, term in (("st_gain", Term.SHORT), ("lt_gain", Term.LONG)):
        assert total(tuple(row for row in closed if row.term is term), "gain_usd") == expected[name]


@pytest.mark.parametrize("case", BY_KIND["gift_dual_basis"], ids=lambda case: case["id"])
def test_a_published_gift_has_the_published_gain(case: dict[str, Any]) -> None:
    assert total(run(case).closed, "gain_usd") == case["expected"]["gain"]


@pytest.mark.parametrize("case", BY_KIND["holding_period"], ids=lambda case: case["id"])
def test_a_published_holding_period_has_the_published_term(case: dict[str, Any]) -> None:
    assert {row.term for row in run(case).closed} == {TERMS[case["expected"]["term"]]}
