"""The self-test of a chat model: does it call tools, stream, keep the first words, and keep thoughts to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from assistant.aloud import Aloud
from assistant.doctor.machine import Finding
from assistant.excuses import excuse

WORD = "marmalade"
_FILLER = "The weather report for the harbour was read out again, and nobody wrote it down. "
_NO_STREAM = "Check the server's log, or set LOTLINE_MODEL_STREAM=0 to take whole answers."
_CONTEXT_WORDS = 400
"""Repeats of the filler: about 6,000 tokens, what prompt, tools and a few turns take together."""
_ECHO = {
    "type": "function",
    "function": {
        "name": "note_word",
        "description": "Note one word.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
    },
}


def server_checks(model: Any, host: str) -> Iterator[Finding]:
    """Test a model; when it cannot be reached at all, the rest is not tried.

    Args:
        model: The client.
        host: Whose answers these are, for the words.
    """
    called = _tried("tool calls", host, lambda: _calls_a_tool(model))
    yield called
    if not called.ok and called.fix == "":
        return
    yield _tried("streaming", host, lambda: _streams(model))
    yield _tried("context length", host, lambda: _remembers(model))


def _tried(what: str, host: str, test: Callable[[], Finding]) -> Finding:
    try:
        return test()
    except Exception as problem:  # whatever a client raises is the finding
        return Finding(what, False, excuse(problem, host))


def _calls_a_tool(model: Any) -> Finding:
    bound = model.bind_tools([_ECHO])
    answer = bound.invoke([("system", "You use tools."), ("human", f"Call note_word with the word {WORD}.")])
    aloud = Aloud()
    aloud.feed(answer.text)
    aloud.flush()
    right = [call for call in answer.tool_calls if call["name"] == "note_word" and call["args"].get("word") == WORD]
    if right:
        return Finding("tool calls", True, "a tool is called with the right argument.")
    if aloud.called:
        return Finding(
            "tool calls",
            False,
            "the model writes its tool calls as text; they are never run, so this model is not supported as served.",
            "Serve it with tool support (llama-server --jinja, vLLM --enable-auto-tool-choice), or choose another.",
        )
    return Finding("tool calls", False, "the model called no tool when asked to.", "Choose a model that calls tools.")


def _streams(model: Any) -> Finding:
    aloud, pieces = Aloud(), 0
    for chunk in model.stream([("human", f"Write the word {WORD} three times, then the word done.")]):
        pieces += bool(chunk.text)
        aloud.feed(chunk.text)
    aloud.flush()
    if pieces == 0:
        return Finding("streaming", False, "the stream held no words.", _NO_STREAM)
    thinks = " The model thinks aloud; what stands between its tags is not shown." if aloud.thought else ""
    return Finding("streaming", True, f"{pieces} pieces came.{thinks}")


def _remembers(model: Any) -> Finding:
    text = f"The word is {WORD}. Remember it.\n" + _FILLER * _CONTEXT_WORDS
    answer = model.invoke([("system", text), ("human", "Which word were you told first? Answer with that word only.")])
    if WORD in answer.text.lower():
        return Finding("context length", True, "the first of about 6,000 tokens is still known at the end.")
    return Finding(
        "context length",
        False,
        "the beginning of about 6,000 tokens was lost: the server cuts long conversations silently.",
        "Raise the server's context length to 16,000 or more (Ollama: num_ctx, llama-server: -c).",
    )
