"""One rule a request: the calls that answer it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from assistant.builtin.arguments import Rule, each_symbol, focus_symbol, shares_of, some, wished
from assistant.builtin.context import Call, Context
from assistant.builtin.focus import focus_of
from assistant.builtin.look_rules import (
    cash,
    cash_held,
    drift,
    harvest,
    holdings,
    sale,
    trim,
    turns_long,
    wash,
    wash_past,
)
from assistant.builtin.plan_rules import glide, instead, one_account, wait_long
from assistant.builtin.request import Slots, Understanding
from assistant.builtin.sums import calculated, calculation
from assistant.builtin.talk_rules import (
    again,
    concept,
    drop_trade,
    forget,
    forget_wish,
    promise,
    remembered,
)

_LAST_YEAR = re.compile(r"\blast year\b(?!'?s (?:return|loss|losses|carry))")


def plan_calls(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Measure, look for losses, plan."""
    return [
        Call("compute_drift"),
        Call("find_harvestable_losses"),
        Call("optimize_trades", wished(understood, context)),
    ]


def _why(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    focus = focus_of(context)
    if not context.session.plan_id and context.last("simulate_sale"):
        return []
    return [Call("explain_trade", some(slots, "symbol", "lot") or some(focus, "symbol", "lot"))]


def _about(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    plan = context.session.part("plan")
    if plan.get("plan_id") and not plan.get("approved"):
        return [Call("explain_trade", {"symbol": symbol}) for symbol in each_symbol(slots)]
    return holdings(slots, understood, context) if each_symbol(slots) else []


def _do_it(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    plan_id = context.session.plan_id
    return [Call("execute_trades", {"plan_id": plan_id})] if plan_id else []


def _tax(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    tried = some(slots, "short_term", "long_term", "qualified_dividends")
    if understood.hypothetical:
        tried |= understood.profile
    year = None if "carryforward" in understood.profile else _tax_year(slots, context)  # "left over from 2023"
    return [Call("estimate_tax", ({"year": year} if year else {}) | tried)]


def _tax_year(slots: Slots, context: Context) -> int | None:
    """Return the tax year that is named, if any; the day of a sale to come names it too."""
    today, year = context.session.as_of, str(slots.get("date", ""))[:4]
    if today is not None and year.isdigit() and int(year) > today.year:
        return int(year)
    said = context.turn.said.casefold()
    return _year(said, context) if today is not None and not slots.get("date") else None


def _report(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    said = context.turn.said.casefold()
    args: dict[str, Any] = {"year": year} if (year := _year(said, context)) else {}
    wanted = {"8949": "8949" in said, "schedule_d": "schedule d" in said}
    forms = [name for name, asked in wanted.items() if asked]
    args |= {"form": forms[0]} if len(forms) == 1 else {}
    args |= next(({"format": name} for name in ("csv", "xlsx", "json", "txf") if re.search(rf"\b{name}\b", said)), {})
    if re.search(r"\b(?:excel|spreadsheet)\b", said):
        args["format"] = "xlsx"
    return [Call("tax_report", args)]


def _year(said: str, context: Context) -> int | None:
    """Return the tax year named, or the one before this when last year is meant."""
    if found := re.search(r"\b20[0-9]{2}\b", said):
        return int(found[0])
    as_of = context.session.as_of
    return as_of.year - 1 if as_of is not None and _LAST_YEAR.search(said) and "this year" not in said else None


def _load(source: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        return [Call("load_portfolio", {"source": source} if source else {})]

    return rule


def _changed(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    as_of = context.session.as_of
    if "date" not in slots or as_of is None:
        return [Call("what_changed")]
    day = date.fromisoformat(str(slots["date"]))
    # "Since Friday" is about the last one.
    return [Call("what_changed", {"since": str(day if day <= as_of else day - timedelta(days=7))})]


def _file_answer(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("load_portfolio", {"answer": context.turn.said[:1_000]})]


def _feeling(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = some(slots, "symbol")
    return [Call("show_holdings", args), Call("find_harvestable_losses", args)]


def _double_down(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    symbols = each_symbol(slots) or focus_symbol(context)
    return [Call("check_wash_sale", {"symbol": symbol, "side": "buy", **shares_of(slots)}) for symbol in symbols]


def _explains(topic: str) -> Rule:
    """Explain the one term that a question is about."""
    return lambda slots, understood, context: concept({"topic": topic}, understood, context)


RULES: dict[str, Rule] = {
    "loss_limit": _explains("loss_limit"),
    "window_days": _explains("wash_sale_window"),
    "postponed": _explains("postponed_tax"),
    "undo": forget("last"),
    "undo_wish": forget_wish,
    "start_over": forget("all"),
    "list_wishes": remembered,
    "rebalance": plan_calls,
    "more_of_class": plan_calls,
    "holdings": holdings,
    "biggest": holdings,
    "cash_held": cash_held,
    "turns_long": turns_long,
    "drift": drift,
    "harvest": harvest,
    "wash": wash("sell"),
    "wash_buy": wash("buy"),
    "wash_past": wash_past,
    "replacements": instead,
    "sale": sale,
    "trim": trim,
    "glide": glide,
    "one_account": one_account,
    "wait_long": wait_long,
    "raise_cash": cash("amount"),
    "invest_cash": cash("cash"),
    "why_lot": _why,
    "why_kept": _why,
    "about": _about,
    "do_it": _do_it,
    "tax": _tax,
    "room": _tax,
    "report": _report,
    "load_sample": _load("sample"),
    "load_file": _load(""),
    "file_answer": _file_answer,
    "changed": _changed,
    "panic": _feeling,
    "break_even": _feeling,
    "chase": _feeling,
    "tax_tail": _feeling,
    "double_down": _double_down,
    "again": again,
    "promise": promise,
    "add_up": calculation("add_up"),
    "difference": calculation("difference"),
    "ratio": calculation("ratio"),
    "calculated": calculated,
    "drop_trade": drop_trade,
    "concept": concept,
}
