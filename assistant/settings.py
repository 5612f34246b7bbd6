"""One typed object from the environment; every name starts with ``LOTLINE_``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

OFFERED_MODEL = "gpt-5-mini"
OPENAI_HOST = "api.openai.com"
WHAT_IS_SENT = (
    "your questions, the symbols, lots, dates and dollar amounts you hold, and what you said about your tax situation; "
    "names, account numbers and file paths are replaced by labels"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that the environment would allow. Nothing is sent to it until the person says so."""

    model: str
    host: str
    sends: str


class Settings(BaseSettings):
    """What the environment says. A key alone chooses nothing."""

    model_config = SettingsConfigDict(env_prefix="LOTLINE_", env_ignore_empty=True, extra="ignore")

    model: str | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None
    model_stream: bool = True
    browser: str | None = None
    no_browser: bool = False
    today: date | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    max_turn_tokens: int = Field(default=200_000, ge=1_000)
    max_day_tokens: int = Field(default=5_000_000, ge=1_000)
    max_day_cost_usd: Decimal | None = Field(default=None, ge=0)
    model_price_in_usd: Decimal | None = Field(default=None, ge=0)
    model_price_out_usd: Decimal | None = Field(default=None, ge=0)
    model_retries: int = Field(default=2, ge=0, le=5)
    max_rounds: int = Field(default=8, ge=1, le=30)
    request_timeout_seconds: float = Field(default=60, gt=0, le=600)
    turn_timeout_seconds: float = Field(default=180, gt=0, le=1800)
    trace: bool = False
    tiingo_token: SecretStr | None = None
    alpaca_key: SecretStr | None = None
    alpaca_secret: SecretStr | None = None
    yahoo: bool = False
    data_dir: Path | None = None
    database_url: SecretStr | None = None
    store_key: SecretStr | None = None

    def key(self) -> SecretStr | None:
        """Return the key for the chosen server: ours, else OpenAI's own for OpenAI itself."""
        if self.api_key is not None:
            return self.api_key
        found = os.environ.get("OPENAI_API_KEY", "").strip()
        return SecretStr(found) if found and self.base_url is None else None

    def model_host(self) -> str:
        """Name the host that would receive what is sent."""
        return (urlsplit(self.base_url).netloc.rpartition("@")[2] if self.base_url else "") or OPENAI_HOST

    def offered_model(self) -> Offer | None:
        """Return what a key in the environment makes possible, None when a model is chosen or no key is there."""
        if self.model or self.key() is None:
            return None
        return Offer(OFFERED_MODEL, self.model_host(), WHAT_IS_SENT)

    def accepting(self, offer: Offer) -> Settings:
        """Return settings in which the offered model is chosen."""
        return self.model_copy(update={"model": offer.model})
