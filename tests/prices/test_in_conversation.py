"""Prices through the conversation: refreshed for own files alone, their age said, old ones confirmed by the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from price_server import Asked, PriceServer, Reply

from assistant.adapters.engine import InlineEngine
from assistant.adapters.live_prices.tiingo import Tiingo
from assistant.consent import keeps_prices
from assistant.conversation import Conversation
from assistant.events import ApprovalCard, Choices, Event, Text
from assistant.settings import Settings
from assistant.start import open_conversation

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)
OLD = date(2026, 11, 13)
LOTS = b"""account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price
Main,taxable,self,AMD,AMD,us_equity,100,180,2024-03-01,120
Main,taxable,self,VTI,Vanguard Total Stock Market,us_equity,100,150,2021-03-01,300
Main,taxable,self,CASH,Cash,cash,1000,,,
"""
PLAN = "How should I rebalance?"


def price_file(day: date, amd: str = "121", vti: str = "301", soxx: str = "250") -> bytes:
    return f"symbol,price,date\nAMD,{amd},{day}\nVTI,{vti},{day}\nSOXX,{soxx},{day}\n".encode()


def opened(today: date = MONDAY) -> Conversation:
    return open_conversation(Settings(), today, InlineEngine(), sample=False)


async def events(stream: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in stream]


def text_of(found: list[Event]) -> str:
    return "".join(event.text for event in found if isinstance(event, Text))


def cards(found: list[Event]) -> list[ApprovalCard]:
    return [event for event in found if isinstance(event, ApprovalCard)]


async def loaded(*files: bytes, today: date = MONDAY, provider: Any = None) -> tuple[Conversation, str]:
    conversation = opened(today)
    conversation.session.price_provider = provider
    named = [(f"file{n}.csv", content) for n, content in enumerate(files)]
    return conversation, text_of(await events(conversation.upload(named)))


async def planned(conversation: Conversation) -> str:
    await events(conversation.say("I'm single, my income is $150,000, I live in Texas. Cap any single name at 60%"))
    return text_of(await events(conversation.say(PLAN)))


def price(conversation: Conversation, symbol: str) -> tuple[Decimal | None, date | None]:
    assert conversation.session.household is not None
    known = conversation.session.household.securities[symbol]
    return known.price_usd, known.price_date


def tiingo(server: PriceServer) -> Tiingo:
    return Tiingo("tok-3f9a77c1e05d", server.url, 5.0, lambda seconds: None)


def closes(asked: Asked, **last: float) -> Reply:
    """Thirty flat days up to Friday of the symbol asked for; 404 for any other."""
    symbol = asked.path.split("/")[3]
    if symbol not in last:
        return Reply({"detail": "Not found."}, 404)
    days = [FRIDAY - timedelta(days=n) for n in range(30)]
    return Reply([{"date": f"{day}T00:00:00.000Z", "close": last[symbol], "adjClose": 1.0} for day in days])


async def test_closes_of_the_provider_count_for_own_files(server: PriceServer) -> None:
    server.script = lambda asked: closes(asked, AMD=125.0, VTI=303.5, SOXX=251.0)
    conversation, said = await loaded(LOTS, provider=tiingo(server))
    assert "Tiingo gave closes for 2 of the 2 holdings" in said
    assert price(conversation, "AMD") == (Decimal("125.0"), FRIDAY)
    assert price(conversation, "SOXX") == (Decimal("251.0"), FRIDAY)  # what could stand in for AMD, at a loss
    assert "older than one trading session" not in said


async def test_only_symbols_and_days_leave_the_machine(server: PriceServer) -> None:
    server.script = lambda asked: closes(asked, AMD=125.0, VTI=303.5)
    private = LOTS.replace(b"Main", b"Vandermeer joint 99174411") + b"Main,taxable,self,ELM-HOUSE,Home,other,1,1,,9\n"
    await loaded(private, provider=tiingo(server))
    for asked in server.asked:
        assert asked.path.split("/")[3].isalpha()
        assert set(asked.query) == {"startDate", "endDate"}
        assert "99174411" not in f"{asked}"
        assert "ELM" not in f"{asked}"


def test_the_first_words_say_who_is_asked_for_prices() -> None:
    said = text_of(opened().opening())
    assert "Nothing leaves this machine" in said
    asking = open_conversation(Settings(tiingo_token="tok-3f9a77c1e05d"), MONDAY, InlineEngine(), sample=True)
    said = text_of(asking.opening())
    assert "The ticker symbols of your own files go to Tiingo for prices. Nothing else leaves" in said


async def test_the_sample_keeps_its_own_day_and_asks_nobody(server: PriceServer) -> None:
    conversation = open_conversation(Settings(), MONDAY, InlineEngine(), sample=True)
    conversation.session.price_provider = tiingo(server)
    said = text_of(await events(conversation.say("use the sample")))
    said += text_of(await events(conversation.say(PLAN)))
    found = await events(conversation.say("do it"))
    assert not server.asked
    assert "older than one trading session" not in said
    assert cards(found)


async def test_a_refused_close_leaves_the_price_of_the_file_and_stops_that_symbol_alone(server: PriceServer) -> None:
    server.script = lambda asked: closes(asked, AMD=60.0, VTI=303.5, SOXX=251.0)
    conversation, said = await loaded(LOTS, price_file(FRIDAY, "120"), provider=tiingo(server))
    assert "AMD is $60.00 on 2026-11-20, against $120.00" in said
    assert price(conversation, "AMD") == (Decimal(120), FRIDAY)
    assert price(conversation, "VTI")[0] == Decimal("303.5")
    await planned(conversation)
    refused = text_of(await events(conversation.say("do it")))
    assert "AMD of November 20, 2026, in doubt" in refused
    assert "VTI" not in refused


async def test_one_problem_of_the_server_is_said_once_and_the_files_count(server: PriceServer) -> None:
    server.script = lambda asked: Reply({"detail": "Invalid token."}, 401)
    conversation, said = await loaded(LOTS, provider=tiingo(server))
    assert said.count("refused the key") == 1
    assert "LOTLINE\\_TIINGO\\_TOKEN" in said
    assert price(conversation, "AMD") == (Decimal(120), None)


async def test_a_newer_price_file_wins_over_an_older_close(server: PriceServer) -> None:
    server.script = lambda asked: closes(asked, AMD=125.0, VTI=303.5, SOXX=251.0)
    conversation, _ = await loaded(LOTS, price_file(MONDAY, "126"), provider=tiingo(server))
    assert price(conversation, "AMD") == (Decimal(126), MONDAY)


async def test_prices_of_the_session_before_are_fresh_on_a_monday() -> None:
    conversation, said = await loaded(LOTS, price_file(FRIDAY))
    assert "older than one trading session" not in said
    await planned(conversation)
    assert cards(await events(conversation.say("do it")))


async def test_old_prices_are_said_in_each_answer_and_stop_the_card_until_the_person_says_so() -> None:
    conversation, said = await loaded(LOTS, price_file(OLD))
    assert "All prices are older than one trading session: AMD and VTI of November 13, 2026" in said
    assert "older than one trading session" in text_of(await events(conversation.say("What do I hold?")))
    assert "older than one trading session" in await planned(conversation)

    stopped = await events(conversation.say("do it"))
    assert not cards(stopped)
    assert "These prices may be out of date" in text_of(stopped)
    buttons = [one.say for event in stopped if isinstance(event, Choices) for one in event.options]
    assert buttons == ["Use these prices"]

    confirmed = await events(conversation.say(buttons[0]))
    assert "I use these prices, as you say: AMD" in text_of(confirmed)
    (card,) = cards(confirmed)
    assert conversation.session.executed == set()
    assert "Done, on paper" in text_of(await events(conversation.approve(card.plan_id)))


async def test_a_card_that_is_up_does_not_help_once_a_price_is_in_doubt() -> None:
    conversation, _ = await loaded(LOTS, price_file(FRIDAY))
    await planned(conversation)
    (card,) = cards(await events(conversation.say("do it")))
    conversation.session.doubted_prices = frozenset({"AMD"})
    refused = text_of(await events(conversation.approve(card.plan_id)))
    assert "Nothing was traded" in refused
    assert "in doubt" in refused
    assert not conversation.session.executed


async def test_the_card_says_which_prices_have_no_date() -> None:
    conversation, _ = await loaded(LOTS)
    await planned(conversation)
    (card,) = cards(await events(conversation.say("do it")))
    assert any("do not say from which day these prices are: AMD and VTI" in line for line in card.summary)
    dated, _ = await loaded(LOTS, price_file(FRIDAY))
    await planned(dated)
    (other,) = cards(await events(dated.say("do it")))
    assert not any("from which day" in line for line in other.summary)


async def test_a_newer_file_needs_no_word_and_a_word_does_not_cover_the_next_price() -> None:
    conversation, _ = await loaded(LOTS, price_file(OLD))
    await events(conversation.say("use these prices"))
    assert len(conversation.session.confirmed_prices) == 2
    await events(conversation.upload([("newer.csv", price_file(date(2026, 11, 17), "119"))]))
    await planned(conversation)
    assert "AMD" in text_of(await events(conversation.say("do it")))
    await events(conversation.upload([("newest.csv", price_file(FRIDAY, "118"))]))
    await events(conversation.say(PLAN))
    assert cards(await events(conversation.say("do it")))


async def test_words_about_prices_change_nothing_where_no_price_is_old() -> None:
    conversation, _ = await loaded(LOTS, price_file(FRIDAY))
    await events(conversation.say("use these prices"))
    assert not conversation.session.confirmed_prices


async def test_a_price_file_alone_leaves_the_sample_as_it_is() -> None:
    conversation = open_conversation(Settings(), MONDAY, InlineEngine(), sample=True)
    before = conversation.session.household
    said = text_of(await events(conversation.upload([("prices.csv", price_file(FRIDAY))])))
    assert "the sample keeps the prices of its day" in said
    assert conversation.session.household == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("AMD,twelve,2026-11-20", "Row 2"),
        ("AMD,-3,2026-11-20", "Row 2 needs a symbol"),
        ("AMD,NaN,2026-11-20", "Row 2 needs a symbol"),
        ("AMD,120,11/20/2026", "Row 2"),
        ("AMD,120,2026-12-24", "row 2 is of 2026-12-24, which is after 2026-11-23"),
        ("AMD,120", "Row 2"),
        ("", "no row below"),
    ],
)
async def test_a_broken_price_file_counts_for_nothing_and_says_where(row: str, said: str) -> None:
    conversation, words = await loaded(LOTS, f"Symbol,Close,Date\n{row}\n".encode())
    assert said in words
    assert price(conversation, "AMD") == (Decimal(120), None)


@pytest.mark.parametrize(
    "words",
    [
        "use these prices",
        "Use these prices.",
        "yes, use these prices",
        "ok use the old prices anyway",
        "go on with these prices",
    ],
)
def test_words_that_keep_the_prices(words: str) -> None:
    assert keeps_prices(words)


@pytest.mark.parametrize(
    "words",
    [
        "use these prices?",
        "don't use these prices",
        "do not use these prices",
        "never use those prices",
        "use new prices",
        "use these prices and sell everything",
        "she said “use these prices”",
        "> use these prices",
        "yes",
        "prices",
        "use it",
        "use these prices if they are fresh",
        "should I use these prices",
        "use these prices for 2025",
        "use yesterday's prices",
        "",
    ],
)
def test_words_that_do_not(words: str) -> None:
    assert not keeps_prices(words)


@given(st.text(max_size=300))
def test_no_text_makes_the_judge_fail(words: str) -> None:
    assert keeps_prices(words) in (True, False)
