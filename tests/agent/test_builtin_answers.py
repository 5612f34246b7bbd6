"""Answers composed from hand-written tool results: their shape, their references, and no figure of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from assistant.builtin import BuiltinChatModel, compose_answer

SESSION: dict[str, Any] = {
    "as_of": "2026-11-20",
    "tax_year": 2026,
    "price_dates": ["2026-11-20"],
    "household": "own",
    "accounts": [{"id": "acct-1", "type": "taxable"}, {"id": "acct-2", "type": "traditional_ira"}],
    "holdings": [{"symbol": "ZORB", "name": "Zorbex"}, {"symbol": "QUIL", "name": "Quillian"}],
    "profile": {},
    "targets": None,
    "wishes": {},
    "plan": None,
    "focus": None,
    "files": [],
    "pending": None,
}

SELL = {
    "id": "plan1.t1",
    "side": "sell",
    "symbol": "ZORB",
    "name": "Zorbex",
    "lot": "lot-2",
    "account": "acct-1",
    "traded_shares": "120",
    "acquired_date": "2021-09-14",
    "amount_usd": "9000.00",
    "gain_usd": "-1500.00",
    "term": "long",
    "why": "its loss pays for the other sale; {{plan1.t1.over.drift_frac|points}} over",
}
BUY = {
    "id": "plan1.t2",
    "side": "buy",
    "symbol": "MARN",
    "name": "Marnwell Bond Fund",
    "account": "acct-2",
    "traded_shares": "80",
    "amount_usd": "8000.00",
    "why": "bonds are below target",
}
PLAN: dict[str, Any] = {
    "tool": "optimize_trades",
    "id": "plan1",
    "plan_id": "a1b2c3",
    "sells_count": "1",
    "buys_count": "1",
    "saved_usd": "412.50",
    "tax_with_usd": "1000.00",
    "tax_without_usd": "1412.50",
    "postponed_usd": "300.00",
    "permanent_usd": "112.50",
    "drift_before_frac": "0.12",
    "drift_after_frac": "0.03",
    "outside_before_count": "2",
    "outside_after_count": "0",
    "years": [
        {
            "id": "plan1.without",
            "case": "without",
            "short_gain_usd": "0",
            "long_gain_usd": "2000",
            "tax_usd": "1412.50",
        },
        {"id": "plan1.with", "case": "with", "short_gain_usd": "0", "long_gain_usd": "500", "tax_usd": "1000.00"},
    ],
    "trades": [SELL, BUY],
    "weights": [],
    "left_alone": [
        {"id": "plan1.keep.QUIL", "symbol": "QUIL", "name": "Quillian", "why": "you asked me to leave it alone."}
    ],
    "do_not_buy": [
        {"id": "plan1.q.ZORB", "symbols": ["ZORB"], "until_date": "2026-12-21", "accounts": ["acct-1", "acct-2"]}
    ],
    "alternatives": [
        {
            "id": "plan1.alt1",
            "kind": "all_the_way",
            "tax_change_usd": "900",
            "drift_after_frac": "0",
            "say": "All the way",
        }
    ],
    "wishes": ["Quillian left alone"],
    "notes": [],
    "unchecked": ["accounts you haven't shown me"],
}
SALE: dict[str, Any] = {
    "tool": "simulate_sale",
    "id": "sale1",
    "symbol": "ZORB",
    "name": "Zorbex",
    "sold_shares": "40",
    "proceeds_usd": "4000.00",
    "basis_usd": "3000.00",
    "gain_usd": "1000.00",
    "short_gain_usd": "1000.00",
    "long_gain_usd": "0",
    "tax_usd": "240.00",
    "net_usd": "3760.00",
    "disallowed_usd": "0",
    "weight_before_frac": "0.2",
    "weight_after_frac": "0.15",
    "method": "lifo",
    "lots": [
        {
            "id": "sale1.lot-4",
            "lot": "lot-4",
            "sold_shares": "40",
            "acquired_date": "2026-03-02",
            "gain_usd": "1000.00",
            "term": "short",
            "turns_long_date": "2027-03-03",
        }
    ],
    "wait": {"id": "sale1.wait", "from_date": "2027-03-03", "tax_usd": "150.00"},
    "other": {"id": "sale1.other", "lot": "lot-1", "acquired_date": "2019-05-06", "tax_usd": "400.00"},
}
WASH: dict[str, Any] = {
    "tool": "check_wash_sale",
    "id": "wash1",
    "symbol": "ZORB",
    "name": "Zorbex",
    "side": "sell",
    "sale_date": "2026-11-20",
    "verdict": "partly",
    "loss_usd": "900.00",
    "disallowed_usd": "300.00",
    "deferred_usd": "100.00",
    "permanent_usd": "200.00",
    "clean_shares": "60",
    "clean_saved_usd": "90.00",
    "clear_date": "2026-12-12",
    "quiet_until_date": "2026-12-21",
    "matches": [
        {
            "id": "wash1.m1",
            "lot": "lot-9",
            "account": "acct-2",
            "acquired_date": "2026-11-11",
            "matched_shares": "30",
            "disallowed_usd": "200.00",
            "permanent": True,
            "where": "file-1, row 4",
        }
    ],
    "not_counted": [],
    "identical": [],
}
HARVEST: dict[str, Any] = {
    "tool": "find_harvestable_losses",
    "id": "harvest1",
    "loss_usd": "900.00",
    "usable_loss_usd": "600.00",
    "saved_usd": "144.00",
    "lots": [
        {
            "id": "harvest1.lot-7",
            "lot": "lot-7",
            "symbol": "ZORB",
            "name": "Zorbex",
            "account": "acct-1",
            "held_shares": "50",
            "acquired_date": "2025-02-03",
            "loss_usd": "900.00",
            "term": "long",
            "saved_usd": "144.00",
            "postponed_usd": "144.00",
            "status": "partly",
            "disallowed_usd": "300.00",
            "release_date": "2026-12-12",
            "why": "",
        }
    ],
    "benefit": "yes",
}
TARGET_QUESTION = {"ask": "How should the portfolio look?", "options": [{"label": "Cap", "say": "Cap any single name"}]}


def conversation(said: str, *results: dict[str, Any], **session: Any) -> list[BaseMessage]:
    system = SystemMessage(f"Prompt.\n\n```session\n{json.dumps(SESSION | session)}\n```")
    asked: list[BaseMessage] = [system, HumanMessage(said)]
    for number, result in enumerate(results, start=1):
        call = {"name": result["tool"], "args": {}, "id": f"call_{number}", "type": "tool_call"}
        asked.append(AIMessage("", tool_calls=[call]))
        asked.append(ToolMessage(json.dumps(result), tool_call_id=f"call_{number}", name=result["tool"]))
    return asked


def answer(said: str, *results: dict[str, Any], **session: Any) -> str:
    return compose_answer(conversation(said, *results, **session))


def references(text: str) -> set[str]:
    return set(re.findall(r"\{\{([\w.-]+)(?:\|[a-z]+)*\}\}", text))


def literals(text: str) -> list[str]:
    """Return digits that are neither inside references, nor labels, nor the closing line's year and date."""
    text = re.sub(r"\{\{[^{}]*\}\}", "", text)
    text = re.sub(r"\b(?:acct|lot|file|person)-\d+\b", "", text)
    text = re.sub(r"Estimate for tax year 2026, prices of November 20\.|\bfor 2026\b", "", text)
    text = re.sub(r"\brow \d+", "", text)
    return re.findall(r"\d+", text)


