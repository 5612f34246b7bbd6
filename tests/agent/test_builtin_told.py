"""What people tell in passing: which kind an account is, facts in a few words, amounts and days as they are said."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.entities import mark
from assistant.builtin.policy import decide
from assistant.builtin.request import Understanding
from assistant.builtin.understand import understand

HELD = [
    {"symbol": "ZORB", "name": "Zorbex Corporation", "sector": "technology"},
    {"symbol": "QUIL", "name": "Quillian Software Inc", "sector": "technology"},
]
ACCOUNTS = [
    {"id": "acct-1", "type": "taxable"},
    {"id": "acct-2", "type": "roth_ira"},
    {"id": "acct-3", "type": "traditional_ira"},
]
BLOCK: dict[str, Any] = {"as_of": "2026-11-20", "accounts": ACCOUNTS, "holdings": HELD, "profile": {}}


def context(*messages: str, done: dict[int, tuple[Done, ...]] | None = None, **block: Any) -> Context:
    """Return the context of the last of some messages; ``done`` tells what came of an earlier one."""
    earlier = tuple(Turn(at, text, (done or {}).get(at, ())) for at, text in enumerate(messages[:-1], start=1))
    return Context(Session(BLOCK | block), Turn(len(messages), messages[-1], ()), earlier, len(earlier))


def read(*messages: str, **more: Any) -> Understanding:
    return understand(context(*messages, **more))


def calls(*messages: str, **more: Any) -> list[Call]:
    now = context(*messages, **more)
    return decide(understand(now), now)


UNKNOWN = [{"id": "acct-1", "type": "unknown"}, {"id": "acct-2", "type": "unknown"}]


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ("just a regular one", [("acct-1", "taxable")]),
        ("it's a Roth", [("acct-1", "roth_ira")]),
        ("both are regular accounts", [("acct-1", "taxable"), ("acct-2", "taxable")]),
        ("not an IRA, that's all I know", []),
        ("plain old brokerage account, not a 401k", [("acct-1", "taxable")]),
    ],
)
def test_the_kind_of_an_account_that_was_asked_for_is_taken_from_words(
    answer: str, kinds: list[tuple[str, str]]
) -> None:
    found = read("here is my file", answer, pending="account_type", accounts=UNKNOWN)
    assert list(found.accounts) == kinds


@pytest.mark.parametrize(
    ("said", "profile"),
    [
        ("35% joint, Ohio", {"filing_status": "married_joint", "state": "OH", "rate": "0.35"}),
        ("I make 3,500 a month", {"income": "42000"}),
        ("our home is in Reno, Nevada now", {"state": "NV"}),
        ("the left over losses are zero, we used them up", {"carryforward": "0"}),
        ("there is no carryover left", {"carryforward": "0"}),
    ],
)
def test_facts_are_taken_as_people_tell_them(said: str, profile: dict[str, str]) -> None:
    assert read(said).profile == profile


def test_income_and_state_beside_a_filing_status_are_taken_with_the_question() -> None:
    found = read("no file today. single, Texas, income 92k, long term gain of 20k. what do I owe on the gain")
    assert found.profile == {"filing_status": "single", "state": "TX", "income": "92000"}
    assert [each.slots.get("long_term") for each in found.requests] == ["20000"]


@pytest.mark.parametrize("said", ["the three thousand a year I'm allowed", "we give 10k a year to charity"])
def test_money_of_another_kind_is_no_income(said: str) -> None:
    assert "income" not in read(said).profile


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("1/2 of my zorbex", "frac", "0.5"),
        ("two and a half thousand", "usd", "2500"),
        ("a quarter mil", "usd", "250000"),
        ("thirty-five k", "usd", "35000"),
        ("3 dozen", "num", "36"),
        ("2 hundred bucks", "usd", "200"),
        ("9.750 dollars", "usd", "9750"),
        ("USD 4.680,- of it", "usd", "4680"),
        ("$9.75", "usd", "9.75"),
    ],
)
def test_amounts_are_read_as_people_say_them(said: str, kind: str, value: str) -> None:
    assert mark(said, Session(BLOCK)).of(kind)[:1] == [value]


@pytest.mark.parametrize(
    ("said", "tried"),
    [
        ("what is the tax on $18,500 ST and $61,000 LT gains", {"short_term": "18500", "long_term": "61000"}),
        ("what tax on a profit of 9,750 dollars from shares I kept five months", {"short_term": "9750"}),
        ("we lost 27k short term and have no gains, what comes off our tax", {"short_term": "-27000"}),
        ("what do I owe on a long term gain of 40k", {"long_term": "40000"}),
    ],
)
def test_gains_and_losses_are_tried_under_their_term(said: str, tried: dict[str, str]) -> None:
    asked = next(each for each in read(said).requests if each.intent == "tax")
    assert {name: asked.slots[name] for name in ("short_term", "long_term") if name in asked.slots} == tried


SALE = Done(Call("simulate_sale", {"symbol": "ZORB", "shares": 15}), {"id": "sale1", "symbol": "ZORB"})


def test_all_but_some_shares_are_sold() -> None:
    rows = [{"symbol": "ZORB", "held_shares": "40", "weight_frac": "0.1"}]
    lots = [{"symbol": "ZORB", "account": "acct-1", "held_shares": "30"}]
    shown = Done(Call("show_holdings", {"symbol": "ZORB"}), {"id": "hold1", "holdings": rows, "lots": lots})
    now = context("what if I sell all but ten of my zorbex")
    after = Context(now.session, Turn(1, now.turn.said, (shown,)), (), 0)
    assert decide(understand(after), after) == [Call("simulate_sale", {"symbol": "ZORB", "shares": "20"})]


def test_a_day_put_right_stays_in_the_month_that_was_spoken_of() -> None:
    before = Done(Call("check_wash_sale", {"symbol": "ZORB", "side": "buy", "date": "2026-12-03"}), {"id": "wash1"})
    again = calls("may I buy zorbex on December 3", "oops I mean the 13th", done={1: (before,)})
    assert again == [Call("check_wash_sale", {"symbol": "ZORB", "side": "buy", "date": "2026-12-13"})]


def test_a_name_alone_asks_the_same_of_another_holding() -> None:
    before = Done(Call("check_wash_sale", {"symbol": "ZORB", "side": "sell"}), {"id": "wash1"})
    assert calls("is zorbex clean", "quil?", done={1: (before,)}) == [
        Call("check_wash_sale", {"symbol": "QUIL", "side": "sell"})
    ]


@pytest.mark.parametrize(
    ("said", "spared"),
    [
        ("rebalance but leave the roth alone", ["acct-2"]),
        ("rebalance, dont touch anything in the iras", ["acct-2", "acct-3"]),
        ("make a plan but not in the brokerage account", ["acct-1"]),
        ("rebalance everything but the roth", ["acct-2"]),
        ("rebalance but do not touch ZORB or the roth", ["ZORB", "acct-2"]),
    ],
)
def test_a_plan_leaves_alone_the_accounts_that_are_named(said: str, spared: list[str]) -> None:
    found = read(said)
    assert found.wishes == {"exclude": spared}
    assert {each.intent for each in found.requests} == {"rebalance"}


def test_an_account_is_freed_again_by_its_kind() -> None:
    assert calls("leave the roth alone", "you can touch the roth again")[0].args == {"forget": ["acct-2"]}


def test_a_limit_after_a_plan_is_a_smaller_plan_and_no_estimate() -> None:
    plan = Done(Call("optimize_trades", {}), {"id": "plan1", "plan_id": "a1b2c3"})
    for said in ("what if I only want to realize 5k of gains", "I'd hate to write the IRS a check above $1,500"):
        asked = calls("how should I rebalance", said, done={1: (plan,)}, plan={"plan_id": "a1b2c3"})
        assert "optimize_trades" in {call.tool for call in asked}
        assert "estimate_tax" not in {call.tool for call in asked}


def test_a_term_that_somebody_never_understood_is_explained() -> None:
    assert calls("wash sales, I never got that") == [Call("explain_concept", {"topic": "wash_sale"})]


def test_what_is_like_a_holding_but_not_that_one_is_about_that_one() -> None:
    assert calls("something like zorbex but not zorbex") == [Call("suggest_replacements", {"symbol": "ZORB"})]
