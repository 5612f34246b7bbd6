"""Rules for plans of a special kind: one holding by a day, one account alone, waiting, and what to hold instead."""

from __future__ import annotations

from datetime import timedelta

from assistant.builtin.arguments import each_symbol, focus_symbol, some, wished
from assistant.builtin.context import Call, Context
from assistant.builtin.request import Slots, Understanding
from assistant.builtin.slots import account_of_type

WAIT_DAYS = 60


def instead(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Suggest what to hold in place of a holding."""
    count = {"count": int(slots["num"])} if str(slots.get("num", "")).isdecimal() else {}
    unwanted = list(slots.get("exclude", ()))
    symbols = [each for each in each_symbol(slots) if each not in unwanted] or focus_symbol(context)
    args = {**count, **({"exclude": unwanted} if unwanted and symbols else {})}
    return [Call("suggest_replacements", {"symbol": symbol, **args}) for symbol in symbols[:1]] or [
        Call("suggest_replacements", args)
    ]


def glide(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Bring one holding down to a weight, by a day where one is named."""
    weight = slots.get("pct") or slots.get("frac")
    if weight is None:
        return []
    symbols = each_symbol(slots)[:1] or focus_symbol(context)
    args = {**some(slots, "date"), **wished(understood, context), "max_weight": weight}
    return [Call("optimize_trades", {"symbol": symbol, **args}) for symbol in symbols]


def one_account(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Plan inside one account alone."""
    account = slots.get("account") or ("type" in slots and account_of_type(slots, context))
    return [Call("optimize_trades", {"account": account, **wished(understood, context)})] if account else []


def wait_long(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Wait for long-term until the day named, or for two months."""
    as_of = context.session.as_of
    if "date" not in slots and as_of is None:
        return []
    day = slots.get("date") or str(as_of + timedelta(days=WAIT_DAYS)) if as_of else slots["date"]
    return [Call("optimize_trades", {"date": day, **wished(understood, context)})]