def test_a_plan_says_the_saving_first_then_trades_tax_and_dates() -> None:
    text = answer("how should I rebalance?", PLAN)
    first = text.split("\n")[0]
    assert "{{plan1.saved_usd}}" in first
    assert "less for 2026" in first
    order = ["{{plan1.saved_usd}}", "| Sell |", "| Buy |", "{{plan1.with.tax_usd}}", "{{plan1.postponed_usd}}"]
    order += [
        "{{plan1.permanent_usd}}",
        "*I left alone:*",
        "{{plan1.q.ZORB.until_date|day}}",
        "accounts you haven't shown me",
    ]
    order += ["Not tax advice."]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "a loss of" not in first
    assert "loss of {{plan1.t1.gain_usd|abs}}, long-term" in text
    assert "acct-1 and acct-2" in text
    assert "automatic reinvestment" in text


def test_one_lot_is_a_lot_and_two_are_lots() -> None:
    assert "{{plan1.sells_count}} lot and" in answer("rebalance", PLAN)
    assert "{{plan1.sells_count}} lots and" in answer("rebalance", PLAN | {"sells_count": "2"})


def test_a_plan_that_costs_tax_says_so_without_a_bare_sign() -> None:
    text = answer("rebalance", PLAN | {"saved_usd": "-50.00"})
    assert "{{plan1.saved_usd|abs}}** more tax" in text.split("\n")[0]


