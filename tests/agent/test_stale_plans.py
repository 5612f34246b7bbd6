"""A plan that no longer fits is not placed, though it was approved, and the reason is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.events import ApprovalCard, Text
from assistant.session import Session
from assistant.settings import Settings
from assistant.start import open_conversation
from tools.model import Household, Origin

PLAN = "How should I rebalance to cut my taxes?"


async def with_card() -> tuple[Any, ApprovalCard]:
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine())
    events = [event for words in (PLAN, "do it") for event in [found async for found in one.say(words)]]
    return one, next(event for event in events if isinstance(event, ApprovalCard))


def changed(session: Session, how: Callable[[Household], Household]) -> None:
    assert session.household is not None
    session.household = how(session.household)


def sold(session: Session) -> Any:
    plan = session.plans[session.current_plan_id]
    return next(
        trade for trade in plan.trades if trade.side == "sell" and plan.realized.gain_by_lot.get(trade.lot_id, 0) < 0
    )


def dearer(session: Session) -> None:
    symbol = sold(session).symbol
    known = session.household.securities[symbol]
    securities = {**session.household.securities, symbol: replace(known, price_usd=known.price_usd + Decimal("0.01"))}
    changed(session, lambda home: replace(home, securities=securities))


def fewer(session: Session) -> None:
    lot_id = sold(session).lot_id
    lots = tuple(replace(lot, shares=lot.shares - 1) if lot.id == lot_id else lot for lot in session.household.lots)
    changed(session, lambda home: replace(home, lots=lots))


def bought_in_the_ira(session: Session) -> None:
    """Buy what the plan sells at a loss, in a retirement account, two days before: a wash sale."""
    home = session.household
    ira = next(one.id for one in home.accounts if one.type.value == "traditional_ira")
    old = home.lot_by_id[sold(session).lot_id]
    lot = replace(
        old, id="lot-900", account_id=ira, acquired=session.as_of - timedelta(days=2), origin=Origin("file-1", 99)
    )
    changed(session, lambda found: replace(found, lots=(*found.lots, lot)))


def spent_cash(session: Session) -> None:
    cash = dict.fromkeys(session.household.cash_usd, Decimal(0))
    changed(session, lambda home: replace(home, cash_usd=cash))


def tomorrow(session: Session) -> None:
    session.as_of += timedelta(days=1)


def another_wish(session: Session) -> None:
    session.wishes = replace(session.wishes, exclude=(sold(session).symbol,))


def another_income(session: Session) -> None:
    session.investor = replace(session.investor, income_usd=Decimal(90_000))


CHANGES: dict[str, tuple[Callable[[Session], None], str]] = {
    "a price": (dearer, "The price of"),
    "a lot": (fewer, "Your holding of"),
    "a purchase in an IRA": (bought_in_the_ira, "What you hold has changed"),
    "the cash": (spent_cash, "What you hold has changed"),
    "a wish": (another_wish, "What you told me has changed"),
    "the income": (another_income, "What you told me has changed"),
    "the day": (tomorrow, "The date has changed"),
}


@pytest.mark.parametrize(("change", "reason"), CHANGES.values(), ids=CHANGES.keys())
async def test_what_changed_since_the_plan_refuses_the_order_and_is_said(
    change: Callable[[Session], None], reason: str
) -> None:
    one, card = await with_card()
    change(one.session)
    before = one.session.household
    said = "".join([event.text async for event in one.approve(card.plan_id) if isinstance(event, Text)])
    assert "Nothing was traded" in said
    assert reason in said
    assert (one.session.fills, one.session.executed, one.session.household) == ([], set(), before)


async def test_the_same_plan_is_placed_when_nothing_changed() -> None:
    one, card = await with_card()
    _ = [event async for event in one.approve(card.plan_id)]
    assert one.session.executed == {card.plan_id}


async def test_a_page_left_open_overnight_does_not_place_yesterdays_plan(tmp_path: Any) -> None:
    from assistant.adapters.store import open_store
    from assistant.keeping import Keeping

    now = [datetime(2026, 11, 20, 22, 0, tzinfo=UTC)]
    store = open_store(Settings(data_dir=tmp_path / "lotline"), "ann")
    keeping = Keeping(lambda: store, lambda: now[0])
    one = open_conversation(Settings(), date(2026, 11, 20), InlineEngine(), keeping=keeping)
    one.session.is_sample = False  # the sample stays on its own day
    events = [event for words in (PLAN, "do it") for event in [found async for found in one.say(words)]]
    card = next(event for event in events if isinstance(event, ApprovalCard))
    now[0] += timedelta(hours=6)  # 23:00 in New York, the same day
    one.session.keeper.begin("still today")
    assert one.session.as_of == date(2026, 11, 20)
    now[0] += timedelta(hours=2)
    said = "".join([event.text async for event in one.approve(card.plan_id) if isinstance(event, Text)])
    assert "The date has changed" in said
    assert one.session.fills == []
    assert one.session.today == date(2026, 11, 21)
    store.close()


async def test_no_card_comes_up_for_a_plan_against_a_later_wish_until_it_is_planned_again() -> None:
    one, card = await with_card()
    one.session.wishes = replace(one.session.wishes, exclude=("MSFT",))
    events = [event for words in ("do it", "plan it again", "do it") for event in [e async for e in one.say(words)]]
    cards = [event for event in events if isinstance(event, ApprovalCard)]
    assert [found.plan_id for found in cards] == [one.session.current_plan_id]
    assert cards[0].plan_id != card.plan_id
    assert not any("(MSFT)" in line.what for line in cards[0].lines)
    assert "What you told me has changed since the plan was made" in "".join(
        event.text for event in events if isinstance(event, Text)
    )


async def test_a_wish_with_the_word_again_makes_the_plan_anew_at_once() -> None:
    one, card = await with_card()
    _ = [event async for event in one.say("run it again without Microsoft")]
    plan = one.session.plans[one.session.current_plan_id]
    assert plan.plan_id != card.plan_id
    assert "MSFT" not in {trade.symbol for trade in plan.sells}


async def test_a_wish_taken_back_leaves_the_plan_good() -> None:
    one, card = await with_card()
    said = ("leave Microsoft alone", "undo that", "do it")
    events = [event for words in said for event in [found async for found in one.say(words)]]
    assert [event.plan_id for event in events if isinstance(event, ApprovalCard)] == [card.plan_id]
    _ = [event async for event in one.approve(card.plan_id)]
    assert one.session.executed == {card.plan_id}
