"""The agent: a model, the toolbox, the prompt and the guards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool

from assistant.meter import Limits
from assistant.middleware.private_names import PrivateNames
from assistant.middleware.session_context import SessionContext
from assistant.middleware.sound_calls import SoundCalls
from assistant.middleware.spending import Spending
from assistant.middleware.tool_errors import tool_errors
from assistant.session import Session
from prompts import read


def build_agent(
    model: BaseChatModel, tools: Sequence[BaseTool], session: Session, max_rounds: int = 8, limits: Limits | None = None
) -> Any:
    """Put the agent together. Guards run in this order; the last one sees what the model sees.

    ``limits`` are for a model on a server; the built-in one costs nothing.
    """
    guards: list[Any] = [
        ModelCallLimitMiddleware(run_limit=max_rounds, exit_behavior="error"),
        tool_errors(),
        SoundCalls(),
        SessionContext(session),
        PrivateNames(session),
        *([Spending(session, limits)] if limits else []),
    ]
    agent = create_agent(model, list(tools), system_prompt=read("advisor"), middleware=guards)
    # Each round passes through the model, its guards and the tools; the default limit would be 9,999 steps.
    return agent.with_config(recursion_limit=12 * max_rounds + 20)
