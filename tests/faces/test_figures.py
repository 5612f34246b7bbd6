"""Tables and charts of the figures in an answer."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest

from assistant.events import Chart, Series
from assistant.faces.figures import bar_figure, chart_table, fact_value, facts_table, figure_of, markdown_table
from assistant.next_steps import chart_of
from tools.facts import Fact, Unit, Value

WEIGHTS = Chart(
    "Weights", ("Alpha", "Cash"), (Series("Now", (0.414, 0.08), ("h.a", "h.c")), Series("Target", (0.3, 0.1))), "frac"
)


def fact(value: Value, unit: Unit) -> Fact:
    return Fact("plan1.x", "X", value, unit, "AAA", date(2026, 11, 20), "optimize_trades()")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Decimal("1688.40"), Unit.USD, "$1,688.40"),
        (Decimal("-3100.00"), Unit.USD, "−$3,100.00"),
        (Decimal("0.2345"), Unit.FRAC, "23.45%"),
        (Decimal("0.24"), Unit.FRAC, "24%"),
        (Decimal("12.500"), Unit.SHARES, "12.5 shares"),
        (Decimal("1200"), Unit.SHARES, "1,200 shares"),
        (date(2026, 12, 21), Unit.DATE, "2026-12-21"),
        (41, Unit.DAYS, "41 days"),
        (7, Unit.COUNT, "7"),
    ],
)
def test_a_fact_is_written_exactly_with_its_unit(value: Value, unit: Unit, shown: str) -> None:
    assert fact_value(fact(value, unit)) == shown


def test_the_table_of_facts_says_where_each_came_from() -> None:
    table = facts_table([fact(Decimal("5.00"), Unit.USD)])
    for part in ("$5.00", "AAA", "optimize_trades()", "2026-11-20", "plan1.x"):
        assert part in table


def test_a_bar_or_a_line_break_in_a_name_stays_in_its_cell() -> None:
    assert markdown_table(("a",), [("x|y\nz",)]).splitlines()[-1] == "| x\\|y z |"


def test_the_chart_plots_the_values_and_carries_their_facts() -> None:
    now, target = bar_figure(WEIGHTS).data
    assert (now.name, list(now.x), list(now.y)) == ("Now", ["Alpha", "Cash"], [0.414, 0.08])
    assert list(now.customdata) == ["h.a", "h.c"]
    assert list(target.y) == [0.3, 0.1]


def test_the_table_behind_the_chart_has_every_bar() -> None:
    assert chart_table(WEIGHTS).splitlines()[2:] == ["| Alpha | 41.4% | 30.0% |", "| Cash | 8.0% | 10.0% |"]


CURVE = Chart(
    "Tax against distance",
    ("1", "2"),
    (Series("Tax", (-4_548.0, 900.0), ("c.1.tax", "c.2.tax")),),
    "usd",
    across=Series("Distance", (0.138, 0.041), ("c.1.drift", "c.2.drift")),
)


def test_a_chart_over_something_is_a_line_whose_points_carry_both_facts() -> None:
    [line] = figure_of(CURVE).data
    assert (line.type, list(line.x), list(line.y)) == ("scatter", [0.138, 0.041], [-4_548.0, 900.0])
    assert [tuple(ids) for ids in line.customdata] == [("c.1.tax", "c.1.drift"), ("c.2.tax", "c.2.drift")]
    assert figure_of(WEIGHTS).data[0].type == "bar"


def test_the_table_behind_a_curve_has_both_columns() -> None:
    assert chart_table(CURVE).splitlines()[2:] == ["| 1 | −$4,548 | 13.8% |", "| 2 | $900 | 4.1% |"]


def test_a_curve_survives_its_plain_form() -> None:
    assert chart_of(json.loads(json.dumps(asdict(CURVE)))) == CURVE
