"""Arguments in the types that a tool's schema asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.builtin.context import Call


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
