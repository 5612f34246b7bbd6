"""Breaks the product on purpose: a fault replaces a function wherever it was imported, or a method on its class."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from evals.faults import FAULTS


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Break the product in one way, and mend it at the end."""
    fault = FAULTS[name]
    module = import_module(fault.where)
    owner, _, attribute = fault.name.rpartition(".")
    places = [getattr(module, owner)] if owner else _holders(getattr(module, attribute), attribute)
    real = vars(places[0])[attribute] if owner else getattr(module, attribute)
    broken = fault.wrap(real)
    for place in places:
        setattr(place, attribute, broken)
    try:
        yield
    finally:
        for place in places:
            setattr(place, attribute, real)


def _holders(real: Any, attribute: str) -> list[Any]:
    """Return every loaded module that holds the function under its name."""
    for name in ("assistant.toolbox", "assistant.conversation", "assistant.turn", "assistant.builtin.model"):
        import_module(name)
    ours = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in ("tools", "assistant")]
    return [module for module in ours if vars(module).get(attribute) is real]
