"""The questions that cases may put to the oracle, such as ``{"fn": "sale", "symbol": "VZ", "get": "tax"}``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from evals.oracle.lots import SHELTERED, OracleLot, Sold, picked, read_lots, sell
from evals.oracle.tax import extra_tax, federal_tax, person_of, zero_room

PORTFOLIOS = Path(__file__).parents[1] / "portfolios"
_TODAY = "2026-11-20"


def ask(question: dict[str, Any]) -> float | str:
    """Answer one question of a case.

    Raises:
        KeyError: There is no such question.
    """
    return round_or_text(_QUESTIONS[question["fn"]](question))


def round_or_text(value: Any) -> float | str:
    """Return dates as ISO text, and amounts to six digits."""
    return value.isoformat() if isinstance(value, date) else round(float(value), 6)


def _lots(asked: dict[str, Any]) -> list[OracleLot]:
    return read_lots(PORTFOLIOS / asked.get("portfolio", "sample.csv"), asked.get("symbol"))


def _sold(asked: dict[str, Any]) -> Sold:
    lots, on = _lots(asked), date.fromisoformat(asked.get("on", _TODAY))
    if "lot" in asked:
        bought = date.fromisoformat(asked["lot"])
        legs = [(lot, asked.get("shares", lot.shares)) for lot in lots if lot.bought == bought]
    elif asked.get("losses"):
        legs = [(lot, lot.shares) for lot in lots if lot.price < lot.cost and lot.account_type == "taxable"]
    else:
        all_shares = sum(lot.shares for lot in lots if lot.account_type == "taxable")
        legs = picked(lots, asked.get("shares", all_shares), asked.get("method", "fifo"))
    return sell(lots, legs, on)


def _sale(asked: dict[str, Any]) -> Any:
    sold = _sold(asked)
    tax = extra_tax(person_of(asked.get("profile")), sold.short, sold.long)
    known = {"tax": tax, "net": sold.proceeds - tax, "counts": -sold.gain - sold.disallowed}
    return known[asked["get"]] if asked["get"] in known else getattr(sold, asked["get"])


def _held(asked: dict[str, Any]) -> float:
    lots = _lots(asked)
    if "taxable" in asked:
        lots = [lot for lot in lots if (lot.account_type not in SHELTERED) == asked["taxable"]]
    match asked["get"]:
        case "shares":
            return sum(lot.shares for lot in lots)
        case "value":
            return sum(lot.shares * lot.price for lot in lots)
        case "basis":
            return sum(lot.shares * lot.cost for lot in lots)
        case _:
            return sum(lot.shares * (lot.price - lot.cost) for lot in lots)


def _tax(asked: dict[str, Any]) -> float:
    person = person_of(asked.get("profile"))
    short, long = float(asked.get("short", 0)), float(asked.get("long", 0))
    match asked["get"]:
        case "extra":
            return extra_tax(person, short, long)
        case "zero_room":
            return zero_room(person)
        case _:
            return federal_tax(person, short, long)


def _day(asked: dict[str, Any]) -> date:
    return date.fromisoformat(asked["date"]) + timedelta(days=asked["days"])


_QUESTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {"sale": _sale, "held": _held, "tax": _tax, "day": _day}
_OPERATORS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def work_out(arithmetic: str) -> float:
    """Work out the left side of a ``why``: ``40 * 152 = 6080``.

    Raises:
        ValueError: It holds more than numbers and + - * / and parentheses.
    """

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.BinOp() if type(node.op) in _OPERATORS:
                return _OPERATORS[type(node.op)](value(node.left), value(node.right))
            case ast.UnaryOp() if type(node.op) in _OPERATORS:
                return _OPERATORS[type(node.op)](value(node.operand))
        raise ValueError(f"not arithmetic: {arithmetic}")

    return value(ast.parse(arithmetic.partition("=")[0].strip(), mode="eval").body)
