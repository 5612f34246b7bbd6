"""Slots to arguments: which of the values said go to a tool, and under which name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from assistant.builtin.context import Call, Context, Json
from assistant.builtin.focus import focus_of
from assistant.builtin.request import Slots, Understanding

Rule = Callable[[Slots, Understanding, Context], Sequence[Call]]
"""What a request leads to, given its values, the rest of the message, and the conversation."""
_ONE_LOT = {"lifo": "newest", "fifo": "oldest", "hifo": "highest_cost"}


def some(slots: Slots, *names: str) -> Json:
    """Return the named slots that were said."""
    return {name: slots[name] for name in names if name in slots}


def shares_of(slots: Slots) -> Json:
    """Return the number of shares, said as such or as a bare number."""
    said = slots.get("shares") or slots.get("num")
    return {"shares": said} if said else {}


def each_symbol(slots: Slots) -> list[str]:
    """Return every holding that was named."""
    return list(slots.get("symbols") or ([slots["symbol"]] if "symbol" in slots else []))


def focus_symbol(context: Context) -> list[str]:
    """Return the holding under discussion, if any."""
    symbol = focus_of(context).get("symbol")
    return [symbol] if symbol else []


def portion(slots: Slots) -> Decimal | None:
    """Return the part of a holding that was named, such as a third."""
    if "all_but" in slots:
        return Decimal(1)
    said = slots.get("frac") or slots.get("pct")
    exact = any(key in slots for key in ("shares", "num", "usd"))
    return Decimal(said) if said and not exact else None


def vague(slots: Slots) -> bool:
    """Return whether an amount was said that is none: "a few thousand", "some of it"."""
    return "vague" in slots and not any(key in slots for key in ("shares", "num", "usd", "frac", "pct"))


def wished(understood: Understanding, context: Context) -> Json:
    """Return the wishes of this message; holdings to leave alone are added to those of before."""
    args = dict(understood.wishes)
    for name in ("exclude", "lots_locked"):
        before = context.session.part("wishes").get(name)
        if name in args and isinstance(before, list):
            args[name] = [*before, *(each for each in args[name] if each not in before)]
    return args


def sale_args(slots: Slots, symbol: str, understood: Understanding) -> Json:
    """Return what to sell and how much of it; all of it when no amount was said."""
    args: Json = {"symbol": symbol} if symbol else {}
    if each := slots.get("each_shares", {}).get(symbol):
        args["shares"] = each
    elif shares := shares_of(slots):
        args |= shares
    elif "usd" in slots:
        args["net_amount" if slots.get("net") else "amount"] = slots["usd"]
    elif "max_tax" in understood.wishes:
        args["max_tax"] = understood.wishes["max_tax"]
    elif slots.get("lot_method") in _ONE_LOT and "all" not in slots:
        return args | {"lot": _ONE_LOT[slots["lot_method"]], "all": True} | some(slots, "date", "price")
    else:
        args["all"] = True
    return args | some(slots, "lot", "lot_method", "date", "price")
