"""Price servers that misbehave, on this machine; what comes of each is a problem or a believed close."""

from __future__ import annotations

import logging
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from price_server import Asked, PriceServer, Reply

from assistant.adapters.live_prices import choose_provider
from assistant.adapters.live_prices.alpaca import Alpaca
from assistant.adapters.live_prices.tiingo import Tiingo
from assistant.adapters.live_prices.web import MAX_BYTES, error_text
from assistant.adapters.live_prices.yahoo import Yahoo
from assistant.settings import Settings
from tools.errors import BadRequest
from tools.market.price_checks import Believed, judge
from tools.market.quotes import PriceProvider
from tools.model import Security

AS_OF = date(2026, 11, 20)
FIRST = date(2026, 11, 10)
TOKEN = "tok-3f9a77c1e05d"
SECRET = "sec-91b7aa20c4"
GOOD = [
    {"date": "2026-11-18T00:00:00.000Z", "close": 10.25, "adjClose": 10.11, "splitFactor": 1.0},
    {"date": "2026-11-19T00:00:00.000Z", "close": 10.5, "adjClose": 10.36, "splitFactor": 1.0},
]


class Waits:
    """Notes how long a client would wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def tiingo(server: PriceServer, waits: Any = None, timeout: float = 5.0) -> Tiingo:
    return Tiingo(TOKEN, server.url, timeout, waits or Waits())


def alpaca(server: PriceServer) -> Alpaca:
    return Alpaca("key-id-71", SECRET, server.url, 5.0, Waits())


def asked_of(provider: PriceProvider, *symbols: str, price: str = "10.20") -> Believed:
    known = {one: Security(one, one, None, Decimal(price), date(2026, 11, 18)) for one in symbols}
    return judge(provider.closes(symbols, FIRST, AS_OF), known, AS_OF, provider.name)


def problem_of(server: PriceServer, *replies: Reply, waits: Any = None, timeout: float = 5.0) -> str:
    server.replies(*replies)
    found = asked_of(tiingo(server, waits, timeout), "ZORB")
    assert not found.closes
    text = f"{found.problems['ZORB'].what} {found.problems['ZORB'].fix}"
    assert TOKEN not in text
    return text


def test_tiingo_is_told_the_symbol_and_days_and_the_token_only_in_a_header(server: PriceServer) -> None:
    server.replies(Reply(GOOD))
    found = asked_of(tiingo(server), "BRK.B")
    assert [(one.price_usd, one.day) for one in found.closes["BRK.B"]][-1] == (Decimal("10.5"), date(2026, 11, 19))
    asked = server.asked[0]
    assert asked.path == "/tiingo/daily/BRK-B/prices"
    assert asked.query == {"startDate": "2026-11-10", "endDate": "2026-11-20"}
    assert asked.headers["authorization"] == f"Token {TOKEN}"


def test_a_refused_key_ends_the_asking_and_names_the_setting(server: PriceServer) -> None:
    server.replies(Reply({"detail": f"Invalid token {TOKEN}"}, 401))
    found = asked_of(tiingo(server), *[f"AA{chr(65 + n)}" for n in range(26)])
    assert len(found.problems) == 26
    assert len(server.asked) <= 4  # those that were on their way
    assert "LOTLINE_TIINGO_TOKEN" in found.problems["AAA"].fix
    assert TOKEN not in str(found.problems)


def test_too_many_questions_wait_as_long_as_the_server_asks(server: PriceServer) -> None:
    waits = Waits()
    server.replies(Reply("slow down", 429, {"Retry-After": "3"}), Reply(GOOD))
    assert asked_of(tiingo(server, waits), "ZORB").closes["ZORB"]
    assert len(waits.seconds) == 1
    assert 3 <= waits.seconds[0] < 4


def test_a_long_wait_is_said_instead_of_waited(server: PriceServer) -> None:
    waits = Waits()
    text = problem_of(server, Reply("", 429, {"Retry-After": "3600"}), waits=waits)
    assert "asks to wait 3600 seconds" in text
    assert not waits.seconds


def test_a_wait_given_as_a_day_is_counted_from_the_server_s_own_clock(server: PriceServer) -> None:
    day = "Fri, 20 Nov 2099 12:00:07 GMT"
    assert "asks to wait" in problem_of(server, Reply("", 503, {"Retry-After": day}))


def test_a_failure_that_passes_is_asked_again_after_growing_waits(server: PriceServer) -> None:
    waits = Waits()
    server.replies(Reply("", 500), Reply("", 503), Reply(GOOD))
    assert asked_of(tiingo(server, waits), "ZORB").closes["ZORB"]
    assert len(waits.seconds) == 2
    assert 0.5 <= waits.seconds[0] <= 1 <= waits.seconds[1] <= 1.5


def test_a_failure_that_stays_ends_after_three_tries(server: PriceServer) -> None:
    assert "failed with status 500" in problem_of(server, Reply("", 500))
    assert len(server.asked) == 3


def test_a_server_that_does_not_answer_is_left_in_time(server: PriceServer) -> None:
    hold = threading.Event()
    text = problem_of(server, Reply(GOOD, wait=hold), timeout=0.2)
    hold.set()
    assert "did not answer in time" in text


def test_a_server_that_is_not_there_is_said(server: PriceServer) -> None:
    server.close()
    found = asked_of(tiingo(server), "ZORB")
    assert "could not be reached" in found.problems["ZORB"].what


def test_a_body_that_breaks_off_is_no_answer(server: PriceServer) -> None:
    assert "broke off in the middle" in problem_of(server, Reply('[{"date": "2026-11-1', length=400))


def test_a_web_page_with_status_200_is_no_answer(server: PriceServer) -> None:
    text = problem_of(server, Reply("<html><body>Please log in</body></html>"))
    assert "sent a web page instead of prices" in text
    assert "log in" not in text


def test_an_error_with_status_200_is_quoted_without_the_token(server: PriceServer) -> None:
    text = problem_of(server, Reply({"detail": f"Token {TOKEN} is over its quota"}))
    assert "an error instead of prices: “Token … is over its quota”" in text


def test_plain_text_with_status_200_is_quoted(server: PriceServer) -> None:
    assert "Exceeded the daily hits limit" in problem_of(server, Reply("Exceeded the daily hits limit"))


@pytest.mark.parametrize("body", ["", "null", "[1, 2]", '{"rows": []}', "[[]]", '"a"', "[" * 5000, "3"])
def test_json_of_another_shape_is_no_answer(server: PriceServer, body: str) -> None:
    assert problem_of(server, Reply(body))


def test_a_huge_body_is_cut_off(server: PriceServer) -> None:
    assert "more than 8 MB" in problem_of(server, Reply(b"[" + b" " * (MAX_BYTES + 10)))


def test_a_redirect_to_another_host_is_not_followed(server: PriceServer, other: PriceServer) -> None:
    server.replies(Reply("", 307, {"Location": f"{other.url}/steal"}))
    found = asked_of(tiingo(server), "ZORB", "QUUX")
    assert "points to 127.0.0.1, which is not followed" in found.problems["ZORB"].what
    assert not other.asked


def test_a_symbol_that_is_not_known_there_touches_no_other(server: PriceServer) -> None:
    server.script = lambda asked: Reply(GOOD) if "ZORB" in asked.path else Reply({"detail": "Not found."}, 404)
    found = asked_of(tiingo(server), "ZORB", "QUUX")
    assert set(found.closes) == {"ZORB"}
    assert "does not know it" in found.problems["QUUX"].what


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"close": "NaN"}, "no price"),
        ({"close": -4}, "no price"),
        ({"close": None}, "adjusted prices only"),
        ({"close": 6.1}, "jumps from"),
        ({"date": "2026-12-01T00:00:00Z"}, "after 2026-11-20"),
        ({"ticker": "OTHER"}, "about “OTHER”"),
    ],
)
def test_rows_that_cannot_be_believed_are_refused(server: PriceServer, change: dict[str, Any], said: str) -> None:
    assert said in problem_of(server, Reply([GOOD[0], GOOD[1] | change]))


def test_a_bare_nan_in_json_is_no_price(server: PriceServer) -> None:
    assert "no price" in problem_of(server, Reply('[{"date": "2026-11-19", "close": NaN}]'))


def test_a_jump_is_believed_where_the_provider_names_the_split_and_the_file_is_later(server: PriceServer) -> None:
    rows = [{"date": "2026-11-17", "close": 20.4, "splitFactor": 1.0}, GOOD[0] | {"splitFactor": 2.0}, GOOD[1]]
    server.replies(Reply(rows))
    assert asked_of(tiingo(server), "ZORB").closes["ZORB"][-1].price_usd == Decimal("10.5")


def test_no_log_holds_the_token(server: PriceServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies(Reply({"detail": TOKEN}), Reply("", 500), Reply("", 401))
    asked_of(tiingo(server), "ZORB")
    asked_of(tiingo(server), "ZORB")
    assert caplog.records
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(tiingo(server)._web)


def page(token: str | None = None, **bars: list[dict[str, Any]]) -> Reply:
    return Reply({"bars": bars, "next_page_token": token})


def bar(day: int, close: float) -> dict[str, Any]:
    return {"t": f"2026-11-{day}T05:00:00Z", "o": 1, "h": 1, "l": 1, "c": close, "v": 9}


def test_alpaca_is_asked_for_raw_bars_of_many_symbols_page_by_page(server: PriceServer) -> None:
    server.replies(page("next", ZORB=[bar(18, 10.2)]), page(None, ZORB=[bar(19, 10.4)], QUUX=[bar(19, 10)]))
    found = asked_of(alpaca(server), "ZORB", "QUUX")
    assert [str(one.price_usd) for one in found.closes["ZORB"]] == ["10.2", "10.4"]
    first, second = server.asked
    assert first.query["adjustment"] == "raw"
    assert first.query["symbols"] == "ZORB,QUUX"
    assert second.query["page_token"] == "next"
    assert first.headers["apca-api-secret-key"] == SECRET


def test_the_bar_of_the_open_day_is_no_close(server: PriceServer) -> None:
    server.replies(page(None, ZORB=[bar(19, 10.4), bar(20, 12)]))
    assert asked_of(alpaca(server), "ZORB").closes["ZORB"][-1].day == date(2026, 11, 19)


def test_a_symbol_without_bars_is_a_problem_of_its_own(server: PriceServer) -> None:
    server.replies(page(None, ZORB=[bar(19, 10.4)]))
    found = asked_of(alpaca(server), "ZORB", "QUUX")
    assert "No close of QUUX" in found.problems["QUUX"].what
    assert "ZORB" in found.closes


@pytest.mark.parametrize("body", [[], {"bars": []}, {"bars": {"ZORB": 3}}, {"bars": {"ZORB": [3]}}, {"bars": None}])
def test_bars_of_another_shape_are_a_problem(server: PriceServer, body: Any) -> None:
    server.replies(Reply(body))
    assert asked_of(alpaca(server), "ZORB").problems["ZORB"]


def test_pages_without_an_end_are_left(server: PriceServer) -> None:
    server.replies(page("again", ZORB=[bar(19, 10.4)]))
    assert "page after page" in asked_of(alpaca(server), "ZORB").problems["ZORB"].what


def test_a_refused_key_ends_the_asking_at_alpaca_too(server: PriceServer) -> None:
    server.replies(Reply({"message": "forbidden."}, 403))
    found = asked_of(alpaca(server), *[f"A{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(120)])
    assert len(found.problems) == 120
    assert len(server.asked) == 1


def test_alpaca_s_error_holds_neither_key(server: PriceServer) -> None:
    server.replies(Reply({"message": f"forbidden {SECRET}"}))
    said = asked_of(alpaca(server), "ZORB").problems["ZORB"].what
    assert "forbidden" in said
    assert SECRET not in said


def yahoo_table(*closes: float, split: float = 0.0) -> pd.DataFrame:
    """Three days of ZORB; a split on the last one, with the earlier closes adjusted for it as Yahoo does."""
    days = pd.to_datetime(["2026-11-17", "2026-11-18", "2026-11-19"])
    part = pd.DataFrame({"Close": closes, "Stock Splits": [0.0, 0.0, split]}, index=days)
    return pd.concat({"ZORB": part}, axis=1)


def test_yahoo_s_closes_get_their_splits_back() -> None:
    found = asked_of(Yahoo(lambda *args, **kwargs: yahoo_table(10.0, 10.2, 10.4, split=2.0)), "ZORB", price="20.4")
    assert "was split after 2026-11-18" in found.problems["ZORB"].what
    rows = Yahoo(lambda *args, **kwargs: yahoo_table(10.0, 10.2, 10.4, split=2.0)).closes(["ZORB"], FIRST, AS_OF)
    assert sorted(float(str(one.close)) for one in rows.rows["ZORB"]) == [10.4, 20.0, 20.4]


def test_yahoo_is_asked_for_unadjusted_closes_and_its_noise_is_rounded() -> None:
    seen: dict[str, Any] = {}

    def download(symbols: list[str], **asked: Any) -> pd.DataFrame:
        seen.update(asked, symbols=symbols)
        return yahoo_table(10.0, 10.199999809265137, float("nan"))

    found = asked_of(Yahoo(download), "ZORB", "BRK.B")
    assert found.closes["ZORB"][-1].price_usd == Decimal("10.2")
    assert "No close of BRK.B" in found.problems["BRK.B"].what
    assert seen["auto_adjust"] is False
    assert seen["symbols"] == ["ZORB", "BRK-B"]


def test_whatever_yahoo_s_package_raises_is_a_problem() -> None:
    def storm(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("Too Many Requests")

    assert "Yahoo gave no prices (RuntimeError)" in asked_of(Yahoo(storm), "ZORB").problems["ZORB"].what


def test_nothing_is_asked_unless_a_provider_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_provider(Settings()) is None
    monkeypatch.setenv("LOTLINE_ALPACA_KEY", "key-id-71")
    with pytest.raises(BadRequest, match="One of Alpaca's two keys"):
        choose_provider(Settings())
    monkeypatch.setenv("LOTLINE_ALPACA_SECRET", SECRET)
    chosen = choose_provider(Settings())
    assert chosen is not None
    assert chosen.host == "data.alpaca.markets"
    monkeypatch.setenv("LOTLINE_TIINGO_TOKEN", TOKEN)
    chosen = choose_provider(Settings())
    assert chosen is not None
    assert chosen.host == "api.tiingo.com"
    assert TOKEN not in repr(Settings())


def test_an_error_in_json_is_told_from_data() -> None:
    assert error_text({"message": "no"}) == "no"
    assert error_text({"errors": [{"code": 4}]}) == '[{"code": 4}]'
    assert error_text({"bars": {}, "message": ""}) is None
    assert error_text([{"error": "inside a row"}]) is None


def test_asked_is_about_symbols_alone(server: PriceServer) -> None:
    server.replies(Reply(GOOD))
    asked_of(tiingo(server), "ZORB")
    one: Asked = server.asked[0]
    assert set(one.query) == {"startDate", "endDate"}
    assert "10.2" not in f"{one}"
