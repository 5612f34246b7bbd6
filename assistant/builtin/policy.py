"""Requests to tool calls: what to look up in this round, given what this turn has already brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from assistant.builtin.context import Call, Context, Json
from assistant.builtin.understand import Request, Slots, Understanding, focus_of

_CHANGES = {"set_profile", "load_portfolio"}
_LASTING = ("max_weight", "exclude", "lots_locked", "max_gain", "min_trade")
_ONLY_PLANNED = {"exclude", "lots_locked", "min_trade"}


def decide(understood: Understanding, context: Context) -> list[Call]:
    """Return the calls of this round; none when it is time to answer."""
    done = context.turn.done
    if not done:
        return _changes(understood) or _lookups(understood, context) or _asked(understood, context)
    failed = any(each.result.get("error") for each in done if each.call.tool in _CHANGES)
    if failed and not understood.requests:
        return []
    if {each.call.tool for each in done} <= _CHANGES:
        made = [each.call for each in done]
        calls = _lookups(understood, context) or _asked(understood, context) or _after_change(understood, context)
        return [call for call in calls if call not in made and not _loads_again(call, context)]
    return _portion_sales(understood, context) or _something_useful(context)


def _something_useful(context: Context) -> list[Call]:
    """Show what is held when a plan has to ask first and there are no losses to speak of either."""
    plans, losses = context.turn.results("optimize_trades"), context.turn.results("find_harvestable_losses")
    asks = any(plan.get("question") for plan in plans) and not any(found.get("lots") for found in losses)
    return [] if not asks or context.turn.results("show_holdings") else [Call("show_holdings")]


def _loads_again(call: Call, context: Context) -> bool:
    return call.tool == "load_portfolio" and bool(context.turn.results("load_portfolio"))


def _changes(understood: Understanding) -> list[Call]:
    if understood.hypothetical:
        return []
    if understood.accounts:
        return [Call("load_portfolio", {"account": name, "account_type": kind}) for name, kind in understood.accounts]
    lasting = {name: value for name, value in understood.wishes.items() if name in _LASTING}
    args = {**understood.profile, **lasting}
    return [Call("set_profile", args)] if args else []


def _asked(understood: Understanding, context: Context) -> list[Call]:
    calls: list[Call] = []
    for request in understood.requests:
        rule = _RULES.get(request.intent)
        for call in rule(request.slots, understood, context) if rule else ():
            if call not in calls:
                calls.append(call)
    if understood.hypothetical and understood.profile and not calls:
        calls.append(Call("estimate_tax", dict(understood.profile)))
    if understood.wishes and not understood.requests and set(understood.wishes) - {*_LASTING}:
        calls += _plan({}, understood, context)
    return calls


def _after_change(understood: Understanding, context: Context) -> list[Call]:
    """Plan again, or take up the question that waited for this fact."""
    if understood.requests or any(done.result.get("question") for done in context.turn.done):
        return []
    waiting = _waiting(context)
    if waiting:
        wished = _wished(understood, context)
        return [Call(call.tool, call.args | wished) if call.tool == "optimize_trades" else call for call in waiting]
    if _under_discussion(context) or set(understood.wishes) - _ONLY_PLANNED:
        return _plan({}, understood, context)
    return [Call("compute_drift")] if "targets" in understood.profile else []


def _waiting(context: Context) -> list[Call]:
    for turn in reversed(context.earlier):
        asking = [done.call for done in turn.done if done.result.get("question") and done.call.tool not in _CHANGES]
        if asking:
            return [done.call for done in turn.done if done.call.tool not in _CHANGES]
        if turn.done and not turn.results("load_portfolio"):
            return []
    return []


def _under_discussion(context: Context) -> bool:
    plan = context.session.part("plan")
    if plan.get("approved"):
        return False
    last = context.last("optimize_trades", "execute_trades")
    fresh = last is not None and last.call.tool == "optimize_trades" and bool(last.result.get("plan_id"))
    return bool(plan.get("plan_id")) or fresh


# Rules: one a request.


def _plan(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [
        Call("compute_drift"),
        Call("find_harvestable_losses"),
        Call("optimize_trades", _wished(understood, context)),
    ]


def _wished(understood: Understanding, context: Context) -> Json:
    args = dict(understood.wishes)
    for name in ("exclude", "lots_locked"):
        before = context.session.part("wishes").get(name)
        if name in args and isinstance(before, list):
            args[name] = [*before, *(each for each in args[name] if each not in before)]
    return args


def _holdings(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = _some(slots, "symbol", "account", "lot")
    if "account" not in args and "type" in slots:
        of_type = [str(row["id"]) for row in context.session.accounts if row.get("type") == slots["type"]]
        return [Call("show_holdings", {**args, "account": name}) for name in of_type] or [Call("show_holdings", args)]
    return [Call("show_holdings", {**args, "symbol": symbol}) for symbol in _each(slots)] or [
        Call("show_holdings", args)
    ]


def _drift(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("compute_drift")]


def _harvest(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = _some(slots, "symbol", "account")
    return [Call("find_harvestable_losses", args | ({"min_loss": slots["usd"]} if "usd" in slots else {}))]


def _wash(side: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        symbols = _each(slots) or ([] if "unresolved" in slots else _focus(context))
        if not symbols:
            return [] if "unresolved" in slots else [Call("find_harvestable_losses")]
        args = _some(slots, "date") | _shares(slots)
        return [Call("check_wash_sale", {"symbol": symbol, "side": side, **args}) for symbol in symbols]

    return rule


def _sale(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    if "unresolved" in slots or not ("symbol" in slots or "lot" in slots) or portion(slots):
        return []
    return [Call("simulate_sale", _sale_args(slots, symbol, understood)) for symbol in _each(slots) or [""]]


def _sale_args(slots: Slots, symbol: str, understood: Understanding) -> Json:
    args: Json = {"symbol": symbol} if symbol else {}
    if each := slots.get("each_shares", {}).get(symbol):
        args["shares"] = each
    elif shares := _shares(slots):
        args |= shares
    elif "usd" in slots:
        args["net_amount" if slots.get("net") else "amount"] = slots["usd"]
    elif "max_tax" in understood.wishes:
        args["max_tax"] = understood.wishes["max_tax"]
    else:
        args["all"] = True
    return args | _some(slots, "lot", "lot_method", "date")


def _trim(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    if "shares" in slots or "num" in slots or "usd" in slots:
        return _sale(slots, understood, context)
    if "pct" in slots and "symbol" in slots:
        return [
            Call(
                "optimize_trades",
                {"symbol": slots["symbol"], "max_weight": slots["pct"], **_wished(understood, context)},
            )
        ]
    return []


def _cash(name: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        amount = slots.get("usd") or slots.get("num")
        return [Call("optimize_trades", {name: amount, **_wished(understood, context)})] if amount else []

    return rule


def _why(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = _some(slots, "symbol", "lot") or {
        key: focus_of(context)[key] for key in focus_of(context) if key in ("symbol", "lot")
    }
    return [Call("explain_trade", args)]


def _do_it(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    plan_id = context.session.plan_id
    return [Call("execute_trades", {"plan_id": plan_id})] if plan_id else []


def _tax(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    return [Call("estimate_tax")]


def _load(source: str) -> Rule:
    def rule(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
        return [Call("load_portfolio", {"source": source} if source else {})]

    return rule


def _feeling(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = _some(slots, "symbol")
    return [Call("show_holdings", args), Call("find_harvestable_losses", args)]


def _double_down(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    symbols = _each(slots) or _focus(context)
    return [Call("check_wash_sale", {"symbol": symbol, "side": "buy", **_shares(slots)}) for symbol in symbols]


def _again(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    args = dict(slots["before"])
    if any(key in slots for key in ("shares", "num", "usd", "all")) and slots["tool"] in (
        "simulate_sale",
        "check_wash_sale",
    ):
        for key in ("shares", "amount", "net_amount", "max_tax", "all"):
            args.pop(key, None)
        args |= _shares(slots) or ({"amount": slots["usd"]} if "usd" in slots else {"all": True})
    if "symbol" in slots:
        args.pop("lot", None)
    return [Call(slots["tool"], args | _some(slots, "symbol", "lot", "lot_method", "date", "account"))]


Rule = Callable[[Slots, Understanding, Context], Sequence[Call]]
_RULES: dict[str, Rule] = {
    "rebalance": _plan,
    "holdings": _holdings,
    "drift": _drift,
    "harvest": _harvest,
    "wash": _wash("sell"),
    "wash_buy": _wash("buy"),
    "sale": _sale,
    "trim": _trim,
    "raise_cash": _cash("amount"),
    "invest_cash": _cash("cash"),
    "why_lot": _why,
    "why_kept": _why,
    "do_it": _do_it,
    "tax": _tax,
    "room": _tax,
    "load_sample": _load("sample"),
    "load_file": _load(""),
    "panic": _feeling,
    "break_even": _feeling,
    "chase": _feeling,
    "tax_tail": _feeling,
    "double_down": _double_down,
    "again": _again,
}


# A part of what is held: the shares held come first.


def portion(slots: Slots) -> Decimal | None:
    """Return the part of a holding that was named, such as a third."""
    said = slots.get("frac") or slots.get("pct")
    exact = any(key in slots for key in ("shares", "num", "usd"))
    return Decimal(said) if said and not exact else None


def _portions(understood: Understanding) -> list[Request]:
    wanted = [
        request for request in understood.requests if request.intent in ("sale", "trim") and portion(request.slots)
    ]
    return [each for each in wanted if "symbol" in each.slots and not (each.intent == "trim" and "pct" in each.slots)]


def _lookups(understood: Understanding, context: Context) -> list[Call]:
    return [
        Call("show_holdings", {"symbol": symbol})
        for request in _portions(understood)
        for symbol in _each(request.slots)
    ]


def _portion_sales(understood: Understanding, context: Context) -> list[Call]:
    if context.turn.results("simulate_sale"):
        return []
    calls = []
    for request in _portions(understood):
        part = portion(request.slots) or Decimal(0)
        for held in _held(context):
            shares = (Decimal(held["held_shares"]) * part).to_integral_value(ROUND_DOWN)
            args = {"symbol": held["symbol"], "shares": str(shares)}
            calls.append(Call("simulate_sale", args | _some(request.slots, "lot_method", "date")))
    return [call for call in calls if call.args["shares"] != "0"]


def _held(context: Context) -> list[Json]:
    rows = [row for result in context.turn.results("show_holdings") for row in result.get("holdings") or []]
    return [row for row in rows if row.get("held_shares") and row.get("symbol")]


# Slots to arguments.


def _some(slots: Slots, *names: str) -> Json:
    return {name: slots[name] for name in names if name in slots}


def _shares(slots: Slots) -> Json:
    said = slots.get("shares") or slots.get("num")
    return {"shares": said} if said else {}


def _each(slots: Slots) -> list[str]:
    return list(slots.get("symbols") or ([slots["symbol"]] if "symbol" in slots else []))


def _focus(context: Context) -> list[str]:
    symbol = focus_of(context).get("symbol")
    return [symbol] if symbol else []


def shape(call: Call, properties: dict[str, Any]) -> Call:
    """Write arguments in the types that the tool's schema asks for."""
    return Call(
        call.tool, {name: _shaped(value, _kinds(properties.get(name, {}))) for name, value in call.args.items()}
    )


def _kinds(schema: dict[str, Any]) -> set[str]:
    options = schema.get("anyOf") or schema.get("oneOf") or [schema]
    kinds: set[str] = set()
    for option in options:
        kind = option.get("type")
        kinds |= set(kind) if isinstance(kind, list) else {kind} if kind else set()
    return kinds - {"null"}


def _shaped(value: Any, kinds: set[str]) -> Any:
    if isinstance(value, dict):
        weights = {name: float(weight) for name, weight in value.items()}
        if "object" in kinds or not kinds:
            return weights
        pairs = [f"{name}={weight:g}" for name, weight in weights.items()]
        return pairs if "array" in kinds else ", ".join(pairs)
    if isinstance(value, list):
        return value if "array" in kinds or not kinds else ", ".join(value)
    if "array" in kinds and "string" not in kinds:
        return [value]
    if isinstance(value, str) and kinds & {"number", "integer"}:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    return value
