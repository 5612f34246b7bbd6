"""Arithmetic on facts by their ids, units checked."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tools.errors import BadRequest, UnknownThing
from tools.facts import Fact, Unit

_FACT_ID = re.compile(r"[A-Za-z][\w.\-]*")
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PLAIN_NUMBERS = (2, 4, 12, 100)
"""Halves, quarters, months and percent; any other number has to be a fact."""
PLAIN_UNITS = (Unit.FRAC, Unit.COUNT)
QUOTIENTS = {(Unit.USD, Unit.SHARES): Unit.PRICE, (Unit.USD, Unit.PRICE): Unit.SHARES}


def evaluate(expression: str, facts: dict[str, Fact]) -> tuple[Decimal, Unit]:
    """Evaluate sums, differences, products and quotients of facts; like units only for sums.

    Raises:
        BadRequest: It is no such expression, or its units make no sense together.
        UnknownThing: A fact is not known.
    """
    names: dict[str, str] = {}
    if len(expression) > 400:
        raise BadRequest("That expression is too long.", "Use fewer facts.")

    def stand_in(found: re.Match[str]) -> str:
        names[f"v{len(names)}"] = found.group()
        return f"v{len(names) - 1}"

    text = _FACT_ID.sub(stand_in, expression.replace("{{", "").replace("}}", ""))
    if not names:
        raise BadRequest("There is no figure in that.", "Use the ids in the tool results.")
    try:
        tree = ast.parse(text, mode="eval").body
        return _value(tree, names, facts)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        raise BadRequest("I can't work that out.", "Use fact ids with + - * / only.") from None


def _value(node: ast.expr, names: dict[str, str], facts: dict[str, Fact]) -> tuple[Decimal, Unit]:
    if isinstance(node, ast.Name) and node.id in names:
        fact = facts.get(names[node.id])
        if fact is None or not isinstance(fact.value, Decimal | int):
            raise UnknownThing(f"There is no figure {names[node.id][:60]}.", "Use the ids in the tool results.")
        return Decimal(fact.value), fact.unit
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value in PLAIN_NUMBERS:
        return Decimal(node.value), Unit.COUNT
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        (a, unit_a), (b, unit_b) = _value(node.left, names, facts), _value(node.right, names, facts)
        return _OPERATORS[type(node.op)](a, b), _unit(node.op, unit_a, unit_b)
    raise BadRequest("Only + - * / on fact ids is possible.", "Use the ids in the tool results.")


def _unit(op: ast.operator, left: Unit, right: Unit) -> Unit:
    if isinstance(op, ast.Add | ast.Sub):
        if left is not right:
            raise BadRequest("Those figures have different units.", "Add only dollars to dollars.")
        return left
    if isinstance(op, ast.Div):
        found = Unit.FRAC if left is right else left if right in PLAIN_UNITS else QUOTIENTS.get((left, right))
    else:
        product = {left, right} == {Unit.PRICE, Unit.SHARES}
        found = right if left in PLAIN_UNITS else left if right in PLAIN_UNITS else Unit.USD if product else None
    if found is None:
        raise BadRequest("Those figures can't be combined that way.", "Multiply or divide by a count or a fraction.")
    return found
