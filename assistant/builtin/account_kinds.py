"""Which kind an account is, told in words: beside its name, as the answer to a question, or as a correction."""

from __future__ import annotations

import re

from assistant.builtin.awaited import corrects
from assistant.builtin.context import Context
from assistant.builtin.marked import Marked
from assistant.builtin.request import Slots
from assistant.builtin.wishes import account_types

Kinds = list[tuple[str, str]]

_ORDINARY = re.compile(r"\b(?:regular|normal|ordinary|standard|plain|everyday|non retirement|nothing special) ")
_NOT_ONE = re.compile(r"\b(?:not|isnt|no|neither|nor) (?:an? |my |the |really )*@type\d+ ")
_OPENS = re.compile(
    r"^(?:~ )?(?:so |oh |well |ok |yes |sorry )*(?:that would be|thats|that is|its|it is|this is|this one is)?"
)
_FIRST = re.compile(r" ?(?:an? |the |my |just |our )*(@type\d+) ")


def account_kinds(marked: Marked, context: Context) -> Kinds:
    """Return (account, kind) for each account whose kind is told."""
    return account_types(marked) or _answered(marked, context) or _corrected(marked, context)


def accounts_of(said: list[str], context: Context) -> list[str]:
    """Return the accounts that are named, each of a kind where a kind is named: "leave the Roth alone"."""
    rows = [(str(row["id"]), row.get("type")) for row in context.session.accounts if row.get("id")]
    return [account for account, kind in rows if account in said or kind in said]


def accounts_spared(wishes: Slots, context: Context) -> list[str]:
    """Take the accounts that nothing shall be traded in out of the wishes: those named, or all but those named."""
    spared = accounts_of(wishes.pop("accounts_left_alone", []), context)
    used = accounts_of(wishes.pop("accounts_used", []), context)
    others = [str(row["id"]) for row in context.session.accounts if row.get("id")] if used else []
    return [*spared, *(each for each in others if each not in {*used, *spared})]


def _answered(marked: Marked, context: Context) -> Kinds:
    """Return the kind of the accounts that the tool asked about; nothing is guessed from a kind that is denied."""
    if context.session.block.get("pending") != "account_type":
        return []
    kind = _kind(marked)
    rows = context.session.accounts
    unknown = [str(row["id"]) for row in rows if row.get("type") in (None, "unknown") and row.get("id")]
    every = re.search(r"\b(?:all|both|they|every)\b", marked.words)
    named = marked.of("acct")
    return [(account, kind) for account in (named or (unknown if every else unknown[:1]))] if kind else []


def _corrected(marked: Marked, context: Context) -> Kinds:
    """Return another kind for the account that was told in the turn before."""
    just = context.earlier[-1].done if context.earlier else ()
    before = next((done.call.args["account"] for done in just if done.call.args.get("account_type")), None)
    kind = _kind(marked) if before and corrects(marked.words) else None
    return [(str(before), kind)] if kind else []


def _kind(marked: Marked) -> str | None:
    """Return the one kind that is said, or the one that the message opens with."""
    words = _NOT_ONE.sub("", marked.words)
    kinds = list(dict.fromkeys(marked.of("type", words)))
    if len(kinds) > 1:
        opening = _OPENS.match(words)
        first = _FIRST.match(words[opening.end() :] if opening else words)
        return marked.values[first[1]] if first else None
    return kinds[0] if kinds else "taxable" if _ORDINARY.search(words) else None
