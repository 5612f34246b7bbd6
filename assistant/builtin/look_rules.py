"""Rules for questions about holdings, losses, wash sales, sales and money to raise or invest."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from assistant.builtin.arguments import (
    Rule,
    each_symbol,
    focus_symbol,
    portion,
    sale_args,
    shares_of,
    some,
    vague,
    wished,
)
from assistant.builtin.context import Call, Context
from assistant.builtin.request import Slots, Understanding
from assistant.builtin.slots import account_of_type

_AFTER_A_SALE = re.compile(r"\b(?:if|after|once|when) (?:i|we) (?:sell|dump|unload)\b|\bafter selling\b")


def holdings(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Show what is held: a holding, an account, a class, or everything."""
    args = some(slots, "symbol", "account", "lot")
    if "symbol" in slots and "all" in slots:
        return [Call("show_holdings", {"symbol": symbol}) for symbol in each_symbol(slots)]
    if not args and "asset_class" in slots:
        args = some(slots, "asset_class")
    if "account" not in args and "type" in slots:
        of_type = [str(row["id"]) for row in context.session.accounts if row.get("type") == slots["type"]]
        return [Call("show_holdings", {**args, "account": name}) for name in of_type] or [Call("show_holdings", args)]
    return [Call("show_holdings", {**args, "symbol": symbol}) for symbol in each_symbol(slots)] or [
        Call("show_holdings", args)
    ]


def cash_held(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Show everything, cash with it."""
    return [Call("show_holdings")]


def turns_long(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Show the lots, which say when each turns long-term."""
    symbols = each_symbol(slots)
    if symbols:
        return [Call("show_holdings", {"symbol": symbol}) for symbol in symbols]
    taxed = [str(row["id"]) for row in context.session.accounts if row.get("type") in ("taxable", "unknown", None)]
    return [Call("show_holdings", {"account": account}) for account in taxed]


def drift(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Measure the distance from target."""
    args: dict[str, object] = {"threshold": slots["pct"]} if "pct" in slots else some(slots, "targets")
    relative = re.search(r"\b(?:relative|of (?:the|its|each|their) targets?)\b", context.turn.said.casefold())
    return [Call("compute_drift", args | ({"mode": "relative"} if relative else {}))]


def harvest(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Find losses, at least so large, or to cover a gain."""
    args = some(slots, "symbol", "account", "gain")
    kind = str(slots.get("type", ""))
    if kind == "taxable" and "account" not in args and (account := account_of_type(slots, context)):
        args["account"] = account
    if slots.get("least"):
        least = slots.get("usd") or slots.get("gain") or slots.get("num")
        if least == slots.get("gain"):
            args.pop("gain", None)
        args |= {"min_loss": least} if least else {}
        args |= {"min_loss_pct": slots["pct"]} if "pct" in slots else {}
    found = [Call("find_harvestable_losses", args)]
    # A loss inside a retirement account does not count: the term says so, the list shows those that do.
    return [Call("explain_concept", {"topic": kind}), *found] if kind in ("traditional_ira", "roth_ira") else found


def wash(side: str) -> Rule:
    """Check a sale or a purchase to come."""

    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        symbols = each_symbol(slots) or ([] if "unresolved" in slots else focus_symbol(context))
        if not symbols:
            return [] if "unresolved" in slots or side == "buy" else [Call("find_harvestable_losses")]
        if side == "sell" and any(row.get("type") == "unknown" for row in context.session.accounts):
            # This tool asks for the account's type, with buttons, and is called again once it is told.
            return [Call("find_harvestable_losses", {"symbol": symbol}) for symbol in symbols]
        args = _to_come(slots, context) | shares_of(slots)
        way = "sell" if _AFTER_A_SALE.search(context.turn.said.casefold()) else side
        return [Call("check_wash_sale", {"symbol": symbol, "side": way, **args}) for symbol in symbols]

    return rule


def _to_come(slots: Slots, context: Context) -> dict[str, Any]:
    """Return the day of a trade to come; a day that has passed is that of an earlier purchase."""
    as_of = context.session.as_of
    return some(slots, "date") if as_of is None or str(slots.get("date", "")) >= as_of.isoformat() else {}


def wash_past(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Review sales already made."""
    as_of = context.session.as_of
    before = {"date": slots["date"]} if "date" in slots else {"date": str(as_of - timedelta(days=1))} if as_of else {}
    return [Call("check_wash_sale", {"symbol": symbol, **before}) for symbol in each_symbol(slots)] or [
        Call("check_wash_sale")
    ]


def sale(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Try a sale, once it is clear of what and how much."""
    if "unresolved" in slots or not ("symbol" in slots or "lot" in slots) or portion(slots) or vague(slots):
        return []
    ways = [{**slots, "lot_method": method} for method in slots.get("lot_methods", ())] or [slots]
    return [
        Call("simulate_sale", sale_args(way, symbol, understood))
        for symbol in each_symbol(slots) or [""]
        for way in ways
    ]


def trim(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Try a sale of some of a holding, once it is clear how much."""
    exact = slots.keys() & {"shares", "num", "usd"} or "max_tax" in understood.wishes
    return sale(slots, understood, context) if exact else []


def cash(name: str) -> Rule:
    """Plan for money to raise or to invest."""

    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        amount = slots.get("usd") or slots.get("num")
        when = some(slots, "date") if name == "amount" else {}
        args = {name: amount, **when, **wished(understood, context)}
        if name == "amount" and slots.get("net"):  # "I need $60,000 after tax"
            args["also"] = [*dict.fromkeys([*args.get("also", ()), "tax_set_aside"])]
        return [Call("optimize_trades", args)] if amount else []

    return rule
