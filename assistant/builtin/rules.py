"""One rule a request: the calls that answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from assistant.builtin.arguments import (
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
from assistant.builtin.followups import repeated
from assistant.builtin.request import Slots, Understanding
from assistant.builtin.slots import focus_of
from assistant.builtin.topics import audience_of

Rule = Callable[[Slots, Understanding, Context], Sequence[Call]]

WAIT_DAYS = 60


def plan_calls(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Measure, look for losses, plan."""
    return [
        Call("compute_drift"),
        Call("find_harvestable_losses"),
        Call("optimize_trades", wished(understood, context)),
    ]


def _holdings(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
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


def _cash_held(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("show_holdings")]


def _turns_long(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    symbols = each_symbol(slots)
    if symbols:
        return [Call("show_holdings", {"symbol": symbol}) for symbol in symbols]
    taxed = [str(row["id"]) for row in context.session.accounts if row.get("type") in ("taxable", "unknown", None)]
    return [Call("show_holdings", {"account": account}) for account in taxed]


def _drift(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("compute_drift")]


def _harvest(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = some(slots, "symbol", "account", "gain")
    if slots.get("least"):
        args.pop("gain", None)
        args |= {"min_loss": slots["usd"]} if "usd" in slots else {}
        args |= {"min_loss_pct": slots["pct"]} if "pct" in slots else {}
    return [Call("find_harvestable_losses", args)]


def _wash(side: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        symbols = each_symbol(slots) or ([] if "unresolved" in slots else focus_symbol(context))
        if not symbols:
            return [] if "unresolved" in slots else [Call("find_harvestable_losses")]
        if side == "sell" and any(row.get("type") == "unknown" for row in context.session.accounts):
            # This tool asks for the account's type, with buttons, and is called again once it is told.
            return [Call("find_harvestable_losses", {"symbol": symbol}) for symbol in symbols]
        args = _to_come(slots, context) | shares_of(slots)
        return [Call("check_wash_sale", {"symbol": symbol, "side": side, **args}) for symbol in symbols]

    return rule


def _to_come(slots: Slots, context: Context) -> dict[str, Any]:
    """Return the day of a trade to come; a day that has passed is that of an earlier purchase."""
    as_of = context.session.as_of
    return some(slots, "date") if as_of is None or str(slots.get("date", "")) >= as_of.isoformat() else {}


def _wash_past(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    as_of = context.session.as_of
    before = {"date": slots["date"]} if "date" in slots else {"date": str(as_of - timedelta(days=1))} if as_of else {}
    return [Call("check_wash_sale", {"symbol": symbol, **before}) for symbol in each_symbol(slots)] or [
        Call("check_wash_sale")
    ]


def _instead(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    count = {"count": int(slots["num"])} if str(slots.get("num", "")).isdecimal() else {}
    symbols = each_symbol(slots) or focus_symbol(context)
    return [Call("suggest_replacements", {"symbol": symbol, **count}) for symbol in symbols[:1]] or [
        Call("suggest_replacements", count)
    ]


def _sale(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    if "unresolved" in slots or not ("symbol" in slots or "lot" in slots) or portion(slots) or vague(slots):
        return []
    return [Call("simulate_sale", sale_args(slots, symbol, understood)) for symbol in each_symbol(slots) or [""]]


def _trim(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    exact = "shares" in slots or "num" in slots or "usd" in slots
    return _sale(slots, understood, context) if exact else []


def _cash(name: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        amount = slots.get("usd") or slots.get("num")
        when = some(slots, "date") if name == "amount" else {}
        return [Call("optimize_trades", {name: amount, **when, **wished(understood, context)})] if amount else []

    return rule


def _glide(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Bring one holding down to a weight, by a day where one is named."""
    if "pct" not in slots:
        return []
    symbols = each_symbol(slots)[:1] or focus_symbol(context)
    args = {"max_weight": slots["pct"], **some(slots, "date"), **wished(understood, context)}
    return [Call("optimize_trades", {"symbol": symbol, **args}) for symbol in symbols]


def _one_account(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = some(slots, "account")
    return [Call("optimize_trades", {**args, **wished(understood, context)})] if args else []


def _wait_long(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Wait for long-term until the day named, or for two months."""
    as_of = context.session.as_of
    if "date" not in slots and as_of is None:
        return []
    day = slots.get("date") or str(as_of + timedelta(days=WAIT_DAYS)) if as_of else slots["date"]
    return [Call("optimize_trades", {"date": day, **wished(understood, context)})]


def _why(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    focus = focus_of(context)
    if not context.session.plan_id and context.last("simulate_sale"):
        return []
    return [Call("explain_trade", some(slots, "symbol", "lot") or some(focus, "symbol", "lot"))]


def _about(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    plan = context.session.part("plan")
    if plan.get("plan_id") and not plan.get("approved"):
        return [Call("explain_trade", {"symbol": symbol}) for symbol in each_symbol(slots)]
    return _holdings(slots, understood, context) if each_symbol(slots) else []


def _do_it(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    plan_id = context.session.plan_id
    return [Call("execute_trades", {"plan_id": plan_id})] if plan_id else []


def _tax(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    year = str(slots.get("date", ""))[:4]
    today = context.session.as_of
    coming = today is not None and year.isdigit() and int(year) > today.year
    tried = some(slots, "short_term", "long_term")
    return [Call("estimate_tax", ({"year": int(year)} if coming else {}) | tried)]


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
    return as_of.year - 1 if as_of is not None and "last year" in said else None


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


def _promise(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return list(_wash("sell")(slots, understood, context)) if "symbol" in slots else []


def _concept(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    audience = audience_of(context.turn.said)
    args = some(slots, "topic") | ({"audience": audience} if audience else {})
    return [Call("explain_concept", args)] if "topic" in slots else []


def _add_up(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Add the values of the holdings that were shown last, one a turn or all in one."""
    ids: list[str] = []
    for turn in reversed(context.earlier):
        rows = [row for result in turn.results("show_holdings") for row in result.get("holdings") or ()]
        ids = [f"{row['id']}.value_usd" for row in rows if row.get("value_usd") is not None] + ids
        if len(ids) > 1:
            break
    return [Call("calculate", {"expression": " + ".join(ids)})] if len(ids) > 1 else []


def _again(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [repeated(slots)]


def _drop_trade(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Plan again without the last trade shown (or the first, when that was said)."""
    last = context.last("optimize_trades")
    trades = [row for row in (last.result.get("trades") or ()) if row.get("symbol")] if last else []
    if not trades:
        return []
    row = trades[0 if slots.get("ordinal") == 1 else -1]
    before = last.call.args.get("exclude") if last else None
    return [Call("optimize_trades", wished(understood, context) | {"exclude": [*(before or ()), str(row["symbol"])]})]


_LIMITS = {
    r"gain": "max_gain",
    r"\b(?:cap|weight|name|position)\b": "max_weight",
    r"small|minimum|least|tiny": "min_trade",
    r"income": "income",
    r"bracket|rate": "rate",
    r"\bstate\b": "state",
    r"target|mix": "targets",
    r"lots?\b": "lots_locked",
    r"wishes|limits|restrictions": "wishes",
}
"""What a wish or fact is called in words, and the name under which it is taken back; the first that fits counts."""


def _forget(name: str) -> Rule:
    return lambda slots, understood, context: [Call("set_profile", {"forget": [name]})]


def _forget_wish(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    symbols = each_symbol(slots)
    said = context.turn.said.casefold()
    named = next((name for pattern, name in _LIMITS.items() if re.search(pattern, said)), "last")
    return [Call("set_profile", {"forget": symbols or [named]})]


def _remembered(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("set_profile")]


RULES: dict[str, Rule] = {
    "undo": _forget("last"),
    "undo_wish": _forget_wish,
    "start_over": _forget("all"),
    "list_wishes": _remembered,
    "rebalance": plan_calls,
    "more_of_class": plan_calls,
    "holdings": _holdings,
    "biggest": _holdings,
    "cash_held": _cash_held,
    "turns_long": _turns_long,
    "drift": _drift,
    "harvest": _harvest,
    "wash": _wash("sell"),
    "wash_buy": _wash("buy"),
    "wash_past": _wash_past,
    "replacements": _instead,
    "sale": _sale,
    "trim": _trim,
    "glide": _glide,
    "one_account": _one_account,
    "wait_long": _wait_long,
    "raise_cash": _cash("amount"),
    "invest_cash": _cash("cash"),
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
    "again": _again,
    "promise": _promise,
    "add_up": _add_up,
    "drop_trade": _drop_trade,
    "concept": _concept,
}