def test_a_plan_without_effect_on_tax_says_that_it_stays_the_same() -> None:
    assert "stays the same" in answer("rebalance", PLAN | {"saved_usd": "0.00"}).split("\n")[0]


def test_an_unknown_income_gives_a_range_and_names_what_would_narrow_it() -> None:
    plan = {**PLAN, "saved_usd": None, "saved_low_usd": "100", "saved_high_usd": "500", "years": []}
    text = answer("rebalance", plan)
    assert "{{plan1.saved_low_usd}} to {{plan1.saved_high_usd}}" in text.split("\n")[0]
    assert "income or filing status" in text


def test_no_trades_is_said_in_words() -> None:
    text = answer("rebalance", {**PLAN, "trades": [], "sells_count": "0", "buys_count": "0", "left_alone": []})
    assert text.startswith("**No trade is worth making**")


def test_a_plan_hides_the_steps_it_was_made_from() -> None:
    drift = {"tool": "compute_drift", "id": "drift1", "outside_count": "0", "total_drift_frac": "0", "sleeves": []}
    text = answer("how should I rebalance?", drift, HARVEST, PLAN)
    assert not any(name.startswith(("drift1", "harvest1")) for name in references(text))


def test_missing_targets_still_show_the_losses_and_end_with_one_question() -> None:
    drift = {"tool": "compute_drift", "id": "drift1", "sleeves": [], "question": TARGET_QUESTION}
    plan = {"tool": "optimize_trades", "id": "plan1", "question": TARGET_QUESTION}
    text = answer("how should I rebalance?", drift, HARVEST, plan)
    assert "{{harvest1.usable_loss_usd}}" in text
    assert text.count("How should the portfolio look?") == 1
    assert text.endswith("How should the portfolio look?")


def test_a_sale_says_proceeds_tax_and_what_stays_first() -> None:
    text = answer("what if I sell 40 ZORB", SALE)
    first = text.split("\n")[0]
    assert references(first) == {"sale1.proceeds_usd", "sale1.tax_usd", "sale1.net_usd"}
    assert "a gain of {{sale1.gain_usd|abs}}, short-term" in text
    assert "{{sale1.wait.from_date}}" in text
    assert "{{sale1.other.tax_usd|abs}} more" in text
    assert "{{sale1.weight_before_frac}} to {{sale1.weight_after_frac}}" in text
    assert "Nothing is sold" in text


def test_a_sale_that_lowers_tax_says_less() -> None:
    text = answer("what if I sell 40 ZORB", SALE | {"tax_usd": "-240.00"})
    assert "{{sale1.tax_usd|abs}}** less" in text.split("\n")[0]


def test_a_partial_wash_sale_tells_lost_from_postponed_and_the_date() -> None:
    text = answer("is it a wash sale if I sell ZORB", WASH)
    assert text.startswith("**Only part of it counts.**")
    assert "{{wash1.permanent_usd}} of it would be lost for good" in text
    assert "{{wash1.deferred_usd}} only put off" in text
    assert "From **{{wash1.clear_date|day}}** the whole loss counts" in text
    assert "{{wash1.m1.acquired_date}} in acct-2" in text


@pytest.mark.parametrize(
    ("verdict", "start"),
    [
        ("none", "**No.**"),
        ("wholly", "**Yes, all of it.**"),
        ("no_loss", "**No.** There is no loss"),
        ("buy_ok", "**No wash sale.**"),
    ],
)
def test_each_wash_sale_verdict_is_answered_first(verdict: str, start: str) -> None:
    side = "buy" if verdict.startswith("buy") else "sell"
    assert answer("wash sale ZORB", WASH | {"verdict": verdict, "side": side}).startswith(start)


def test_losses_say_what_each_saves_and_postpones() -> None:
    text = answer("which losses can I harvest", HARVEST)
    assert "{{harvest1.usable_loss_usd}}" in text.split("\n")[0]
    assert "| {{harvest1.lot-7.loss_usd|abs}}, long-term |" in text
    assert "{{harvest1.lot-7.postponed_usd}}" in text
    assert "{{harvest1.lot-7.release_date|day}}" in text


