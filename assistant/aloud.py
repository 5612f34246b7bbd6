"""Takes out of a model's words what is not meant for anyone: thoughts between tags, and calls written as text."""

from __future__ import annotations

import re

_WORDS = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_OPEN = re.compile(rf"<\|?(?:{_WORDS})\|?>|◁think▷|\[THINK\]", re.I)
_CLOSE = re.compile(rf"</\|?(?:{_WORDS})\|?>|◁/think▷|\[/THINK\]", re.I)
_CALL = re.compile(
    r"</?tool_calls?\b|<\|tool_call|\[TOOL_CALLS?\]|<\|python_tag\|>|<function=|<function_calls?>|<invoke\b|<｜tool"
    r"|\{\s*\"(?:name|tool|function|action|recipient_name)\"\s*:\s*\"[\w.]{2,60}\""
    r"|\{\s*\"type\"\s*:\s*\"function\"|\{\s*\"tool_calls?\"\s*:|^\s*Action(?: Input)?\s*:",
    re.I | re.M,
)
_BLOCK = re.compile(r"(?:```\w{0,12}\s*|\[\s*)+$")
_MAY_BEGIN = re.compile(
    r"(?:<[^<>\n]{0,24}|◁[^▷\n]{0,8}|`{1,3}\w{0,12}\s*\[?\s*(?:\{[^{}]{0,80})?|\[[A-Z_/]{0,12}|\[\s*(?:\{[^{}]{0,80})?"
    r"|\{[^{}]{0,80}|(?:^|\n)A(?:c(?:t\w{0,4}(?: Input)?)?)?\s*)$"
)


class Aloud:
    """Feeds on a model's text and gives out what is said to the person. A call in text is noted and never run."""

    def __init__(self) -> None:
        self._buffer = ""
        self._thinking = False
        self._said = False
        self.thought = False
        self.called = False
        self.restart = False

    def feed(self, delta: str) -> str:
        """Take more text; return what is certain to be said. What may be the beginning of a tag waits."""
        if self.called:
            return ""
        self._buffer += delta
        return self._read(last=False)

    def flush(self) -> str:
        """Return the rest at the end of the message."""
        return "" if self.called else self._read(last=True)

    def _read(self, last: bool) -> str:
        said = ""
        while True:
            if self._thinking:
                end = _CLOSE.search(self._buffer)
                if end is None:
                    self._buffer = "" if last else self._buffer[-24:]
                    return said
                self._buffer, self._thinking = self._buffer[end.end() :].lstrip(), False
            start = _OPEN.search(self._buffer)
            if start is None:
                return said + self._plain(last)
            said += self._words(self._buffer[: start.start()])
            self._buffer, self._thinking, self.thought = self._buffer[start.end() :], True, True

    def _plain(self, last: bool) -> str:
        wait = None if last else _MAY_BEGIN.search(self._buffer[-120:])
        cut = len(self._buffer) if wait is None else len(self._buffer) - len(wait[0])
        text, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return self._words(text)

    def _words(self, text: str) -> str:
        """Return words outside of thoughts, up to a call.

        An end without a beginning means that all so far was thought; ``restart`` then says to take it back.
        """
        if found := _CALL.search(text):
            self.called = True
            text = _BLOCK.sub("", text[: found.start()])
        if (stray := _CLOSE.search(text)) is not None:
            self.thought = self.restart = True
            text = _CLOSE.sub("", text[stray.end() :]).lstrip()
        self._said = self._said or bool(text.strip())
        return text


def said_aloud(text: str) -> str:
    """Return the whole of a message as it is said to the person."""
    aloud = Aloud()
    return aloud.feed(text) + aloud.flush()
