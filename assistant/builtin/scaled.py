"""Arithmetic on one figure that was just shown and a number that the person says: "half of that", "less 15 %"."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.sums import latest, main_figure, named_figure, names_a_figure, per_share

_FIGURE = r"(?:that|it|this|those|the|my|our) (?:total |whole |last )?(?:number |figure |amount |sum )?"
_PER_PERIOD = re.compile(r"\b(?:a|per|each|every) (month|quarter)\b|\b(monthly|quarterly)\b")
_PERIODS = {"month": "12", "quarter": "4", "monthly": "12", "quarterly": "4"}
_PER_SHARE = re.compile(r"\b(?:per|a|each) share ")
_DIVIDED = re.compile(
    r"\b(?:divided?|split|spread) (?:\S+ ){0,3}(?:by|into|in|over|between|among) (?:the next |about )?(@num\d+) "
    r"|^over (@num\d+) |\bover (?:the next )?(@num\d+) (?:ways|months|years|quarters|people|heirs|kids|payments) "
)
_TIMES = re.compile(r"\b(?:times|multipl\w+ (?:\S+ ){0,3}by) (@num\d+) ")
_TWICE = re.compile(rf"\b(?:double|twice) (?:{_FIGURE})|\b(?:that|it|this) (?:doubled|twice)\b")
_HALVED = re.compile(
    r"\b(?:halved|cut in half|halve (?:that|it|this))\b|\bhalf (?:of )?(?:that|this) (?:figure|number) "
)
_PART = re.compile(
    rf"(@frac\d+|@pct\d+) (?:off |of )?(?:{_FIGURE})?"
    r"(?:tax|taxes|gains?|loss|losses|proceeds|savings?|value|total|figure|number) "
)
_OFF = re.compile(
    r"\b(?:knock|take|shave|cut|subtract|deduct|lop|minus|less) (@pct\d+|@usd\d+|@num\d+) (?:off|from) "
    r"|^(?:and |so |then )?(?:minus|less|subtract|take off|take away|knock off|deduct) (@pct\d+|@usd\d+|@num\d+) "
)
_ON = re.compile(
    rf"\b(?:add|plus) (?:another )?(@pct\d+|@usd\d+|@num\d+) (?:to|on|on top of) (?:{_FIGURE})"
    r"|^(?:and |so |then )?plus (?:another )?(@pct\d+|@usd\d+|@num\d+) "
)
_COVERS = re.compile(r"\b(?:that|it|this) (?:would |will )?(?:be )?(?:cover|covers|enough for|enough to pay|pay for) ")
_OF_GAINS = re.compile(r"\b(?:gains?|loss|losses|last year|carry\w*|tax) ")
_PRICE = re.compile(r"@(?:usd|num)\d+")
_OTHER_THING = re.compile(r"@(?:sym|shares|date|acct|lot)\d")


def scaled_figure(words: str, marked: Marked, context: Context) -> str | None:
    """Return the expression for "divide that by 4", "knock 15 % off" or "per share?" right after figures were shown.

    Args:
        words: The sentence with its values marked.
        marked: The whole message, which may name the price of what shall be paid for.
        context: The conversation: the figure is one of its last result.
    """
    done = latest(context)
    if done is None or _OTHER_THING.search(words):
        return None
    told = next((said for said in (words, context.earlier[-1].said.casefold()) if names_a_figure(said)), None)
    figure = named_figure(told, done) if told else main_figure(done)
    if _PER_SHARE.search(words):
        shares = per_share(done)
        return f"{figure} / {shares}" if figure and shares else None
    if price := _to_be_paid(marked):
        figure = named_figure("after tax", done) or main_figure(done)
        return f"{figure} - {price}" if figure else None
    return _scaled(figure, words, marked.values) if figure else None


def _to_be_paid(marked: Marked) -> str | None:
    """Return the price in "my roof is 31,500. does that cover it?"."""
    price = _PRICE.search(marked.words) if _COVERS.search(marked.words) else None
    return marked.values[price[0]] if price and not _OF_GAINS.search(marked.words) else None


def _scaled(figure: str, words: str, values: dict[str, str]) -> str | None:
    if period := _PER_PERIOD.search(words):
        return f"{figure} / {_PERIODS[period[1] or period[2]]}"
    if divided := _DIVIDED.search(words):
        return f"{figure} / {values[next(filter(None, divided.groups()))]}"
    if times := _TIMES.search(words):
        return f"{figure} * {values[times[1]]}"
    if _TWICE.search(words):
        return f"{figure} * 2"
    if _HALVED.search(words):
        return f"{figure} / 2"
    for pattern, sign in ((_OFF, "-"), (_ON, "+")):
        if found := pattern.search(words):
            return f"{figure} {sign} {_amount(figure, found[1] or found[2], values)}"
    part = _PART.search(words)
    return _amount(figure, part[1], values) if part else None


def _amount(figure: str, mark: str, values: dict[str, str]) -> str:
    """Return what a number means beside a figure: a share of it, or dollars."""
    value = values[mark]
    if mark.startswith("@pct"):
        return f"{figure} * {value}"
    if mark.startswith("@frac"):
        parts = (Decimal(1) / Decimal(value)).quantize(Decimal("0.1"))
        return f"{figure} / {parts:f}".removesuffix(".0")
    return value
