"""Each fault of a server, played by a real one on loopback: bounded tries, plain words, nothing twice, nothing lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.events import Choices, StepStarted, Text, TurnEnded
from assistant.faces.clock import now
from assistant.settings import Settings
from assistant.spare import TAKE

PRIVATE = "private words of the server"


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def steps(events: list[Any]) -> list[str]:
    return [event.tool for event in events if isinstance(event, StepStarted)]


def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n"


def saying(text: str) -> str:
    return chunk({"content": text}) + chunk({}, "stop") + "data: [DONE]\n\n"


def calling(name: str = "show_holdings", arguments: str = '{"symbol": "ZEB"}') -> str:
    function = {"name": name, "arguments": arguments}
    call = {"index": 0, "id": "c1", "type": "function", "function": function}
    return chunk({"tool_calls": [call]}) + chunk({}, "tool_calls") + "data: [DONE]\n\n"


@dataclass(frozen=True)
class Act:
    """What the server does with one request. ``cut`` breaks the connection before the promised end."""

    stream: str = ""
    status: int = 200
    error: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    hang: float = 0


@dataclass
class Played:
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def playing(*acts: Act) -> Iterator[Played]:
    """Serve one act after another; after the last one only that one."""
    played, closing = Played(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            act = acts[min(len(played.bodies), len(acts) - 1)]
            played.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.close_connection = True
            if act.hang and not act.stream:
                closing.wait(act.hang)
                return
            self._head(act)
            body = act.stream if act.status == 200 else json.dumps({"error": act.error or {"message": PRIVATE}})
            self.wfile.write(body.encode())
            self.wfile.flush()
            if act.hang:
                closing.wait(act.hang)

        def _head(self, act: Act) -> None:
            self.send_response(act.status)
            self.send_header("content-type", "text/event-stream" if act.status == 200 else "application/json")
            for name, value in act.headers:
                self.send_header(name, value)
            if act.cut:
                self.send_header("content-length", "1000000")
            self.send_header("connection", "close")
            self.end_headers()

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    played.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield played
    finally:
        closing.set()
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long the client would have waited, and don't."""
    found: list[float] = []

    async def noted(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(anyio, "sleep", noted)
    return found


CUTS: dict[str, Act] = {
    "ends without its end": Act(chunk({"content": "Your holdings"})),
    "connection lost": Act(chunk({"content": "Your holdings"}), cut=True),
    "an error in the stream": Act(f"data: {json.dumps({'error': {'message': PRIVATE, 'code': 503}})}\n\n"),
    "nothing at all": Act(""),
    "only its end": Act("data: [DONE]\n\n"),
    "no words": Act(chunk({}, "stop") + "data: [DONE]\n\n"),
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_a_stream_cut_before_a_word_was_shown_is_asked_for_again(talk, over_wire, cut: Act) -> None:
    with playing(cut, Act(saying("All is well."))) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert words(events) == "All is well."
    assert played.bodies[0]["messages"] == played.bodies[1]["messages"]
    assert [message.text for message in one.session.messages] == ["zebra", "All is well."]


async def test_a_stream_cut_after_a_tool_ran_goes_on_from_its_result(talk, over_wire) -> None:
    acts = (Act(calling()), Act(chunk({"content": "It is"}), cut=True), Act(saying("Worth {{hold1.ZEB.value_usd}}.")))
    with playing(*acts) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert words(events) == "Worth $1,905."
    assert steps(events) == ["show_holdings"]
    assert played.bodies[1]["messages"] == played.bodies[2]["messages"]


async def test_what_was_shown_before_a_cut_is_not_shown_again_and_the_next_turn_knows_it(talk, over_wire) -> None:
    shown = chunk({"content": "Worth {{hold1.ZEB.value_usd}}. And th"})
    with playing(Act(calling()), Act(shown, cut=True), Act(saying("Fine."))) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        first = await one.say("zebra")
        then = await one.say("and?")
    assert words(first).count("$1,905") == 1
    assert "could not be reached" in words(first) or "broke off" in words(first)
    assert words(then) == "Fine."
    assert len(played.bodies) == 3
    sent = [message["content"] for message in played.bodies[2]["messages"] if message["role"] == "assistant"]
    assert any("{{hold1.ZEB.value_usd}}" in (text or "") for text in sent)


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_tries_are_bounded_and_then_the_built_in_model_is_offered(talk, over_wire, cut: Act) -> None:
    with playing(cut) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert 1 <= len(played.bodies) <= 3
    assert words(events).strip()
    assert PRIVATE not in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert isinstance(one.session.messages[-1], AIMessage)
    if "broke off" not in words(events):
        assert TAKE in [option.say for event in events if isinstance(event, Choices) for option in event.options]


async def test_no_more_tries_than_the_settings_allow(talk, over_wire) -> None:
    with playing(CUTS["connection lost"]) as played:
        settings = Settings(model_retries=0)
        await talk(over_wire(played.url, model_retries=0), host="127.0.0.1", settings=settings).say("zebra")
    assert len(played.bodies) == 1


TOO_LONG = {
    "OpenAI": (
        400,
        {"message": "This is too much.", "code": "context_length_exceeded", "type": "x"},
    ),
    "vLLM": (400, {"message": "This model's maximum context length is 4096 tokens. However, you requested 9000."}),
    "llama.cpp": (
        400,
        {"message": "the request is too large", "type": "exceed_context_size_error"},
    ),
    "LM Studio": (400, {"message": "The model is loaded with context length of only 4096 tokens."}),
    "a proxy": (413, {"message": PRIVATE}),
}


@pytest.mark.parametrize(("status", "error"), TOO_LONG.values(), ids=TOO_LONG.keys())
async def test_a_conversation_found_too_long_is_shortened_and_asked_once_more(
    talk, over_wire, status: int, error: Any
) -> None:
    fine = Act(saying("Fine."))
    with playing(fine, fine, fine, Act(status=status, error=error), fine) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        for text in ("first question", "second question", "third question"):
            await one.say(text)
        events = await one.say("fourth question")
    assert words(events) == "Fine."
    assert len(played.bodies) == 5
    asked = [m["content"] for m in played.bodies[4]["messages"] if m["role"] == "user"]
    assert asked == ["third question", "fourth question"]
    assert "first question" in played.bodies[4]["messages"][0]["content"]
    assert [m.text for m in one.session.messages if isinstance(m, HumanMessage)] == asked


@pytest.mark.parametrize("before", [0, 1, 3])
async def test_one_that_stays_too_long_ends_in_a_plain_sentence_and_an_offer(talk, over_wire, before: int) -> None:
    status, error = TOO_LONG["OpenAI"]
    acts = [*[Act(saying("Fine."))] * before, Act(status=status, error=error)]
    with playing(*acts) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        for n in range(before):
            await one.say(f"question {n}")
        events = await one.say("zebra")
    assert len(played.bodies) == before + (2 if before else 1)
    assert "too long" in words(events)
    assert "context length" in words(events)
    assert [event for event in events if isinstance(event, Choices)]


async def test_another_refusal_of_a_request_is_not_taken_for_length(talk, over_wire) -> None:
    with playing(Act(status=400, error={"message": PRIVATE, "code": "invalid_tools"})) as played:
        events = await talk(over_wire(played.url), host="127.0.0.1").say("zebra")
    assert len(played.bodies) == 1
    assert "could not be used" in words(events)


@pytest.mark.parametrize("form", ["seconds", "date", "too long"])
async def test_a_busy_server_is_asked_again_when_it_says(talk, over_wire, waits: list[float], form: str) -> None:
    value = {
        "seconds": "7",
        "date": format_datetime(now() + timedelta(seconds=30), usegmt=True),
        "too long": "86400",
    }[form]
    busy = Act(status=429, headers=(("retry-after", value),))
    with playing(busy, Act(saying("All is well."))) as played:
        events = await talk(over_wire(played.url), host="127.0.0.1").say("zebra")
    if form == "too long":
        assert len(played.bodies) == 1
        assert "busy" in words(events)
        return
    assert words(events) == "All is well."
    assert waits == [7] if form == "seconds" else 20 < waits[0] <= 30


async def test_waits_without_a_retry_after_grow_and_differ(talk, over_wire, waits: list[float]) -> None:
    with playing(Act(status=500)) as played:
        settings = Settings(model_retries=3)
        events = await talk(over_wire(played.url, model_retries=3), host="127.0.0.1", settings=settings).say("zebra")
    assert len(played.bodies) == 4
    assert waits[0] < waits[1] < waits[2] <= 8
    assert waits[1] != 2 * waits[0]
    assert "could not be used" in words(events)


@pytest.mark.parametrize("stream", ["", chunk({"content": "Your holdings"})], ids=["from the start", "in the middle"])
async def test_a_server_that_falls_silent_is_given_up_in_time(talk, over_wire, stream: str) -> None:
    with playing(Act(stream, hang=20)) as played:
        wire = over_wire(played.url, request_timeout_seconds=0.2, model_retries=1)
        events = await talk(wire, host="127.0.0.1", settings=Settings(model_retries=1)).say("zebra")
    assert len(played.bodies) == 2
    assert "did not answer in time" in words(events)
    assert [event for event in events if isinstance(event, Choices)]


async def test_a_turn_has_an_end_of_its_own(talk, over_wire) -> None:
    with playing(Act(calling()), Act(chunk({"content": "It is"}), hang=20)) as played:
        one = talk(over_wire(played.url), host="127.0.0.1", settings=Settings(turn_timeout_seconds=0.5))
        events = await one.say("zebra")
    assert "did not answer in time" in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert [message.type for message in one.session.messages] == ["human", "ai", "tool", "ai"]


async def test_a_model_that_calls_for_ever_is_stopped_and_every_call_has_its_result(talk, over_wire) -> None:
    with playing(Act(calling())) as played:
        one = talk(over_wire(played.url), host="127.0.0.1", settings=Settings(max_rounds=4))
        events = await one.say("zebra")
    assert len(played.bodies) == 4
    assert "more steps" in words(events)
    calls = sum(len(m.tool_calls) for m in one.session.messages if isinstance(m, AIMessage))
    assert calls == len([m for m in one.session.messages if m.type == "tool"])


WRONG_CALLS: dict[str, tuple[str, str]] = {
    "unknown tool": ("sell_everything", "{}"),
    "cut arguments": ("show_holdings", '{"symbol": "ZE'),
    "wrong type": ("show_holdings", '{"symbol": {"a": 1}}'),
    "not an object": ("show_holdings", '["ZEB"]'),
    "infinite": ("show_holdings", '{"symbol": 1e999}'),
}


@pytest.mark.parametrize(("name", "arguments"), WRONG_CALLS.values(), ids=WRONG_CALLS.keys())
async def test_a_wrong_call_is_answered_and_the_model_can_go_on(talk, over_wire, name: str, arguments: str) -> None:
    with playing(Act(calling(name, arguments)), Act(saying("I could not look that up."))) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert words(events) == "I could not look that up."
    assert one.session.facts == {}
    assert played.bodies[1]["messages"][-1]["role"] == "tool"


async def test_arguments_without_end_are_stopped_while_they_come(talk, over_wire) -> None:
    piece = {"tool_calls": [{"index": 0, "function": {"arguments": "x" * 1000}}]}
    with playing(Act(calling("show_holdings", "{").split("data: [DONE]")[0] + chunk(piece) * 200)) as played:
        events = await talk(over_wire(played.url), host="127.0.0.1").say("zebra")
    assert len(played.bodies) == 1
    assert "more than an answer holds" in words(events)


THINKING: dict[str, Sequence[dict[str, Any]]] = {
    "a field of its own": [{"reasoning_content": "It is $98,765."}, {"content": "All is well."}],
    "another field": [{"reasoning": "It is $98,765."}, {"content": "All is well."}],
    "tags": [{"content": "<think>It is $98,"}, {"content": "765.</thi"}, {"content": "nk>All is well."}],
    "no first tag": [{"content": "It is $98,765.</think>"}, {"content": "All is well."}],
}


@pytest.mark.parametrize("deltas", THINKING.values(), ids=THINKING.keys())
async def test_thoughts_are_never_shown_nor_sent_back(talk, over_wire, deltas: Sequence[dict[str, Any]]) -> None:
    stream = "".join(chunk(delta) for delta in deltas) + chunk({}, "stop") + "data: [DONE]\n\n"
    with playing(Act(stream)) as played:
        one = talk(over_wire(played.url), host="127.0.0.1")
        events = [event for text in ("zebra", "and?") for event in await one.say(text)]
    assert words(events) == "All is well." * 2
    assert "98,765" not in json.dumps(played.bodies)


async def test_thoughts_alone_are_no_answer(talk, over_wire) -> None:
    stream = chunk({"reasoning_content": "Hm."}) + chunk({}, "stop") + "data: [DONE]\n\n"
    with playing(Act(stream)) as played:
        events = await talk(over_wire(played.url), host="127.0.0.1").say("zebra")
    assert len(played.bodies) == 3
    assert "no answer" in words(events)
    assert [event for event in events if isinstance(event, Choices)]
