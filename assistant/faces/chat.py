"""The chat page, on Chainlit: sends what the person does to the conversation, and serves the page.

With ``rendering``, all that knows Chainlit. ``page_files.prepare_environment`` must have run before it is imported.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import chainlit as cl
import uvicorn
from chainlit import server
from chainlit.config import config
from chainlit.input_widget import InputWidget, Select, TextInput

from assistant.events import Event
from assistant.faces.gate import Gate, without_foreign_links
from assistant.faces.rendering import APPROVE, CHANGE, NOT_NOW, SAY, Turn, withdraw_card
from tools.errors import LotlineError

if TYPE_CHECKING:
    from assistant.conversation import Conversation

log = logging.getLogger("lotline.page")
YOU = "You"
HOW_TO_CHANGE = "Say what should be different: a limit on gains, a name to leave alone, a smallest trade, a target."
SORRY = "Something went wrong here, and nothing was changed. Please ask again; the details are in the server's log."
FORM_LABELS = {
    "filing_status": "Filing status",
    "state": "State (two letters)",
    "income": "Taxable income this year, in dollars, without these trades",
    "rate": "Federal bracket, if you know it (for example 24%)",
    "targets": "Targets (for example: AAA 10%, BBB 20%, cash 5%)",
    "model": "Model that answers (empty: the built-in one)",
    "base_url": "Address of its server (empty: the vendor's own)",
}
FILING_STATUSES = {
    "Single": "single",
    "Married, filing jointly": "married_joint",
    "Married, filing separately": "married_separate",
    "Head of household": "head_of_household",
}


async def _show_source(conversation: Conversation) -> None:
    """Keep the header true: whose holdings, which prices, which model."""
    await cl.send_window_message({"lotline": {"title": conversation.title, "model": conversation.model_label}})


async def _take_turn(act: Callable[[Conversation], AsyncIterator[Event]]) -> None:
    """Run one turn after the one before, and say in words what goes wrong."""
    conversation: Conversation | None = cl.user_session.get("conversation")
    if conversation is None:
        await cl.Message(content="This conversation has ended. Please reload the page.").send()
        return
    lock: asyncio.Lock = cl.user_session.get("lock")
    async with lock:
        try:
            await Turn().show(act(conversation))
        except LotlineError as error:
            await cl.Message(content=str(error)).send()
        except Exception:  # Chainlit would show the person the exception's own text
            log.exception("A turn failed")
            await cl.Message(content=SORRY).send()
        await _show_source(conversation)


async def _speak(text: str, act: Callable[[Conversation], AsyncIterator[Event]]) -> None:
    """Show a click as the person's own message, and answer it; the Stop button reaches it like any other turn."""

    async def turn() -> None:
        with suppress(asyncio.CancelledError):
            said = await cl.Message(content=text, author=YOU, type="user_message").send()
            await cl.context.emitter.task_start()
            try:
                async with cl.Step(name="on_message", type="run", parent_id=said.id):
                    await _take_turn(act)
            finally:
                await cl.context.emitter.task_end()

    task = asyncio.create_task(turn())
    cl.context.session.current_task = task


async def _on_message(message: cl.Message) -> None:
    paths = [(element.name, element.path) for element in message.elements if element.path]
    files = [(name, await asyncio.to_thread(Path(path).read_bytes)) for name, path in paths]
    text = message.content
    await _take_turn(lambda conversation: conversation.upload(files, text) if files else conversation.say(text))


async def _on_say(action: cl.Action) -> None:
    say = str(action.payload["say"])
    await _speak(action.label or say, lambda conversation: conversation.say(say))


async def _on_approve(action: cl.Action) -> None:
    await withdraw_card()
    plan_id = str(action.payload["plan_id"])
    await _speak("Approve this plan", lambda conversation: conversation.approve(plan_id))


async def _on_not_now(action: cl.Action) -> None:
    await withdraw_card()
    plan_id = str(action.payload["plan_id"])
    await _speak("Not now", lambda conversation: conversation.decline(plan_id))


async def _on_change(action: cl.Action) -> None:
    await cl.Message(content=HOW_TO_CHANGE).send()


async def _on_settings(values: dict[str, Any]) -> None:
    await _take_turn(lambda conversation: conversation.apply_form(values))


def _widget(field: str, value: str) -> InputWidget:
    label = FORM_LABELS.get(field, field.replace("_", " ").capitalize())
    if field == "filing_status":
        return Select(id=field, label=label, items=FILING_STATUSES, initial_value=value or None)
    return TextInput(id=field, label=label, initial=value)


def _on_start(open_conversation: Callable[[], Conversation]) -> Callable[[], Any]:
    async def start() -> None:
        try:
            conversation = await asyncio.to_thread(open_conversation)
        except Exception as error:  # Chainlit would show the person the exception's own text
            log.exception("No conversation could be opened")
            await cl.Message(content=str(error) if isinstance(error, LotlineError) else SORRY).send()
            return
        cl.user_session.set("conversation", conversation)
        cl.user_session.set("lock", asyncio.Lock())
        await _show_source(conversation)
        await Turn().show(conversation.opening())
        await cl.ChatSettings([_widget(*field) for field in conversation.profile_form().items()]).send()

    return start


def serve(
    open_conversation: Callable[[], Conversation],
    host: str,
    door: socket,
    ready: Callable[[], None],
    close: Callable[[], None],
) -> None:
    """Serve the page until interrupted; returns only by ending the process.

    Args:
        open_conversation: Makes the conversation of one visitor.
        host: Address served.
        door: The socket, already bound to it.
        ready: Called when the page is about to answer.
        close: Called before the process ends.
    """

    async def started() -> None:
        ready()

    async def stopped() -> None:
        close()

    cl.on_app_startup(started)
    cl.on_app_shutdown(stopped)
    cl.on_chat_start(_on_start(open_conversation))
    cl.on_message(_on_message)
    cl.on_settings_update(_on_settings)
    for name, callback in ((SAY, _on_say), (APPROVE, _on_approve), (CHANGE, _on_change), (NOT_NOW, _on_not_now)):
        cl.action_callback(name)(callback)
    config.run.headless = True
    template: Callable[[str], str] = server.get_html_template
    server.get_html_template = lambda root_path: without_foreign_links(template(root_path))
    uvicorn.Server(uvicorn.Config(Gate(server.app, host), log_config=None)).run(sockets=[door])
