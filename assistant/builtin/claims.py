"""What the amounts of a message are, where no wording says so: facts, limits on a plan, or values of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.builtin.marked import Marked
from assistant.builtin.request import Request, Slots
from assistant.builtin.roles import role

_SURE = 0.75
_SURE_ALONE = 0.95
_FACTS = ("income", "carryforward", "deductions", "interest")
_LIMITS = ("max_gain", "max_tax", "min_trade", "cash_target", "charity")
_PLANS = ("rebalance", "invest_cash", "raise_cash")


@dataclass(frozen=True)
class Claims:
    """Amounts by what they are: facts about the person, wishes for a plan, and values of what is asked.

    ``alone`` holds those so clear that they make a request of their own.
    """

    facts: Slots = field(default_factory=dict)
    limits: Slots = field(default_factory=dict)
    values: Slots = field(default_factory=dict)
    alone: Slots = field(default_factory=dict)


def claims(before: str, marked: Marked) -> Claims:
    """Place each amount that no wording has taken; ``before`` are the words before any was taken."""
    found: dict[str, str] = {}
    alone: dict[str, str] = {}
    for mark in re.findall(r"@usd\d+", marked.words):
        sentence = next((part for part in before.split("~ ") if f"{mark} " in part), before)
        ranked = role(mark, sentence, marked)
        if ranked.sure >= _SURE:
            found.setdefault(ranked.best, marked.values[mark])
        if ranked.sure >= _SURE_ALONE:
            alone.setdefault(ranked.best, marked.values[mark])
    facts = {name: alone[name] for name in _FACTS if name in alone}  # what is remembered must be clear
    limits = {name: found[name] for name in _LIMITS if name in found}
    return Claims(facts, limits, {name: found[name] for name in found.keys() - {*_FACTS, *_LIMITS}}, alone)


def with_values(request: Request, values: Slots) -> Request:
    """Return a request with the amounts that are values of it, under the names that rules know."""
    slots = dict(request.slots)
    if request.intent == "harvest":
        slots |= {"gain": values["cover"]} if "cover" in values else {}
        slots |= {"least": True, "usd": values["min_loss"]} if "min_loss" in values else {}
    if request.intent == "tax":
        term = slots.pop("term", "long_term")
        slots |= {term: values["gain"]} if "gain" in values else {}
        slots |= {term: f"-{values['loss']}"} if "loss" in values else {}
        slots |= {"qualified_dividends": values["dividends"]} if "dividends" in values else {}
    if request.intent in ("sale", "trim"):
        slots |= {"net": True, "usd": values["sale_net"]} if "sale_net" in values else {}
        if "price" in values and slots.get("usd") == values["price"]:
            slots["price"] = slots.pop("usd")
    return Request(request.intent, slots)


def plan_values(values: Slots) -> Slots:
    """Return new money and money to raise, under the names that the planning tool knows."""
    return {name: values[name] for name in ("cash", "amount") if name in values}


def implied(values: Slots) -> Request | None:
    """Return the request that an amount alone makes, where nothing else was understood."""
    named = {"cash": "invest_cash", "amount": "raise_cash", "cover": "harvest", "gain": "tax", "loss": "tax"}
    return next((Request(intent, {"usd": values[name]}) for name, intent in named.items() if name in values), None)
