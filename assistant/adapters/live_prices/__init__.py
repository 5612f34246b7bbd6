"""Price providers that a person may switch on. Without one, nothing is asked and the files' prices count."""

from __future__ import annotations

from assistant.settings import Settings
from tools.market.quotes import PriceProvider


def choose_provider(settings: Settings) -> PriceProvider | None:
    """Return the provider that the settings name: Tiingo before Alpaca before Yahoo, None without any.

    Raises:
        BadRequest: Half of a key is given, or Yahoo was chosen without its optional package.
    """
    from tools.errors import BadRequest

    if settings.tiingo_token is not None:
        from assistant.adapters.live_prices.tiingo import Tiingo

        return Tiingo(settings.tiingo_token.get_secret_value())
    if (settings.alpaca_key is None) != (settings.alpaca_secret is None):
        raise BadRequest("One of Alpaca's two keys is missing.", "Set LOTLINE_ALPACA_KEY and LOTLINE_ALPACA_SECRET.")
    if settings.alpaca_key is not None and settings.alpaca_secret is not None:
        from assistant.adapters.live_prices.alpaca import Alpaca

        return Alpaca(settings.alpaca_key.get_secret_value(), settings.alpaca_secret.get_secret_value())
    if settings.yahoo:
        from assistant.adapters.live_prices.yahoo import Yahoo

        return Yahoo()
    return None
