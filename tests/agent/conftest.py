"""A household, scripted models, small tools and a loopback server for the tests of the conversation."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.tools import StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.adapters.paper_broker import PaperBroker
from assistant.conversation import Conversation
from assistant.model import ChosenModel, remote_model
from assistant.session import Session, fact_to_dict
from assistant.settings import Settings
from tools.facts import FactBook
from tools.model import Account, AccountType, Household, Lot, Origin, Security

DAY = date(2026, 5, 4)
OWNER = "Ottilie Vandermeer"
ACCOUNT = "Brokerage …9917"
Script = Callable[[Sequence[BaseMessage]], AIMessage]


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("LANGSMITH_", "LANGCHAIN_", "OPENAI_", "LOTLINE_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


class Scripted(BaseChatModel):
    """Answers by a function of the messages, streamed in small pieces."""

    script: Any
    seen: list[Any] = []
    size: int = 7

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _answer(self, messages: Sequence[BaseMessage]) -> AIMessage:
        self.seen.append(list(messages))
        return self.script(messages)

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages)
        text = answer.text
        for start in range(0, len(text), self.size):
            yield ChatGenerationChunk(message=AIMessageChunk(text[start : start + self.size]))
        pieces = [
            {"name": c["name"], "args": json.dumps(c["args"]), "id": c["id"], "index": n, "type": "tool_call_chunk"}
            for n, c in enumerate(answer.tool_calls)
        ]
        end = {"finish_reason": "tool_calls" if pieces else "stop"}
        yield ChatGenerationChunk(
            message=AIMessageChunk("", tool_call_chunks=pieces, response_metadata=end, chunk_position="last")
        )

    async def _astream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            yield chunk


def call(name: str, call_id: str = "c1", **args: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": call_id, "type": "tool_call"}])


def tool_results(messages: Sequence[BaseMessage]) -> list[ToolMessage]:
    """Return the results since the person last spoke."""
    found: list[ToolMessage] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            found.clear()
        if isinstance(message, ToolMessage):
            found.append(message)
    return found


def look_then_say(*texts: str) -> Script:
    """Call show_holdings, then say each text in turn (the last one again and again)."""
    left = list(texts)

    def script(messages: Sequence[BaseMessage]) -> AIMessage:
        if not tool_results(messages):
            return call("show_holdings", symbol="ZEB")
        return AIMessage(left.pop(0) if len(left) > 1 else left[0])

    return script


def household() -> Household:
    accounts = (
        Account("acct-1", ACCOUNT, AccountType.TAXABLE, OWNER),
        Account("acct-2", "Roth IRA", AccountType.ROTH_IRA, OWNER),
    )
    lots = (
        Lot("lot-1", "acct-1", "ZEB", Decimal(30), Decimal("2400.00"), date(2024, 3, 5), Origin("file-1", 2)),
        Lot("lot-2", "acct-1", "YAK", Decimal(10), Decimal("900.00"), date(2026, 1, 9), Origin("file-1", 3)),
    )
    securities = {
        "ZEB": Security("ZEB", "Zebra Holdings", "us_equity", Decimal("63.50"), DAY),
        "YAK": Security("YAK", "Yakima 2045 Fund", "us_equity", Decimal("91.00"), DAY),
    }
    return Household(accounts, lots, {"acct-1": Decimal("1200.00")}, securities)


def _holdings(session: Session) -> StructuredTool:
    def show_holdings(symbol: str = "") -> tuple[str, dict[str, Any]]:
        """Show what is held.

        Args:
            symbol: Only this one.
        """
        book = FactBook(session.next_prefix("hold"), "show_holdings()", DAY)
        # 30 shares at 63.50 are 1905.00, bought for 2400.00: 495.00 less.
        row = book.row(
            "ZEB",
            {
                "held_shares": Decimal(30),
                "value_usd": Decimal("1905.00"),
                "gain_usd": Decimal("-495.00"),
                "weight_frac": Decimal("0.4752"),
                "saved_usd": Decimal("118.80"),
                "acquired_date": date(2024, 3, 5),
            },
            entity="ZEB",
            symbol="ZEB",
            name="Zebra Holdings",
        )
        body = {
            "tool": "show_holdings",
            **book.row("", {"value_usd": Decimal("4015.00")}),
            "holdings": [row, {"symbol": "YAK"}],
            "accounts": [{"account": "acct-1", "name": ACCOUNT, "owner": OWNER}],
            "notes": [f"{ACCOUNT} was read from /home/ottilie/lots.csv, row 2."],
        }
        return json.dumps(body), {"facts": [fact_to_dict(fact) for fact in book.facts], "charts": [], "card": None}

    return StructuredTool.from_function(show_holdings, response_format="content_and_artifact", parse_docstring=True)


def _card(plan_id: str) -> dict[str, Any]:
    line = {
        "side": "sell",
        "what": "ZEB",
        "shares": "30",
        "amount": "$1,905.00",
        "gain": "−$495.00",
        "account": "acct-1",
    }
    return {"plan_id": plan_id, "title": "1 trade", "lines": [line], "summary": ["Sells in total $1,905.00"]}


def _execute(session: Session) -> StructuredTool:
    def execute_trades(plan_id: str) -> tuple[str, dict[str, Any]]:
        """Place an approved plan.

        Args:
            plan_id: The plan.
        """
        prefix = session.next_prefix("order")
        body: dict[str, Any] = {"tool": "execute_trades", "id": prefix, "plan_id": plan_id}
        if not session.approved(plan_id):
            body |= {"status": "approval_needed", "reason": "Approve the card first."}
            return json.dumps(body), {"facts": [], "charts": [], "card": _card(plan_id)}
        book = FactBook(prefix, "execute_trades()", DAY)
        figures = {
            "traded_shares": Decimal(30),
            "each_price": Decimal("63.50"),
            "amount_usd": Decimal("1905.00"),
        }
        body |= {"status": "filled", "fills": [book.row("f1", figures, side="sell", symbol="ZEB", account="acct-1")]}
        session.executed.add(plan_id)
        return json.dumps(body), {"facts": [fact_to_dict(fact) for fact in book.facts], "charts": [], "card": None}

    return StructuredTool.from_function(execute_trades, response_format="content_and_artifact", parse_docstring=True)


def _failing() -> StructuredTool:
    def estimate_tax(year: int = 2026) -> str:
        """Estimate the tax.

        Args:
            year: The year.
        """
        raise RuntimeError("secret detail 12345")

    return StructuredTool.from_function(estimate_tax, parse_docstring=True)


@dataclass
class Talk:
    """A conversation under test with what it has emitted."""

    conversation: Conversation
    model: Any
    session: Session
    events: list[Any] = field(default_factory=list)

    async def say(self, text: str) -> list[Any]:
        return await self.gather(self.conversation.say(text))

    async def gather(self, events: AsyncIterator[Any]) -> list[Any]:
        found = [event async for event in events]
        self.events += found
        return found


def talk_to(model: Any, *, host: str | None = None, settings: Settings | None = None, builtin: bool = False) -> Talk:
    session = Session(as_of=DAY, today=DAY, broker=PaperBroker())
    session.label_for("file", "lots.csv")
    session.adopt(household(), as_of=DAY, is_sample=True)
    tools = [_holdings(session), _execute(session), _failing()]
    chosen = ChosenModel(model, "a scripted model", host, builtin)
    return Talk(Conversation(session, settings or Settings(), chosen, tools), model, session)


@pytest.fixture
def talk() -> Callable[..., Talk]:
    return talk_to


@pytest.fixture
def scripted() -> Callable[..., Scripted]:
    return lambda script, **more: Scripted(script=script, seen=[], **more)


@pytest.fixture
def look() -> Callable[..., Script]:
    return look_then_say


@pytest.fixture
def calling() -> Callable[..., AIMessage]:
    return call


@pytest.fixture
def results_since() -> Callable[..., list[ToolMessage]]:
    return tool_results


def _messages(body: dict[str, Any]) -> list[BaseMessage]:
    """Read a request's messages back as LangChain's."""
    found: list[BaseMessage] = []
    for one in body["messages"]:
        text = one.get("content") or ""
        match one["role"]:
            case "system":
                found.append(SystemMessage(text))
            case "user":
                found.append(HumanMessage(text))
            case "tool":
                found.append(ToolMessage(text, tool_call_id=one["tool_call_id"]))
            case _:
                calls = [
                    {
                        "name": c["function"]["name"],
                        "args": json.loads(c["function"]["arguments"]),
                        "id": c["id"],
                        "type": "tool_call",
                    }
                    for c in one.get("tool_calls", [])
                ]
                found.append(AIMessage(text, tool_calls=calls))
    return found


def _deltas(chunk: AIMessageChunk) -> list[dict[str, Any]]:
    """Write one chunk as the deltas of a stream; arguments in two halves, as servers send them."""
    found: list[dict[str, Any]] = [{"content": chunk.text}] if chunk.text else []
    for piece in chunk.tool_call_chunks:
        args, index = piece["args"] or "", piece["index"] or 0
        half = len(args) // 2
        start = {"name": piece["name"], "arguments": args[:half]}
        found.append({"tool_calls": [{"index": index, "id": piece["id"], "type": "function", "function": start}]})
        found.append({"tool_calls": [{"index": index, "function": {"arguments": args[half:]}}]})
    return found


def _choice(model: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Write a whole answer as the one choice of a completion that is not streamed."""
    answer = model.bind_tools(asked.get("tools", [])).invoke(_messages(asked))
    calls = [
        {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": json.dumps(c["args"])}}
        for c in answer.tool_calls
    ]
    message = {"role": "assistant", "content": answer.text or None, **({"tool_calls": calls} if calls else {})}
    return {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}


@dataclass
class ModelServer:
    """An OpenAI-compatible server on loopback in front of any LangChain chat model."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(
    model: Any, *, status: int = 200, raw: list[str] | None = None, location: str = ""
) -> Iterator[ModelServer]:
    """Serve a model; or a status; or raw lines of a stream, after which the connection is cut."""
    server = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            server.bodies.append(body)
            server.paths.append(self.path)
            server.headers.append(dict(self.headers.items()))
            if status != 200:
                self._refuse()
                return
            asked = json.loads(body)
            self.send_response(200)
            if not asked.get("stream"):
                self._whole(asked)
                return
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            if raw is not None:
                self.wfile.write("".join(f"data: {line}\n\n" for line in raw).encode())
                return
            self._stream(asked)

        def _whole(self, asked: dict[str, Any]) -> None:
            choice = raw[0] if raw is not None else json.dumps(_choice(model, asked))
            words = f'{{"id": "r1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{choice}]}}'
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(words.encode())

        def _refuse(self) -> None:
            words = json.dumps({"error": {"message": "private words of the server", "code": "x"}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(words)))
            if location:
                self.send_header("location", location)
            self.end_headers()
            self.wfile.write(words)

        def _stream(self, body: dict[str, Any]) -> None:
            bound = model.bind_tools(body.get("tools", []))
            reason = "stop"
            for chunk in bound.stream(_messages(body)):
                reason = "tool_calls" if chunk.tool_call_chunks else reason
                for delta in _deltas(chunk):
                    self._send({"index": 0, "delta": delta, "finish_reason": None})
            self._send({"index": 0, "delta": {}, "finish_reason": reason})
            self.wfile.write(b"data: [DONE]\n\n")

        def _send(self, choice: dict[str, Any]) -> None:
            event = {"id": "r1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def server() -> Callable[..., Any]:
    return serving


@pytest.fixture
def over_wire() -> Callable[..., Any]:
    """Return a function that makes the remote client for a server."""

    def client(url: str, **more: Any) -> Any:
        return remote_model(Settings(model="m", base_url=url, **more))

    return client


@pytest.fixture
def schemas() -> Callable[..., list[dict[str, Any]]]:
    return lambda tools: [convert_to_openai_tool(tool) for tool in tools]
