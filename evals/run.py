"""Runs cases: each in a conversation of its own, many at once, traces written as they come."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.conversation import Conversation
from assistant.events import ApprovalCard, Choices, Event, StepFinished, StepStarted, TurnEnded
from assistant.session import Session, fact_to_dict
from evals.schema import BadCase, Case, Happening
from evals.stage import open_case, read_beside
from evals.state import snapshot
from evals.trace import Trace


@dataclass(frozen=True)
class Job:
    """One run of one case: which model, which epoch, and which planted fault, if any."""

    case: Case
    model: str = "builtin"
    epoch: int = 0
    seed: int = 0
    fault: str = ""


class _Recorder:
    """Listens to one conversation and writes its trace."""

    def __init__(self, case: Case, conversation: Conversation, epoch: int) -> None:
        kept = case.model_dump(mode="json", exclude={"folder"}, exclude_unset=True)
        self.trace = Trace(case.id, epoch, case=kept)
        self.conversation = conversation
        self.turn = 0
        self.by = "model"
        self.plans: list[str] = []
        self._facts: dict[str, dict[str, Any]] = {}
        self._open: dict[str, dict[str, Any]] = {}
        self._asked: list[str] = []

    async def follow(self, events: Any) -> None:
        """Take in one turn, or one press of a button."""
        self._asked = []
        async for event in events:
            self._note(event)
        session = self.conversation.session
        shown = {fact_id: fact_to_dict(fact) for fact_id, fact in session.facts.items()}
        self._facts |= shown
        if session.current_plan_id and session.current_plan_id not in self.plans:
            self.plans.append(session.current_plan_id)
        self.trace.asked = self._asked

    def _note(self, event: Event) -> None:
        match event:
            case StepStarted():
                self._open[event.call_id] = made = {
                    "turn": self.turn,
                    "name": event.tool,
                    "args": event.inputs,
                    "by": self.by,
                }
                self.trace.calls.append(made)
            case StepFinished():
                call = self._open.get(event.call_id, {})
                call |= {"symbol": _symbol_in(event.result), "failed": event.failed}
            case Choices() if event.ask:
                self._asked.append(event.ask)
            case ApprovalCard() if event.plan_id not in self.plans:
                self.plans.append(event.plan_id)
            case TurnEnded():
                self._end(event)

    def _end(self, event: TurnEnded) -> None:
        while len(self.trace.texts) <= self.turn:
            self.trace.texts.append("")
        self.trace.texts[self.turn] = f"{self.trace.texts[self.turn]}\n\n{event.text}".strip()
        self.trace.blocked += event.blocked
        self.trace.quoted += len(event.facts)
        self.trace.failed = self.trace.failed or str(event.meta.get("failed", ""))
        self._facts |= {fact.id: fact_to_dict(fact) for fact in event.facts}

    def finish(self, seconds: float) -> Trace:
        """Close the trace."""
        self.trace.facts = list(self._facts.values())
        self.trace.state = snapshot(self.conversation.session)
        self.trace.seconds = round(seconds, 3)
        written = sum(len(text) for text in (*self.trace.texts, *self.trace.said))
        self.trace.tokens = written // 4  # the usual rule of thumb; no server reports its own here
        return self.trace


def _symbol_in(result: dict[str, Any]) -> str | None:
    """Return the one symbol that a result is about: what the tool made of a name."""
    rows = [*(result.get("holdings") or ()), *(result.get("lots") or ()), *(result.get("trades") or ())]
    found = {row.get("symbol") for row in rows if isinstance(row, dict)}
    symbol = result.get("symbol") or (found.pop() if len(found) == 1 else None)
    return str(symbol) if symbol else None


async def converse(case: Case, spec: str, epoch: int = 0) -> Trace:
    """Hold the conversation of a case."""
    start = perf_counter()
    conversation = open_case(case, spec)
    recorder = _Recorder(case, conversation, epoch)
    allowed: set[str] = set()
    for turn, words in enumerate(case.turns):
        recorder.turn = turn
        await _happen(recorder, [one for one in case.context.before if one.turn == turn], allowed)
        text = _filled(words, conversation.session, recorder.plans)
        recorder.trace.said.append(text)
        recorder.by = "code" if turn == 0 and case.context.attachment else "model"
        if getattr(case, "consents_in_turn", None) == turn and conversation.session.current_plan_id:
            allowed.add(conversation.session.current_plan_id)
        await recorder.follow(_turn(case, conversation, turn, text))
        recorder.by = "model"
        if case.context.approve:
            await _press(recorder, allowed)
    recorder.trace.unauthorised = len(conversation.session.executed - allowed)
    return recorder.finish(perf_counter() - start)


def _turn(case: Case, conversation: Conversation, turn: int, text: str) -> Any:
    name = case.context.attachment
    if name and turn == 0:
        return conversation.upload([(Path(name).name, read_beside(Path(getattr(case, "folder", ".")), name))], text)
    return conversation.say(text)


async def _press(recorder: _Recorder, allowed: set[str], plan_id: str | None = None) -> None:
    """Press Approve on the card that is shown, as the person."""
    session = recorder.conversation.session
    card = session.shown_card
    wanted = plan_id or (card.plan_id if card else None)
    if wanted is None:
        return
    if card and card.plan_id == wanted:
        allowed.add(wanted)
    recorder.by = "code"
    await recorder.follow(recorder.conversation.approve(wanted))
    recorder.by = "model"


async def _happen(recorder: _Recorder, happenings: Iterable[Happening], allowed: set[str]) -> None:
    session = recorder.conversation.session
    for one in happenings:
        match one.do:
            case "prices_move":
                _move_prices(session, Decimal(str(one.factor)))
            case "press_approve":
                await _press(recorder, allowed)
            case "press_first_plan" if recorder.plans:
                await _press(recorder, allowed, recorder.plans[0])
            case "press_decline" if session.shown_card:
                await recorder.follow(recorder.conversation.decline(session.shown_card.plan_id))
            case "press_first_plan" | "press_decline":
                continue
            case _:
                raise BadCase(f"Nobody knows how to do {one.do} before a turn.", "See evals/README.md.")


def _move_prices(session: Session, factor: Decimal) -> None:
    if session.household is None:
        return
    moved = {
        symbol: replace(known, price_usd=known.price_usd * factor if known.price_usd else known.price_usd)
        for symbol, known in session.household.securities.items()
    }
    session.household = replace(session.household, securities=moved)


def _filled(words: str, session: Session, plans: Sequence[str]) -> str:
    """Put ids and figures of the card into the person's words: ``{plan_id}``, ``{first_plan_id}``, ``{trades}``."""
    card = session.shown_card
    known = {
        "plan_id": session.current_plan_id or "",
        "first_plan_id": plans[0] if plans else "",
        "trades": str(card.trades_count) if card else "",
        "total": f"${card.totals_usd[0]:,}" if card and card.totals_usd else "",
    }
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), words)


