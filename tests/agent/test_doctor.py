"""``lotline doctor``: a plain line for each thing, and a fix where it does not work."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.doctor import machine_checks, server_checks
from assistant.doctor.server import WORD
from assistant.settings import Settings


def lines(model: Any) -> dict[str, Any]:
    return {finding.what: finding for finding in server_checks(model, "127.0.0.1")}


def good(messages: Any) -> AIMessage:
    asked = messages[-1].text
    if "Call note_word" in asked:
        call = {"name": "note_word", "args": {"word": WORD}, "id": "c1", "type": "tool_call"}
        return AIMessage("", tool_calls=[call])
    return AIMessage(f"{WORD} {WORD} {WORD} done")


def test_a_sound_model_passes(scripted, server, over_wire) -> None:
    with server(scripted(good)) as remote:
        found = lines(over_wire(remote.url))
    assert [finding.ok for finding in found.values()] == [True, True, True]


CALLS_IN_TEXT = {
    "Hermes": '<tool_call>\n{"name": "note_word", "arguments": {"word": "marmalade"}}\n</tool_call>',
    "Mistral": '[TOOL_CALLS] [{"name": "note_word", "arguments": {"word": "marmalade"}}]',
    "Llama": '<|python_tag|>{"name": "note_word", "parameters": {"word": "marmalade"}}',
    "a function tag": '<function=note_word>{"word": "marmalade"}</function>',
    "bare JSON": '{"name": "note_word", "arguments": {"word": "marmalade"}}',
    "fenced JSON": 'Sure!\n```json\n{"tool": "note_word", "arguments": {"word": "marmalade"}}\n```',
    "after a thought": '<think>I call it.</think><tool_call>{"name": "note_word"}</tool_call>',
}


@pytest.mark.parametrize("text", CALLS_IN_TEXT.values(), ids=CALLS_IN_TEXT.keys())
def test_a_model_that_writes_its_calls_as_text_is_named_as_unsupported(scripted, server, over_wire, text: str) -> None:
    def script(messages: Any) -> AIMessage:
        return AIMessage(text) if "Call note_word" in messages[-1].text else good(messages)

    with server(scripted(script)) as remote:
        found = lines(over_wire(remote.url))["tool calls"]
    assert not found.ok
    assert "not supported" in found.words
    assert "llama-server --jinja" in found.fix


@pytest.mark.parametrize("streamed", [True, False])
def test_a_model_that_thinks_aloud_before_a_real_call_passes(scripted, server, over_wire, streamed: bool) -> None:
    def script(messages: Any) -> AIMessage:
        answer = good(messages)
        return AIMessage(f"<think>Hm, {WORD}?</think>{answer.text}", tool_calls=answer.tool_calls)

    with server(scripted(script)) as remote:
        found = lines(over_wire(remote.url, model_stream=streamed))
    assert [finding.ok for finding in found.values()] == [True, True, True]
    assert "thinks aloud" in found["streaming"].words


def test_a_server_whose_streams_are_empty_is_told_of_whole_answers(server, over_wire) -> None:
    with server(None, raw=["[DONE]"]) as remote:
        found = lines(over_wire(remote.url))
    assert not found["streaming"].ok
    assert "LOTLINE_MODEL_STREAM=0" in found["streaming"].fix


def test_a_model_that_never_calls_is_found_out(scripted) -> None:
    assert not lines(scripted(lambda messages: AIMessage("I cannot.")))["tool calls"].ok


def test_a_server_that_loses_the_first_words_is_found_out(scripted) -> None:
    def script(messages: Any) -> AIMessage:
        if "told first" in messages[-1].text:
            return AIMessage("I was told nothing.")
        return good(messages)

    found = lines(scripted(script))["context length"]
    assert not found.ok
    assert "num_ctx" in found.fix


def test_thoughts_between_tags_are_mentioned(scripted) -> None:
    def script(messages: Any) -> AIMessage:
        if isinstance(messages[-1], HumanMessage) and "three times" in messages[-1].text:
            return AIMessage("<think>hm</think>done")
        return good(messages)

    assert "thinks aloud" in lines(scripted(script))["streaming"].words


@pytest.mark.parametrize(("status", "words"), [(401, "refused the key"), (404, "LOTLINE_MODEL")])
def test_a_server_that_refuses_is_said_once_in_plain_words(server, over_wire, status: int, words: str) -> None:
    with server(None, status=status) as remote:
        found = lines(over_wire(remote.url))
    assert list(found) == ["tool calls"]
    assert words in found["tool calls"].words
    assert "private words" not in found["tool calls"].line


def test_this_machine_is_sound(tmp_path: Path) -> None:
    found = list(machine_checks(Settings(data_dir=tmp_path), date(2026, 11, 20), tmp_path))
    assert [finding.what for finding in found] == ["solver", "files", "database", "time"]
    assert [finding.line for finding in found if not finding.ok] == []


def test_a_folder_that_cannot_be_written_and_a_year_without_law_are_said_with_a_fix(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    blocked.chmod(stat.S_IRUSR)
    found = {one.what: one for one in machine_checks(Settings(data_dir=tmp_path), date(1913, 1, 1), blocked)}
    assert not found["files"].ok
    assert found["files"].fix
    assert not found["time"].ok
    assert found["time"].fix
