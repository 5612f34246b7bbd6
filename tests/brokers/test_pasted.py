"""A table in a message is read like a file; a message is never taken for a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tools.brokers.base import Reading
from tools.brokers.pasted import pasted_table
from tools.household.files import OpenFile, read_file
from tools.household.told import Told

TABS = "symbol\tquantity\tcost_per_share\tacquired\tprice\nZEB\t30\t80\t2024-03-05\t63.50\nYAK\t10\t90\t2026-01-09\t91"
COMMAS = TABS.replace("\t", ",")
BARS = "| " + TABS.replace("\t", " | ").replace("\n", " |\n| ") + " |"
RULED = BARS.replace("\n", "\n|---|---:|---|---|---|\n", 1)
SPACES = "\n".join("  ".join(f"{cell:<14}" for cell in line.split("\t")) for line in TABS.split("\n"))


@pytest.mark.parametrize("table", [TABS, COMMAS, BARS, RULED, SPACES], ids=["tabs", "commas", "bars", "rule", "spaces"])
@pytest.mark.parametrize("around", ["{}", "Here is what I hold:\n{}", "{}\n\nhow should I rebalance?", "```\n{}\n```"])
def test_a_table_is_found_however_it_is_drawn_and_whatever_stands_around_it(table: str, around: str) -> None:
    found = pasted_table(around.format(table))
    assert found is not None
    reading = read_file("file-1", found.content, Told())
    assert isinstance(reading, Reading)
    assert [(lot.symbol, lot.shares, lot.basis_usd) for lot in reading.lots] == [
        ("ZEB", Decimal(30), Decimal("2400.00")),
        ("YAK", Decimal(10), Decimal("900.00")),
    ]
    assert "ZEB" not in found.words
    assert ("rebalance" in found.words) == ("rebalance" in around)


def test_a_table_of_no_known_layout_is_found_too() -> None:
    found = pasted_table("Ticker  Units  Cost\nZEB     30     31.50\nYAK     10     90.00")
    assert found is not None
    assert isinstance(read_file("file-1", found.content, Told()), OpenFile)


@pytest.mark.parametrize(
    "text",
    [
        "how should I rebalance?",
        "Sell ZEB, YAK, and XEN,\nthen buy bonds, please, soon",
        "symbol, quantity and price:\nwhat should I sell, and when, and why?",
        "I have a few things to say:\n\n- one, two, three\n- four, five, six\n",
        "Targets:\nZEB 10%, YAK 20%\ncash 70%",
        "line one\nline two\nline three",
        "symbol,quantity\n",
        "Ticker  Units  Cost\nwhat  do  you  mean",
        "{}\n{}",
        "<b>hi</b>\n<i>there</i>",
        "",
        "\n\n",
    ],
)
def test_an_ordinary_message_is_no_table(text: str) -> None:
    assert pasted_table(text) is None
