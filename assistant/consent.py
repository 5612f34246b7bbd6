"""Whether a sentence is approval. Code judges this, never a model; in doubt it is not, and the card comes up again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.number_words import UP_TO_NINETEEN

_APPROVING = frozenset(
    ["approve", "approved", "approval", "authorize", "authorise", "authorized", "authorised", "confirm", "consent"]
)
_HARMLESS = frozenset(
    [
        "yes",
        "ok",
        "okay",
        "sure",
        "right",
        "good",
        "great",
        "fine",
        "please",
        "thanks",
        "thank",
        "you",
        "i",
        "we",
        "hereby",
        "now",
        "fully",
        "give",
        "have",
        "my",
        "our",
        "to",
        "for",
        "of",
        "with",
        "all",
        "the",
        "this",
        "these",
        "that",
        "whole",
        "entire",
        "plan",
        "plans",
        "trades",
        "trade",
        "orders",
        "order",
        "number",
        "no",
        "id",
        "total",
        "totalling",
        "totaling",
        "totals",
        "worth",
        "in",
        "full",
        "and",
        "at",
        "go",
        "ahead",
        "as",
        "shown",
        "proposed",
        "current",
        "both",
        "it",
        "is",
    ]
)
_KEEPING = frozenset(["use", "keep", "accept", "with"])
_OF_PRICES = frozenset(
    ["price", "prices", "the", "these", "those", "old", "older", "this", "that", "my", "file", "files", "of", "from"]
    + ["in", "yes", "ok", "okay", "sure", "fine", "please", "go", "on", "ahead", "as", "they", "are", "anyway", "and"]
    + ["i", "you", "can", "may", "all", "them", "all", "same", "still", "it", "is", "continue", "shown", "regardless"]
)
_TOKEN = re.compile(r"\$?\d[\d,]{0,15}(?:\.\d{1,2})?(?![\w])|[\w'’-]{1,60}")
_QUOTES = re.compile(r"[\"“”„«»‹›`>*\n\r]|(?<!\w)['‘’]|['’](?!\w)")
_QUESTION = re.compile(r"\?|？|^\s*(?:is|it is that|have i|have we|have you|is it)\b", re.I)
_NOT_AFTER_NO = re.compile(r"\bno\b(?!\s*\.?\s*[0-9a-f]{4})", re.I)
_CONFIRM_ALONE = re.compile(r"\b(?:i|we)\s+(?:hereby\s+|now\s+|fully\s+)?confirm\b", re.I)
MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class ShownCard:
    """The approval card that the person has in front of them, and the turn in which it came up."""

    plan_id: str
    trades_count: int
    totals_usd: tuple[Decimal, ...]
    turn: int


@dataclass(frozen=True, slots=True)
class Approval:
    """The record of a yes: which plan, in which turn, by button or by words."""

    plan_id: str
    turn: int
    how: str


def judges(message: str, card: ShownCard | None, turn: int) -> bool:
    """Decide whether the person's message approves the plan on the card.

    It must come right after the card, name approval, and name the plan by its id or by its number of trades
    and a total on the card. Every word must be one that such a sentence needs: a condition, a doubt, a negation,
    a quotation, a question or another figure makes it no approval.
    """
    if card is None or turn != card.turn + 1 or len(message) > MAX_CHARS:
        return False
    if _QUOTES.search(message) or _QUESTION.search(message) or _NOT_AFTER_NO.search(message):
        return False
    tokens = [token.strip("'’-").lower() for token in _TOKEN.findall(message)]
    return _names_approval(message, tokens) and _names_plan(tokens, card) and _nothing_else(tokens, card)


def keeps_prices(message: str) -> bool:
    """Decide whether the person's message says to go on with prices that are old; it approves no trade.

    Like an approval it may hold no other word than such a sentence needs.
    """
    if len(message) > MAX_CHARS or _QUOTES.search(message) or _QUESTION.search(message):
        return False
    tokens = [token.strip("'’-").lower() for token in _TOKEN.findall(message)]
    named = {"prices", "price"}.intersection(tokens) and _KEEPING.intersection(tokens)
    return bool(named) and set(tokens) <= _KEEPING | _OF_PRICES


def _names_approval(message: str, tokens: list[str]) -> bool:
    said = _APPROVING.intersection(tokens) - {"confirm"}
    return bool(said) or bool(_CONFIRM_ALONE.search(message)) or "go ahead with" in " ".join(tokens)


def _names_plan(tokens: list[str], card: ShownCard) -> bool:
    if card.plan_id.lower() in tokens:
        return True
    count = any(_count(token) == card.trades_count for token in tokens)
    return count and bool(_amounts(tokens) & set(card.totals_usd))


def _nothing_else(tokens: Iterable[str], card: ShownCard) -> bool:
    return all(_fits(token, card) for token in tokens)


def _fits(token: str, card: ShownCard) -> bool:
    if token in _APPROVING or token in _HARMLESS or token == card.plan_id.lower() or not token:
        return True
    return _count(token) == card.trades_count or bool(_amounts([token]) & set(card.totals_usd))


def _count(token: str) -> int | None:
    if token in UP_TO_NINETEEN:
        return UP_TO_NINETEEN.index(token)
    return int(token) if token.isdecimal() and len(token) < 5 else None


def _amounts(tokens: Iterable[str]) -> set[Decimal]:
    figures = (token.lstrip("$").replace(",", "") for token in tokens)
    return {Decimal(figure) for figure in figures if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,2})?", figure)}
