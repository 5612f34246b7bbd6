"""What must not change an answer: names, the order of rows, how a question is put, and asking twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from assistant.events import TurnEnded
from evals.schema import Case, Context, Expect
from evals.stage import load_bytes, open_case

Rows = list[dict[str, str]]
ASK = "rebalance my portfolio with the least tax"


def _named(owner: str, account: str) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        numbers = {name: place for place, name in enumerate(dict.fromkeys(row["account"] for row in rows), 1)}
        return [{**row, "owner": owner, "account": f"{account} {numbers[row['account']] * 1111}"} for row in rows]

    return change


def _reversed(rows: Rows) -> Rows:
    return rows[::-1]


def _shuffled(rows: Rows) -> Rows:
    mixed = list(rows)
    Random(7).shuffle(mixed)
    return mixed


VARIANTS: dict[str, Callable[[Rows], Rows]] = {
    "plain English names": _named("Mary Jones", "Brokerage"),
    "Spanish names": _named("José Núñez", "Cuenta"),
    "German names": _named("Jürgen Groß", "Depot"),
    "Chinese names": _named("王伟", "账户"),
    "Arabic names": _named("فاطمة", "حساب"),
    "rows in reverse": _reversed,
    "rows shuffled": _shuffled,
}


def varied(content: bytes, change: Callable[[Rows], Rows]) -> bytes:
    """Return a lots file with its rows changed."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8")))
    rows = change(list(reader))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(reader.fieldnames or ()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


async def trades_of(content: bytes, profile: dict[str, Any], question: str = ASK) -> list[tuple[str, ...]]:
    """Return the trades planned for a file: side, symbol, shares, and when and for how much the lot was bought."""
    conversation = open_case(_case(profile), "builtin")
    load_bytes(conversation.session, "lots.csv", content)
    async for _ in conversation.say(question):
        pass
    plan = conversation.session.plans[conversation.session.current_plan_id or ""]
    found = []
    for trade in plan.trades:
        lot = plan.before.lot_by_id.get(trade.lot_id or "")
        bought = (str(lot.acquired), f"{(lot.basis_usd or 0) / lot.shares:.4f}") if lot else ("", "")
        found.append((trade.side, trade.symbol, f"{trade.shares:f}", *bought))
    return sorted(found)


async def answers_of(profile: dict[str, Any] | None, portfolio: str | None, questions: Sequence[str]) -> list[str]:
    """Return the answer to each question, each asked in a conversation of its own."""
    answers = []
    for question in questions:
        conversation = open_case(_case(profile, portfolio), "builtin")
        ends = [event async for event in conversation.say(question) if isinstance(event, TurnEnded)]
        answers.append(ends[-1].text)
    return answers


def _case(profile: dict[str, Any] | None, portfolio: str | None = None) -> Case:
    context = Context(portfolio=portfolio, profile=profile)
    case = Case(id="x", category="invariance", context=context, turns=("",), expect=Expect(must_mention=("",)))
    return case.model_copy(update={"folder": str(Path(__file__).parent / "cases")})
