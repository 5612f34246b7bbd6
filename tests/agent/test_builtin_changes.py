"""What a message changes of the question before it, and what is asked for when a value was left out."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.lexicon import english
from assistant.builtin.policy import decide
from assistant.builtin.talk import say
from assistant.builtin.understand import understand

HELD = [
    {"symbol": "ZORB", "name": "Zorbex Corporation", "asset_class": "us_equity"},
    {"symbol": "QUIL", "name": "Quillian Software Inc", "asset_class": "us_equity"},
]
BLOCK: dict[str, Any] = {
    "as_of": "2026-11-20",
    "accounts": [{"id": "acct-1", "type": "taxable"}],
    "holdings": HELD,
    "profile": {},
}
PLANNED = {"plan_id": "a1b2c3", "trades": [{"symbol": "ZORB"}]}


def after(said: str, tool: str, args: dict[str, Any], now: str, result: dict[str, Any] | None = None) -> list[Call]:
    """Return the calls of a second message, after a first that led to one call."""
    plan = {"plan": {"plan_id": "a1b2c3"}} if tool == "optimize_trades" else {}
    first = Turn(1, said, (Done(Call(tool, args), result or {}),))
    context = Context(Session(BLOCK | plan), Turn(2, now, ()), (first,), 1)
    return decide(understand(context), context)


def first(said: str) -> list[Call]:
    context = Context(Session(BLOCK), Turn(1, said, ()), (), 0)
    return decide(understand(context), context)


@pytest.mark.parametrize(
    ("tool", "args", "now", "changed"),
    [
        ("simulate_sale", {"symbol": "ZORB", "shares": 100}, "and just half of that?", {"shares": "50"}),
        ("simulate_sale", {"symbol": "ZORB", "shares": "30"}, "hmm, double it", {"shares": "60"}),
        ("simulate_sale", {"symbol": "ZORB", "shares": "30"}, "the newer ones", {"lot_method": "lifo"}),
        ("simulate_sale", {"symbol": "ZORB", "amount": "15000"}, "make it 40 k", {"amount": "40000"}),
        ("compute_drift", {"threshold": "0.05"}, "and with 3 points", {"threshold": "0.03"}),
        ("find_harvestable_losses", {"min_loss": "1000"}, "five hundred then", {"min_loss": "500"}),
        ("tax_report", {"year": 2025, "form": "8949"}, "2026 pls", {"year": 2026}),
        ("suggest_replacements", {"symbol": "ZORB"}, "give me three", {"count": 3}),
        ("suggest_replacements", {"symbol": "ZORB"}, "not quillian", {"exclude": ["QUIL"]}),
        ("optimize_trades", {"amount": "20000"}, "hmm 26", {"amount": "26000"}),
        ("optimize_trades", {"symbol": "ZORB", "max_weight": "0.12"}, "8 percent sry", {"max_weight": "0.08"}),
    ],
)
def test_a_few_words_change_the_question_before(
    tool: str, args: dict[str, Any], now: str, changed: dict[str, Any]
) -> None:
    assert after("a question", tool, args, now, PLANNED) == [Call(tool, {**args, **changed})]


def test_coming_back_to_a_holding_changes_its_question_and_not_the_latest() -> None:
    turns = (
        Turn(1, "tax on 35 zorbex", (Done(Call("simulate_sale", {"symbol": "ZORB", "shares": "35"}), {}),)),
        Turn(2, "how far am I off target", (Done(Call("compute_drift"), {}),)),
    )
    context = Context(Session(BLOCK), Turn(3, "back to the zorbex thing, make that 70", ()), turns, 2)
    assert decide(understand(context), context) == [Call("simulate_sale", {"symbol": "ZORB", "shares": "70"})]


def test_a_limit_said_after_a_plan_keeps_what_the_plan_was_for() -> None:
    calls = after("put 30k to work", "optimize_trades", {"cash": "30000"}, "and don't sell anything", PLANNED)
    assert calls == [Call("optimize_trades", {"cash": "30000", "no_sells": True})]


def test_an_approval_with_a_change_in_it_approves_nothing() -> None:
    calls = after("rebalance", "optimize_trades", {}, "go ahead but without the zorbex sale", PLANNED)
    assert "execute_trades" not in [call.tool for call in calls]


def test_a_fact_put_right_works_the_tax_out_again() -> None:
    said = "wait that's wrong, we're married and file jointly, redo"
    context = Context(
        Session(BLOCK),
        Turn(2, said, (Done(Call("set_profile", {"filing_status": "married_joint"}), {}),)),
        (Turn(1, "tax on 50k", (Done(Call("estimate_tax", {"long_term": "50000"}), {}),)),),
        2,
    )
    assert decide(understand(context), context) == [Call("estimate_tax", {"long_term": "50000"})]


@pytest.mark.parametrize(
    ("said", "question", "answer", "told"),
    [
        ("my bracket changed, please update", "Which tax bracket", "thirty two", {"rate": "0.32"}),
        ("we moved to a different state, kindly change it in your notes", "Which state", "nevada", {"state": "NV"}),
        ("put a tax ceiling on the plan", "most tax", "$3,000", {"max_tax": "3000"}),
    ],
)
def test_a_value_that_was_left_out_is_asked_for_and_may_be_told_alone(
    said: str, question: str, answer: str, told: dict[str, Any]
) -> None:
    asking = Context(Session(BLOCK), Turn(1, said, ()), (), 0)
    understood = understand(asking)
    assert decide(understood, asking) == []
    assert question in say("ask_value", asking, understood)
    answered = understand(Context(Session(BLOCK), Turn(2, answer, ()), (Turn(1, said, ()),), 0))
    assert {**answered.profile, **answered.wishes} == told


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("rebalance, no single name above a tenth of everything", {"max_weight": "0.1"}),
        ("sell 30 zorbex the Monday after Thanksgiving", {"date": "2026-11-30"}),
        ("free up $22,000 by the fifteenth of December", {"date": "2026-12-15"}),
        ("what breaches a three point band", {"threshold": "0.03"}),
        ("tax on 20 zorbex, priciest basis first", {"lot_method": "hifo"}),
    ],
)
def test_shares_of_a_whole_days_and_methods_are_read_as_people_say_them(said: str, args: dict[str, Any]) -> None:
    assert any(args.items() <= call.args.items() for call in first(said)), first(said)


def test_a_story_around_a_sale_does_not_have_it_declined() -> None:
    said = "My late father said to sell the oldest first. If I sold 15 shares of Zorbex that way, what tax would I owe?"
    assert [(call.tool, call.args["symbol"], call.args["shares"]) for call in first(said)] == [
        ("simulate_sale", "ZORB", "15")
    ]


def test_two_requests_of_one_sentence_are_both_taken_up() -> None:
    calls = first("two things: what's my tax so far for the year, and can I get the form 8949 as well")
    assert {call.tool for call in calls} == {"estimate_tax", "tax_report"}


@pytest.mark.parametrize("said", ["I keep hearing about wash sales", "kindly show my losses", "which classes breach"])
def test_an_english_word_that_no_wording_knows_is_no_company(said: str) -> None:
    assert all("symbol" not in call.args for call in first(said))


def test_the_list_of_english_words_names_no_company() -> None:
    assert {"hearing", "kindly", "breaches"} <= english()
    assert not {"tesla", "boeing", "pfizer", "verizon"} & english()


def test_a_band_written_with_a_slash_is_no_day() -> None:
    assert first("our band is 5/25, what is out of band?")[0].tool == "compute_drift"


SIXTY_FORTY = {"stocks": "0.6", "bonds": "0.4"}


@pytest.mark.parametrize(
    "said",
    [
        "if my target was 60/40 stocks bonds how far away would I be",
        "how does my portfolio stack up against a 60/40?",
        "pretend I wanted sixty percent stocks and forty percent bonds, don't change anything, how far off am I?",
    ],
)
def test_a_mix_that_is_only_supposed_is_measured_and_not_remembered(said: str) -> None:
    assert first(said) == [Call("compute_drift", {"targets": SIXTY_FORTY})]


def test_a_mix_told_with_a_question_about_the_distance_is_no_wish_for_trades() -> None:
    said = "My goal was sixty percent US stocks, thirty international and ten bonds. How far off am I?"
    context = Context(Session(BLOCK), Turn(1, said, ()), (), 0)
    read = understand(context)
    assert [each.intent for each in read.requests] == ["drift"]
    assert read.profile == {"targets": {"us_equity": "0.6", "intl_equity": "0.3", "bonds": "0.1"}}


def test_a_mix_told_with_a_wish_for_trades_keeps_both() -> None:
    said = "I want 60% us, 40% bonds: how far off am I and what trades get me there?"
    context = Context(Session(BLOCK), Turn(1, said, ()), (), 0)
    assert {"rebalance", "drift"} <= {each.intent for each in understand(context).requests}
