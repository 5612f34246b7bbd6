"""The tool that explains a term or rule, with its source and the law's own figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from rapidfuzz import process

from assistant.concepts import Concept, library, look_up, names
from assistant.session import Session
from assistant.toolbox.result import Result, open_desk
from tools.errors import UnknownThing
from tools.facts import Value, cite
from tools.tax.law import Law, law_for


class Concepts:
    """Explanations in one conversation; figures are those of its tax year."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def explain_concept(
        self, topic: str, audience: Literal["investor", "advisor", "cpa", "child"] = "investor"
    ) -> Result:
        """Explain a term or rule in plain words, with its source.

        Args:
            topic: The term, such as wash sale, tax lot, NIIT, step-up, direct indexing.
            audience: Who reads it; the figures stay the same.
        """
        entry = look_up(topic)
        if entry is None:
            close = [library()[names()[name]].title for name, _, _ in process.extract(topic.lower(), names(), limit=3)]
            known = ", ".join(dict.fromkeys(close))
            raise UnknownThing("I have no entry on that term.", f"The closest that I have are {known}.")
        desk = open_desk(self._session, "explain_concept", "concept", topic=entry.key)
        law = law_for(self._session.tax_year)
        figures = {key: _of_law(law, place) for key, place in entry.figures.items()}
        body = desk.book.row("", figures, of=entry.title, topic=entry.key, title=entry.title, source=entry.source)
        body["text"] = _cited(entry, audience, body["id"])
        return desk.result(body)


def _cited(entry: Concept, audience: str, row_id: object) -> str:
    text = entry.said_to(audience)
    for key in entry.figures:
        text = text.replace(f"{{{key}}}", cite(row_id, key))
    return text


def _of_law(law: Law, place: str) -> Value:
    """Walk to a figure of the law: ``niit.over_usd.single``, ``long_term_gains.rates_frac.1``."""
    at: Any = law
    for step in place.split("."):
        at = at[int(step)] if step.isdigit() else at[step] if isinstance(at, dict) else getattr(at, step)
    value: Decimal | int = at
    return value
