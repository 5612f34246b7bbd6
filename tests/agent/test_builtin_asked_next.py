"""Short questions that rest on the answer before, and what a message states besides what it asks."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.policy import decide
from assistant.builtin.request import Understanding
from assistant.builtin.understand import understand

HELD = [
    {"symbol": "ZORB", "name": "Zorbex Corporation", "sector": "technology"},
    {"symbol": "QUIL", "name": "Quillian Software Inc", "sector": "technology"},
    {"symbol": "VTI", "name": "Vanguard Total Stock Market ETF"},
    {"symbol": "BND", "name": "Vanguard Total Bond Market ETF"},
]
ACCOUNTS = [
    {"id": "acct-1", "type": "taxable", "owner": "person-1"},
    {"id": "acct-2", "type": "roth_ira", "owner": "person-1"},
    {"id": "acct-3", "type": "traditional_ira", "owner": "person-2"},
]
BLOCK: dict[str, Any] = {"as_of": "2026-11-20", "accounts": ACCOUNTS, "holdings": HELD, "profile": {}}
CHECK = Call("check_wash_sale", {"symbol": "ZORB"})
EARNS = Call("set_profile", {"income": "200000"})
SALE = Call("simulate_sale", {"symbol": "ZORB", "shares": "40"})


def context(*messages: str, done: tuple[Done, ...] = (), **block: Any) -> Context:
    """Return the context of the last of some messages; ``done`` tells what came of the one before it."""
    last = len(messages) - 1
    earlier = tuple(Turn(at, text, done if at == last else ()) for at, text in enumerate(messages[:-1], start=1))
    return Context(Session(BLOCK | block), Turn(len(messages), messages[-1], ()), earlier, len(earlier))


def read(*messages: str, **more: Any) -> Understanding:
    return understand(context(*messages, **more))


def after(call: Call, before: str, said: str, result: dict[str, Any] | None = None) -> list[Call]:
    """Return the calls of a message after one that led to a call."""
    now = context(before, said, done=(Done(call, result or {}),))
    return decide(understand(now), now)


@pytest.mark.parametrize(
    ("topic", "said", "tool"),
    [
        ("tax_loss_harvesting", "do I have any?", "find_harvestable_losses"),
        ("short_term", "which of mine are?", "show_holdings"),
        ("niit", "do we owe that?", "estimate_tax"),
        ("drift", "and does it affect us?", "compute_drift"),
    ],
)
def test_whether_a_term_is_about_oneself_is_answered_by_its_tool(topic: str, said: str, tool: str) -> None:
    found = after(Call("explain_concept", {"topic": topic}), f"what is {topic}", said)
    assert {call.tool for call in found} == {tool}


def test_when_it_is_safe_and_what_to_hold_meanwhile_are_about_the_holding_checked() -> None:
    checked = Call("check_wash_sale", {"symbol": "ZORB", "side": "sell"})
    assert after(checked, "is selling zorbex a wash sale", "when would it be safe?") == [checked]
    held = after(checked, "is selling zorbex a wash sale", "ok, and what can I hold meanwhile?")
    assert held == [Call("suggest_replacements", {"symbol": "ZORB"})]


def test_what_stays_after_tax_is_asked_of_the_sale_before() -> None:
    assert after(SALE, "sell 40 zorbex", "after tax, how much do I keep?") == [SALE]


def test_a_bare_state_tries_the_sale_there() -> None:
    found = after(Call("simulate_sale", {**SALE.args, "state": "TX"}), "and if we lived in Texas?", "and Florida?")
    assert found == [Call("simulate_sale", {**SALE.args, "state": "FL"})]


def test_a_sale_down_to_a_weight_is_spread_over_the_years_that_are_named_next() -> None:
    found = after(SALE, "trim zorbex to 10%", "over two years")
    assert found == [Call("optimize_trades", {"symbol": "ZORB", "max_weight": "0.1", "date": "2028-12-31"})]


def test_it_is_the_largest_holding_when_that_was_asked_for() -> None:
    rows = [{"symbol": "QUIL", "weight_frac": "0.2"}, {"symbol": "ZORB", "weight_frac": "0.3"}]
    found = after(Call("show_holdings"), "what is our biggest one?", "what did we pay for it?", {"holdings": rows})
    assert found == [Call("show_holdings", {"symbol": "ZORB"})]


def test_ten_after_five_thousand_means_ten_thousand() -> None:
    found = after(Call("optimize_trades", {"max_gain": "5000"}), "at most 5k of gains", "make it 10")
    assert found == [Call("optimize_trades", {"max_gain": "10000"})]


def test_the_other_half_next_year_keeps_the_day() -> None:
    found = read("sell half my zorbex", "other half next year?", done=(Done(SALE, {}),)).requests
    assert [(each.intent, each.slots.get("date")) for each in found] == [("sale", "2027-01-01")]


def test_not_that_one_but_another_is_the_same_question_of_the_other() -> None:
    found = after(SALE, "tax on selling 40 zorbex?", "no no not zorbex. quillian I meant, same number")
    assert found == [Call("simulate_sale", {"symbol": "QUIL", "shares": "40"})]


def test_two_ways_to_choose_lots_that_are_compared_are_both_tried() -> None:
    found = read("compare fifo and hifo for 30 zorbex").requests
    assert found[0].slots["lot_methods"] == ["fifo", "hifo"]
    now = context("compare fifo and hifo for 30 zorbex")
    assert [call.args["lot_method"] for call in decide(understand(now), now)] == ["fifo", "hifo"]


def test_the_only_account_of_a_person_is_meant_by_the_name_alone() -> None:
    found = after(Call("show_holdings", {"account": "acct-2"}), "show person-1's Roth", "and person-2's?")
    assert found == [Call("show_holdings", {"account": "acct-3"})]


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("rebalance it but only in the IRAs", {"exclude": ["acct-1"]}),
        ("rebalance, hands off my wife's Roth", {"exclude": ["acct-2"]}),
        ("rebalance but don't touch the Vanguard funds", {"exclude": ["VTI", "BND"]}),
        ("rebalance, Zorbex excepted", {"exclude": ["ZORB"]}),
        ("I do not want a single share sold, rebalance", {"no_sells": True}),
        ("what if we only sold long term lots", {"long_term_only": True}),
        ("rebalance and keep 4 percent sitting in cash", {"cash_target": "0.04"}),
        ("rebalance, tracking error of 150 bps", {"tracking_error": "0.015"}),
        ("rebalance with net realized gains of zero", {"max_gain": "0"}),
    ],
)
def test_limits_are_taken_as_people_say_them(said: str, limits: dict[str, Any]) -> None:
    assert read(said).wishes == limits


@pytest.mark.parametrize(
    "said",
    [
        "tell me when something's down more than 10%",
        "if we spend 60k a year, how long does it last?",
        "would this have worked the last ten years?",
    ],
)
def test_figures_of_a_watch_or_a_forecast_are_no_facts_about_the_person(said: str) -> None:
    found = read(said)
    assert (found.profile, found.wishes) == ({}, {})


@pytest.mark.parametrize(
    "said",
    [
        "pretend we lived in Texas, don't save it: what would the tax on our gains be?",
        "thought experiment, nothing to remember: suppose we make only 60k, what would our tax be?",
    ],
)
def test_what_is_only_supposed_is_not_remembered(said: str) -> None:
    now = context(said)
    assert [call.tool for call in decide(understand(now), now)] == ["estimate_tax"]


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    asked = read("(1) what could stand in for ZORB for a month, (2) which positions have losses over 1,000 dollars?")
    assert [each.intent for each in asked.requests] == ["replacements", "harvest"]


@pytest.mark.parametrize("said", ["that's wrong", "you misunderstood me", "that is not what I asked"])
def test_a_complaint_is_answered_as_one(said: str) -> None:
    assert [each.intent for each in read("how should I rebalance?", said).requests] == ["complaint"]


def test_story_around_a_question_asks_nothing() -> None:
    asked = read("My brother in law wrote to me. We argued about it all evening. What losses do we have?")
    assert [each.intent for each in asked.requests] == ["harvest"]


def test_the_losses_just_listed_are_taken_as_one_plan_or_as_the_sale_of_the_one() -> None:
    listed = {"lots": [{"symbol": "ZORB"}, {"symbol": "QUIL"}, {"symbol": "ZORB"}]}
    every = after(Call("find_harvestable_losses"), "what losses do we have?", "sell those", listed)
    assert every[-1] == Call("optimize_trades", {"harvest_only": True})
    one = Call("find_harvestable_losses", {"symbol": "ZORB"})
    assert after(one, "can I harvest zorbex?", "sell it") == [Call("simulate_sale", {"symbol": "ZORB", "all": True})]
    found = after(Call("find_harvestable_losses"), "which are down?", "is that a wash sale for any of them?", listed)
    assert [call.args["symbol"] for call in found] == ["ZORB", "QUIL"]


def test_selling_all_of_it_right_after_a_holding_is_a_sale_of_that_holding_alone() -> None:
    shown = Call("show_holdings", {"symbol": "ZORB"})
    assert after(shown, "show zorbex", "sell it all") == [Call("simulate_sale", {"symbol": "ZORB", "all": True})]
    assert {call.tool for call in decide(read("sell it all"), context("sell it all"))} == {
        "show_holdings",
        "find_harvestable_losses",
    }


def test_simpler_words_explain_the_same_term_again() -> None:
    found = after(Call("explain_concept", {"topic": "hifo"}), "what is hifo", "in simpler words please")
    assert found == [Call("explain_concept", {"topic": "hifo", "audience": "child"})]


@pytest.mark.parametrize("said", ["what would my tax be if I was single", "what if I have no carryover"])
def test_a_fact_tried_out_in_a_question_is_not_remembered(said: str) -> None:
    now = context(said)
    assert [call.tool for call in decide(understand(now), now)] == ["estimate_tax"]


def test_what_is_to_be_left_alone_is_never_what_is_sold() -> None:
    now = context("raise 40k by feb 1, not from zorbex, long term only")
    made = [call for call in decide(understand(now), now) if call.tool != "set_profile"]
    assert all(call.args.get("symbol") != "ZORB" for call in made)
    assert read("raise 40k, not from zorbex").wishes == {"exclude": ["ZORB"]}


def test_the_same_question_of_another_in_one_message_is_asked_of_both() -> None:
    asked = read("1) is zorbex a wash sale 2) is quillian")
    assert [(each.intent, each.slots["symbol"]) for each in asked.requests] == [("wash", "ZORB"), ("wash", "QUIL")]


def test_the_value_of_a_limit_may_stand_in_the_next_sentence() -> None:
    plan = Call("optimize_trades", {})
    found = after(plan, "can you fix our allocation", "too many orders.. 5 at most please")
    assert found[-1] == Call("optimize_trades", {"max_trades": 5})


def test_only_one_account_of_what_was_listed_is_shown() -> None:
    found = after(Call("show_holdings"), "list everything we own", "only the stuff in person-1's Roth, I got lost")
    assert found == [Call("show_holdings", {"account": "acct-2"})]


def test_an_income_put_right_is_no_money_to_raise() -> None:
    told = Call("set_profile", {"income": "260000"})
    said = "My mistake, it's two hundred thirty-eight thousand. My raise fell through."
    assert after(told, "put down that our income will be 260k", said) == [Call("set_profile", {"income": "238000"})]


@pytest.mark.parametrize(
    "said", ["skip the crumbs, under 750 of loss isn't worth my evening", "ignore those under $750"]
)
def test_losses_too_small_to_bother_with_are_left_out(said: str) -> None:
    found = after(Call("find_harvestable_losses"), "any losers left?", said)
    assert [(call.tool, str(call.args["min_loss"])) for call in found] == [("find_harvestable_losses", "750")]


def test_a_loss_inside_a_retirement_account_is_explained_beside_those_that_count() -> None:
    now = context("can I harvest in the Roth?")
    assert decide(understand(now), now) == [
        Call("explain_concept", {"topic": "roth_ira"}),
        Call("find_harvestable_losses", {}),
    ]


@pytest.mark.parametrize("said", ["are gains this year already over the limit?", "does our income have a limit?"])
def test_a_question_is_not_answered_with_a_question_for_a_value(said: str) -> None:
    assert all(each.intent != "ask_value" for each in read(said).requests)


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("get us back in line, but nothing held under a year gets touched", {"long_term_only": True}),
        ("rebalance. stick to shares we have owned for over twelve months", {"long_term_only": True}),
        ("no sale allowed this year, how do I get closer to target?", {"no_sells": True}),
        ("selling is off the table for me, could you rebalance?", {"no_sells": True}),
        ("what would a rebalance look like if we aren't willing to realise any net gains", {"max_gain": "0"}),
        ("rebalance with realized gains <= 20k", {"max_gain": "20000"}),
        ("rebalance, ticket size >= $2,500", {"min_trade": "2500"}),
        ("rebalance with a tracking error of one and a half percent at most", {"tracking_error": "0.015"}),
        ("rebalance, Zorbex is not to be sold", {"exclude": ["ZORB"]}),
        ("please to not sell Zorbex when you rebalance", {"exclude": ["ZORB"]}),
        ("rebalance, the Roth must stay as it is", {"exclude": ["acct-2"]}),
    ],
)
def test_limits_beside_a_plan_are_read_in_looser_words(said: str, limits: dict[str, Any]) -> None:
    assert read(said).wishes == limits


@pytest.mark.parametrize(
    "said",
    [
        "is it a problem to sell lots I have held under a year?",
        "any reason not to sell Zorbex this afternoon?",
        "sell or keep Zorbex?",
        "what is the tax on short-term gains if I never sell?",
        "how should I rebalance? We had no capital gains last year",
        "rebalance. I have never sold anything before",
        "plan please, I'm not sure whether to realize gains",
        "rebalance, I don't mind short-term gains",
    ],
)
def test_the_same_words_in_a_question_set_no_limit(said: str) -> None:
    assert read(said).wishes == {}


def test_a_share_that_only_says_how_things_are_is_no_goal() -> None:
    assert [each.intent for each in read("sell some Zorbex, it's 20% of us").requests] == ["trim"]
    aimed = read("Zorbex is far too much of it. The goal: 15% by the end of March.").requests
    assert [(each.intent, each.slots.get("pct"), each.slots.get("date")) for each in aimed] == [
        ("glide", "0.15", "2027-03-31")
    ]


def test_a_weight_said_of_the_one_holding_named_is_its_own_and_of_any_stock_is_a_limit() -> None:
    one = read("rebalance with Zorbex at most 10%")
    assert [(each.intent, each.slots["symbol"]) for each in one.requests] == [("glide", "ZORB")]
    any_stock = read("rebalance, no single stock above 10%, and leave Zorbex alone")
    assert any_stock.wishes == {"max_weight": "0.1", "exclude": ["ZORB"]}


def test_each_holding_keeps_the_number_of_shares_said_beside_it() -> None:
    now = context("sell 20 shares of Zorbex and 30 of Quillian")
    shares = {call.args["symbol"]: call.args["shares"] for call in decide(understand(now), now)}
    assert shares == {"ZORB": "20", "QUIL": "30"}


def test_a_loss_said_beside_a_gain_keeps_its_sign() -> None:
    asked = read("suppose I made 22k long term and lost 8k short term, what would the tax be?").requests
    assert (asked[0].slots["long_term"], asked[0].slots["short_term"]) == ("22000", "-8000")


def test_a_move_that_is_asked_about_is_not_remembered() -> None:
    now = context("what would moving to Nevada do to our bill?")
    assert decide(understand(now), now) == [Call("estimate_tax", {"state": "NV"})]


@pytest.mark.parametrize(
    ("call", "before", "said", "expected"),
    [
        (SALE, "sell 40 zorbex", "which lots?", SALE),
        (Call("optimize_trades", {"amount": "40000"}), "raise 40k", "from what?", None),
        (Call("optimize_trades", {}), "rebalance", "how much tax is that?", None),
        (CHECK, "is zorbex a wash sale", "why not?", Call("explain_concept", {"topic": "wash_sale"})),
        (CHECK, "is zorbex a wash sale", "which?", None),
        (Call("suggest_replacements", {"symbol": "ZORB"}), "what instead of zorbex", "anything else?", None),
        (Call("find_harvestable_losses", {}), "what losses do we have", "only the long term ones", None),
        (Call("show_holdings", {"account": "acct-2"}), "show the roth", "what's the biggest one in there?", None),
        (EARNS, "my income is 200k", "and single", Call("set_profile", {"filing_status": "single"})),
        (Call("show_holdings", {"symbol": "ZORB"}), "is zorbex long term", "when?", None),
    ],
)  # fmt: skip
def test_a_few_words_are_read_by_the_answer_before(call: Call, before: str, said: str, expected: Call | None) -> None:
    assert after(call, before, said) == [expected or call]


def test_shorter_says_the_same_answer_in_its_first_sentences() -> None:
    plan = Call("optimize_trades", {"max_tax": "2000"})
    now = context("rebalance with 2,000 of tax at most", "shorter please", done=(Done(plan, {}),))
    understood = understand(now)
    assert decide(understood, now) == [plan]
    assert understood.asks("shorter")


def test_a_sale_that_was_explained_can_be_left_out() -> None:
    explained = Call("explain_trade", {"symbol": "ZORB"})
    now = context("why do you sell zorbex", "what if you didn't?", done=(Done(explained, {}),))
    assert understand(now).wishes == {"exclude": ["ZORB"]}


def test_half_of_the_largest_holding_just_listed_can_be_sold() -> None:
    rows = [{"symbol": "QUIL", "weight_frac": "0.2"}, {"symbol": "ZORB", "weight_frac": "0.3"}]
    now = context(
        "what's the biggest thing we own?", "sell half of it", done=(Done(Call("show_holdings"), {"holdings": rows}),)
    )
    sale = understand(now).requests[0]
    assert (sale.intent, sale.slots["symbol"], sale.slots["frac"]) == ("sale", "ZORB", "0.5")


def test_an_amount_and_a_limit_change_the_plan_together() -> None:
    raised = Call("optimize_trades", {"amount": "14000"})
    found = after(raised, "I need 14k by selling something", "actually make it 20 grand, and no short-term lots")
    assert found == [Call("optimize_trades", {"amount": "20000", "long_term_only": True})]