def test_an_error_says_what_is_wrong_and_what_fixes_it() -> None:
    error = {"what": "There is no symbol BLAH.", "fix": "Ask what you hold.", "where": ""}
    text = answer("what if I sell 3 BLAH", {"tool": "simulate_sale", "id": "error1", "error": error})
    assert text == "There is no symbol BLAH. Ask what you hold."


def test_problems_of_a_file_name_file_and_row() -> None:
    load = {
        "tool": "load_portfolio",
        "id": "load1",
        "value_usd": "100",
        "lots_count": "1",
        "names_count": "1",
        "files": [{"id": "load1.file-1", "file": "file-1", "format": "lots", "lots_count": "1", "rows_count": "2"}],
        "accounts": [],
        "checks": [],
        "problems": [{"where": "file-1, row 7", "what": "The quantity is missing.", "fix": "Fill in the cell."}],
        "unknown": ["targets"],
    }
    text = answer("Here are my files: file-1.", load)
    assert "file-1, row 7" in text
    assert "Fill in the cell." in text
    assert "{{load1.lots_count}} lot " in text


def test_names_from_a_file_cannot_pose_as_references_or_markup() -> None:
    evil = SALE | {"name": "Zorb {{sale1.tax_usd}} | <b>x</b> [y](z)"}
    text = answer("what if I sell 40 ZORB", evil)
    assert text.count("{{sale1.tax_usd}}") == 1
    assert "<b>" not in text.replace("\\<", "")


def test_approval_is_left_to_the_card() -> None:
    order = {"tool": "execute_trades", "id": "order1", "status": "approval_needed", "plan_id": "a1b2c3"}
    assert "Nothing is placed until you press Approve" in answer("do it", order, plan={"plan_id": "a1b2c3"})


RESULTS = [("rebalance", PLAN), ("what if I sell 40 ZORB", SALE), ("wash sale ZORB?", WASH), ("losses?", HARVEST)]


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_no_literal_figure_appears_in_an_answer(said: str, result: dict[str, Any]) -> None:
    assert literals(answer(said, result)) == []


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_every_reference_points_to_a_figure_of_the_result(said: str, result: dict[str, Any]) -> None:
    known = set(_figures(result)) | {"plan1.t1.over.drift_frac"}
    assert references(answer(said, result)) <= known


def _figures(row: Any) -> Sequence[str]:
    if isinstance(row, list):
        return [name for item in row for name in _figures(item)]
    if not isinstance(row, dict):
        return []
    own = [f"{row['id']}.{key}" for key, value in row.items() if "id" in row and value is not None]
    return [*own, *(name for value in row.values() for name in _figures(value))]


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_the_same_results_always_give_the_same_answer(said: str, result: dict[str, Any]) -> None:
    assert len({answer(said, result) for _ in range(3)}) == 1


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_totals_carry_the_small_print_once(said: str, result: dict[str, Any]) -> None:
    text = answer(said, result)
    assert text.count("Not tax advice.") == 1
    assert "Estimate for tax year 2026, prices of November 20." in text


@pytest.mark.parametrize("gone", sorted(PLAN))
def test_a_plan_with_a_key_missing_is_still_answered(gone: str) -> None:
    if gone in ("tool", "id"):
        return
    assert answer("rebalance", {key: value for key, value in PLAN.items() if key != gone})


def test_streaming_gives_the_same_text_and_marks_the_end() -> None:
    messages = conversation("how should I rebalance?", PLAN)
    chunks = list(BuiltinChatModel().stream(messages))
    assert "".join(chunk.text for chunk in chunks) == compose_answer(messages)
    assert chunks[-1].chunk_position == "last"
    assert len(chunks) > 10


async def test_the_asynchronous_stream_gives_the_same_text() -> None:
    messages = conversation("how should I rebalance?", PLAN)
    pieces = [chunk.text async for chunk in BuiltinChatModel().astream(messages)]
    assert "".join(pieces) == compose_answer(messages)


