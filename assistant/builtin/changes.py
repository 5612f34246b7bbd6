"""A call made again with what was said put in place: one rule a tool."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.builtin.context import Call
from assistant.builtin.numbers import plain
from assistant.builtin.request import Slots

TAKES = {
    "simulate_sale": {"symbol", "lot", "lot_method", "date", "shares", "num", "usd", "all", "price", "state"},
    "check_wash_sale": {"symbol", "date", "shares", "num"},
    "show_holdings": {"symbol", "lot", "account", "type", "asset_class"},
    "compute_drift": {"pct", "num"},
    "explain_trade": {"symbol", "lot"},
    "explain_concept": set(),
    "find_harvestable_losses": {"symbol", "account", "type", "usd", "num", "pct"},
    "optimize_trades": {"usd", "num", "pct", "date"},
    "estimate_tax": {"usd", "num", "date", "term", "pct", "status", "gain", "state"},
    "suggest_replacements": {"symbol", "num"},
    "tax_report": {"num", "date"},
}
"""The tools whose latest call can be changed, with the kinds of value that change it."""

_YEARS = range(2000, 2100)
_SALES = ("simulate_sale", "check_wash_sale")
_MONEY = ("amount", "cash", "max_gain", "max_tax", "cash_target", "min_trade")
_PARTS = ("max_weight", "max_turnover", "tracking_error")
AMOUNTS = ("shares", "amount", "net_amount", "max_tax", "cash", "max_gain", "long_term", "short_term", "min_loss")
"""Amounts of a call that can be doubled or halved."""

_THOUSAND = 1_000
_MUCH = 20
_MOST_ORDERS = 40


def repeated(slots: Slots) -> Call:
    """Return the latest call with what was said put in place."""
    if times := slots.get("times"):
        return Call(slots["tool"], _times(dict(slots["before"]), Decimal(times)))
    change = _CHANGES.get(slots["tool"], _changed)
    return Call(slots["tool"], change(slots))


def _times(args: dict[str, Any], times: Decimal) -> dict[str, Any]:
    """Double or halve the amount of a call."""
    name = next((name for name in AMOUNTS if name in args), None)
    if name is None:
        return args
    made = Decimal(str(args[name])) * times
    return args | {name: plain(made.to_integral_value() if name == "shares" else made)}


def _some(slots: Slots, *names: str) -> dict[str, Any]:
    return {name: slots[name] for name in names if name in slots}


def _amount(slots: Slots, before: object = None) -> str | None:
    """Return the dollars said; "26" after 20,000 means thousands, and so does "10" after 5,000."""
    if "usd" in slots:
        return str(slots["usd"])
    number = slots.get("num")
    if number is None or before is None:
        return number
    was, said = Decimal(str(before)), Decimal(number)
    alike = was / _MUCH <= said * _THOUSAND <= was * _MUCH
    thousands = was >= _THOUSAND and was % _THOUSAND == 0 and said < _THOUSAND and alike
    return plain(said * _THOUSAND) if thousands else str(number)


def _changed(slots: Slots) -> dict[str, Any]:
    args = dict(slots["before"])
    amounts = any(key in slots for key in ("shares", "num", "usd", "all"))
    if amounts and slots["tool"] in _SALES:
        was = args.get("amount")
        for key in ("shares", "amount", "net_amount", "max_tax", "all"):
            args.pop(key, None)
        args |= _how_much(slots, was)
    if "symbol" in slots or "lot_method" in slots:
        args.pop("lot", None)
    if "lot" in slots:
        args.pop("lot_method", None)
    if slots["tool"] == "show_holdings" and slots.keys() & {"symbol", "account", "asset_class"}:
        args = _shown(slots)
    return args | _some(slots, "symbol", "lot", "lot_method", "date", "account", "price", "state")


def _shown(slots: Slots) -> dict[str, Any]:
    """Keep the holding that was shown when only an account is named, else show what is named alone."""
    if "account" in slots and "symbol" not in slots:
        return {name: value for name, value in slots["before"].items() if name == "symbol"}
    return _some(slots, "asset_class") if not slots.keys() & {"symbol", "account"} else {}


def _how_much(slots: Slots, was: object) -> dict[str, Any]:
    if "shares" in slots:
        return {"shares": slots["shares"]}
    if "num" in slots:
        return {"shares": slots["num"]} if was is None else {"amount": _amount(slots, was)}
    return {"amount": slots["usd"]} if "usd" in slots else {"all": True}


def _losses(slots: Slots) -> dict[str, Any]:
    args = {**slots["before"], **_some(slots, "symbol", "account")}
    if "min_loss_pct" in args and "num" in slots:
        return args | {"min_loss_pct": plain(Decimal(slots["num"]) / 100)}
    amount = _amount(slots, args.get("min_loss"))
    args |= {"min_loss": amount} if amount else {}
    return args | ({"min_loss_pct": slots["pct"]} if "pct" in slots else {})


def _drift(slots: Slots) -> dict[str, Any]:
    points = slots.get("pct") or plain(Decimal(slots["num"]) / 100)
    return {**slots["before"], "threshold": points}


def _plan(slots: Slots) -> dict[str, Any]:
    args = {**slots["before"], **_some(slots, "date")}
    number = slots.get("num")
    few = number is not None and number.isdecimal() and int(number) <= _MOST_ORDERS and "usd" not in slots
    if few and ("max_trades" in args or not args.keys() & {*_MONEY, *_PARTS}):
        return args | {"max_trades": int(str(number))}  # nobody limits a plan to a few dollars
    part = next((name for name in _PARTS if name in args), None)
    if part and (slots.keys() & {"pct", "num"}) and "usd" not in slots:
        return args | {part: slots.get("pct") or plain(Decimal(slots["num"]) / 100)}
    name = next((name for name in _MONEY if name in args), "max_gain")
    amount = _amount(slots, args.get(name))
    return args | {name: amount} if amount else args


def _tax(slots: Slots) -> dict[str, Any]:
    """Change the gain that was tried, its term, the income, the year, the state or the filing status."""
    args = dict(slots["before"])
    if year := _year(slots):
        return args | {"year": year}
    tried = next((args.pop(name) for name in ("short_term", "long_term") if name in args), None)
    was = "short_term" if "short_term" in slots["before"] else "long_term"
    amount = _amount(slots, tried) or tried
    if amount:
        args[slots.get("term") or was] = amount
    if "date" in slots:
        args["year"] = int(str(slots["date"])[:4])
    args |= {"filing_status": slots["status"]} if "status" in slots else {}
    args |= _some(slots, "state")
    return args | ({"rate": slots["pct"]} if "pct" in slots else {})


def _report(slots: Slots) -> dict[str, Any]:
    year = _year(slots) or (int(str(slots["date"])[:4]) if "date" in slots else None)
    return {**slots["before"], **({"year": year} if year else {})}


def _year(slots: Slots) -> int | None:
    number = str(slots.get("num", ""))
    return int(number) if number.isdecimal() and int(number) in _YEARS else None


def _instead(slots: Slots) -> dict[str, Any]:
    if "exclude" in slots:
        return {**slots["before"], "exclude": slots["exclude"]}
    count = {"count": int(slots["num"])} if str(slots.get("num", "")).isdecimal() else {}
    return {**slots["before"], **_some(slots, "symbol"), **count}


_CHANGES = {
    "find_harvestable_losses": _losses,
    "optimize_trades": _plan,
    "estimate_tax": _tax,
    "compute_drift": _drift,
    "tax_report": _report,
    "suggest_replacements": _instead,
}
