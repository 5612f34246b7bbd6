"""Several requests of one message made to agree: what the rest takes back, already contains or says anew."""

from __future__ import annotations

import re

from assistant.builtin.marked import Marked
from assistant.builtin.request import PLANS, Request, Slots

_ALONE = ("improper", "bereaved", "letter", "clients")
_NOT_ABOUT_THEM = {"alerts", "forecast", "backtest", "letter"}
_FIGURES = {"income", "horizon", "max_drawdown", "rate", "carryforward"}
_ASKED_FIRST = {"ask_value", "rebalance", "drift", "assumed", "ratio", "difference"}
"""What waits for a value that was left out: "our carryover is higher than that, fix it"."""
_SELLS = {"sale", "trim", "glide", "raise_cash"}
_ONLY_PLANS = {"also", "charity"}
_GIVE_WAY = {"part_of_plan", "not_now", "consent_question", "hello", "changed", "do_nothing"}
_ANY = re.compile(
    r"\b(?:any|each|every|no|single|one|others?|all) (?:\S+ ){0,2}(?:stocks?|names?|positions?|holdings?|compan\S+) "
    r"|\b(?:nothing|none|no one) (?:\S+ ){0,2}(?:over|above|more|bigger|larger|beyond) "
)
_AIMED_AT = re.compile(
    r"\b(?:goal|aim|target|to|under|below|max|maximum|cap|than|most|want|like|at) (?:\S+ ){0,2}?(@(?:pct|frac)\d+) "
)
_ACCOUNTS = ("account", "type")
_MONEY = {"raise_cash", "invest_cash"}


def consistent(requests: tuple[Request, ...], wishes: Slots, facts: Slots) -> tuple[Request, ...]:
    """Drop what the rest of the message takes back or already contains."""
    spared = wishes.get("exclude", [])
    if "style" in wishes and all(request.intent in ("tax", "harvest") for request in requests):
        return ()  # "all the way, whatever the tax", "with my losers alone": the plan says the tax and the losses
    names = {request.intent for request in requests}
    if (
        wishes.keys() & {"max_gain", "max_tax"}
        and names == {"tax"}
        and not any("gain" in each.slots for each in requests)
    ):
        return ()  # "what if I only want to realize 5k of gains?": a plan within it
    if wishes.keys() & _ONLY_PLANS and not names & PLANS:
        return ()  # "I give $10,000 each year: which lots?": a plan says which
    if names == {"harvest", "one_account"}:  # "harvest, but only in the joint account": the losses there
        where = next(each.slots for each in requests if each.intent == "one_account")
        there = {name: where[name] for name in _ACCOUNTS if name in where}
        requests = tuple(Request("harvest", {**each.slots, **there}) for each in requests if each.intent == "harvest")
    requests = tuple(_elsewhere(each) if spared and each.intent == "one_account" else each for each in requests)
    kept = [each for request in requests for each in _without_spared(request, spared)]
    if wishes or facts:  # "we live in Oregon now" cancels nothing
        kept = [each for each in kept if each.intent not in _GIVE_WAY]
    if wishes:  # "go ahead, but without Acme": a smaller plan, and the most it may cost is no money to raise
        limits = [value for value in wishes.values() if isinstance(value, str)]
        kept = [each for each in kept if each.intent not in _MONEY or each.slots.get("usd") not in limits]
    if "ask_value" in names and names <= _ASKED_FIRST:
        kept = [each for each in kept if each.intent == "ask_value"]
    elif "ask_value" in names:
        kept = [each for each in kept if each.intent != "ask_value"]
    kept = [_sale_for_cash(each) for each in kept]
    if any(each.intent == "trim" and "symbols" in each.slots and not _amount(each) for each in kept):
        kept = [Request("rebalance")] + [each for each in kept if each.intent not in ("trim", "rebalance", "sale")]
    if alone := [each for each in kept if each.intent in _ALONE]:
        beside = [each for each in kept if each.intent in _MONEY and alone[0].intent == "bereaved"]
        return (alone[0], *beside)  # what came from an estate may be invested after a kind word
    if "wash_past" in names:  # a sale of the past and what was bought after it are one question
        past = {each.slots.get("symbol") for each in kept if each.intent == "wash_past"}
        kept = [each for each in kept if each.intent != "wash" or each.slots.get("symbol") not in past]
        kept = [Request("wash", each.slots) if each.intent == "sale" and not _amount(each) else each for each in kept]
    if len(names) > 1 or wishes:  # "go ahead, but without the last one" approves nothing
        kept = [each for each in kept if each.intent != "do_it"]
    if any(each.intent == "one_account" for each in kept):
        kept = [each for each in kept if each.intent != "rebalance"]
    if names & {"raise_cash", "invest_cash"}:
        kept = [each for each in kept if each.intent not in ("rebalance", "stock_tip")]
    if names & {"why_lot", "why_kept"}:
        kept = [each for each in kept if each.intent not in ("sale", "trim", "rebalance")]
    if names & {"sale", "trim"}:
        kept = [each for each in kept if each.intent != "tax"]
    return tuple(kept)


