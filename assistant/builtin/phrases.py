"""What answer templates may say about a result: references to its figures, plurals, gains and losses in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template

from assistant.builtin.context import Json
from assistant.builtin.figures import count, exact, fig, gain, has, is_one, sign, term
from assistant.number_words import MONTHS

FOLDER = Path(__file__).resolve().parents[2] / "prompts" / "answers"

__all__ = ["FOLDER", "Template", "environment", "helpers", "prices"]


@cache
def environment() -> Environment:
    """Return the template language: ``<< value >>``, ``<% code %>``, ``<# comment #>``; braces stay for references."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown, not HTML; names go through word().
    )
    made.filters["word"] = word
    return made


def helpers(as_of: date | None) -> dict[str, Callable[..., Any]]:
    """Return the functions that every template may call; ``on`` writes dates as seen from the session's date."""
    return {
        "fig": fig,
        "on": partial(_on, as_of),
        "tax_change": tax_change,
        "unsettled": unsettled,
        "has": has,
        "exact": exact,
        "stop_names": stop_names,
        "sign": sign,
        "count": count,
        "is_one": is_one,
        "gain": gain,
        "term": term,
        "listed": listed,
        "word": word,
        "cell": cell,
        "name_of": name_of,
        "lot_of": lot_of,
        "owed": owed,
        "joined": joined,
        "main_account": main_account,
    }


def stop_names(rows: Iterable[Json]) -> list[str]:
    """Name everything that must not be bought, once each."""
    return list(dict.fromkeys(str(name) for row in rows for name in row.get("names") or row.get("symbols") or ()))


def unsettled(rows: Iterable[Json]) -> list[str]:
    """Name the funds for which the law does not say whether buying them undoes the loss, once each."""
    return list(dict.fromkeys(str(name) for row in rows for name in row.get("caution_names") or ()))


def listed(items: Iterable[object], joint: str = "and") -> str:
    """Join words as a person does: a, b and c."""
    words = [word(item) for item in items]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def word(text: object) -> str:
    """Make foreign text harmless in Markdown and unable to pose as a reference."""
    flat = " ".join(str(text).split()).translate({ord("{"): "(", ord("}"): ")"})
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", flat)


def cell(text: str) -> str:
    """Keep a tool's sentence inside one table cell; the bars of references stay."""
    return re.sub(r"(\{\{[^{}]*\}\})|[|\n]", lambda found: found[1] or "/", text)


def name_of(row: Json) -> str:
    """Name a holding: its name, else its symbol."""
    name = str(row.get("name") or "")
    if re.search(r"[$%]|\d{1,3},\d{3}", name):  # a name that poses as a figure
        name = ""
    return word(name or row.get("symbol") or row.get("sleeve") or "it")


def lot_of(row: Json) -> str:
    """Name a lot as a person knows it: by its day of purchase."""
    return f"the lot from {fig(row, 'acquired_date')}" if has(row, "acquired_date") else "the lot of unknown date"


def owed(row: Json) -> str:
    """Say what a sale adds to the tax or takes off it."""
    way = {"zero": "no more tax", "minus": f"{fig(row, 'tax_usd', 'abs')} less"}
    return way.get(sign(row, "tax_usd"), f"{fig(row, 'tax_usd', 'abs')} more")


def joined(parts: list[str]) -> str:
    """Join phrases that are written already."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def main_account(rows: Iterable[Json]) -> str:
    """Return the account that most rows are in; the others are named where they occur."""
    accounts = [str(row.get("account") or "") for row in rows]
    return max(accounts, key=accounts.count, default="")


def prices(dates: list[date], as_of: date | None) -> str:
    """Say from when the prices are: "of November 20", or that the files do not say."""
    if not dates:
        return "as in your files, which give no date for them"
    return f"of {_day(dates[0], as_of)}" + (f" to {_day(dates[-1], as_of)}" if len(dates) > 1 else "")


def _day(when: date, as_of: date | None) -> str:
    """Write a date, with its year only when it is another one than the session's."""
    year = "" if as_of and when.year == as_of.year else f", {when.year}"
    return f"{MONTHS[when.month - 1].capitalize()} {when.day}{year}"


def _on(as_of: date | None, row: Json, key: str) -> str:
    same = as_of is not None and str(row.get(key)).startswith(f"{as_of.year}-")
    return fig(row, key, "day" if same else "")


def tax_change(row: Json, key: str) -> str:
    """Say what a sale does to the tax: it adds, saves, or may do either."""
    amount = fig(row, key) if sign(row, key) == "mixed" else fig(row, key, "abs")
    ways = {"plus": f"adds {amount}", "minus": f"saves {amount}", "mixed": f"changes the tax by {amount}"}
    return ways.get(sign(row, key), "adds nothing" if sign(row, key) == "zero" else "not known")
