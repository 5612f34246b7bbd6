"""A process to be killed: it imports once, then forks a child for each line it reads; the child talks until it dies.

Run as ``python crash_driver.py DATABASE_URL KEY``. Lines printed: ``CHILD pid``, then the child's own, one a step,
each with the time at its end.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from builders import ON, household, lot, single
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import SecretStr

from assistant.adapters.engine import InlineEngine
from assistant.adapters.paper_broker import PaperBroker
from assistant.adapters.store import open_store
from assistant.conversation import Conversation
from assistant.keeping import Keeper, Keeping
from assistant.model import ChosenModel
from assistant.session import Session
from assistant.settings import Settings
from assistant.toolbox import build_tools
from tools.model import Household

THREAD = "to be killed"
OWNER = "ann"


def start() -> Household:
    """Two funds at their cost in one account: any mix can be reached without tax."""
    lots = [lot("VTI", 400, 100, "2020-01-02"), lot("BND", 400, 100, "2020-01-02")]
    return household(lots, {"VTI": 100, "BND": 100}, cash={"acct-1": 1000})


class Scripted(BaseChatModel):
    """Calls the tool that the person's words name; then says one sentence."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=answer(messages))])


def answer(messages: Sequence[BaseMessage]) -> AIMessage:
    if isinstance(messages[-1], ToolMessage):
        return AIMessage("Here it is.")
    said = next(message.text for message in reversed(messages) if isinstance(message, HumanMessage)).split()
    match said[0]:
        case "plan":
            weight = 0.2 + int(said[1]) % 55 / 100
            args: dict[str, Any] = {"targets": {"VTI": weight, "BND": 1 - weight}, "style": "all_the_way"}
            return call("optimize_trades", args)
        case "place":
            return call("execute_trades", {"plan_id": said[1]})
    return call("show_holdings", {})


def call(name: str, args: dict[str, Any]) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": "c1", "type": "tool_call"}])


async def warm() -> None:
    """Import and build once, in a conversation that nothing keeps, what each child would wait for."""
    session = Session(as_of=ON, today=ON, engine=InlineEngine(), broker=PaperBroker(), investor=single())
    session.adopt(start(), as_of=ON, is_sample=False)
    chosen = ChosenModel(Scripted(), "scripted", None, False)
    conversation = Conversation(session, Settings(), chosen, build_tools(session))
    await drain(conversation.say("show everything"))
    await drain(conversation.say("plan 7"))


def opened(settings: Settings) -> Conversation:
    """Open the conversation, going on where it was left."""
    session = Session(as_of=ON, today=ON, engine=InlineEngine(), broker=PaperBroker())
    store = open_store(settings, OWNER)
    session.keeper = Keeper(session, Keeping(lambda: store, lambda: datetime(2026, 11, 20, tzinfo=UTC)), THREAD)
    left = store.thread(THREAD)
    if left is None:
        session.investor = single()
        session.adopt(start(), as_of=ON, is_sample=False)
    else:
        session.keeper.resume(left, ON)
    return Conversation(session, settings, ChosenModel(Scripted(), "scripted", None, False), build_tools(session), left)


async def talk(settings: Settings) -> None:
    conversation = opened(settings)
    session = conversation.session
    say("OPEN", session.turn, len(session.executed), len(conversation.welcome_back()))
    await approve(conversation)  # the card that was up when the one before was killed
    while True:
        say("ASKING", session.turn)
        await drain(conversation.say("show everything"))
        say("PLANNING", session.turn)
        await drain(conversation.say(f"plan {session.turn * 7}"))
        await drain(conversation.say(f"place {session.current_plan_id}"))
        await approve(conversation)


async def approve(conversation: Conversation) -> None:
    card = conversation.session.shown_card
    if card is not None:
        say("APPROVING", card.plan_id)
        await drain(conversation.approve(card.plan_id))
        say("APPROVED" if card.plan_id in conversation.session.executed else "REFUSED", card.plan_id)


async def drain(events: Any) -> None:
    async for _ in events:
        pass


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, (*words, time.monotonic()))) + "\n").encode())


def held(household: Household) -> dict[str, Decimal]:
    """Shares by symbol, and cash."""
    found: dict[str, Decimal] = {"CASH": sum(household.cash_usd.values(), Decimal(0))}
    for one in household.lots:
        found[one.symbol] = found.get(one.symbol, Decimal(0)) + one.shares
    return found


def main(url: str, key: str) -> None:
    settings = Settings(data_dir=Path("unused"), database_url=SecretStr(url), store_key=SecretStr(key))
    asyncio.run(warm())
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(talk(settings))
        say("CHILD", pid)
        os.waitpid(pid, 0)
        say("GONE", pid)


if __name__ == "__main__":
    main(*sys.argv[1:])