def run_job(job: Job) -> Trace:
    """Run one job; the one function that goes to the processes.

    A case whose portfolio cannot be used, or a crash of the product, is a trace that says so and fails.
    """
    from evals.mutations import planted

    logging.disable(logging.CRITICAL)
    try:
        with planted(job.fault) if job.fault else nullcontext():
            return asyncio.run(converse(job.case, job.model, job.epoch))
    except Exception as problem:  # whatever the product raises is a finding, not the end of the run
        trace = Trace(job.case.id, job.epoch, said=list(job.case.turns), failed=f"{type(problem).__name__}: {problem}")
        return trace


def run_all(
    jobs: Sequence[Job], workers: int | None = None, done: Callable[[Trace], None] | None = None
) -> list[Trace]:
    """Run jobs over processes and return their traces in the order of the jobs."""
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs) or 1))
    traces = []
    for trace in _mapped(jobs, count):
        traces.append(trace)
        if done:
            done(trace)
    return traces


def _mapped(jobs: Sequence[Job], count: int) -> Iterator[Trace]:
    if count == 1:
        yield from map(run_job, jobs)
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(run_job, jobs, chunksize=4)


def kept_traces(path: Path | None) -> dict[tuple[str, int], Trace]:
    """Read what an earlier run left, so that it can go on; a half-written last line is left out."""
    if path is None or not path.exists():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            trace = Trace.from_row(json.loads(line))
        except (ValueError, TypeError):
            continue
        found[(trace.id, trace.epoch)] = trace
    return found
