"""Daily closes from Tiingo with the person's own token: one question a symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic, sleep
from typing import Any

from assistant.adapters.live_prices.web import PriceTrouble, Web
from tools.market.quotes import Answer, Seen
from tools.model import Problem

BASE_URL = "https://api.tiingo.com"
AT_ONCE = 4
ALL_SECONDS = 45.0


class Tiingo:
    """Asks Tiingo's end-of-day prices, whose ``close`` is raw and whose ``adjClose`` is adjusted.

    Args:
        token: The person's own; sent in a header, never in an address.
        base_url: Where to ask; tests ask a server of their own.
        timeout_seconds: For each wait.
        sleep: How to wait between tries.
    """

    name = "Tiingo"

    def __init__(
        self,
        token: str,
        base_url: str = BASE_URL,
        timeout_seconds: float = 10.0,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        headers = {"Authorization": f"Token {token}", "Accept": "application/json"}
        self._web = Web(base_url, headers, "LOTLINE_TIINGO_TOKEN", timeout_seconds, sleep)
        self.host = self._web.host

    def closes(self, symbols: Sequence[str], first: date, last: date) -> Answer:
        """Return the raw closes of each symbol; see ``PriceProvider``."""
        rows: dict[str, Sequence[Seen]] = {}
        problems: dict[str, Problem] = {}
        ended: list[PriceTrouble] = []
        begun = monotonic()

        with self._web.client() as client, ThreadPoolExecutor(AT_ONCE) as threads:

            def one(symbol: str) -> None:
                if monotonic() - begun > ALL_SECONDS:
                    ended.append(PriceTrouble(f"{self.host} takes too long for so many symbols."))
                try:
                    if ended:
                        raise ended[0]
                    asked = {"startDate": first.isoformat(), "endDate": last.isoformat()}
                    body = self._web.json(client, f"/tiingo/daily/{symbol.replace('.', '-')}/prices", asked)
                    rows[symbol] = seen_in(body)
                except PriceTrouble as trouble:
                    if trouble.for_all:
                        ended.append(trouble)
                    problems[symbol] = Problem(f"{symbol} at {self.name}", trouble.what, trouble.fix)

            list(threads.map(one, symbols))
        return Answer(rows, problems)


def seen_in(body: Any) -> list[Seen]:
    """Read Tiingo's rows, which name no symbol.

    Raises:
        PriceTrouble: It is not a list of rows.
    """
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise PriceTrouble("Tiingo's answer is no list of prices.")
    return [
        Seen(row.get("ticker"), row.get("date"), row.get("close"), row.get("adjClose"), row.get("splitFactor"))
        for row in body
    ]
