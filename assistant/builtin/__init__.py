"""The offline chat model: words to a request, a request to tool calls, facts to text.

It sees exactly what any model sees, messages and tool schemas; it imports no session, no toolbox and nothing of tools.
"""

from __future__ import annotations

from assistant.builtin.compose import compose_answer
from assistant.builtin.model import BuiltinChatModel

__all__ = ["BuiltinChatModel", "compose_answer"]
