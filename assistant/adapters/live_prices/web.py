"""One careful question to a price server: time-outs, no redirect, a size cap, few retries, no key in any message."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools.errors import LotlineError

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

MAX_BYTES = 8_000_000
TRIES = 3
LONGEST_WAIT_SECONDS = 20.0
_SHOWN_CHARS = 120
_AGAIN = "Ask again later; until then the prices of your files count."


class PriceTrouble(LotlineError):
    """A price server that gave no prices; ``for_all`` where asking it for another symbol would end the same way."""

    def __init__(self, what: str, fix: str = _AGAIN, *, for_all: bool = False) -> None:
        super().__init__(what, fix)
        self.for_all = for_all


class _TryAgain(Exception):
    """A failure that may pass. ``wait_seconds`` is what the server asked for."""

    def __init__(self, what: str, wait_seconds: float | None = None, *, for_all: bool = False) -> None:
        super().__init__(what)
        self.what, self.wait_seconds, self.for_all = what, wait_seconds, for_all


@dataclass(frozen=True)
class Web:
    """Asks one server for JSON.

    Args:
        base_url: The server's address.
        headers: What authorizes the person; sent to this server alone.
        key_setting: The setting that holds the key, named when the server refuses it.
        timeout_seconds: For connecting, and for each wait for data.
        sleep: How to wait between tries; tests wait less.
    """

    base_url: str
    headers: Mapping[str, str] = field(repr=False)
    key_setting: str
    timeout_seconds: float = 10.0
    sleep: Callable[[float], None] = sleep

    @property
    def host(self) -> str:
        """Who is asked."""
        return urlsplit(self.base_url).hostname or self.base_url

    def client(self) -> httpx2.Client:
        """Open a client for several questions; the caller closes it."""
        import httpx2

        # A redirect would send the key and the symbols to another host.
        return httpx2.Client(
            base_url=self.base_url, headers=dict(self.headers), timeout=self.timeout_seconds, follow_redirects=False
        )

    def json(self, client: httpx2.Client, path: str, params: Mapping[str, str]) -> Any:
        """Return the body as JSON, numbers as written.

        Raises:
            PriceTrouble: No answer in time, a refusal, a redirect, or a body that is no JSON or too long.
        """
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        again = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            retry=retry_if_exception_type(_TryAgain),
            reraise=True,
            sleep=self.sleep,
        )
        try:
            return again(self._once, client, path, params)
        except _TryAgain as failed:
            raise PriceTrouble(f"{self.host} {failed.what}.", for_all=failed.for_all) from None

    def _once(self, client: httpx2.Client, path: str, params: Mapping[str, str]) -> Any:
        import httpx2

        try:
            with client.stream("GET", path, params=dict(params)) as response:
                self._refuse(response)
                body = self._body(response)
        except httpx2.TimeoutException:
            raise _TryAgain("did not answer in time", for_all=True) from None
        except httpx2.ConnectError:
            raise _TryAgain("could not be reached", for_all=True) from None
        except httpx2.RequestError as error:
            raise _TryAgain(f"broke off in the middle ({type(error).__name__})") from None
        return self._parsed(body)

    def _refuse(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            wait = _asked_wait(response.headers.get("retry-after"), response.headers.get("date"))
            said = "limits how often it may be asked" if status == 429 else f"failed with status {status}"
            if wait is not None and wait > LONGEST_WAIT_SECONDS:
                raise PriceTrouble(f"{self.host} {said} and asks to wait {wait:.0f} seconds.", for_all=status == 429)
            raise _TryAgain(said, wait, for_all=status == 429)
        if status in (401, 403):
            what = f"{self.host} refused the key with status {status}."
            raise PriceTrouble(what, f"Check {self.key_setting}, and what your plan there covers.", for_all=True)
        if response.is_redirect:
            to = urlsplit(response.headers.get("location", "")).hostname or "another page"
            raise PriceTrouble(f"{self.host} points to {to[:60]}, which is not followed.", for_all=True)
        if status == 404:
            raise PriceTrouble(f"{self.host} does not know it.", "The price of your file counts.")
        if status != 200:
            raise PriceTrouble(f"{self.host} answered with status {status}.")

    def _body(self, response: httpx2.Response) -> bytes:
        parts, size, begun = [], 0, monotonic()
        for part in response.iter_bytes():
            size += len(part)
            if monotonic() - begun > 3 * self.timeout_seconds:
                raise PriceTrouble(f"{self.host} sends too slowly.", for_all=True)
            if size > MAX_BYTES:
                raise PriceTrouble(f"{self.host} sent more than {MAX_BYTES // 1_000_000} MB.")
            parts.append(part)
        return b"".join(parts)

    def _parsed(self, body: bytes) -> Any:
        try:
            found = json.loads(body, parse_float=Decimal, parse_constant=str)
        except (ValueError, RecursionError):
            start = body[:200].decode("utf-8", "replace").strip()
            kind = "a web page" if start.startswith("<") else "a text" if start else "nothing"
            raise PriceTrouble(f"{self.host} sent {kind} instead of prices{self._quoted(start)}.") from None
        if (said := error_text(found)) is not None:
            raise PriceTrouble(f"{self.host} sent an error instead of prices{self._quoted(said)}.")
        return found

    def _quoted(self, said: str) -> str:
        """Quote the server's words without any key in them; nothing of a web page."""
        if not said or said.startswith("<"):
            return ""
        for value in self.headers.values():
            for secret in value.split():
                said = said.replace(secret, "…") if len(secret) > 5 else said
        return f": “{' '.join(said.split())[:_SHOWN_CHARS]}”"


def error_text(body: Any) -> str | None:
    """Return what a JSON body with status 200 says went wrong, None when it looks like data."""
    if isinstance(body, str):
        return body
    if not isinstance(body, dict):
        return None
    said = (body.get(key) for key in ("error", "errors", "detail", "message", "Error Message", "Note", "Information"))
    return next((one if isinstance(one, str) else json.dumps(one, default=str) for one in said if one), None)


def _wait(state: RetryCallState) -> float:
    """Wait as long as the server asks, else a little longer each time; never the same for everyone."""
    from tenacity import wait_exponential_jitter, wait_random

    failed = state.outcome.exception() if state.outcome else None
    if isinstance(failed, _TryAgain) and failed.wait_seconds is not None:
        return failed.wait_seconds + wait_random(0, 0.5)(state)
    return wait_exponential_jitter(multiplier=0.5, max=8, jitter=0.5)(state)


def _asked_wait(header: str | None, now: str | None) -> float | None:
    """Read Retry-After: seconds, or a day and time, which is counted from the server's own Date."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header.strip()[:6])
    try:
        span = parsedate_to_datetime(header) - parsedate_to_datetime(now or "")
    except (TypeError, ValueError):
        return None
    return max(span.total_seconds(), 0.0)
