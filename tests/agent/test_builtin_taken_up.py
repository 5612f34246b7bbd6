"""A question back, and the few words that answer it; holdings told by what they are."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.policy import decide
from assistant.builtin.talk import say, topics_of
from assistant.builtin.understand import understand

HELD = [
    {"symbol": "ZORB", "name": "Zorbex Corporation", "sector": "technology", "industry": "semiconductors"},
    {"symbol": "QUIL", "name": "Quillian Software Inc", "sector": "technology", "industry": "software"},
    {"symbol": "VANT", "name": "Vantora Devices", "sector": "technology", "industry": "semiconductors"},
    {"symbol": "MEDI", "name": "MediPrime", "sector": "health_care"},
    {"symbol": "EMGX", "name": "Harbor Emerging Markets ETF", "asset_class": "intl_equity"},
    {"symbol": "BNDA", "name": "Harbor Total Bond ETF", "asset_class": "bonds"},
    {"symbol": "BNDB", "name": "Harbor Tax-Exempt Bond ETF", "asset_class": "bonds"},
]
BLOCK: dict[str, Any] = {
    "as_of": "2026-11-20",
    "accounts": [{"id": "acct-1", "type": "taxable"}],
    "holdings": HELD,
    "profile": {},
}
ERROR = {"error": {"what": "Which holding do you mean?"}}


def said(*messages: str, done: dict[int, tuple[Done, ...]] | None = None, plan: bool = False) -> Context:
    """Return the context of the last of some messages; ``done`` tells what came of an earlier one."""
    block = BLOCK | ({"plan": {"plan_id": "a1b2c3"}} if plan else {})
    earlier = tuple(Turn(at, text, (done or {}).get(at, ())) for at, text in enumerate(messages[:-1], start=1))
    return Context(Session(block), Turn(len(messages), messages[-1], ()), earlier, len(earlier))


def calls(*messages: str, **more: Any) -> list[Call]:
    context = said(*messages, **more)
    return decide(understand(context), context)


def answer(*messages: str) -> str:
    """Return what is said to the last message without any tool."""
    context = said(*messages)
    read = understand(context)
    assert decide(read, context) == []
    return " ".join(say(topic, context, read) for topic in topics_of(read, context, answered=False, missing=()))


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (("we got some money to put in, where does it go?", "eighteen thousand five hundred"), {"cash": "18500"}),
        (("I need cash by March", "12k"), {"amount": "12000", "date": "2027-03-01"}),
    ],
)
def test_money_to_raise_or_invest_without_an_amount_is_asked_for_and_then_taken(
    messages: tuple[str, ...], expected: dict[str, Any]
) -> None:
    assert "How much money" in answer(messages[0])
    assert calls(*messages) == [Call("optimize_trades", expected)]


def test_a_sale_without_a_holding_or_amount_is_completed_over_three_messages() -> None:
    assert "Which holding" in answer("run a sale for me")
    sale = Call("simulate_sale", {"symbol": "ZORB", "all": True})
    assert calls("run a sale for me", "pretend only ok", "zorbex") == [sale]
    tried = {2: (Done(sale, {}),)}
    assert calls("run a sale for me", "zorbex", "35 shares", done=tried) == [
        Call("simulate_sale", {"symbol": "ZORB", "shares": "35"})
    ]


def test_a_tool_that_asked_which_holding_is_called_again_with_it() -> None:
    asked = {1: (Done(Call("suggest_replacements", {}), ERROR),)}
    assert calls("what could I hold instead if I sell at a loss", "the emerging markets one dear", done=asked) == [
        Call("suggest_replacements", {"symbol": "EMGX"})
    ]


def test_buying_it_back_without_a_name_stays_a_purchase_once_the_name_is_told() -> None:
    assert "Which holding" in answer("is it ok to buy it back already")
    assert calls("is it ok to buy it back already", "zorbex, sorry") == [
        Call("check_wash_sale", {"symbol": "ZORB", "side": "buy"})
    ]


def test_a_description_that_fits_one_holding_is_that_holding() -> None:
    assert calls("what happens if I sell 40 of the software company") == [
        Call("simulate_sale", {"symbol": "QUIL", "shares": "40"})
    ]
    assert calls("show me the health stock") == [Call("show_holdings", {"symbol": "MEDI"})]


def test_a_description_that_fits_several_asks_which_and_goes_on_with_the_one_told() -> None:
    asked = "what happens if I sell 40 of the chip stock"
    assert answer(asked) == "Which one do you mean: Zorbex Corporation or Vantora Devices?"
    assert calls(asked, "zorbex") == [Call("simulate_sale", {"symbol": "ZORB", "shares": "40"})]


def test_a_name_beside_a_description_decides() -> None:
    assert calls("what happens if I sell 40 of the chip stock, vantora") == [
        Call("simulate_sale", {"symbol": "VANT", "shares": "40"})
    ]


def test_a_description_to_leave_alone_leaves_all_that_it_fits() -> None:
    read = understand(said("rebalance without touching the bond fund"))
    assert read.wishes["exclude"] == ["BNDA", "BNDB"]


@pytest.mark.parametrize(
    ("told", "now", "args"),
    [
        ({"income": 180000}, "that was last year, this year it will be 215", {"income": "215000"}),
        ({"carryforward": 9300}, "let me check the return... it says 3,900, digits mixed up", {"carryforward": "3900"}),
        ({"state": "OR"}, "scrap that, we didn't move after all, still California", {"state": "CA"}),
        ({"income": 150000}, "sorry, 165k, I forgot the bonus", {"income": "165000"}),
    ],
)
def test_a_fact_told_a_moment_ago_is_put_right_by_its_value_alone(
    told: dict[str, Any], now: str, args: dict[str, Any]
) -> None:
    done = {1: (Done(Call("set_profile", told), {}),)}
    assert calls("a fact", now, done=done) == [Call("set_profile", args)]


def test_a_question_about_another_holding_is_no_correction_of_a_fact() -> None:
    done = {1: (Done(Call("set_profile", {"income": 150000}), {}),)}
    assert calls("a fact", "actually sell 60 zorbex", done=done) == [
        Call("simulate_sale", {"symbol": "ZORB", "shares": "60"})
    ]


@pytest.mark.parametrize(
    ("topic", "now", "expected"),
    [
        ("hifo", "fifo too then", "fifo"),
        ("niit", "who has to pay it, like above what income", "niit"),
    ],
)
def test_a_question_after_an_explanation_stays_with_terms(topic: str, now: str, expected: str) -> None:
    done = {1: (Done(Call("explain_concept", {"topic": topic}), {}),)}
    assert calls("explain it", now, done=done) == [Call("explain_concept", {"topic": expected})]


@pytest.mark.parametrize(
    ("args", "now", "changed"),
    [
        ({"symbol": "ZORB", "amount": 500}, "shares I mean, not dollars", {"symbol": "ZORB", "shares": "500"}),
        ({"symbol": "ZORB", "shares": 45}, "you took 45? I said 54, or meant to", {"symbol": "ZORB", "shares": "54"}),
        (
            {"symbol": "ZORB", "shares": 60},
            "how about doing that after new year, jan 4 or so",
            {"symbol": "ZORB", "shares": 60, "date": "2027-01-04"},
        ),
    ],
)
def test_a_value_taken_wrongly_is_put_right(args: dict[str, Any], now: str, changed: dict[str, Any]) -> None:
    done = {1: (Done(Call("simulate_sale", args), {}),)}
    assert calls("a sale", now, done=done) == [Call("simulate_sale", changed)]


def test_and_another_one_too_is_left_alone_with_those_before() -> None:
    done = {
        1: (
            Done(Call("set_profile", {"exclude": ["ZORB"]}), {}),
            Done(Call("optimize_trades", {"exclude": ["ZORB"]}), {"plan_id": "a1b2c3"}),
        )
    }
    assert calls("leave zorbex alone", "and quillian too", done=done, plan=True) == [
        Call("set_profile", {"exclude": ["ZORB", "QUIL"]})
    ]


@pytest.mark.parametrize(
    ("now", "wishes"),
    [
        ("go ahead but without the zorbex sale", {"exclude": ["ZORB"]}),
        ("fine, but I'd rather part with no zorbex", {"exclude": ["ZORB"]}),
        ("and pay at most 4k tax for it", {"max_tax": "4000"}),
        ("actually let's leave 3,000 of it sitting as cash", {"cash_target": "3000"}),
    ],
)
def test_a_limit_said_of_a_plan_is_nothing_else_besides(now: str, wishes: dict[str, Any]) -> None:
    done = {1: (Done(Call("optimize_trades", {"cash": 12000}), {"plan_id": "a1b2c3"}),)}
    read = understand(said("a plan", now, done=done, plan=True))
    assert (read.requests, read.wishes) == ((), wishes)


def test_where_one_lives_cancels_nothing() -> None:
    read = understand(said("we live in Oregon now"))
    assert (read.requests, read.profile) == ((), {"state": "OR"})


def test_a_limit_on_gains_that_is_only_tried_out_is_not_remembered() -> None:
    tried = calls("what if I only want to realize 5k of gains")
    assert Call("optimize_trades", {"max_gain": "5000"}) in tried
    assert all(call.tool != "set_profile" for call in tried)
