"""The shape of a tool's arguments, as short as a model can read it: an optional argument is left out, never null."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import MethodType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from langchain_core.tools.base import create_schema_from_function
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import SkipJsonSchema


def arguments_of(name: str, method: Callable[..., Any]) -> type[BaseModel]:
    """Return the model of a method's arguments, described by its docstring; null is still accepted in a call."""
    return _model_of(name, getattr(method, "__func__", method), hasattr(method, "__func__"))


@cache
def _model_of(name: str, function: Callable[..., Any], bound: bool) -> type[BaseModel]:
    """Build the model once for a process: it takes 40 ms a tool, and every conversation asks for each."""
    method = MethodType(function, object()) if bound else function
    long = create_schema_from_function(name, method, parse_docstring=True)
    if not issubclass(long, BaseModel):
        raise TypeError(f"{name} has arguments of pydantic's first version")
    fields: dict[str, Any] = {key: _field(info) for key, info in long.model_fields.items()}
    return create_model(name, __doc__=long.__doc__, **fields)


def _field(info: FieldInfo) -> tuple[Any, Any]:
    kind = _quiet(info.annotation)
    for part in info.metadata:
        kind = Annotated[kind, part]
    if info.is_required():
        return kind, Field(description=info.description)
    if info.default is None:
        # A factory's value is not written into the schema.
        return kind, Field(default_factory=lambda: None, description=info.description)
    return kind, Field(default=info.default, description=info.description)


def _quiet(kind: Any) -> Any:
    """Keep None allowed and out of the schema."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else ()
    if NoneType not in parts:
        return kind
    shown: Any = parts[0]
    for part in parts[1:]:
        # pydantic shows SkipJsonSchema to type checkers as an alias, at run time it is a class.
        shown = shown | (SkipJsonSchema[None] if part is NoneType else part)  # type: ignore[misc]
    return shown
