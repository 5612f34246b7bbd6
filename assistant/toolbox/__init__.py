"""THE list of tools. Each is a typed method with a docstring; both together are its schema and its only description."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from langchain_core.tools import StructuredTool

from assistant.session import Session
from assistant.toolbox.changed import Changed
from assistant.toolbox.concepts import Concepts
from assistant.toolbox.person import Person
from assistant.toolbox.planning import Planning
from assistant.toolbox.portfolio import Portfolio
from assistant.toolbox.report import TaxReport
from assistant.toolbox.result import Content, Result, guarded
from assistant.toolbox.schema import arguments_of
from assistant.toolbox.stand_in import StandIn
from assistant.toolbox.tax_estimate import TaxEstimate
from assistant.toolbox.what_if import WhatIf


def build_tools(session: Session) -> list[StructuredTool]:
    """Bind every tool to one conversation's session; calls made side by side run one after another, as they stand."""
    look, what_if, plan = Portfolio(session), WhatIf(session), Planning(session)
    person, tax = Person(session), TaxEstimate(session)
    methods: list[Callable[..., Any]] = [
        look.load_portfolio,
        look.show_holdings,
        Changed(session).what_changed,
        look.compute_drift,
        look.find_harvestable_losses,
        what_if.check_wash_sale,
        StandIn(session).suggest_replacements,
        what_if.simulate_sale,
        plan.optimize_trades,
        plan.explain_trade,
        plan.execute_trades,
        person.set_profile,
        tax.estimate_tax,
        TaxReport(session).tax_report,
        person.calculate,
        Concepts(session).explain_concept,
    ]
    one_at_a_time = asyncio.Lock()
    return [_as_tool(session, method, one_at_a_time) for method in methods]


def _as_tool(session: Session, method: Callable[..., Any], one_at_a_time: asyncio.Lock) -> StructuredTool:
    """Wrap a method: arguments from its signature, errors as results, facts in the artifact.

    Pure work runs in a thread, so that the event loop stays free. A statement and a question that a model sends side
    by side must not race.
    """
    name = method.__name__

    @wraps(method)
    async def call(**arguments: Any) -> Content:
        async with one_at_a_time:
            return await _called(arguments)

    async def _called(arguments: dict[str, Any]) -> Content:
        keeper = session.keeper
        if keeper:
            await asyncio.to_thread(keeper.before_call)
        if inspect.iscoroutinefunction(method):
            content = await guarded(session, name, lambda: method(**arguments))
        else:
            content = await guarded(session, name, lambda: asyncio.to_thread(method, **arguments))
        if keeper:
            keeper.called(name, arguments, content[0])
        return content

    return StructuredTool.from_function(
        coroutine=call,
        name=name,
        description=inspect.cleandoc(method.__doc__ or name).split("\n\nArgs:")[0],
        args_schema=arguments_of(name, method),
        response_format="content_and_artifact",
    )


__all__ = ["Result", "build_tools"]
