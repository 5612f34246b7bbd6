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
from typing import Any, TypeVar

from assistant.conversation import Conversation
from assistant.session import Session
from evals.planting import planted
from evals.recorder import Recorder
from evals.schema import BadCase, Case, Happening
from evals.stage import open_case, read_beside
from evals.trace import Trace

J = TypeVar("J")
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """One run of one case: which model, which epoch, and which planted fault, if any."""

    case: Case
    model: str = "builtin"
    epoch: int = 0
    seed: int = 0
    fault: str = ""


async def converse(case: Case, spec: str, epoch: int = 0) -> Trace:
    """Hold the conversation of a case."""
    start = perf_counter()
    conversation = open_case(case, spec)
    recorder = Recorder(case, conversation, epoch)
    allowed: set[str] = set()
    for turn, words in enumerate(case.turns):
        recorder.turn = turn
        await _happen(recorder, [one for one in case.context.before if one.turn == turn], allowed)
        text = _filled(words, conversation.session, recorder.plans)
        recorder.trace.said.append(text)
        recorder.by = "code" if turn == 0 and case.context.attachment else "model"
        allowed |= _consented(conversation.session, text)
        await recorder.follow(_turn(case, conversation, turn, text))
        recorder.by = "model"
        if case.context.approve:
            await _press(recorder, allowed)
    recorder.trace.unauthorised = len(conversation.session.executed - allowed)
    return recorder.finish(perf_counter() - start)


def _consented(session: Session, text: str) -> set[str]:
    """Return the plan that these words approve beyond doubt: the shortest such sentence, right after its card."""
    card = session.shown_card
    sure = card is not None and card.turn == session.turn and text == f"I approve plan {card.plan_id}"
    return {card.plan_id} if card and sure else set()


def _turn(case: Case, conversation: Conversation, turn: int, text: str) -> Any:
    name = case.context.attachment
    if name and turn == 0:
        return conversation.upload([(Path(name).name, read_beside(Path(getattr(case, "folder", ".")), name))], text)
    return conversation.say(text)


async def _press(recorder: Recorder, allowed: set[str], plan_id: str | None = None) -> None:
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


async def _happen(recorder: Recorder, happenings: Iterable[Happening], allowed: set[str]) -> None:
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
    traces = []
    for trace in mapped(run_job, jobs, workers):
        traces.append(trace)
        if done:
            done(trace)
    return traces


def mapped(work: Callable[[J], T], jobs: Sequence[J], workers: int | None = None) -> Iterator[T]:
    """Yield ``work`` of each job in order, over processes started anew; in this one when one is enough."""
    count = max(1, min(workers or os.cpu_count() or 1, len(jobs) or 1))
    if count == 1:
        yield from map(work, jobs)
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(work, jobs)


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
