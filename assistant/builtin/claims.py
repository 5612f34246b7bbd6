"""What the values of a message are, where no wording says so: facts, limits on a plan, or values of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.builtin.linear import Ranked
from assistant.builtin.marked import Marked
from assistant.builtin.numbers import plain
from assistant.builtin.request import Request, Slots
from assistant.builtin.roles import role

BRACKETS = ("0.1", "0.12", "0.22", "0.24", "0.32", "0.35", "0.37")
_SURE = 0.75
_SURE_PART = 0.85
_SURE_ALONE = 0.95
_SURE_BESIDE = 0.4
_LIKELIER = 2
_LEAST_MONEY = 100
_FACTS = ("income", "carryforward", "deductions", "interest", "rate", "horizon")
_LIMITS = (
    *("max_gain", "max_tax", "min_trade", "cash_target", "charity"),
    *("max_weight", "max_turnover", "tracking_error", "max_trades"),
)
_CLAUSES = re.compile(r"(?<= )(?:so|and|but|because|while|then|plus|with|that|which) ")
_FEW = 4  # words
_OF_PLANS = (*_LIMITS, "cash", "amount")
_SHARES = ("max_weight", "max_turnover", "tracking_error", "threshold", "min_loss_pct", "rate")
_WHOLE = ("horizon", "max_trades")
_PLANS = ("rebalance", "invest_cash", "raise_cash")


@dataclass(frozen=True)
class Claims:
    """Values by what they are: facts about the person, wishes for a plan, and values of what is asked.

    ``alone`` holds those so clear that they make a request of their own.
    """

    facts: Slots = field(default_factory=dict)
    limits: Slots = field(default_factory=dict)
    values: Slots = field(default_factory=dict)
    alone: Slots = field(default_factory=dict)


def claims(before: str, marked: Marked) -> Claims:
    """Place each value that no wording has taken; ``before`` are the words before any was taken."""
    found: dict[str, str] = {}
    alone: dict[str, str] = {}
    for mark in re.findall(r"@(?:usd|pct|frac|num)\d+", marked.words):
        sentence = next((part for part in before.split("~ ") if f"{mark} " in part), before)
        ranked = _role(mark, sentence, marked)
        clause = _clause(mark, sentence)
        if (
            ranked.sure < _SURE
            and clause != sentence
            and (alone_told := _role(mark, clause, marked)).sure >= _SURE_ALONE
        ):
            ranked = alone_told
        value = _valued(ranked.best, marked.values[mark])
        if not _may_be(ranked.best, value):
            continue
        if ranked.best == "other" and not mark.startswith(("@pct", "@frac")):
            continue
        if ranked.sure >= (_SURE if mark.startswith("@usd") else _SURE_PART):
            found.setdefault(ranked.best, value)
        if ranked.sure >= _SURE_ALONE:
            alone.setdefault(ranked.best, value)
    facts = {name: alone[name] for name in _FACTS if name in alone}  # what is remembered must be clear
    limits = {name: found[name] for name in _LIMITS if name in found}
    return Claims(facts, limits, {name: found[name] for name in found.keys() - {*_FACTS, *_LIMITS}}, alone)


def limits_of_a_plan(before: str, marked: Marked) -> Slots:
    """Place the values that stand beside a request for a plan and that nothing has taken: mostly its limits."""
    found: Slots = {}
    for mark in re.findall(r"@(?:usd|pct|frac|num)\d+", marked.words):
        sentence = next((part for part in before.split("~ ") if f"{mark} " in part), before)
        sentence = _clause(mark, sentence)
        ranked = role(mark, sentence, marked)
        money = mark.startswith("@num") and Decimal(marked.values[mark]) >= _LEAST_MONEY
        if money and ranked.of("money") >= _LIKELIER * ranked.of(*_SHARES, *_WHOLE):
            ranked = role(mark, sentence, marked, "usd")
        likely = [(label, sure) for label, sure in ranked.labels if label in _OF_PLANS]
        (name, sure), rest = likely[0], sum(each for _, each in likely[1:])
        value = _valued(name, marked.values[mark])
        if sure >= _SURE_BESIDE and sure >= _LIKELIER * rest and _may_be(name, value):
            found.setdefault(name, value)
    return {name: found[name] for name in _LIMITS if name in found}


def _role(mark: str, words: str, marked: Marked) -> Ranked:
    ranked = role(mark, words, marked)
    return role(mark, words, marked, "usd") if ranked.best == "money" and ranked.sure >= _SURE else ranked


def _clause(mark: str, sentence: str) -> str:
    """Return the clause that a value stands in, else the sentence: the story around it tells nothing of it."""
    clause = next(part for part in _CLAUSES.split(sentence) if f"{mark} " in part)
    return clause if len(clause.split()) >= _FEW else sentence


def _valued(role_name: str, value: str) -> str:
    """Read "3 points" and "10 of everything" as shares of a whole."""
    return plain(Decimal(value) / 100) if role_name in _SHARES and Decimal(value) > 1 else value


def _may_be(role_name: str, value: str) -> bool:
    """Tell whether a number can be what its place says: orders and years are whole, and rates those of the law."""
    if role_name == "rate":
        return value in BRACKETS
    return role_name not in _WHOLE or (value.isdecimal() and int(value) > 0)


def with_values(request: Request, values: Slots) -> Request:
    """Return a request with the amounts that are values of it, under the names that rules know."""
    slots = dict(request.slots)
    if request.intent == "harvest":
        slots |= {"gain": values["cover"]} if "cover" in values else {}
        slots |= {"least": True, "usd": values["min_loss"]} if "min_loss" in values else {}
        slots |= {"least": True, "pct": values["min_loss_pct"]} if "min_loss_pct" in values else {}
    if request.intent == "drift" and "threshold" in values:
        slots["pct"] = values["threshold"]
    if request.intent == "tax":
        term = slots.pop("term", "long_term")
        known = {slots.get("short_term"), slots.get("long_term")}
        slots |= {term: values["gain"]} if values.get("gain") not in {None, *known} else {}
        slots |= {term: f"-{values['loss']}"} if "loss" in values else {}
        slots |= {"qualified_dividends": values["dividends"]} if "dividends" in values else {}
    if request.intent in ("sale", "trim"):
        slots |= {"net": True, "usd": values["sale_net"]} if "sale_net" in values else {}
        if "price" in values and slots.get("usd") == values["price"]:
            slots["price"] = slots.pop("usd")
    return Request(request.intent, slots)


def without_limits(request: Request, limits: Slots) -> Request:
    """Return a request without the amount that limits it: "a tax of 4,000 at most, how many shares go?"."""
    if request.intent not in ("sale", "trim", "tax"):
        return request
    limiting = [value for value in limits.values() if isinstance(value, str)]
    slots = {name: each for name, each in request.slots.items() if name not in ("usd", "num") or each not in limiting}
    return Request(request.intent, slots)


def without_observed(requests: tuple[Request, ...], facts: Slots, values: Slots) -> tuple[Request, ...]:
    """Return requests without a share that only says how things are: "sell some of it, it is 20 % of us"."""
    observed = {facts.get("rate"), values.get("other")} - {None}
    plans = {each.intent for each in requests} & {*_PLANS}
    kept: list[Request] = []
    for each in requests:
        if each.intent in ("glide", "sale", "trim") and observed & {each.slots.get("pct"), each.slots.get("frac")}:
            slots = {name: value for name, value in each.slots.items() if name not in ("pct", "frac")}
            kept += [] if plans else [Request("trim", slots)]  # how much was not said
        else:
            kept.append(each)
    return tuple(kept)


def plan_values(values: Slots) -> Slots:
    """Return new money and money to raise, under the names that the planning tool knows."""
    return {name: values[name] for name in ("cash", "amount") if name in values}


def moves_of_money(values: Slots) -> tuple[Request, ...]:
    """Return the plan that new money or money needed makes beside a limit: "9,400 to put in, nothing sold"."""
    named = {"cash": "invest_cash", "amount": "raise_cash"}
    return tuple(Request(intent, {"usd": values[name]}) for name, intent in named.items() if name in values)[:1]


def implied(values: Slots) -> Request | None:
    """Return the request that an amount alone makes, where nothing else was understood."""
    named = {"cash": "invest_cash", "amount": "raise_cash", "cover": "harvest", "gain": "tax", "loss": "tax"}
    return next((Request(intent, {"usd": values[name]}) for name, intent in named.items() if name in values), None)
