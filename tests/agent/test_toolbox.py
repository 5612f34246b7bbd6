"""The toolbox: names and parameters that never change, schemas that every server accepts, results within budget."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import SystemMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.adapters.engine import InlineEngine
from assistant.consent import Approval
from assistant.session import Session, fact_from_dict
from assistant.toolbox import build_tools
from assistant.toolbox.orders import place
from assistant.toolbox.result import open_desk
from assistant.uploads import open_sample
from prompts import read
from tools.errors import LotlineError

FIXED = {
    "load_portfolio": "source account account_type owner",
    "what_changed": "since",
    "show_holdings": "symbol account asset_class lot",
    "compute_drift": "threshold mode targets",
    "find_harvestable_losses": "symbol account min_loss min_loss_pct gain",
    "check_wash_sale": "symbol side shares date",
    "optimize_trades": "targets cash amount date symbol max_weight max_gain max_tax max_turnover max_trades min_trade "
    "tracking_error cash_target no_sells long_term_only exclude lots_locked account",
    "simulate_sale": "symbol shares amount net_amount max_tax all lot lot_method date price",
    "estimate_tax": "year income filing_status state rate short_term long_term qualified_dividends carryforward",
    "set_profile": "filing_status state income rate carryforward targets max_weight max_drawdown horizon charity notes",
    "execute_trades": "plan_id",
    "explain_trade": "symbol lot",
    "suggest_replacements": "symbol count exclude",
    "calculate": "expression",
    "tax_report": "year form format",
    "explain_concept": "topic",
}


def sample() -> Session:
    session = Session(as_of=date(2026, 11, 20), today=date(2026, 11, 22))
    session.engine = InlineEngine()
    open_sample(session)
    return session


async def call(session: Session, name: str, **args: Any) -> dict[str, Any]:
    tool = next(tool for tool in build_tools(session) if tool.name == name)
    message = await tool.ainvoke({"name": name, "args": args, "id": "call_1", "type": "tool_call"})
    session.record(fact_from_dict(row) for row in message.artifact["facts"])
    return dict(json.loads(message.text))


def test_names_and_parameters_are_those_of_the_contract() -> None:
    schemas = {tool.name: convert_to_openai_tool(tool)["function"] for tool in build_tools(sample())}
    assert set(schemas) == set(FIXED)
    for name, wanted in FIXED.items():
        assert set(wanted.split()) <= set(schemas[name]["parameters"]["properties"])


def test_schemas_hold_nothing_that_strict_servers_refuse() -> None:
    for tool in build_tools(sample()):
        text = json.dumps(convert_to_openai_tool(tool))
        assert "pattern" not in text
        assert "$ref" not in text
        for choice in _every(json.loads(text), "anyOf"):
            assert len([one for one in choice if one != {"type": "null"}]) == 1


def _every(node: Any, key: str) -> list[Any]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == key] + [x for v in node.values() for x in _every(v, key)]
    return [x for v in node for x in _every(v, key)] if isinstance(node, list) else []


def test_prompt_and_schemas_fit_a_small_context() -> None:
    schemas = [convert_to_openai_tool(tool) for tool in build_tools(sample())]
    text = json.dumps(schemas, separators=(",", ":")) + read("advisor")
    assert count_tokens_approximately([SystemMessage(text)]) <= 4_000


async def test_the_plan_of_the_sample_fits_its_budget() -> None:
    session = sample()
    tool = next(tool for tool in build_tools(session) if tool.name == "optimize_trades")
    message = await tool.ainvoke({"name": tool.name, "args": {}, "id": "call_1", "type": "tool_call"})
    assert count_tokens_approximately([ToolMessage(message.text, tool_call_id="call_1")]) <= 2_000


async def test_every_figure_of_a_result_is_in_the_ledger() -> None:
    session = sample()
    for name, args in (
        ("show_holdings", {}),
        ("compute_drift", {}),
        ("find_harvestable_losses", {}),
        ("check_wash_sale", {"symbol": "amd"}),
        ("simulate_sale", {"symbol": "intel", "shares": 10}),
        ("optimize_trades", {}),
        ("estimate_tax", {}),
    ):
        result = await call(session, name, **args)
        assert "error" not in result, result
        for row in _rows(result):
            for key, value in row.items():
                if key.rsplit("_", 1)[-1] in ("usd", "frac", "shares", "price", "date", "days") and value is not None:
                    assert f"{row['id']}.{key}" in session.facts


def _rows(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return ([node] if "id" in node else []) + [x for v in node.values() for x in _rows(v)]
    return [x for v in node for x in _rows(v)] if isinstance(node, list) else []


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("simulate_sale", {"symbol": "AMD"}),
        ("simulate_sale", {"symbol": "AMD", "shares": -4}),
        ("simulate_sale", {"symbol": "AMD", "shares": 1e30}),
        ("simulate_sale", {"symbol": "no such company at all", "shares": 1}),
        ("simulate_sale", {"symbol": "AMD", "shares": 1, "date": "tomorrow"}),
        ("show_holdings", {"account": "acct-99"}),
        ("optimize_trades", {"date": "2020-01-01"}),
        ("optimize_trades", {"targets": {"us_equity": 0.5}}),
        ("optimize_trades", {"exclude": ["zzzzzzzz"]}),
        ("optimize_trades", {"amount": 1e11}),
        ("set_profile", {"rate": 0.33}),
        ("set_profile", {"state": "Texas!"}),
        ("estimate_tax", {"year": 1990}),
        ("check_wash_sale", {"symbol": "AMD", "date": "9999-12-31"}),
        ("simulate_sale", {"symbol": "AMD", "shares": 1, "price": 0}),
        ("simulate_sale", {"symbol": "GLD", "shares": 1, "price": 100}),
        ("calculate", {"expression": "2 + 2"}),
        ("calculate", {"expression": "__import__('os').system('true')"}),
        ("calculate", {"expression": "(" * 300}),
        ("execute_trades", {"plan_id": "deadbeef"}),
        ("explain_trade", {}),
        ("load_portfolio", {"source": "file-77"}),
    ],
)
async def test_bad_arguments_end_in_a_sentence_with_a_fix(name: str, args: dict[str, Any]) -> None:
    result = await call(sample(), name, **args)
    assert result["error"]["what"]
    assert result["error"]["fix"]


async def test_wishes_add_up_and_are_said_back() -> None:
    session = sample()
    first = await call(session, "optimize_trades", exclude=["Apple"])
    assert "AAPL" not in {trade["symbol"] for trade in first["trades"]}
    second = await call(session, "optimize_trades", max_gain=2_000)
    assert session.wishes.exclude == ("AAPL",)
    assert "AAPL" not in {trade["symbol"] for trade in second["trades"]}
    assert any("Apple" in wish for wish in second["wishes"])
    gained = session.plans[second["plan_id"]].realized.gain_usd
    assert gained <= 2_000


async def test_a_rate_that_no_bracket_has_is_not_remembered() -> None:
    session = sample()
    before = session.investor
    assert "error" in await call(session, "set_profile", rate=0.33, income=90_000)
    assert session.investor == before


async def test_money_that_cannot_be_raised_does_not_haunt_the_next_plan() -> None:
    session = sample()
    assert "error" in await call(session, "optimize_trades", amount=1e9)
    assert "error" not in await call(session, "optimize_trades")


async def test_an_order_is_refused_when_other_holdings_changed_since_the_plan() -> None:
    session = sample()
    plan = session.plans[(await call(session, "optimize_trades"))["plan_id"]]
    traded = {trade.lot_id for trade in plan.trades}
    household = session.household
    assert household is not None
    other = next(lot for lot in household.lots if lot.id not in traded)
    session.household = replace(household, lots=tuple(lot for lot in household.lots if lot is not other))
    desk = open_desk(session, "execute_trades", "order")
    assert place(session, plan.plan_id, desk).body["status"] == "refused"


async def test_dollars_times_dollars_is_refused() -> None:
    session = sample()
    await call(session, "optimize_trades")
    result = await call(session, "calculate", expression="plan1.tax_with_usd * plan1.tax_without_usd")
    assert "error" in result


async def test_a_holding_without_losses_lists_none_of_the_others() -> None:
    session = sample()
    await call(session, "load_portfolio")
    result = await call(session, "find_harvestable_losses", symbol="GLD")
    assert result.get("lots", []) == []


async def test_without_approval_nothing_is_placed() -> None:
    session = sample()
    plan = await call(session, "optimize_trades")
    before = session.household
    answer = await call(session, "execute_trades", plan_id=plan["plan_id"])
    assert answer["status"] == "approval_needed"
    assert session.household is before


async def test_sums_come_from_facts_only() -> None:
    session = sample()
    await call(session, "optimize_trades")
    result = await call(session, "calculate", expression="plan1.tax_without_usd - plan1.tax_with_usd")
    assert session.facts["calc1.value_usd"].value == session.facts["plan1.saved_usd"].value
    assert Decimal(result["value_usd"]) == session.facts["plan1.saved_usd"].value


async def test_a_number_that_the_person_said_is_calculated_with_and_no_other() -> None:
    session = sample()
    await call(session, "simulate_sale", symbol="INTC", shares=40)
    net = session.facts["sale1.net_usd"].value
    session.said.append("My roof is 5,200, and it got 15 % dearer")
    left = await call(session, "calculate", expression="sale1.net_usd - 5200")
    dearer = await call(session, "calculate", expression="sale1.net_usd - 5200 * 0.15")
    unsaid = await call(session, "calculate", expression="sale1.net_usd - 5300")
    assert Decimal(left["value_usd"]) == net - 5200
    assert Decimal(dearer["value_usd"]) == net - 780
    assert "nobody said it" in unsaid["error"]["what"]


async def test_a_share_count_that_the_person_said_is_not_taken_from_dollars() -> None:
    session = sample()
    await call(session, "simulate_sale", symbol="INTC", shares=40)
    session.said.append("what if I sold 25 shares")
    assert "units" in (await call(session, "calculate", expression="sale1.net_usd - 25"))["error"]["what"]


def test_errors_of_tools_are_ours() -> None:
    assert issubclass(LotlineError, Exception)


async def test_a_sale_next_year_does_not_meet_this_years_gains_and_says_what_it_assumes() -> None:
    session = sample()
    now = await call(session, "simulate_sale", symbol="INTC", shares=260)
    later = await call(session, "simulate_sale", symbol="INTC", shares=260, date="2027-02-01")
    assert any("2027" in note and "2026" in note for note in later["notes"])
    assert now["tax_usd"] != later["tax_usd"]


async def test_a_trade_of_the_past_is_refused_by_name() -> None:
    for name in ("check_wash_sale", "simulate_sale"):
        result = await call(sample(), name, symbol="AMD", shares=1, date="2026-10-01")
        assert "past" in result["error"]["what"]


async def test_an_approval_that_came_too_late_is_used_up() -> None:
    session = sample()
    plan = await call(session, "optimize_trades")
    shown = session.plans[plan["plan_id"]]
    session.approvals.append(Approval(plan["plan_id"], session.turn, "button"))
    held, session.household = session.household, replace(session.household, lots=session.household.lots[1:])
    assert (await call(session, "execute_trades", plan_id=plan["plan_id"]))["status"] == "refused"
    session.household = held
    session.turn += 1
    assert (await call(session, "execute_trades", plan_id=plan["plan_id"]))["status"] == "approval_needed"
    assert session.household is held
    assert shown.trades


async def test_what_is_too_small_to_sell_and_what_was_assumed_is_said() -> None:
    session = sample()
    plan = await call(session, "optimize_trades")
    assert any("too small for an order" in note for note in plan["notes"])
    session.investor = replace(session.investor, income_usd=None)
    again = await call(session, "optimize_trades")
    assert any(note.startswith("Planned for") for note in again["notes"])
    why = await call(session, "explain_trade", symbol="Microsoft")
    assert all(row["tax_per_thousand_usd"] is None and "tax_per_thousand_low_usd" in row for row in why["lots"])


async def test_locked_lots_are_said_by_date() -> None:
    session = sample()
    lot = session.household.lots_of("MSFT")[0]
    plan = await call(session, "optimize_trades", lots_locked=[lot.id])
    assert any("Microsoft lot from" in wish for wish in plan["wishes"])
    assert lot.id not in {trade.get("lot") for trade in plan["trades"]}
