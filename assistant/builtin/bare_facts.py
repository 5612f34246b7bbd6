"""Facts that stand alone or beside others: "35 % joint, Ohio", "single, Texas, 92k, tax on a gain of 20k"."""

from __future__ import annotations

from decimal import Decimal

from assistant.builtin.claims import BRACKETS
from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots

_LEAST_INCOME = 10_000


def bare_facts(marked: Marked) -> Slots:
    """Read facts that stand alone, as in "35 % joint, Ohio" or "single, 24 %, 95k", once two of them are there."""
    said = {"filing_status": marked.of("status"), "state": marked.of("state"), "income": marked.of("usd")}
    said["rate"] = [value for value in marked.of("pct") if value in BRACKETS]
    if marked.of("sym") or any(len(set(values)) > 1 for values in said.values()):
        return {}
    found = {name: values[0] for name, values in said.items() if values}
    stated = marked.values.keys() and any(name.startswith(("@status", "@state")) for name in marked.values)
    kinds = {name.rstrip("0123456789") for name in marked.values} & {"@status", "@state", "@usd", "@pct"}
    return found if stated and len(kinds) > 1 else {}


def beside_status(requests: tuple[Request, ...], marked: Marked, elsewhere: str | None) -> Slots:
    """Return the income and state told beside a filing status: "joint, 120k, Ohio, tax on a gain of 5k"."""
    used = {str(value).lstrip("-") for each in requests for name, value in each.slots.items() if name in _GAINS}
    incomes = [usd for usd in marked.of("usd", marked.whole) if usd not in used and Decimal(usd) >= _LEAST_INCOME]
    states = set(marked.of("state", marked.whole))
    found = {"income": incomes[0]} if len(set(incomes)) == 1 else {}
    return found | ({"state": states.pop()} if len(states) == 1 and not elsewhere else {})


_GAINS = ("gain", "long_term", "short_term", "qualified_dividends")