def of_the_household(facts: Slots, requests: tuple[Request, ...]) -> Slots:
    """Leave out figures that a watch, a forecast or a test of the past speaks of: "tell me when it is down 10%"."""
    about = {each.intent for each in requests}
    if not about or not about <= _NOT_ABOUT_THEM:
        return facts
    return {name: value for name, value in facts.items() if name not in _FIGURES}


def _elsewhere(request: Request) -> Request:
    """Read "rebalance, but leave the Roth alone" as a plan for the other accounts."""
    return Request("rebalance", {name: value for name, value in request.slots.items() if name not in _ACCOUNTS})


def _without_spared(request: Request, spared: list[str]) -> list[Request]:
    """Drop the sale of what is to be left alone; "raise 40k, not from Acme" raises it elsewhere."""
    if request.intent not in _SELLS or request.slots.get("symbol") not in spared:
        return [request]
    if request.intent != "raise_cash" and "usd" not in request.slots:
        return []
    return [Request("raise_cash", {name: value for name, value in request.slots.items() if name != "symbol"})]


def _amount(request: Request) -> bool:
    return bool(request.slots.keys() & {"shares", "num", "usd", "pct", "frac", "vague"})


def _sale_for_cash(request: Request) -> Request:
    """Read money wanted out of one holding, or all of one, as its sale."""
    wanted = request.intent in ("raise_cash", "panic") and "symbol" in request.slots
    return Request("sale", request.slots) if wanted else request


def down_to(requests: tuple[Request, ...], wishes: Slots, marked: Marked) -> tuple[Request, ...]:
    """Read a limit on the one holding that is named as its way down: "Apple at 10 % of everything, tops"."""
    named = set(marked.of("sym", marked.whole)) - set(wishes.get("exclude", ()))
    names = {each.intent for each in requests}
    about_one = not names or names == {"rebalance"} or names & {"glide", "trim", "sale"}
    if "max_weight" not in wishes and (weight := _the_one_weight(requests, marked)):
        wishes["max_weight"] = weight  # "Apple is far too big. The goal: 15 %"
    if "max_weight" not in wishes or len(named) != 1 or not about_one or _of_any(wishes["max_weight"], marked):
        return requests
    weight = wishes.pop("max_weight")
    others = tuple(each for each in requests if each.intent not in ("glide", "trim", "sale", "rebalance"))
    dated = next((each.slots["date"] for each in requests if "date" in each.slots), None)
    slots = {"symbol": next(iter(named)), "pct": weight, **({"date": dated} if dated else {})}
    return (Request("glide", slots), *others)


def _the_one_weight(requests: tuple[Request, ...], marked: Marked) -> str | None:
    """Return the one share of a whole that a message names beside a wish to own less of a holding."""
    left = _AIMED_AT.findall(marked.words)
    trims = any(each.intent == "trim" and not _amount(each) for each in requests)
    return marked.values[left[0]] if trims and len(left) == 1 else None


def _of_any(weight: str, marked: Marked) -> bool:
    """Tell whether a weight is said of any holding: "no single stock above 10 %"."""
    marks = [mark for mark, value in marked.values.items() if value == weight]
    sentences = [part for part in marked.whole.split("~ ") if any(f"{mark} " in part for mark in marks)]
    return any(_ANY.search(part) for part in sentences or [marked.whole])


_LOOSE = {"usd", "num", "gain", "term", "least"}


def merged(found: list[Request]) -> list[Request]:
    """Join requests of one kind that tell of one thing: "sell all 40, what stays?" is one sale."""
    joined: list[Request] = []
    for request in found:
        same = next((at for at, each in enumerate(joined) if each.intent == request.intent), None)
        if same is None or _differ(joined[same].slots, request.slots):
            joined.append(request)
        else:
            joined[same] = Request(request.intent, {**request.slots, **joined[same].slots})
    return joined


def _differ(one: Slots, other: Slots) -> bool:
    if "unresolved" in other or ("symbol" in other and "symbol" not in one):
        return True
    return any(one[name] != other[name] for name in one.keys() & other.keys() - _LOOSE)
