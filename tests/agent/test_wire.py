"""The same conversation over a real loopback server: what is sent, and what bad servers do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from assistant.events import StepStarted, Text, TurnEnded
from assistant.wire import strict_arguments


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})


def tool_call(arguments: str) -> dict[str, Any]:
    function = {"name": "show_holdings", "arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": function}]}


SAY = "Ask Ottilie: is {{hold1.ZEB.value_usd}} in acct-1 right? Loss {{hold1.ZEB.gain_usd|abs}}."


async def test_calls_and_text_are_the_same_over_the_wire_as_in_process(talk, scripted, look, server, over_wire) -> None:
    here = talk(scripted(look(SAY)))
    inside = await here.say("what of Ottilie's Zebra?")
    with server(scripted(look(SAY))) as remote:
        there = talk(over_wire(remote.url), host="127.0.0.1")
        outside = await there.say("what of Ottilie's Zebra?")
    assert words(outside) == words(inside)
    calls = [(e.tool, e.inputs) for e in inside if isinstance(e, StepStarted)]
    assert (
        [(e.tool, e.inputs) for e in outside if isinstance(e, StepStarted)]
        == calls
        == [("show_holdings", {"symbol": "ZEB"})]
    )


async def test_no_name_account_number_or_path_leaves(talk, scripted, look, server, over_wire) -> None:
    with server(scripted(look(SAY))) as remote:
        one = talk(over_wire(remote.url), host="127.0.0.1")
        await one.say(
            "Ottilie Vandermeer's account …9917 from /home/ottilie/lots.csv, mail o@vandermeer.example, 123456789"
        )
        await one.say("and lots.csv?")
    sent = b"\n".join(remote.bodies).decode().lower()
    assert len(remote.bodies) >= 4
    assert "show_holdings" in sent
    assert "person-1" in sent
    for private in ("ottilie", "vandermeer", "9917", "/home", "lots.csv", "123456789"):
        assert private not in sent, private


async def test_the_request_is_a_plain_chat_completion(talk, scripted, look, server, over_wire) -> None:
    with server(scripted(look("Fine."))) as remote:
        await talk(over_wire(remote.url), host="127.0.0.1").say("zebra")
    body = json.loads(remote.bodies[0])
    assert body["stream"] is True
    assert "stream_options" not in body
    assert body["messages"][0]["role"] == "system"
    assert "```session" in body["messages"][0]["content"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "refused the key"),
        (403, "does not allow"),
        (404, "LOTLINE_MODEL"),
        (429, "busy"),
        (500, "could not be used"),
    ],
)
async def test_an_error_of_the_server_becomes_a_sentence(talk, server, over_wire, status: int, expected: str) -> None:
    with server(None, status=status) as remote:
        one = talk(over_wire(remote.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert expected in words(events)
    assert "private words" not in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert isinstance(one.session.messages[-1], AIMessage)


async def test_a_server_that_is_not_there_becomes_a_sentence(talk, over_wire) -> None:
    events = await talk(over_wire("http://127.0.0.1:9/v1"), host="127.0.0.1").say("zebra")
    assert "could not be reached" in words(events)


async def test_a_redirect_is_not_followed(talk, scripted, look, server, over_wire) -> None:
    with server(scripted(look("Fine."))) as other, server(None, status=307, location=other.url) as remote:
        events = await talk(over_wire(remote.url), host="127.0.0.1").say("zebra")
    assert other.bodies == []
    assert "not followed" in words(events)


BAD_STREAMS = {
    "truncated arguments": [chunk(tool_call('{"symbol": "ZE')), chunk({}, "tool_calls"), "[DONE]"],
    "cut off by length": [chunk(tool_call('{"symbol": "ZEB"}')), chunk({}, "length"), "[DONE]"],
    "not a number": [chunk(tool_call('{"symbol": NaN}')), chunk({}, "tool_calls"), "[DONE]"],
    "a key twice": [chunk(tool_call('{"symbol": "ZEB", "symbol": "YAK"}')), chunk({}, "tool_calls"), "[DONE]"],
    "a list": [chunk(tool_call('["ZEB"]')), chunk({}, "tool_calls"), "[DONE]"],
    "double encoded": [chunk(tool_call('"{\\"symbol\\": \\"ZEB\\"}"')), chunk({}, "tool_calls"), "[DONE]"],
    "no choices": ['{"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "m"}', "[DONE]"],
    "not json": ["{{{", "[DONE]"],
    "an error object": ['{"error": {"message": "private words", "code": 1}}'],
    "nothing": [],
    "only done": ["[DONE]"],
    "a refusal": [chunk({"refusal": "no"}), chunk({}, "content_filter"), "[DONE]"],
    "an old function call": [
        chunk({"function_call": {"name": "show_holdings", "arguments": "{}"}}),
        chunk({}, "stop"),
        "[DONE]",
    ],
    "far too many arguments": [chunk(tool_call("x" * 90_000)), chunk({}, "tool_calls"), "[DONE]"],
}


@pytest.mark.parametrize("lines", BAD_STREAMS.values(), ids=BAD_STREAMS.keys())
async def test_a_bad_stream_ends_in_words_and_runs_no_tool(talk, server, over_wire, lines: list[str]) -> None:
    with server(None, raw=lines) as remote:
        one = talk(over_wire(remote.url), host="127.0.0.1")
        events = await one.say("zebra")
    assert words(events).strip()
    assert "private words" not in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert one.session.facts == {}


async def test_an_answer_about_files_that_is_cut_says_so_too(server) -> None:
    from assistant.settings import Settings

    lots = (
        b"account,account_type,symbol,quantity,cost_per_share,acquired,price\nMain,taxable,ZEB,30,80,2024-03-05,63.50\n"
    )
    with server(None, raw=[chunk({"content": "Your holdings are"})]) as remote:
        one = _open(Settings(model="m", base_url=remote.url))
        events = [event async for event in one.upload([("lots.csv", lots)])]
    assert "broke off" in words(events)


async def test_an_answer_cut_in_the_middle_says_so(talk, server, over_wire) -> None:
    with server(None, raw=[chunk({"content": "Your holdings are"})]) as remote:
        events = await talk(over_wire(remote.url), host="127.0.0.1").say("zebra")
    assert "broke off" in words(events)


async def test_a_figure_made_up_by_the_server_is_not_shown(talk, server, over_wire) -> None:
    lines = [chunk({"content": "You would save $4,321 of tax."}), chunk({}, "stop"), "[DONE]"]
    with server(None, raw=lines) as remote:
        events = await talk(over_wire(remote.url), host="127.0.0.1").say("zebra")
    assert "4,321" not in words(events)
    assert events[-1].blocked >= 1


async def test_tracing_stays_off_whatever_the_environment_says(talk, scripted, look, server, monkeypatch) -> None:
    with server(None, status=500) as collector:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", collector.url)
        from langsmith import utils

        utils.get_env_var.cache_clear()
        await talk(scripted(look("Fine."))).say("zebra")
    utils.get_env_var.cache_clear()
    assert collector.bodies == []


@pytest.mark.parametrize("raw", ['{"a": 1', '{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 2}', "[1]", '"x"', "nope"])
def test_arguments_that_lenient_parsers_repair_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_arguments(raw)


def test_sound_arguments_pass() -> None:
    assert strict_arguments('{"a": 1.5, "b": ["x"]}') == {"a": 1.5, "b": ["x"]}


QUESTIONS = [
    "How should I rebalance to cut my taxes?",
    "What do I hold?",
    "what's in account …4417 of Nora Parker, from /home/nora/lots.csv?",
    "Which losses can I harvest?",
    "do it",
]


async def _built_in_talk(conversation: Any) -> list[Any]:
    found: list[Any] = []
    for question in QUESTIONS:
        found += [event async for event in conversation.say(question)]
    return found


def _open(settings: Any) -> Any:
    from datetime import date

    from assistant.adapters.engine import InlineEngine
    from assistant.start import open_conversation

    return open_conversation(settings, date(2026, 11, 22), InlineEngine())


async def test_the_built_in_model_behind_a_server_says_the_same_and_learns_no_name(server) -> None:
    from assistant.builtin import BuiltinChatModel
    from assistant.events import ApprovalCard
    from assistant.samples import load_sample
    from assistant.settings import Settings

    here = _open(Settings())
    inside = await _built_in_talk(here)
    with server(BuiltinChatModel()) as remote:
        outside = await _built_in_talk(_open(Settings(model="m", base_url=remote.url)))
    assert words(outside) == words(inside)
    assert [(e.tool, e.inputs) for e in outside if isinstance(e, StepStarted)] == [
        (e.tool, e.inputs) for e in inside if isinstance(e, StepStarted)
    ]
    assert [e for e in outside if isinstance(e, ApprovalCard)] == [e for e in inside if isinstance(e, ApprovalCard)]
    assert not [e for e in inside if isinstance(e, TurnEnded) and e.blocked]
    sent = b"\n".join(remote.bodies).decode().lower()
    accounts = [account.name.lower() for account in here.session.household.accounts]
    owners = [part.lower() for owner in load_sample().owners for part in owner.split()]
    files = [name.lower() for name, _ in load_sample().files]
    for private in (*accounts, *owners, *files, "4417", "/home"):
        assert private not in sent, private


async def test_the_card_and_the_buttons_name_accounts_as_the_person_does(server) -> None:
    from assistant.events import ApprovalCard
    from assistant.settings import Settings

    events = await _built_in_talk(_open(Settings()))
    card = next(event for event in events if isinstance(event, ApprovalCard))
    assert not [line for line in card.lines if line.account.startswith("acct-")]


def test_the_prompt_and_all_schemas_stay_small_and_plain(schemas) -> None:
    from datetime import date

    from langchain_core.messages import SystemMessage
    from langchain_core.messages.utils import count_tokens_approximately

    from assistant.adapters.paper_broker import PaperBroker
    from assistant.session import Session
    from assistant.toolbox import build_tools
    from prompts import read

    tools = build_tools(Session(as_of=date(2026, 5, 4), today=date(2026, 5, 4), broker=PaperBroker()))
    text = json.dumps(schemas(tools), separators=(",", ":"))
    tokens = count_tokens_approximately([SystemMessage(read("advisor")), SystemMessage(text)])
    assert tokens <= 4000
    assert '"pattern"' not in text
    assert '"$ref"' not in text
