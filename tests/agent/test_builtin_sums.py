"""Arithmetic on figures that were just shown: the right ones, and none where they were not shown."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.policy import decide
from assistant.builtin.talk import say, topics_of
from assistant.builtin.understand import understand

SALE = {
    "id": "sale1",
    "proceeds_usd": "7100",
    "basis_usd": "3800",
    "gain_usd": "3300",
    "tax_usd": "495",
    "net_usd": "6605",
}
OTHER = {**SALE, "id": "sale2", "tax_usd": "60"}
RANGED = {**SALE, "tax_usd": None, "tax_low_usd": "0", "tax_high_usd": "785"}
PER_SHARE = "sale1.tax_usd / sale1.sold_shares"
HELD = {
    "id": "hold1",
    "holdings": [
        {"id": "hold1.ZORB", "symbol": "ZORB", "value_usd": "21300", "weight_frac": "0.047", "gain_usd": "9900"}
    ],
}
TAX = {"id": "tax1", "extra_tax_usd": "360", "tax_usd": "2380"}
LOSSES = {
    "id": "harvest1",
    "usable_loss_usd": "14760",
    "lots": [
        {"id": "harvest1.a", "loss_usd": "-1000", "usable_loss_usd": "1000"},
        {"id": "harvest1.b", "loss_usd": "-6600", "usable_loss_usd": "6600"},
        {"id": "harvest1.c", "loss_usd": "-4560", "usable_loss_usd": "4560"},
    ],
}


def conversation(now: str, *shown: tuple[str, str, dict[str, Any]]) -> Context:
    earlier = tuple(Turn(at, said, (Done(Call(tool, {}), result),)) for at, (said, tool, result) in enumerate(shown, 1))
    return Context(Session({"as_of": "2026-11-20"}), Turn(len(shown) + 1, now, ()), earlier, len(shown))


def expression(context: Context) -> str | None:
    calls = decide(understand(context), context)
    return calls[0].args["expression"] if calls and calls[0].tool == "calculate" else None


@pytest.mark.parametrize(
    ("now", "before", "tool", "result", "expected"),
    [
        ("what do proceeds minus tax come to", "sell 100", "simulate_sale", SALE, "sale1.proceeds_usd - sale1.tax_usd"),
        (
            "what's the tax as a percent of the proceeds",
            *("sell 100", "simulate_sale", SALE, "sale1.tax_usd / sale1.proceeds_usd"),
        ),
        (
            "and what's that gain as a share of what I paid",
            *("sell 100", "simulate_sale", SALE, "sale1.gain_usd / sale1.basis_usd"),
        ),
        ("times two", "sell 100, what tax", "simulate_sale", SALE, "sale1.tax_usd * 2"),
        ("divide that by 4", "what is it worth", "show_holdings", HELD, "hold1.ZORB.value_usd / 4"),
        ("and per share?", "sell 100, what tax", "simulate_sale", {**SALE, "sold_shares": "100"}, PER_SHARE),
        ("spread that over 18 months", "sell 100, what tax", "simulate_sale", SALE, "sale1.tax_usd / 18"),
        ("half of that tax", "sell 100", "simulate_sale", SALE, "sale1.tax_usd / 2"),
        ("a third of the gain?", "sell 100", "simulate_sale", SALE, "sale1.gain_usd / 3"),
        (
            "knock 15 percent off that value",
            *("show zorbex", "show_holdings", HELD, "hold1.ZORB.value_usd - hold1.ZORB.value_usd * 0.15"),
        ),
        ("and minus 500", "what do i keep", "simulate_sale", SALE, "sale1.net_usd - 500"),
        ("my roof is 5,200. does that cover it?", "sell 100", "simulate_sale", SALE, "sale1.net_usd - 5200"),
        ("so per month that's how much", "tax on a 10k gain", "estimate_tax", TAX, "tax1.extra_tax_usd / 12"),
        ("what percent of the portfolio is that", "show zorbex", "show_holdings", HELD, "hold1.ZORB.weight_frac"),
        (
            "add the two biggest together",
            *(
                "what losses",
                "find_harvestable_losses",
                LOSSES,
                "harvest1.b.usable_loss_usd + harvest1.c.usable_loss_usd",
            ),
        ),
    ],
)
def test_figures_that_were_shown_are_calculated_with(
    now: str, before: str, tool: str, result: dict[str, Any], expected: str
) -> None:
    assert expression(conversation(now, (before, tool, result))) == expected


def test_the_tax_of_two_sales_is_added_up_over_two_turns() -> None:
    shown = (("sell 100", "simulate_sale", SALE), ("and 50 of the other", "simulate_sale", OTHER))
    assert expression(conversation("what's the total tax of both", *shown)) == "sale1.tax_usd + sale2.tax_usd"


def test_what_the_extra_of_two_questions_costs_is_their_difference() -> None:
    more = {"id": "tax2", "extra_tax_usd": "900", "tax_usd": "2920"}
    shown = (("tax on 15k of gains", "estimate_tax", TAX), ("and thirty thousand", "estimate_tax", more))
    read = expression(conversation("so the extra fifteen costs me...?", *shown))
    assert read == "tax2.extra_tax_usd - tax1.extra_tax_usd"


@pytest.mark.parametrize("now", ["only losses over 500 dollars", "9,300 left over from last year", "sell 20 less"])
def test_a_number_that_says_something_else_is_not_calculated_with(now: str) -> None:
    assert expression(conversation(now, ("sell 100", "simulate_sale", SALE))) is None


@pytest.mark.parametrize("now", ["what's the tax as a percent of the proceeds", "how much is the tax per month"])
def test_a_tax_that_is_only_known_as_a_range_is_not_calculated_with(now: str) -> None:
    context = conversation(now, ("sell 100", "simulate_sale", RANGED))
    assert expression(context) is None


def test_what_cannot_be_calculated_is_said() -> None:
    context = conversation("what's the tax as a percent of the proceeds", ("sell 100", "simulate_sale", RANGED))
    read = understand(context)
    topics = topics_of(read, context, answered=False, missing=())
    assert "exact figures" in " ".join(say(topic, context, read) for topic in topics)


def test_figures_of_an_earlier_turn_are_not_taken_for_what_was_not_shown() -> None:
    shown = conversation("difference between them", ("what do I hold", "show_holdings", HELD))
    silent = Context(shown.session, shown.turn, (*shown.earlier, Turn(2, "and the rest", ())), 1)
    assert expression(silent) is None
