"""How long the guard takes over an answer: ``python -m evals.bench.checking``.

Answers of the built-in model on the sample, each read twice: with its references, as a model should write it, and with
its figures written out, where each has to be bound.
"""

from __future__ import annotations

import asyncio
import time
from datetime import date
from statistics import median

from langchain_core.messages import AIMessage

from assistant.adapters.engine import InlineEngine
from assistant.events import Text
from assistant.grounding import Verifier, known_of
from assistant.grounding.numerals import literals
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation

QUESTIONS = (
    "What do I hold?",
    "How far am I off target?",
    "Which losses can I harvest?",
    "what if I sell 40 AMD?",
    "is it a wash sale if I sell adobe",
    "How should I rebalance to cut my taxes?",
    "why that lot?",
    "what is my tax",
)
PIECE = 24
ROUNDS = 5


async def _answers() -> tuple[Session, list[str], list[str]]:
    """Hold the conversation; return it with each answer as written and as shown."""
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine())
    written, shown = [], []
    for question in QUESTIONS:
        texts = [event.text async for event in one.say(question) if isinstance(event, Text)]
        shown.append("".join(texts))
        written.append(next(str(m.text) for m in reversed(one.session.messages) if isinstance(m, AIMessage)))
    return one.session, written, shown


def _seconds(session: Session, text: str) -> float:
    """Check one answer in the pieces of a stream, with the snapshot of the session that each answer takes."""
    literals.cache_clear()  # what another round found is no help to a new answer
    begin = time.process_time()
    verifier = Verifier(known_of(session), tuple(session.plans))
    for place in range(0, len(text), PIECE):
        verifier.feed(text[place : place + PIECE])
    verifier.flush()
    return time.process_time() - begin


def checking_times() -> dict[str, list[float]]:
    """Return the seconds of processor time by kind of answer, each answer several times."""
    session, written, shown = asyncio.run(_answers())
    kinds = {"with references": written, "with figures written out": shown}
    return {kind: [_seconds(session, text) for text in texts for _ in range(ROUNDS)] for kind, texts in kinds.items()}


def main() -> None:
    """Measure and print."""
    for kind, seconds in checking_times().items():
        print(f"an answer {kind}: median {median(seconds) * 1000:.1f} ms, worst {max(seconds) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