def test_call_ids_are_unique_within_a_conversation() -> None:
    tool = {
        "type": "function",
        "function": {"name": "show_holdings", "description": "", "parameters": {"type": "object"}},
    }
    model = BuiltinChatModel().bind_tools([tool])
    holdings = {"tool": "show_holdings", "id": "hold1", "value_usd": "1", "gain_usd": "1", "holdings": [], "lots": []}
    before = conversation("what do I hold?", holdings)
    again = model.invoke([*before, AIMessage("There."), HumanMessage("what do I hold?")])
    used = {call["id"] for message in before if isinstance(message, AIMessage) for call in message.tool_calls}
    assert again.tool_calls
    assert not used & {call["id"] for call in again.tool_calls}


def follow(said: str, call: dict[str, Any], result: dict[str, Any]) -> list[dict[str, Any]]:
    """Say something after one earlier turn with one call; return the calls that follow."""
    names = {
        "show_holdings": ["symbol"],
        "simulate_sale": ["symbol", "shares", "lot_method"],
        "optimize_trades": ["exclude", "max_gain"],
        "set_profile": ["exclude", "max_gain", "rate"],
        "compute_drift": [],
        "find_harvestable_losses": [],
        "check_wash_sale": ["symbol", "side"],
    }
    tools = [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": "",
                "parameters": {"type": "object", "properties": {key: {} for key in keys}},
            },
        }
        for name, keys in names.items()
    ]
    earlier = [*conversation("earlier", result)]
    earlier[2] = AIMessage("", tool_calls=[{**call, "id": "call_1", "type": "tool_call"}])
    message = BuiltinChatModel().bind_tools(tools).invoke([*earlier, AIMessage("Said."), HumanMessage(said)])
    return [{"name": found["name"], "args": found["args"]} for found in message.tool_calls]


SOLD = {"name": "simulate_sale", "args": {"symbol": "ZORB", "shares": 40}}


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("and 60?", {"symbol": "ZORB", "shares": "60"}),
        ("sorry, I meant 60", {"symbol": "ZORB", "shares": "60"}),
        ("rather the oldest", {"symbol": "ZORB", "shares": 40, "lot_method": "fifo"}),
        ("what about Quillian?", {"symbol": "QUIL", "shares": 40}),
    ],
)
def test_a_follow_up_changes_one_thing_of_the_question_before(said: str, args: dict[str, Any]) -> None:
    assert follow(said, SOLD, SALE) == [{"name": "simulate_sale", "args": args}]


def test_a_wish_about_a_plan_under_discussion_plans_again() -> None:
    tools = [
        {
            "type": "function",
            "function": {"name": name, "description": "", "parameters": {"type": "object", "properties": {}}},
        }
        for name in ("set_profile", "compute_drift", "find_harvestable_losses", "optimize_trades")
    ]
    profile = {"tool": "set_profile", "id": "profile1", "changed": ["exclude"], "wishes": ["ZORB left alone"]}
    messages = conversation("leave Zorbex alone", profile, plan={"plan_id": "a1b2c3", "id": "plan1", "approved": False})
    calls = BuiltinChatModel().bind_tools(tools).invoke(messages).tool_calls
    assert [call["name"] for call in calls] == ["compute_drift", "find_harvestable_losses", "optimize_trades"]
    assert calls[-1]["args"] == {"exclude": ["ZORB"]}


def test_half_of_a_holding_is_sold_from_the_shares_that_are_held() -> None:
    tools = [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": "",
                "parameters": {"type": "object", "properties": {"shares": {"type": "number"}}},
            },
        }
        for name in ("show_holdings", "simulate_sale")
    ]
    held = {
        "tool": "show_holdings",
        "id": "hold1",
        "holdings": [{"id": "hold1.ZORB", "symbol": "ZORB", "held_shares": "75"}],
    }
    calls = (
        BuiltinChatModel().bind_tools(tools).invoke(conversation("what if I sell half of my Zorbex", held)).tool_calls
    )
    assert [(call["name"], call["args"]) for call in calls] == [("simulate_sale", {"symbol": "ZORB", "shares": 37})]


def test_no_text_without_a_tool_holds_a_figure_that_would_be_blocked() -> None:
    from assistant.builtin.talk import sections
    from assistant.grounding.known import Known
    from assistant.grounding.verifier import Verifier

    for topic, text in sections().items():
        plain = re.sub(r"<%.*?%>|<<.*?>>", "", text)
        verifier = Verifier(Known({}), ())
        verifier.feed(plain)
        verifier.flush()
        assert verifier.unbound == [], topic


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_a_person_never_reads_the_label_of_a_lot_or_an_inner_word(said: str, result: dict[str, Any]) -> None:
    text = re.sub(r"\{\{[^{}]*\}\}", "", answer(said, result))
    assert not re.search(r"\blot-\d|sleeve|plan_id|None", text)


