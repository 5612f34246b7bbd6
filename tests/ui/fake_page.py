"""Serves the real page around a scripted conversation: ``python fake_page.py PORT``."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.events import (
    ApprovalCard,
    CardLine,
    Chart,
    Choices,
    Event,
    Option,
    Series,
    Status,
    StepFinished,
    StepStarted,
    Text,
    TurnEnded,
)
from assistant.faces.page_files import lay_page, page_root, prepare_environment
from assistant.faces.port import listen
from tools.errors import BadRequest
from tools.facts import Fact, Unit

MODEL = "Scripted model (nothing leaves this machine)"
STARTER = "How should I rebalance to cut my taxes?"
AS_OF = date(2026, 11, 20)
PLAN = (
    "Selling **3 lots** and buying **2 funds** saves **$1,234** of tax this year. ",
    "Of that, $234 is only postponed.\n\n",
    "| Sell | Lot of | Shares | Gain | Why |\n|---|---|---:|---:|---|\n"
    "| Alpha Industries | March 3, 2021 | 12 | −$3,100 | harvests a long-term loss |\n"
    "| Beta Systems | June 9, 2024 | 40 | −$860 | harvests a loss; no purchase within 61 days |\n\n",
    "**This year's tax:** $5,400 without these trades, $4,166 with them.\n\n",
)
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"> `=HYPERLINK(1)` [link](javascript:alert(1))"


class ScriptedConversation:
    """Says the same things whatever is asked, with every kind of event."""

    model_label = MODEL
    as_of = AS_OF
    tax_year = 2026
    title = "Scripted household, prices of November 20, 2026"

    def __init__(self) -> None:
        self.form: dict[str, Any] = {"filing_status": "married_joint", "state": "TX", "income": "", "model": ""}

    def opening(self) -> list[Event]:
        """Greet, and offer the starters."""
        starters = (Option(STARTER, STARTER), Option("What do I hold?", "What do I hold?"))
        return [Text("Hello. This is a **scripted** household."), Choices("", starters)]

    async def say(self, text: str) -> AsyncIterator[Event]:
        """Answer the starter with a plan; fail on request."""
        if "crash" in text:
            raise ZeroDivisionError("secret detail")
        if "problem" in text:
            raise BadRequest("The rate 240% is not possible.", "Give one between 0 and 100.")
        yield Status("Working on it")
        if "rebalance" not in text:
            yield Text(f"You said: {HOSTILE}" if "hostile" in text else "You hold two names.")
            yield self._end("ok")
            return
        yield StepStarted("c1", "find_harvestable_losses", "Look for losses", {"min_loss_usd": "500"})
        yield StepFinished("c1", "find_harvestable_losses", {"id": "harvest1", "loss_usd": "3960.00"})
        for part in PLAN:
            yield Text(part)
        yield self._chart()
        yield Text("Do not buy Alpha Industries before **December 21, 2026** in any of your accounts.")
        yield self._card()
        yield self._end("".join(PLAN))

    async def upload(self, files: Sequence[tuple[str, bytes]], text: str = "") -> AsyncIterator[Event]:
        """Name the files and their sizes."""
        yield Text("Read " + ", ".join(f"{name} ({len(body)} bytes)" for name, body in files) + f" with “{text}”.")
        yield Choices(
            "What kind of account is it?", (Option("Taxable", "It is taxable"), Option("IRA", "It is an IRA"))
        )
        yield self._end("read")

    async def approve(self, plan_id: str) -> AsyncIterator[Event]:
        """Fill the plan."""
        yield Text(f"Filled on paper: plan {plan_id}.")
        yield self._end("filled")

    async def decline(self, plan_id: str) -> AsyncIterator[Event]:
        """Leave everything."""
        yield Text(f"Left as it is: plan {plan_id}.")
        yield self._end("left")

    def profile_form(self) -> dict[str, str]:
        """Show what is known."""
        return self.form

    async def apply_form(self, values: dict[str, Any]) -> AsyncIterator[Event]:
        """Repeat what was set."""
        yield Text("Noted: " + ", ".join(f"{key} = {value}" for key, value in sorted(values.items()) if value))
        yield self._end("noted")

    def _chart(self) -> Chart:
        names = ("Alpha", "Beta", "Gamma", "Cash")
        series = (
            Series("Before", (0.41, 0.31, 0.2, 0.08), ("p.b1",)),
            Series("After", (0.33, 0.29, 0.3, 0.08)),
            Series("Target", (0.3, 0.3, 0.3, 0.1)),
        )
        return Chart("Weights before and after", names, series, "frac")

    def _card(self) -> ApprovalCard:
        lines = (
            CardLine("Sell", "Alpha Industries, lot of March 3, 2021", "12", "$4,800", "−$3,100", "Joint brokerage"),
            CardLine("Sell", "Beta Systems, lot of June 9, 2024", "40", "$2,200", "−$860", "Joint brokerage"),
            CardLine("Buy", "Gamma Fund", "31", "$6,950", "", "Joint brokerage"),
        )
        return ApprovalCard("a1b2c3", "Approve these trades?", lines, ("Saves $1,234 of tax this year.", "Paper only."))

    def _end(self, text: str) -> TurnEnded:
        fact = Fact("plan1.saved_usd", "Saved", Decimal("1234.00"), Unit.USD, None, AS_OF, "optimize_trades()")
        return TurnEnded((fact,), MODEL, text)


def main() -> None:
    """Serve until stopped."""
    door = listen("127.0.0.1", int(sys.argv[1]))
    root = page_root(int(sys.argv[1]))
    lay_page(root)
    prepare_environment(root)

    from assistant.faces.chat import serve

    serve(ScriptedConversation, "127.0.0.1", door, lambda: print("open", flush=True), lambda: None)


if __name__ == "__main__":
    main()
