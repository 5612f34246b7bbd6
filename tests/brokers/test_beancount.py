from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal

import pytest

from tools.brokers.registry import read
from tools.errors import FileProblem

LEDGER = b"""option "operating_currency" "USD"
plugin "os"
2018-01-01 open Assets:Taxable:Sample "STRICT"
2018-01-01 open Assets:Taxable:Cash USD
2018-01-01 open Equity:Opening
2019-03-15 * "lot"
  Assets:Taxable:Sample  40 MSFT {116.00 USD, 2019-03-15}
  Equity:Opening
2026-02-10 * "lot"
  Assets:Taxable:Sample  10 MSFT {500.00 USD, 2026-02-10}
  Assets:Taxable:Cash  2500.00 USD
  Equity:Opening
2026-06-15 * "sale"
  Assets:Taxable:Sample  -5 MSFT {116.00 USD, 2019-03-15}
  Equity:Opening
2026-11-20 price MSFT 480.00 USD
"""


def test_a_ledger_without_beancount_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "beancount", None)
    monkeypatch.setitem(sys.modules, "beancount.parser", None)
    with pytest.raises(FileProblem) as refused:
        read("file-1", LEDGER)
    assert "pip install beancount" in refused.value.fix


def test_a_ledger_reads_into_the_lots_it_books_and_runs_no_plugin() -> None:
    pytest.importorskip("beancount")
    found = read("file-1", LEDGER)
    assert [(lot.symbol, lot.shares, lot.basis_usd, lot.acquired, lot.price_usd) for lot in found.lots] == [
        ("MSFT", Decimal(35), Decimal(4060), date(2019, 3, 15), Decimal(480)),
        ("MSFT", Decimal(10), Decimal(5000), date(2026, 2, 10), Decimal(480)),
    ]
    assert [row.amount_usd for row in found.cash] == [Decimal(2500)]
    assert "plugins" in found.notes[0]
    assert found.accounted_count == found.rows_count == 3
