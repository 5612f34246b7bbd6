"""Arithmetic on facts by their ids and on numbers that the person said, units checked."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from assistant.grounding.numerals import Literal
from tools.errors import BadRequest, UnknownThing
from tools.facts import Fact, Unit

_FACT_ID = re.compile(r"[A-Za-z][\w.\-]*")
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PLAIN_NUMBERS = (*range(1, 13), 100)
"""Parts, months and percent; any other number has to be a fact, or said by the person."""
_SAID_UNITS = {"usd": Unit.USD, "frac": Unit.FRAC, "points": Unit.FRAC, "shares": Unit.SHARES}
PLAIN_UNITS = (Unit.FRAC, Unit.COUNT)
QUOTIENTS = {(Unit.USD, Unit.SHARES): Unit.PRICE, (Unit.USD, Unit.PRICE): Unit.SHARES}


def evaluate(expression: str, facts: dict[str, Fact], said: Sequence[Literal] = ()) -> tuple[Decimal, Unit]:
    """Evaluate sums, differences, products and quotients of facts; like units only for sums.

    Args:
        expression: Fact ids and numbers joined by ``+ - * /`` and parentheses.
        facts: The facts of the conversation by id.
        said: The figures that the person typed. One without a unit has that of the fact that it is added to.

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
        value, unit = _Evaluation(names, facts, said).value(tree)
        return value, unit or Unit.COUNT
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        raise BadRequest("I can't work that out.", "Use fact ids with + - * / only.") from None


class _Evaluation:
    def __init__(self, names: dict[str, str], facts: dict[str, Fact], said: Sequence[Literal]) -> None:
        self._names, self._facts, self._said = names, facts, said

    def value(self, node: ast.expr) -> tuple[Decimal, Unit | None]:
        """Return the value and unit of a part of an expression; no unit when the person named none."""
        if isinstance(node, ast.Name) and node.id in self._names:
            fact = self._facts.get(self._names[node.id])
            if fact is None or not isinstance(fact.value, Decimal | int):
                raise UnknownThing(
                    f"There is no figure {self._names[node.id][:60]}.", "Use the ids in the tool results."
                )
            return Decimal(fact.value), fact.unit
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return self._number(Decimal(str(node.value)))
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            (a, unit_a), (b, unit_b) = self.value(node.left), self.value(node.right)
            return _OPERATORS[type(node.op)](a, b), _unit(node.op, unit_a, unit_b)
        raise BadRequest("Only + - * / on fact ids is possible.", "Use the ids in the tool results.")

    def _number(self, value: Decimal) -> tuple[Decimal, Unit | None]:
        for told in self._said:
            if told.unit not in ("date", "year", "word") and value == told.value:
                return value, _SAID_UNITS.get(told.unit)
        if value in PLAIN_NUMBERS:
            return value, Unit.COUNT
        raise BadRequest(f"{value} is no figure of a tool, and nobody said it.", "Use the ids in the tool results.")


def _unit(op: ast.operator, left: Unit | None, right: Unit | None) -> Unit | None:
    if isinstance(op, ast.Add | ast.Sub):
        if left is None or right is None:
            return left or right
        if left is not right:
            raise BadRequest("Those figures have different units.", "Add only dollars to dollars.")
        return left
    if (
        left is None
        and right in (None, *PLAIN_UNITS)
        or (right is None and left in PLAIN_UNITS and isinstance(op, ast.Mult))
    ):
        return None
    left, right = left or Unit.COUNT, right or Unit.COUNT
    if isinstance(op, ast.Div):
        found = Unit.FRAC if left is right else left if right in PLAIN_UNITS else QUOTIENTS.get((left, right))
    else:
        product = {left, right} == {Unit.PRICE, Unit.SHARES}
        found = right if left in PLAIN_UNITS else left if right in PLAIN_UNITS else Unit.USD if product else None
    if found is None:
        raise BadRequest("Those figures can't be combined that way.", "Multiply or divide by a count or a fraction.")
    return found
