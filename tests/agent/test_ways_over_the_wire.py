"""The same conversation streamed, whole, with calls side by side and one by one, at any kind of address."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from assistant.adapters.engine import InlineEngine
from assistant.builtin import BuiltinChatModel
from assistant.events import ApprovalCard, Choices, StepFinished, StepStarted, Text, TurnEnded
from assistant.settings import Settings
from assistant.start import open_conversation

KEY = "sk-very-secret-0123456789"
QUESTIONS = (
    "How should I rebalance to cut my taxes?",
    "and if we lived in Ohio?",
    "Which losses can I harvest?",
    "why?",
)


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def figures(events: list[Any]) -> list[Any]:
    return [event.facts for event in events if isinstance(event, TurnEnded)]


def steps(events: list[Any]) -> list[Any]:
    return [(event.tool, event.inputs) for event in events if isinstance(event, StepStarted)]


async def talk_through(settings: Settings, questions: Sequence[str] = QUESTIONS) -> list[Any]:
    one = open_conversation(settings, date(2026, 11, 22), InlineEngine())
    return [event for question in questions async for event in _said(one, question)]


async def _said(one: Any, question: str) -> Any:
    async for event in one.say(question):
        yield event


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])
async def test_the_same_conversation_ends_in_the_same_figures(server, streamed: bool, caplog, capsys) -> None:
    caplog.set_level(logging.DEBUG)
    inside = await talk_through(Settings())
    with server(BuiltinChatModel()) as remote:
        settings = Settings(model="m", base_url=remote.url, api_key=KEY, model_stream=streamed)
        outside = await talk_through(settings)
    assert (words(outside), figures(outside), steps(outside)) == (words(inside), figures(inside), steps(inside))
    assert [fact for facts in figures(inside) for fact in facts]
    assert {json.loads(body).get("stream", False) for body in remote.bodies} == {streamed}
    printed = capsys.readouterr()
    assert KEY not in caplog.text + printed.out + printed.err + repr(outside) + repr(remote.bodies)


CALLS = (
    ("set_profile", {"state": "OH", "income": 210_000.0}),
    ("show_holdings", {}),
    ("estimate_tax", {}),
    ("find_harvestable_losses", {}),
)


def side_by_side(results: Any) -> Any:
    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if results(messages):
            return summary(results(messages))
        calls = [{"name": n, "args": a, "id": f"c{i}", "type": "tool_call"} for i, (n, a) in enumerate(CALLS)]
        return AIMessage("", tool_calls=calls)

    return script


def one_by_one(results: Any) -> Any:
    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        done = len(results(messages))
        if done == len(CALLS):
            return summary(results(messages))
        name, args = CALLS[done]
        return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"c{done}", "type": "tool_call"}])

    return script


def summary(found: Sequence[Any]) -> AIMessage:
    ids = {(body := json.loads(message.text))["tool"]: body["id"] for message in found}
    return AIMessage(
        f"You hold {{{{{ids['show_holdings']}.value_usd}}}} and owe {{{{{ids['estimate_tax']}.tax_usd}}}}."
    )


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])
async def test_calls_side_by_side_end_in_the_same_figures_as_calls_one_by_one(
    server, scripted, results_since, streamed: bool
) -> None:
    found = []
    for script in (side_by_side(results_since), one_by_one(results_since)):
        with server(scripted(script)) as remote:
            settings = Settings(model="m", base_url=remote.url, model_stream=streamed)
            found.append(await talk_through(settings, ["what of me in Ohio on 210k"]))
    together, alone = found
    assert "$" in words(alone)
    assert not [event for event in alone if isinstance(event, TurnEnded) and event.blocked]
    assert (words(together), figures(together)) == (words(alone), figures(alone))
    results = [[e.result for e in events if isinstance(e, StepFinished)] for events in found]
    assert sorted(map(repr, results[0])) == sorted(map(repr, results[1]))


async def test_an_address_with_an_api_version_gets_it_with_each_request(server, scripted, look) -> None:
    with server(scripted(look("Worth {{hold1.value_usd}}."))) as remote:
        base = remote.url.replace("/v1", "/openai/deployments/mine?api-version=2024-10-21")
        await talk_through(Settings(model="m", base_url=base, api_key=KEY), ["what do I hold"])
    assert set(remote.paths) == {"/openai/deployments/mine/chat/completions?api-version=2024-10-21"}
    assert {key.lower(): value for key, value in remote.headers[0].items()}["api-key"] == KEY


async def test_another_server_gets_its_key_in_one_place_only(server, scripted, look) -> None:
    with server(scripted(look("Worth {{hold1.value_usd}}."))) as remote:
        await talk_through(Settings(model="m", base_url=remote.url, api_key=KEY), ["what do I hold"])
    assert [name.lower() for name, value in remote.headers[0].items() if KEY in value] == ["authorization"]


def whole(message: dict[str, Any], finish: str | None) -> str:
    return json.dumps({"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish})


def calling(arguments: str) -> dict[str, Any]:
    function = {"name": "show_holdings", "arguments": arguments}
    return {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]}


BAD_ANSWERS = {
    "truncated arguments": whole(calling('{"symbol": "ZE'), "tool_calls"),
    "cut off by length": whole(calling('{"symbol": "ZEB"}'), "length"),
    "not a number": whole(calling('{"symbol": NaN}'), "tool_calls"),
    "a key twice": whole(calling('{"symbol": "ZEB", "symbol": "YAK"}'), "tool_calls"),
    "a list": whole(calling('["ZEB"]'), "tool_calls"),
    "double encoded": whole(calling('"{\\"symbol\\": \\"ZEB\\"}"'), "tool_calls"),
    "far too many arguments": whole(calling("x" * 90_000), "tool_calls"),
    "far too many words": whole({"content": "word " * 20_000}, "stop"),
    "no words": whole({"content": None}, "stop"),
    "a refusal": whole({"content": None, "refusal": "no"}, "content_filter"),
    "an old function call": whole(
        {"content": None, "function_call": {"name": "show_holdings", "arguments": "{}"}}, "stop"
    ),
    "no message": '{"index": 0, "finish_reason": "stop"}',
    "not json": "{{{",
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_a_bad_whole_answer_ends_in_words_and_runs_no_tool(talk, server, over_wire, answer: str) -> None:
    with server(None, raw=[answer]) as remote:
        one = talk(over_wire(remote.url, model_stream=False), host="127.0.0.1")
        events = await one.say("zebra")
    assert words(events).strip()
    assert isinstance(events[-1], TurnEnded)
    assert one.session.facts == {}
    assert [event for event in events if isinstance(event, Choices)]


async def test_a_trade_is_carried_out_after_the_card_over_a_whole_answer_too(server) -> None:
    with server(BuiltinChatModel()) as remote:
        one = open_conversation(
            Settings(model="m", base_url=remote.url, model_stream=False), date(2026, 11, 22), InlineEngine()
        )
        events = [event for words in (QUESTIONS[0], "do it") async for event in _said(one, words)]
        card = next(event for event in events if isinstance(event, ApprovalCard))
        assert one.session.fills == []
        done = [event async for event in one.approve(card.plan_id)]
    assert len(one.session.fills) == 1
    assert "$" in words(done)