@pytest.mark.parametrize(("said", "result"), RESULTS, ids=[result["tool"] for _, result in RESULTS])
def test_no_sentence_is_swallowed_by_a_list_or_a_table(said: str, result: dict[str, Any]) -> None:
    lines = answer(said, result).split("\n")
    for line, following in zip(lines, lines[1:], strict=False):
        if line.startswith(("- ", "| ")) and following:
            assert following.startswith(("- ", "|")), following
        if following.startswith(("- ", "| ")) and line:
            assert line.startswith(("- ", "|")), line


def test_an_account_is_named_only_where_it_differs() -> None:
    text = answer("rebalance", PLAN | {"trades": [SELL, SELL | {"id": "plan1.t3"}, BUY]})
    assert "In acct-1, unless another account is named:" in text
    assert "Marnwell Bond Fund, {{plan1.t2.traded_shares}} shares, in acct-2" in text
    assert "Zorbex, {{plan1.t1.traded_shares}} shares |" in text


def test_without_a_known_rate_the_split_of_saved_and_postponed_is_said_to_be_open() -> None:
    plan = {**PLAN, "saved_usd": None, "saved_low_usd": "1", "saved_high_usd": "5", "years": []}
    text = answer("rebalance", {**plan, "postponed_usd": None, "permanent_usd": None})
    assert "only postponed depends on your income" in text


def test_a_plan_that_keeps_the_mix_speaks_of_no_targets() -> None:
    text = answer("rebalance", PLAN, wishes={"harvest_only": True})
    assert text.startswith("You can keep your mix")


def test_another_lot_says_more_or_less_tax_and_never_a_bare_sign() -> None:
    text = answer("what if I sell 40 ZORB", SALE | {"other": {**SALE["other"], "tax_usd": "-30.00"}})
    assert "With the lot from {{sale1.other.acquired_date}} you would owe {{sale1.other.tax_usd|abs}} less." in text


def test_a_question_that_was_answered_is_not_taken_up_again() -> None:
    asked = {"tool": "find_harvestable_losses", "id": "harvest1", "question": TARGET_QUESTION}
    changed = {"tool": "set_profile", "id": "profile1", "changed": ["rate"], "wishes": []}
    tools = [
        {
            "type": "function",
            "function": {"name": name, "description": "", "parameters": {"type": "object", "properties": {"rate": {}}}},
        }
        for name in ("set_profile", "find_harvestable_losses")
    ]
    later = conversation("later", HARVEST)[1:]
    now = conversation("I'm in the 32% bracket", changed)[1:]
    messages = [*conversation("losses?", asked), AIMessage("Which?"), *later, AIMessage("These."), *now]
    assert BuiltinChatModel().bind_tools(tools).invoke(messages).tool_calls == []


def test_what_was_assumed_is_told_from_the_latest_answer() -> None:
    before = conversation("is it a wash sale", WASH | {"unchecked": ["accounts you haven't shown me"]})
    text = compose_answer([*before, AIMessage("Partly."), HumanMessage("what did you assume?")])
    assert "- accounts you haven't shown me" in text


def test_a_problem_of_a_file_is_said_in_the_readers_own_words() -> None:
    problem = {"where": "file-1, row 3", "what": "“2021-13-03” is not a date.", "fix": "Write it as 2024-03-15."}
    load = {"tool": "load_portfolio", "id": "load1", "files": [], "problems": [problem], "unknown": []}
    text = answer("Here are my files: file-1.", load)
    assert "- file-1, row 3: “2021-13-03” is not a date. Write it as 2024-03-15." in text


def test_prices_are_dated_by_the_files_and_not_by_the_day_of_the_question() -> None:
    assert "prices of November 18 to November 20." in answer(
        "what if I sell 40 ZORB", SALE, price_dates=["2026-11-18", "2026-11-20"]
    )
    undated = answer("what if I sell 40 ZORB", SALE, price_dates=[])
    assert "prices as in your files, which give no date for them." in undated
