"""Figures as tables and charts: Markdown and plotly, for whichever face shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.events import ApprovalCard, Chart, Series
from tools.facts import Fact, Unit, plain

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Readable on the light and on the dark page (at least 3:1 against both); told apart by lightness too.
SERIES_COLORS = ("#9aa5ad", "#1f9488", "#c98a2b", "#7c83c9")
INK = "#7d878f"
_UNITS = {
    Unit.USD: "dollars",
    Unit.PRICE: "dollars a share",
    Unit.SHARES: "shares",
    Unit.FRAC: "percent",
    Unit.DATE: "date",
    Unit.DAYS: "days",
    Unit.COUNT: "count",
}
GRID = "rgba(125, 135, 143, 0.25)"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Write a Markdown table; columns in ``right`` are aligned to the right."""
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def chart_table(chart: Chart) -> str:
    """Write the table behind a chart."""
    columns = [(series, chart.unit) for series in chart.series]
    if chart.across:
        columns.append((chart.across, "frac"))
    head = ("", *(series.name for series, _ in columns))
    rows = [
        (category, *(_amount(series.values[index], unit) for series, unit in columns))
        for index, category in enumerate(chart.categories)
    ]
    return markdown_table(head, rows, right=frozenset(range(1, len(head))))


def card_table(card: ApprovalCard) -> str:
    """Write exactly the trades of the card."""
    head = ("", "What", "Shares", "Amount", "Gain or loss", "Account")
    rows = [
        (line.side.capitalize(), line.what, line.shares, line.amount, line.gain, line.account) for line in card.lines
    ]
    return markdown_table(head, rows, right=frozenset({2, 3, 4}))


def facts_table(facts: Sequence[Fact]) -> str:
    """Write each figure of an answer with where it came from."""
    head = ("Figure", "Value", "Unit", "About", "From", "Lots", "Prices of", "Id")
    rows = [
        (
            fact.label,
            fact_value(fact),
            _UNITS[fact.unit],
            fact.entity or "",
            fact.source,
            "; ".join(fact.lots),
            str(fact.as_of or ""),
            fact.id,
        )
        for fact in facts
    ]
    return markdown_table(head, rows, right=frozenset({1}))


def fact_value(fact: Fact) -> str:
    """Write a fact's value exactly, with its unit."""
    if not isinstance(fact.value, Decimal | int):
        return plain(fact.value)
    sign, size = ("−" if fact.value < 0 else ""), abs(Decimal(fact.value))
    match fact.unit:
        case Unit.USD | Unit.PRICE:
            return f"{sign}${size:,.2f}"
        case Unit.FRAC:
            return f"{sign}{_trimmed(size * 100)}%"
        case Unit.SHARES:
            return f"{sign}{_trimmed(size)} shares"
        case Unit.DAYS:
            return f"{sign}{size:,} days"
        case _:
            return f"{sign}{size:,}"


def figure_of(chart: Chart) -> Figure:
    """Draw the chart: a line where it is over something, else bars."""
    return line_figure(chart, chart.across) if chart.across else bar_figure(chart)


def line_figure(chart: Chart, across: Series) -> Figure:
    """Draw the first series over ``across``, each point marked; its facts' ids travel along as ``customdata``."""
    from plotly.graph_objects import Figure, Scatter

    series = chart.series[0]
    line = Scatter(
        name=series.name,
        x=list(across.values),
        y=list(series.values),
        mode="lines+markers",
        customdata=list(zip(series.fact_ids, across.fact_ids, strict=True)),
        marker={"color": SERIES_COLORS[1]},
        hovertemplate=f"{across.name}: %{{x:.1%}}<br>{series.name}: $%{{y:,.0f}}<extra></extra>",
    )
    figure = Figure([line])
    figure.update_layout(**_layout(chart.unit == "frac"))
    figure.update_xaxes(tickformat=".0%", title=across.name)
    figure.update_yaxes(title=series.name)
    return figure


def bar_figure(chart: Chart) -> Figure:
    """Draw the chart as grouped bars; ids of the facts behind each bar travel along as ``customdata``."""
    from plotly.graph_objects import Bar, Figure

    percent = chart.unit == "frac"
    hover = "%{x}<br>%{fullData.name}: " + ("%{y:.1%}" if percent else "$%{y:,.0f}") + "<extra></extra>"
    bars = [
        Bar(
            name=series.name,
            x=list(chart.categories),
            y=list(series.values),
            customdata=list(series.fact_ids),
            marker={"color": SERIES_COLORS[index % len(SERIES_COLORS)]},
            hovertemplate=hover,
        )
        for index, series in enumerate(chart.series)
    ]
    figure = Figure(bars)
    figure.update_layout(**_layout(percent))
    return figure


def _layout(percent: bool) -> dict[str, object]:
    return {
        "barmode": "group",
        "bargap": 0.28,
        "bargroupgap": 0.06,
        "height": 340,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif", "size": 13, "color": INK},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"automargin": True, "fixedrange": True},
        "yaxis": {
            "automargin": True,
            "fixedrange": True,
            "gridcolor": GRID,
            "zerolinecolor": INK,
            "tickformat": ".0%" if percent else "$,.0f",
        },
    }


def _trimmed(number: Decimal) -> str:
    """Group thousands and drop zeros that say nothing."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(value: float, unit: str) -> str:
    sign, size = ("−" if value < 0 else ""), abs(value)
    return f"{sign}{size:.1%}" if unit == "frac" else f"{sign}${size:,.0f}"


def _cell(text: str) -> str:
    """Keep a cell in its row: bars and line breaks would end it."""
    return text.replace("|", "\\|").replace("\n", " ")
