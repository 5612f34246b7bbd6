"""Daily closes from Alpaca's market data with the person's own key: many symbols in one question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from time import sleep
from typing import Any

from assistant.adapters.live_prices.web import PriceTrouble, Web
from tools.market.quotes import Answer, Seen
from tools.model import Problem

BASE_URL = "https://data.alpaca.markets"
AT_ONCE = 50
MAX_PAGES = 40


class Alpaca:
    """Asks Alpaca for daily bars with ``adjustment=raw``.

    Args:
        key: The person's key id.
        secret: Its secret; both are sent in headers, never in an address.
        base_url: Where to ask; tests ask a server of their own.
        timeout_seconds: For each wait.
        sleep: How to wait between tries.
    """

    name = "Alpaca"

    def __init__(
        self,
        key: str,
        secret: str,
        base_url: str = BASE_URL,
        timeout_seconds: float = 10.0,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret, "Accept": "application/json"}
        self._web = Web(base_url, headers, "LOTLINE_ALPACA_KEY and LOTLINE_ALPACA_SECRET", timeout_seconds, sleep)
        self.host = self._web.host

    def closes(self, symbols: Sequence[str], first: date, last: date) -> Answer:
        """Return the raw closes of each symbol; see ``PriceProvider``.

        The bar of the last day is left out: until the session ends it is no close.
        """
        rows: dict[str, list[Seen]] = {}
        problems: dict[str, Problem] = {}
        ended: PriceTrouble | None = None
        for start in range(0, len(symbols), AT_ONCE):
            some = symbols[start : start + AT_ONCE]
            try:
                if ended:
                    raise ended
                found = self._bars(some, first, last)
            except PriceTrouble as trouble:
                ended = trouble if trouble.for_all else None
                problems |= {one: Problem(f"{one} at {self.name}", trouble.what, trouble.fix) for one in some}
                continue
            rows |= {symbol: _before(last, found.get(symbol, [])) for symbol in some}
        return Answer(rows, problems)

    def _bars(self, symbols: Iterable[str], first: date, last: date) -> dict[str, list[Seen]]:
        found: dict[str, list[Seen]] = {}
        asked = {
            "symbols": ",".join(symbols),
            "timeframe": "1Day",
            "start": first.isoformat(),
            "end": last.isoformat(),
            "adjustment": "raw",
            "feed": "sip",
            "limit": "10000",
        }
        with self._web.client() as client:
            for _ in range(MAX_PAGES):
                body = self._web.json(client, "/v2/stocks/bars", asked)
                for symbol, seen in seen_in(body).items():
                    found.setdefault(symbol, []).extend(seen)
                if not (page := body.get("next_page_token")):
                    return found
                asked["page_token"] = str(page)
        raise PriceTrouble(f"{self.host} sends page after page without an end.")


def _before(last: date, seen: Iterable[Seen]) -> list[Seen]:
    return [one for one in seen if str(one.day)[:10] != last.isoformat()]


def seen_in(body: Any) -> dict[str, list[Seen]]:
    """Read the bars of one page by symbol; an empty page has none.

    Raises:
        PriceTrouble: It holds no bars by symbol.
    """
    bars = body.get("bars", {}) if isinstance(body, dict) else None
    bars = {} if bars is None and isinstance(body, dict) else bars
    if not isinstance(bars, dict) or not all(isinstance(rows, list) for rows in bars.values()):
        raise PriceTrouble("Alpaca's answer holds no bars by symbol.")
    found = {}
    for symbol, rows in bars.items():
        if not all(isinstance(row, dict) for row in rows):
            raise PriceTrouble("Alpaca's answer holds bars that are none.")
        found[str(symbol)] = [Seen(row.get("S"), row.get("t"), row.get("c")) for row in rows]
    return found
