"""Which chat model answers: the built-in one, or any that speaks the OpenAI protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from assistant.wire import careful_class
from tools.errors import BadRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

BUILTIN_LABEL = "Lotline's built-in model"


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model with what the page says about it; ``host`` is None when nothing leaves the machine."""

    model: BaseChatModel
    label: str
    host: str | None
    builtin: bool


def choose_model(settings: Settings) -> ChosenModel:
    """Return the model that the settings name, the built-in one when they name none.

    Raises:
        BadRequest: The address is not one of the web, or there is no key for OpenAI itself.
    """
    if settings.base_url and not _is_web_address(settings.base_url):
        raise BadRequest("LOTLINE_BASE_URL is not a web address.", "Write it in full, with http or https in front.")
    if not settings.model or settings.model in ("builtin", "built-in"):
        from assistant.builtin import BuiltinChatModel

        return ChosenModel(BuiltinChatModel(), BUILTIN_LABEL, None, True)
    host = settings.model_host()
    return ChosenModel(remote_model(settings), f"{settings.model} at {host}", host, False)


def remote_model(settings: Settings) -> BaseChatModel:
    """Build the client: chat completions only, bounded retries, no redirects, no usage chunk.

    A query in the base URL goes with every request, as Azure's ``api-version`` must; Azure reads ``api-key`` then.

    Raises:
        BadRequest: There is no key for OpenAI itself.
    """
    import httpx2

    key = settings.key()
    if key is None and not settings.base_url:
        raise BadRequest("LOTLINE_MODEL is set but there is no key.", "Set LOTLINE_API_KEY, or LOTLINE_BASE_URL.")
    secret = key.get_secret_value() if key else "none"
    base, query = _parted(settings.base_url or f"https://{settings.model_host()}/v1")
    # A redirect would send the holdings to another host.
    http: dict[str, Any] = {"follow_redirects": False, "timeout": settings.request_timeout_seconds}
    model: BaseChatModel = careful_class()(
        model=settings.model,
        base_url=base,
        api_key=secret,
        default_query=query or None,
        default_headers={"api-key": secret} if "api-version" in query else None,
        use_responses_api=False,
        streaming=settings.model_stream,
        disable_streaming=not settings.model_stream,
        stream_usage=False,
        max_retries=settings.model_retries,  # the client waits as retry-after says, else longer each time, with jitter
        timeout=settings.request_timeout_seconds,
        http_client=httpx2.Client(**http),
        http_async_client=httpx2.AsyncClient(**http),
    )
    return model


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _parted(url: str) -> tuple[str, dict[str, str]]:
    """Part an address from its query."""
    parts = urlsplit(url)
    return parts._replace(query="", fragment="").geturl(), dict(parse_qsl(parts.query))
