"""Servers that fail: bounded retries, a plain sentence, the conversation whole, and the built-in model offered."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.events import Choices, StepStarted, Text, TurnEnded
from assistant.spare import TAKE, accepts_spare


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(event)}\n\n".encode()


FINE = _chunk({"content": "All is well."}) + _chunk({}, "stop") + b"data: [DONE]\n\n"


@contextmanager
def moody(*moods: int, retry_after: str = "0.01", stream: bytes = FINE) -> Iterator[Any]:
    """Serve one status after another; after the last one only that one."""
    asked: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status = moods[min(len(asked), len(moods) - 1)]
            asked.append(status)
            body = stream if status == 200 else b'{"error": {"message": "private words of the server"}}'
            self.send_response(status)
            self.send_header("content-type", "text/event-stream" if status == 200 else "application/json")
            self.send_header("retry-after", retry_after)
            self.end_headers()
            self.wfile.write(body)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}/v1", asked
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_that_recovers_is_asked_again_and_answers(talk, over_wire, status: int) -> None:
    with moody(status, status, 200) as (url, asked):
        events = await talk(over_wire(url), host="127.0.0.1").say("zebra")
    assert words(events) == "All is well."
    assert asked == [status, status, 200]


@pytest.mark.parametrize(("status", "times"), [(429, 3), (500, 3), (401, 1), (404, 1)])
async def test_retries_are_bounded_and_a_wrong_key_is_not_tried_again(talk, over_wire, status: int, times: int) -> None:
    with moody(status) as (url, asked):
        events = await talk(over_wire(url), host="127.0.0.1").say("zebra")
    assert len(asked) == times
    assert words(events).strip()
    assert isinstance(events[-1], TurnEnded)


async def test_after_a_failure_the_built_in_model_is_offered_and_answers_the_same_question(
    talk, scripted, look, over_wire, monkeypatch
) -> None:
    import assistant.answering as module
    from assistant.model import ChosenModel

    built_in = ChosenModel(scripted(look("Worth {{hold1.ZEB.value_usd}}.")), "the built-in model", None, True)
    with moody(401) as (url, _):
        one = talk(over_wire(url), host="127.0.0.1")
        failed = await one.say("what of my zebra")
        offers = [event for event in failed if isinstance(event, Choices)]
        assert TAKE in [option.say for option in offers[-1].options]
        monkeypatch.setattr(module, "choose_model", lambda settings: built_in)
        events = await one.say("yes please")
    assert "$1,905" in words(events)
    assert "the built-in model" in words(events)
    assert one.conversation.model_label == "the built-in model"
    assert [m.text for m in one.session.messages if isinstance(m, HumanMessage)][-1] == "what of my zebra"


async def test_another_question_after_a_failure_goes_to_the_chosen_model(talk, over_wire) -> None:
    with moody(401, 200) as (url, asked):
        one = talk(over_wire(url), host="127.0.0.1")
        await one.say("zebra")
        events = await one.say("and yak?")
    assert words(events) == "All is well."
    assert len(asked) == 2


@pytest.mark.parametrize("text", ["yes", "Yes please.", "ok", "use the built-in model", "built in then", TAKE])
def test_words_that_take_the_offer(text: str) -> None:
    assert accepts_spare(text)


@pytest.mark.parametrize("text", ["no", "yes but sell zebra", "what is built-in gain?", "I approve plan a1b2c3", ""])
def test_words_that_do_not(text: str) -> None:
    assert not accepts_spare(text)


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "show_holdings", "arguments": {}}</tool_call>',
        '```json\n{"name": "show_holdings", "arguments": {}}\n```',
        '[TOOL_CALLS] [{"name": "show_holdings"}]',
    ],
)
async def test_a_call_written_as_text_is_never_run_and_is_named(talk, scripted, text: str) -> None:
    one = talk(scripted(lambda messages: AIMessage(text)), host="m.example")
    events = await one.say("zebra")
    assert not [event for event in events if isinstance(event, StepStarted)]
    assert "tool call as plain text" in words(events)
    assert "show_holdings" not in words(events)
    assert [event for event in events if isinstance(event, Choices)]


@pytest.mark.parametrize(
    "text",
    ["<think>It is $98,765.</think>All is well.", "Hmm, $98,765.</think>All is well.", "[THINK]x[/THINK]All is well."],
)
async def test_thoughts_between_tags_are_not_part_of_the_answer(talk, scripted, text: str) -> None:
    events = await talk(scripted(lambda messages: AIMessage(text))).say("zebra")
    assert words(events) == "All is well."
    assert events[-1].blocked == 0


async def test_a_key_is_in_no_answer_log_or_error(talk, over_wire, caplog, capsys) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "sk-very-secret-0123456789"
    for status in (200, 401, 429, 500):
        with moody(status) as (url, _):
            one = talk(over_wire(url, api_key=secret), host="127.0.0.1")
            events = await one.say("zebra")
            assert secret not in repr(events)
            assert secret not in repr(one.session.messages)
    printed = capsys.readouterr()
    assert secret not in caplog.text + printed.out + printed.err
