"""What a person says of the columns of an unknown table: "yes", "cost is per share", "date is the purchase date"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tools.brokers.unknown import FIELDS, MEANING, Proposal
from tools.errors import BadRequest

_CLAUSE = re.compile(r"[,;.!?\n]+|\band\b|\bbut\b", re.I)
_YES = re.compile(r"\b(?:yes|yep|yeah|right|correct|ok|okay|sure|exactly|confirm(?:ed)?|looks (?:good|right))\b", re.I)
_NO = re.compile(r"\b(?:no|nope|wrong|not right|incorrect)\b", re.I)
_SAYS = (
    ("", r"ignore|neither|nothing|not used|leave (?:it )?out|skip"),
    ("each", r"(?:per|each|one|a single) share|per[- ]unit|apiece|unit (?:cost|price)|each|average cost"),
    ("each", r"purchase price|price paid|price i paid"),
    ("basis", r"total|cost of all|all (?:the )?shares|whole|altogether|in all|cost basis"),
    ("acquired", r"purchase|bought|acquired|acquisition|opened|open date"),
    ("value", r"value|worth"),
    ("price", r"(?:last|current|market|today'?s|closing) price|price"),
    ("symbol", r"symbol|ticker"),
    ("shares", r"number of shares|quantity|how many|shares|units|count"),
    ("account", r"account"),
    ("name", r"name|description"),
)
_NEEDED = frozenset(("symbol", "shares"))


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What is settled after a reply: the place of each field, and the questions that are still open."""

    places: dict[str, int]
    questions: tuple[str, ...]
    agreed: bool

    @property
    def complete(self) -> bool:
        """True when the table can be read: the person agreed, and nothing is open."""
        return self.agreed and not self.questions


def confirm(proposal: Proposal, reply: str, before: Mapping[str, int] | None = None) -> Confirmed:
    """Take a reply to a proposal.

    Args:
        proposal: What was shown.
        reply: The person's words. Naming what an open column is, with no word against the rest, agrees to the rest.
        before: What earlier replies settled; a place of -1 - n says that column n is not used.

    Raises:
        BadRequest: The reply says nothing about the columns, or takes symbol or quantity away.
    """
    places = {column.field: column.place for column in proposal.columns} if before is None else dict(before)
    changed = False
    for clause in _CLAUSE.split(reply):
        changed |= _take(proposal, clause, places)
    open_questions = [one for one in proposal.unclear if not _settled(one.place, places)]
    if _NO.search(reply) and not changed:
        raise BadRequest("Then tell me which column is which.", f"For example: “{_example(proposal)}”.", "columns")
    if not changed and not _YES.search(reply):
        what = "That does not say what the columns are."
        raise BadRequest(what, f"Say yes, or for example: “{_example(proposal)}”.", "columns")
    if not places.keys() >= _NEEDED:
        raise BadRequest("Without a symbol and a number of shares the table cannot be read.", "Name those columns.")
    return Confirmed(places, tuple(one.question for one in open_questions), True)


def columns_of(places: Mapping[str, int]) -> dict[str, int]:
    """Return the columns to read; those that the person put aside are left out."""
    return {field: place for field, place in places.items() if field in FIELDS}


def _take(proposal: Proposal, clause: str, places: dict[str, int]) -> bool:
    place, rest = _column(proposal, clause)
    field = next((field for field, words in _SAYS if re.search(rf"\b(?:{words})\b", rest, re.I)), None)
    waiting = [one for one in proposal.unclear if not _settled(one.place, places)]
    if place is None and len(waiting) == 1 and field is not None and (not field or field in waiting[0].fields):
        place = waiting[0].place
    if place is None or field is None:
        return False
    for name in [name for name, taken in places.items() if taken == place or name == field]:
        del places[name]
    places[field or f"-{place}"] = place
    return True


def _settled(place: int, places: Mapping[str, int]) -> bool:
    return place in places.values()


def _column(proposal: Proposal, clause: str) -> tuple[int | None, str]:
    """Return the column that a clause names first, and the clause without it."""
    found: list[tuple[int, int, str]] = []
    for place, heading in enumerate(proposal.headings):
        match = re.search(rf"(?<!\w){re.escape(heading)}(?!\w)", clause, re.I) if heading.strip() else None
        if match:
            found.append((match.start(), place, clause[: match.start()] + " " + clause[match.end() :]))
    return (None, clause) if not found else min(found)[1:]


def _example(proposal: Proposal) -> str:
    if proposal.unclear:
        one = proposal.unclear[0]
        return f"{one.heading} is {MEANING[one.fields[0]]}"
    column = proposal.columns[0]
    return f"{column.heading} is {MEANING[column.field]}"
